"""T1 to T5: what was kept back."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.money import EXACT, exact_sum
from desktop.model.payments import Finding, Statement
from desktop.payments.checks.known import Check, Known
from desktop.payments.checks.words import amount, close, percent


def _rate_by_base(statement: Statement, _known: Known) -> Iterator[Finding]:
    for one in statement.deductions:
        if one.rate is None or one.base is None:
            continue
        expected = EXACT.multiply(one.rate, one.base)
        if not close(expected, one.amount):
            yield Finding(
                check="T1",
                sentence=f"The deduction “{one.kind}” is not {percent(one.rate)} of its base.",
                expected=amount(expected, statement),
                actual=amount(one.amount, statement),
            )


def _withholding(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.withholding is None or statement.tax_withheld <= 0:
        return
    base = exact_sum((statement.gross, statement.adjustments))
    most = EXACT.multiply(known.withholding, base)
    if statement.tax_withheld > most and not close(most, statement.tax_withheld):
        yield Finding(
            check="T2",
            sentence=f"More tax was withheld than {percent(known.withholding)}, which you expect.",
            expected=f"at most {amount(most, statement)}",
            actual=amount(statement.tax_withheld, statement),
        )


def _recoupment(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.advance_left is not None and statement.recouped > known.advance_left:
        yield Finding(
            check="T3",
            sentence="More was kept for an advance than is left of it.",
            expected=f"at most {amount(known.advance_left, statement)}",
            actual=amount(statement.recouped, statement),
        )


def _reserve(statement: Statement, known: Known) -> Iterator[Finding]:
    """T4: money held back longer than usual; a negative reserve is a release."""
    held = exact_sum([*(one.amount for one in known.held), statement.reserve])
    first = next((one for one in known.held if one.amount > 0), None)
    if first is None or held <= 0:
        return
    months = (statement.period.end.year - first.end.year) * 12
    months += statement.period.end.month - first.end.month
    released = statement.reserve < 0 or any(one.amount < 0 for one in known.held)
    if months >= known.reserve_months and not released:
        yield Finding(
            check="T4",
            sentence=f"A reserve is held since statement {first.number}, {months} months ago, and "
            "nothing of it was ever released.",
            expected="a release",
            actual=amount(held, statement),
        )


def _unknown_kind(statement: Statement, known: Known) -> Iterator[Finding]:
    for one in statement.deductions:
        if one.kind.casefold().replace("_", "-").replace(" ", "-") not in known.kinds:
            yield Finding(
                check="T5",
                sentence=f"Nobody explains what the deduction “{one.kind}” is for.",
                expected="a kind that is known",
                actual=amount(one.amount, statement),
            )


CHECKS: tuple[Check, ...] = (
    _rate_by_base,
    _withholding,
    _recoupment,
    _reserve,
    _unknown_kind,
)
