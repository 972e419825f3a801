"""D1 to D4: the same thing stated twice, and reversals of what was never stated."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import Check, Known, work_of
from desktop.payments.checks.words import amount


def _same_file(statement: Statement, known: Known) -> Iterator[Finding]:
    number = known.files.get(hashlib.sha256(statement.document).hexdigest())
    if number is not None and number != statement.number:
        yield Finding(
            check="D1",
            sentence=f"It is byte for byte the file of statement {number}.",
            expected="a file of its own",
            actual=number,
        )


def _same_external_line(statement: Statement, known: Known) -> Iterator[Finding]:
    before = {
        line.external_id: one.number
        for one in known.earlier
        if one.number != statement.number
        for line in one.lines
    }
    seen: set[str] = set()
    for line in statement.lines:
        where = "in this one" if line.external_id in seen else before.get(line.external_id)
        seen.add(line.external_id)
        if where is not None:
            place = where if where == "in this one" else f"in statement {where}"
            yield Finding(
                check="D2",
                sentence=f"The line {line.external_id} for {line.title} was stated {place} "
                "already.",
                expected="once",
                actual="twice",
                lines=(line.external_id,),
            )


def _same_use(statement: Statement, known: Known) -> Iterator[Finding]:
    """D3: nothing may tell the two apart, and neither may correct the other."""
    first: dict[tuple[object, ...], str] = {}
    for one in known.earlier:
        if one.number != statement.number:
            for line in one.lines:
                if not line.adjusts:
                    first.setdefault(_use(line), f"statement {one.number}")
    again = defaultdict(list)
    for line in statement.lines:
        if line.adjusts:
            continue
        if _use(line) in first:
            again[_use(line)].append(line)
        else:
            first[_use(line)] = f"line {line.external_id}"
    for use, lines in again.items():
        yield Finding(
            check="D3",
            sentence=f"The same use of {lines[0].title} by {lines[0].licensee} in the same time "
            f"and place is paid in {first[use]} already.",
            expected="once",
            actual=f"{len(lines) + 1} times",
            lines=tuple(line.external_id for line in lines),
        )


def _reversal_without_original(statement: Statement, known: Known) -> Iterator[Finding]:
    stated = {line.external_id for one in (*known.earlier, statement) for line in one.lines}
    for line in statement.lines:
        if line.net >= 0:
            continue
        # Of a registry's first statement here, what came before cannot be known.
        if not line.adjusts or (known.earlier and line.adjusts not in stated):
            yield Finding(
                check="D4",
                sentence=f"{line.title} is charged back, and no line that was stated before is "
                "named for it.",
                expected="the line that it takes back",
                actual=f"{amount(line.net, statement)}, {line.adjusts or 'none named'}",
                lines=(line.external_id,),
            )


def _use(line: StatementLine) -> tuple[object, ...]:
    return (
        work_of(line),
        line.licensee,
        line.model,
        line.use,
        line.right,
        line.territory,
        line.period,
        line.rate,
    )


CHECKS: tuple[Check, ...] = (
    _same_file,
    _same_external_line,
    _same_use,
    _reversal_without_original,
)
