"""What of each part of a payment has arrived: when, and in which currency it came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from desktop.model.allocations import Arrival
from desktop.model.matches import MOVED, MoneyMatch
from desktop.model.money import Money
from desktop.model.payments import Payment
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

Minors = Mapping[Cell, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A party's part of a payment for one work; see Allocation."""

    party: int
    work: int
    exact: Fraction
    settled: Money
    due: Money
    arrivals: tuple[Arrival, ...]


def arrived_parts(
    payment: Payment,
    statement: StatementSums,
    divided: Divided,
    kept: Mapping[int, Minors],
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
    due: Minors = {}
    arrivals: dict[Cell, list[Arrival]] = {}
    for on, now, match in _steps(payment, parts, sums, me):
        for cell, arrival in _arrivals(on, due, now, match, currency):
            arrivals.setdefault(cell, []).append(arrival)
        due = now
    found = [
        Part(
            party=cell[0],
            work=cell[1],
            exact=exact.get(cell, Fraction(0)),
            settled=Money(currency, parts.get(cell, 0)),
            due=Money(currency, due.get(cell, 0)),
            arrivals=tuple(arrivals.get(cell, ())),
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
        vat=one.vat,
    )


def _steps(
    payment: Payment, parts: Minors, sums: Sums, me: int
) -> Iterator[tuple[date, Minors, MoneyMatch | None]]:
    """Yield what is due when it is stated, and after each day's money."""
    yield payment.issued, _due(parts, sums, 0, me), None
    moved = [one for one in payment.money if one.kind in MOVED]
    total = 0
    for match in sorted(moved, key=lambda one: (one.booked_on, one.match_id)):
        total += match.settled.minor
        yield match.booked_on, _due(parts, sums, total, me), match


def _due(parts: Minors, sums: Sums, came_minor: int, me: int) -> Minors:
    whole = sums.payable
    came = Money(whole.currency, min(max(came_minor, 0), whole.minor))
    if came == whole:
        return parts
    return round_cells(came, arrived_cells(parts, sums, came, me))


def _arrivals(
    on: date, before: Minors, now: Minors, match: MoneyMatch | None, currency: str
) -> Iterator[tuple[Cell, Arrival]]:
    """Yield what became due by one match, in the currency in which it came."""
    more = {cell: now.get(cell, 0) - before.get(cell, 0) for cell in {**before, **now}}
    total = sum(more.values())
    if match is not None and match.amount.currency != currency and total:
        currency = match.amount.currency
        # Of more than was stated, only what was stated is divided.
        part = Fraction(total, match.settled.minor)
        more = in_currency(more, Money(currency, round(match.amount.minor * part)))
    wholes: dict[int, int] = {}
    for (_, work), minor in more.items():
        wholes[work] = wholes.get(work, 0) + minor
    for cell, minor in more.items():
        if minor:
            whole = Money(currency, wholes[cell[1]])
            yield cell, Arrival(on=on, amount=Money(currency, minor), whole=whole)
