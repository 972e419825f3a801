"""D1 to D4: the same thing stated twice, and reversals of what was never stated."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import Check, Doubts, EachLine, Known
from desktop.payments.checks.stated import use_key
from desktop.payments.checks.words import amount


def _same_file(statement: Statement, known: Known) -> Iterator[Finding]:
    number = known.files.get(statement.sha256)
    if number is not None and number != statement.number:
        yield Finding(
            check="D1",
            sentence=f"It is byte for byte the file of statement {number}.",
            expected="a file of its own",
            actual=number,
        )


class _SameExternalLine(EachLine):
    def __init__(self, statement: Statement, known: Known) -> None:
        super().__init__(statement, known)
        self._before = known.before.numbers
        self._seen: set[str] = set()

    def look(self, line: StatementLine) -> Iterator[Finding]:
        number = self._before.get(line.external_id)
        where = "" if number in (None, self.statement.number) else f"in statement {number}"
        if line.external_id in self._seen:
            where = "in this one"
        self._seen.add(line.external_id)
        if where:
            yield Finding(
                check="D2",
                sentence=f"The line {line.external_id} for {line.title} was stated {where} "
                "already.",
                expected="once",
                actual="twice",
                lines=(line.external_id,),
            )


class _SameUse:
    """D3: nothing may tell the two apart, and neither may correct the other."""

    def __init__(self, statement: Statement, known: Known) -> None:
        self._number = statement.number
        self._before = known.before.uses
        self._first: dict[int, str] = {}
        self._again: dict[int, tuple[StatementLine, list[str]]] = {}

    def take(self, line: StatementLine) -> None:
        if line.adjusts:
            return
        use = use_key(line)
        if use in self._first or self._before.get(use, self._number) != self._number:
            self._again.setdefault(use, (line, []))[1].append(line.external_id)
        else:
            self._first[use] = line.external_id

    def findings(self) -> Iterator[Finding]:
        found = Doubts()
        for use, (line, lines) in self._again.items():
            first = f"line {self._first[use]}" if use in self._first else ""
            found.add(
                Finding(
                    check="D3",
                    sentence=f"The same use of {line.title} by {line.licensee} in the same time "
                    f"and place is paid in {first or 'statement ' + self._before[use]} already.",
                    expected="once",
                    actual=f"{len(lines) + 1} times",
                    lines=tuple(lines),
                )
            )
        yield from found


class _ReversalWithoutOriginal:
    """Of a registry's first statement here, what came before cannot be known."""

    def __init__(self, statement: Statement, known: Known) -> None:
        self._statement = statement
        self._before = known.before.numbers
        self._is_first = not known.earlier
        self._taken_back: list[StatementLine] = []
        self._named: set[str] = set()
        self._stated: set[str] = set()

    def take(self, line: StatementLine) -> None:
        if line.net < 0:
            self._taken_back.append(line)
            self._named.add(line.adjusts)
        self._stated.add(line.external_id)

    def findings(self) -> Iterator[Finding]:
        found = Doubts()
        for line in self._taken_back:
            stated = line.adjusts in self._stated or line.adjusts in self._before
            if not line.adjusts or not (stated or self._is_first):
                found.add(
                    Finding(
                        check="D4",
                        sentence=f"{line.title} is charged back, and no line that was stated "
                        "before is named for it.",
                        expected="the line that it takes back",
                        actual=f"{amount(line.net, self._statement)}, "
                        f"{line.adjusts or 'none named'}",
                        lines=(line.external_id,),
                    )
                )
        yield from found


CHECKS: tuple[Check, ...] = (
    _same_file,
    _SameExternalLine,
    _SameUse,
    _ReversalWithoutOriginal,
)
