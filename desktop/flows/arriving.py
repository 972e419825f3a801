"""What of each part of a payment has arrived, and in which currency it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from desktop.model.matches import MOVED
from desktop.model.money import Money
from desktop.model.payments import Payment, PaymentState
from desktop.payments.dividing import (
    Cell,
    Divided,
    Sums,
    arrived_cells,
    in_currency,
    round_cells,
    scaled_cells,
)
from desktop.store.divisions import StatementSums


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A party's part of a payment for one work; see Allocation."""

    party: int
    work: int
    exact: Fraction
    settled: Money
    due: Money
    came: tuple[Money, ...]


def arrived_parts(
    payment: Payment,
    statement: StatementSums,
    divided: Divided,
    kept: Mapping[int, Mapping[Cell, int]],
    me: int,
) -> list[Part]:
    """Return the parts of a payment, the largest first. kept: divisions that were recorded."""
    sums, currency = sums_of(statement), payment.stated.currency
    parts = kept.get(payment.payment_id, divided.settled)
    exact = divided.exact
    if payment.payment_id in kept:
        exact = {cell: Fraction(Money(currency, minor).decimal) for cell, minor in parts.items()}
    # Fees and differences that were named will never come: all bear them alike.
    to_come = payment.stated - payment.named
    if payment.named.minor and to_come.minor >= 0:
        exact = scaled_cells(parts, sums, to_come, me)
        parts = round_cells(to_come, exact)
        sums = replace(sums, payable=to_come)
    due = _due(parts, sums, payment, me)
    foreign = _foreign(due, payment)
    found = [
        Part(
            party=cell[0],
            work=cell[1],
            exact=exact.get(cell, Fraction(0)),
            settled=Money(currency, parts.get(cell, 0)),
            due=Money(currency, due.get(cell, 0)),
            came=tuple(Money(other, minor.get(cell, 0)) for other, minor in foreign.items()),
        )
        for cell in dict.fromkeys((*parts, *due))
    ]
    shown = (one for one in found if one.exact or one.settled.minor or one.due.minor)
    return sorted(shown, key=lambda one: (-abs(one.settled.minor), one.party, one.work))


def sums_of(one: StatementSums) -> Sums:
    """Return the sums that count when a statement is divided."""
    return Sums(
        payable=one.payable,
        opening=one.opening,
        recouped=one.recouped,
        reserve=one.reserve,
        closing=one.closing,
    )


def _due(parts: Mapping[Cell, int], sums: Sums, payment: Payment, me: int) -> Mapping[Cell, int]:
    whole = sums.payable
    came = payment.received
    if payment.state in (PaymentState.NOTHING_DUE, PaymentState.RECONCILED):
        came = whole
    came = Money(whole.currency, min(max(came.minor, 0), whole.minor))
    if came == whole:
        return parts
    return round_cells(came, arrived_cells(parts, sums, came, me))


def _foreign(due: Mapping[Cell, int], payment: Payment) -> dict[str, Mapping[Cell, int]]:
    """Return what is due in each currency in which it came, most often the statement's own."""
    own = payment.stated.currency
    came: dict[str, int] = {}
    for one in payment.money:
        if one.kind in MOVED:
            came[one.amount.currency] = came.get(one.amount.currency, 0) + one.amount.minor
    total = sum(due.values())
    if set(came) <= {own} or not total or payment.received.minor <= 0:
        return {own: due}
    # Of more than was stated, only what was stated is divided.
    part = min(Fraction(1), Fraction(total, payment.received.minor))
    return {
        currency: in_currency(due, Money(currency, round(minor * part)))
        for currency, minor in came.items()
    }
