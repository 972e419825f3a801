"""Adds up the rows of a file into its statements: one for each number or period, and currency."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from desktop.model.mappings import Mapping
from desktop.model.money import EXACT, Money, exact_sum
from desktop.model.payments import Deduction, Period, SignatureState, Statement
from desktop.payments.statement_files.rows import Group, Read, Total
from desktop.payments.statement_files.values import label_of
from desktop.tables.streaming import RowProblem

WITHHOLDING = "withholding"
MOST_PROBLEMS = 10_000
MOST_USES = 50_000
_PRINTS = 1 << 128


@dataclass(slots=True)
class Gathered:
    """What the rows of one statement come to.

    prints: the rows' own numbers added up, so that their order does not matter. uses: what tells
    this statement's uses from another's, as far as they are remembered.
    """

    group: Group
    lines: int = 0
    net: Decimal = Decimal(0)
    kept_back: dict[str, Decimal] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    issued: date | None = None
    prints: int = 0
    uses: set[int] = field(default_factory=set)
    declared: Decimal | None = None

    @property
    def period(self) -> Period:
        """The period of the statement, or of all its rows together."""
        if self.group.period is not None:
            return self.group.period
        start = self.start or date.min
        return Period(start=start, end=self.end or start + timedelta(days=1))

    @property
    def digest(self) -> str:
        """What tells what was read from anything else that could have been."""
        said = (*self.group[::2], self.period.start, self.period.end, self.lines, self.prints)
        return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()

    @property
    def number(self) -> str:
        """The payer's number, or one made of period and currency."""
        return self.group.number or f"{label_of(self.period)} {self.group.currency}"


@dataclass(slots=True)
class FileRead:
    """A whole file: its statements by period, and the rows that are none.

    refused: how many rows could not be read; problems: the first of them. totals: what the file
    itself says that everything comes to.
    """

    statements: list[Gathered] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    refused: int = 0
    rows: int = 0
    totals: list[Total] = field(default_factory=list)


def gather(rows: Iterable[Read | Total | RowProblem]) -> FileRead:
    """Read every row once and add up; nothing of a row is kept."""
    found: dict[Group, Gathered] = {}
    result = FileRead()
    for row in rows:
        result.rows += 1
        if isinstance(row, Read):
            gathered = found.get(row.group)
            if gathered is None:
                gathered = found[row.group] = Gathered(row.group)
            _add(gathered, row)
        elif isinstance(row, Total):
            result.totals.append(row)
        else:
            result.refused += 1
            if len(result.problems) < MOST_PROBLEMS:
                result.problems.append(row)
    result.statements = sorted(
        found.values(), key=lambda one: (one.period.start, one.number, one.group.currency)
    )
    if len(result.statements) == 1 and result.totals:
        result.statements[0].declared = result.totals[-1].amount
    return result


def statement_of(
    gathered: Gathered, mapping: Mapping, *, number: str, revision: int, refused: int
) -> Statement:
    """Return the statement without its lines; what is paid is rounded here, once.

    refused: rows of the file that could not be read and may belong to it.
    """
    period, currency = gathered.period, gathered.group.currency
    gross = gathered.net if gathered.declared is None else gathered.declared
    tax = gathered.kept_back.get(WITHHOLDING, Decimal(0))
    deductions = tuple(
        Deduction(kind=kind, amount=amount)
        for kind, amount in gathered.kept_back.items()
        if kind != WITHHOLDING
    )
    tax_settled = Money.rounded(tax, currency).decimal
    kept_back = exact_sum((tax_settled, *(one.amount for one in deductions)))
    issued = gathered.issued or period.end
    return Statement(
        number=number,
        revision=revision,
        period=period,
        issued=issued,
        due=issued + timedelta(days=mapping.due_days),
        currency=currency,
        opening=Decimal(0),
        gross=gross,
        adjustments=Decimal(0),
        tax_withheld=tax_settled,
        recouped=Decimal(0),
        reserve=Decimal(0),
        payable=Money.rounded(EXACT.subtract(gross, kept_back), currency).decimal,
        closing=Decimal(0),
        lines=(),
        document=b"",
        signature=SignatureState.UNSIGNED,
        deductions=deductions,
        declared_lines=gathered.lines + refused if refused else None,
        digest=gathered.digest,
        mapping=mapping.name,
        refused=refused,
    )


def use_of(called: str, licensee: str, use: str, territory: str, start: date) -> int:
    """Return a number for a use of a work; in this process only."""
    return hash((called, licensee, use, territory, start))


def _add(gathered: Gathered, row: Read) -> None:
    line = row.line
    gathered.lines += 1
    gathered.net = EXACT.add(gathered.net, line.net)
    gathered.prints = (gathered.prints + row.print_) % _PRINTS
    for kind, amount in row.kept_back:
        gathered.kept_back[kind] = EXACT.add(gathered.kept_back.get(kind, Decimal(0)), amount)
    period = line.period
    if gathered.start is None or period.start < gathered.start:
        gathered.start = period.start
    if gathered.end is None or period.end > gathered.end:
        gathered.end = period.end
    if row.issued is not None and (gathered.issued is None or row.issued > gathered.issued):
        gathered.issued = row.issued
    if len(gathered.uses) < MOST_USES and line.called is not None:
        gathered.uses.add(
            use_of(line.called.key, line.licensee, line.use, line.territory, period.start)
        )
