"""Derives the state of a payment from what was stated, announced and received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from desktop.model.matches import Mark
from desktop.model.money import Money, split_minor
from desktop.model.payments import PaymentState

_MARKED = {Mark.HELD: PaymentState.HELD, Mark.DISPUTED: PaymentState.DISPUTED}


def received_parts(parts_minor: Sequence[int], matched_minor: int) -> list[int]:
    """Return what arrived for a remittance, divided among its statements.

    parts_minor: what the remittance names for each; the result adds up to matched_minor exactly.
    """
    total = sum(parts_minor)
    if total == matched_minor:
        return list(parts_minor)
    if total == 0 or any(part < 0 for part in parts_minor):
        return [matched_minor, *[0] * (len(parts_minor) - 1)]
    return split_minor(matched_minor, [Fraction(part, total) for part in parts_minor])


def payment_state(
    *,
    stated: Money,
    remitted: Money,
    received: Money,
    due: date,
    today: date,
    named: Money | None = None,
    went_back: bool = False,
    mark: Mark = Mark.NONE,
    hold: Mark = Mark.NONE,
) -> PaymentState:
    """Derive the state (PAYMENTS.md): never typed, always the same for the same facts.

    named: fees, taxes and exchange that explain why less came. went_back: money was returned.
    hold: what the registry says of the claims: a dispute holds what it did not send yet.
    """
    if mark is Mark.VOID:
        return PaymentState.VOID
    if stated.minor <= 0 and remitted.minor == 0 and received.minor == 0:
        return PaymentState.NOTHING_DUE
    settled = received.minor + (named.minor if named else 0)
    announced = remitted.minor in (0, stated.minor, received.minor)
    if settled == stated.minor and announced:
        return PaymentState.RECONCILED
    if mark in _MARKED:
        return _MARKED[mark]
    if hold in _MARKED and max(remitted.minor, settled) < stated.minor:
        return _MARKED[hold]
    if went_back and received.minor < stated.minor:
        return PaymentState.RETURNED
    if 0 < settled < stated.minor:
        return PaymentState.PART_PAID
    if remitted.minor >= stated.minor or settled > stated.minor:
        return PaymentState.PAID
    if remitted.minor > 0:
        return PaymentState.PART_PAID
    return PaymentState.OVERDUE if due < today else PaymentState.STATED
