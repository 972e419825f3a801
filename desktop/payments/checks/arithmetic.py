"""A1 to A8: the statement's own sums. Tolerance: one unit in the last stated place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import EXACT, exact_sum, exponent
from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import MOST_LINES_NAMED, Check, EachLine, Known
from desktop.payments.checks.stated import work_of
from desktop.payments.checks.words import amount, close, fraction, plain

_SETTLED = ("opening", "adjustments", "tax_withheld", "recouped", "reserve", "payable", "closing")


class _LinesSumToGross:
    def __init__(self, statement: Statement, _known: Known) -> None:
        self._statement = statement
        self._total = Decimal(0)
        self._lines: list[str] = []

    def take(self, line: StatementLine) -> None:
        self._total = EXACT.add(self._total, line.net)
        self._lines.append(line.external_id)

    def findings(self) -> Iterator[Finding]:
        statement = self._statement
        if not close(self._total, statement.gross):
            yield Finding(
                check="A1",
                sentence="The lines do not add up to the total that the statement names.",
                expected=amount(self._total, statement),
                actual=amount(statement.gross, statement),
                lines=tuple(self._lines[:MOST_LINES_NAMED]),
            )


class _UsesByRate(EachLine):
    def look(self, line: StatementLine) -> Iterator[Finding]:
        if line.uses is None or line.rate is None:
            return
        expected = EXACT.multiply(line.uses, line.rate)
        if not close(expected, line.gross):
            yield Finding(
                check="A2",
                sentence=f"For {line.title}, {plain(line.uses)} uses at {plain(line.rate)} each "
                "are not the amount that stands there.",
                expected=amount(expected, self.statement),
                actual=amount(line.gross, self.statement),
                lines=(line.external_id,),
            )


class _GrossByShare(EachLine):
    def look(self, line: StatementLine) -> Iterator[Finding]:
        if not line.share or line.share == "unknown" or _is_all_of_it(line):
            return
        expected = Fraction(line.gross) * fraction(line.share)
        if not close(expected, line.net):
            yield Finding(
                check="A3",
                sentence=f"Your share of {line.share} in {line.title} is not the amount that is "
                "yours on the line.",
                expected=amount(expected, self.statement),
                actual=amount(line.net, self.statement),
                lines=(line.external_id,),
            )


def _is_all_of_it(line: StatementLine) -> bool:
    """Spares most lines the fractions."""
    return line.share == "1/1" and line.gross == line.net


def _balances(statement: Statement, _known: Known) -> Iterator[Finding]:
    incoming = exact_sum((statement.opening, statement.gross, statement.adjustments))
    kept_back = exact_sum(
        (
            *(deduction.amount for deduction in statement.deductions),
            statement.tax_withheld,
            statement.recouped,
            statement.reserve,
        )
    )
    expected = EXACT.subtract(incoming, kept_back)
    actual = exact_sum((statement.payable, statement.closing))
    if not close(expected, actual):
        yield Finding(
            check="A4",
            sentence="What came in, less what was kept back, is not what the statement pays out "
            "and carries over.",
            expected=amount(expected, statement),
            actual=amount(actual, statement),
        )


def _opens_where_it_closed(statement: Statement, known: Known) -> Iterator[Finding]:
    previous = known.previous
    if previous is not None and previous.closing != statement.opening:
        yield Finding(
            check="A5",
            sentence=f"It does not open with what statement {previous.number} carried over.",
            expected=amount(previous.closing, statement),
            actual=amount(statement.opening, statement),
        )


class _DeclaredCounts:
    def __init__(self, statement: Statement, _known: Known) -> None:
        self._statement = statement
        self._lines = 0
        self._works: set[str] = set()

    def take(self, line: StatementLine) -> None:
        self._lines += 1
        self._works.add(work_of(line))

    def findings(self) -> Iterator[Finding]:
        for word, declared, counted in (
            ("lines", self._statement.declared_lines, self._lines),
            ("works", self._statement.declared_works, len(self._works)),
        ):
            if declared is not None and declared != counted:
                yield Finding(
                    check="A6",
                    sentence=f"It names another number of {word} than it has.",
                    expected=f"{counted} {word}",
                    actual=f"{declared} {word}",
                )


def _year_to_date(statement: Statement, known: Known) -> Iterator[Finding]:
    """A7: only where the statements of the year are here from its first day on."""
    year = statement.period.start.year
    begun = min(one.period.start for one in (*known.earlier, statement)) <= date(year, 1, 1)
    if statement.year_to_date is None or not begun:
        return
    total = exact_sum(
        one.gross for one in (*known.earlier, statement) if one.period.start.year == year
    )
    if not close(total, statement.year_to_date):
        yield Finding(
            check="A7",
            sentence=f"Its total of the year {year} is not the sum of the year's statements here.",
            expected=amount(total, statement),
            actual=amount(statement.year_to_date, statement),
        )


def _possible_amounts(statement: Statement, _known: Known) -> Iterator[Finding]:
    decimals = exponent(statement.currency)
    for name in _SETTLED:
        value: Decimal = getattr(statement, name)
        if value != value.quantize(Decimal(1).scaleb(-decimals), context=EXACT):
            yield Finding(
                check="A8",
                sentence=f"{statement.currency} has {decimals} decimals, and no amount with more "
                f"can be paid ({name.replace('_', ' ')}).",
                expected=f"{decimals} decimals",
                actual=amount(value, statement),
            )


class _OneCurrency:
    def __init__(self, statement: Statement, _known: Known) -> None:
        self._currency = statement.currency
        self._others: set[str] = set()
        self._lines: list[str] = []

    def take(self, line: StatementLine) -> None:
        if line.currency != self._currency:
            self._others.add(line.currency)
            self._lines.append(line.external_id)

    def findings(self) -> Iterator[Finding]:
        if self._others:
            yield Finding(
                check="A8",
                sentence="Some lines are in another currency than the statement.",
                expected=self._currency,
                actual=", ".join(sorted(self._others)),
                lines=tuple(self._lines[:MOST_LINES_NAMED]),
            )


CHECKS: tuple[Check, ...] = (
    _LinesSumToGross,
    _UsesByRate,
    _GrossByShare,
    _balances,
    _opens_where_it_closed,
    _DeclaredCounts,
    _year_to_date,
    _possible_amounts,
    _OneCurrency,
)
