"""Adds up the rows of a file into its statements: one for each number or period, and currency."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from desktop.model.mappings import Mapping
from desktop.model.money import EXACT, Money, exact_sum
from desktop.model.payer_works import PayerWorkName
from desktop.model.payments import Deduction, Finding, Period, SignatureState, Statement
from desktop.payments.statement_files.rows import Group, Read, Refused, Total
from desktop.payments.statement_files.values import MOST_DIGITS, label_of

WITHHOLDING = "withholding"
MOST_PROBLEMS = 10_000
MOST_USES = 50_000
MOST_NAMES = 50_000
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
    refused: int = 0

    @property
    def period(self) -> Period:
        """The period of the statement, or of all its rows together."""
        if self.group.period is not None:
            return self.group.period
        start = self.start or date.min
        return Period(start=start, end=self.end or start + timedelta(days=1))

    @property
    def too_large(self) -> bool:
        """Whether the rows come to more than can be kept."""
        sums = (self.net, self.declared or Decimal(0), *self.kept_back.values())
        return any(one.adjusted() >= MOST_DIGITS for one in sums)

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

    refused: how many rows could not be read, homeless of them of no known statement; problems: the
    first of them. notes: what else is to be known of the file. totals: what the file
    itself says that everything comes to. called: by key, what works are called, at most MOST_NAMES.
    """

    statements: list[Gathered] = field(default_factory=list)
    problems: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: int = 0
    homeless: int = 0
    rows: int = 0
    totals: list[Total] = field(default_factory=list)
    called: dict[str, PayerWorkName] = field(default_factory=dict)

    @property
    def names(self) -> list[PayerWorkName]:
        """What the payer calls the works, in the order in which they come."""
        return list(self.called.values())


def gather(rows: Iterable[Read | Total | Refused]) -> FileRead:
    """Read every row once and add up; nothing of a row is kept."""
    found: dict[Group, Gathered] = {}
    result = FileRead()
    refused: Counter[Group] = Counter()
    for row in rows:
        result.rows += 1
        if isinstance(row, Read):
            gathered = found.get(row.frame.group)
            if gathered is None:
                gathered = found[row.frame.group] = Gathered(row.frame.group)
            _add(gathered, row)
            name = row.name
            if name.key not in result.called and len(result.called) < MOST_NAMES:
                result.called[name.key] = name
        elif isinstance(row, Total):
            result.totals.append(row)
        elif row.note:
            result.notes.append(row.message)
        else:
            result.refused += 1
            if row.group is None:
                result.homeless += 1
            else:
                refused[row.group] += 1
            if len(result.problems) < MOST_PROBLEMS:
                result.problems.append(row)
    for group, gathered in found.items():
        gathered.refused = refused.pop(group, 0)
    result.homeless += refused.total()
    result.statements = sorted(
        found.values(), key=lambda one: (one.period.start, one.number, one.group.currency)
    )
    if len(result.statements) == 1 and result.totals:
        result.statements[0].declared = result.totals[-1].amount
    elif result.totals:
        _compare_total(result, result.totals[-1])
    return result


def _compare_total(result: FileRead, total: Total) -> None:
    """Compare a total of several statements with all of them; of several currencies it is none."""
    come_to = exact_sum(one.net for one in result.statements)
    one_currency = len({one.group.currency for one in result.statements}) == 1
    if one_currency and come_to != total.amount:
        result.refused += 1
        result.problems.append(
            Refused(
                total.line,
                f"Line {total.line}: the file's total is {total.amount:f}, but its rows come to "
                f"{come_to:f}.",
            )
        )


def statement_of(
    gathered: Gathered, mapping: Mapping, *, number: str, revision: int, homeless: int
) -> Statement:
    """Return the statement without its lines; what is paid is rounded here, once.

    homeless: rows of the file that could not be read and of which nobody knows whose they are.
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
        digest=gathered.digest,
        mapping=mapping.name,
        refused=gathered.refused + homeless,
    )


def refused_finding(gathered: Gathered, homeless: int) -> Finding | None:
    """Return what is to be said of rows that could not be read; None if there are none."""
    if not gathered.refused and not homeless:
        return None
    parts = []
    if gathered.refused:
        parts.append(f"{_rows(gathered.refused)} of this statement could not be read")
    if homeless:
        parts.append(f"{_rows(homeless)} of its file, which may be of it, could not be read")
    return Finding(
        check="A6",
        sentence=f"{' and '.join(parts)}; what they would have paid is not in it.".capitalize(),
        expected=_lines(gathered.lines + gathered.refused, homeless),
        actual=_lines(gathered.lines),
    )


def _lines(count: int, perhaps: int = 0) -> str:
    if perhaps:
        return f"{count} to {count + perhaps} lines"
    return "1 line" if count == 1 else f"{count} lines"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def use_of(called: str, licensee: str, use: str, territory: str, start: date) -> int:
    """Return a number for a use of a work; in this process only."""
    return hash((called, licensee, use, territory, start))


def _add(gathered: Gathered, row: Read) -> None:
    frame = row.frame
    gathered.lines += 1
    gathered.net = EXACT.add(gathered.net, row.net)
    gathered.prints = (gathered.prints + row.print_) % _PRINTS
    for kind, amount in row.kept_back:
        gathered.kept_back[kind] = EXACT.add(gathered.kept_back.get(kind, Decimal(0)), amount)
    period, issued = frame.period, frame.issued
    if gathered.start is None or period.start < gathered.start:
        gathered.start = period.start
    if gathered.end is None or period.end > gathered.end:
        gathered.end = period.end
    if issued is not None and (gathered.issued is None or issued > gathered.issued):
        gathered.issued = issued
    if len(gathered.uses) < MOST_USES:
        gathered.uses.add(
            use_of(row.name.key, frame.licensee, frame.use, frame.territory, period.start)
        )
