"""Checks of a statement (PAYMENTS.md). Tolerance: one unit in the last stated place."""

from __future__ import annotations

from decimal import Decimal

from desktop.model.money import EXACT, exact_sum
from desktop.model.payments import Finding, Statement


def check_statement(statement: Statement) -> list[Finding]:
    """Return what does not hold; an empty list means that every check here passed."""
    return [*_lines_sum_to_gross(statement), *_balances(statement), *_one_currency(statement)]


def _lines_sum_to_gross(statement: Statement) -> list[Finding]:
    """A1: the lines' net amounts, summed exactly, are the gross."""
    total = exact_sum(line.net for line in statement.lines)
    if _close(total, statement.gross):
        return []
    return [
        Finding(
            check="A1",
            sentence="The lines do not add up to the total that the statement names.",
            expected=_words(total, statement),
            actual=_words(statement.gross, statement),
            lines=tuple(line.external_id for line in statement.lines),
        )
    ]


def _balances(statement: Statement) -> list[Finding]:
    """A4: what came in, less what was kept back, is what is paid and carried over."""
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
    if _close(expected, actual):
        return []
    return [
        Finding(
            check="A4",
            sentence="What came in, less what was kept back, is not what the statement pays out "
            "and carries over.",
            expected=_words(expected, statement),
            actual=_words(actual, statement),
        )
    ]


def _one_currency(statement: Statement) -> list[Finding]:
    """A8 (in part): a line in another currency cannot be added to this statement's total."""
    foreign = tuple(
        line.external_id for line in statement.lines if line.currency != statement.currency
    )
    if not foreign:
        return []
    return [
        Finding(
            check="A8",
            sentence="Some lines are in another currency than the statement.",
            expected=statement.currency,
            actual=", ".join(
                sorted({line.currency for line in statement.lines} - {statement.currency})
            ),
            lines=foreign,
        )
    ]


def _close(expected: Decimal, stated: Decimal) -> bool:
    places = -int(stated.as_tuple().exponent)
    return abs(EXACT.subtract(expected, stated)) <= Decimal(1).scaleb(-places)


def _words(amount: Decimal, statement: Statement) -> str:
    return f"{amount:f} {statement.currency}"
