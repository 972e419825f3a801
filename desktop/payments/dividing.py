"""Divides a whole statement among parties and works: exact, and rounded once to what is paid.

Fees, tax and reserves are borne by all alike. What was carried over goes to those it was carried
for, a reserve that is released to those it was held from. An advance was paid to the payee, so
what is kept for it comes off the payee's part alone. VAT that is paid on top is no income: the
payee has to hand it to the tax office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import Money, exponent
from desktop.payments.splits import largest_remainder

NO_WORK = 0
Cell = tuple[int, int]  # party, work
Exact = Mapping[Cell, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a statement says beside its lines. vat: what was paid on top for the tax office."""

    payable: Money
    opening: Decimal = Decimal(0)
    recouped: Decimal = Decimal(0)
    reserve: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    vat: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """What a work earned, exactly, and whose it is: party → part; empty: all of it the payee's."""

    work: int
    net: Decimal
    parts: Mapping[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Whose the balance is that a statement carries to the next, and whose the reserve held."""

    balance: Exact = field(default_factory=dict)
    reserve: Exact = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """A statement divided: exact adds up to payable, and so does settled, in whole minor units."""

    exact: Exact
    settled: Mapping[Cell, int]
    carried: Carried


def divide(sums: Sums, lines: Iterable[WorkLine], before: Carried, payee: int) -> Divided:
    """Divide a statement. before: what the one before it carried (same payer and currency)."""
    payable = Fraction(sums.payable.decimal)
    opening, closing = Fraction(sums.opening), Fraction(sums.closing)
    recouped, reserve = Fraction(sums.recouped), Fraction(sums.reserve)
    vat = Fraction(sums.vat)
    weights, rest = _weights(lines, payee)
    # What the lines are worth after fees and tax, by the balance, so that nothing is left over.
    earned = payable + closing + recouped + reserve - opening - vat
    whole: dict[Cell, Fraction] = {}
    _add(whole, _of_lines(earned, weights, rest, payee))
    _add(whole, _as_before(opening, before.balance, weights, payee))
    held = _held(reserve, before.reserve, weights, payee)
    _add(whole, held, -1)
    _add(whole, {(payee, NO_WORK): vat - recouped})
    paid, left = _paid(whole, payable, closing, payee)
    kept = dict(before.reserve)
    _add(kept, held)
    return Divided(
        exact=paid,
        settled=round_cells(sums.payable, paid),
        carried=Carried(balance=left, reserve=_some(kept)),
    )


def round_cells(whole: Money, exact: Exact) -> dict[Cell, int]:
    """Round to minor units: first every party's part of the whole, then its works' parts of it."""
    unit = 10 ** exponent(whole.currency)
    by_party: dict[int, dict[Cell, Fraction]] = {}
    for cell, amount in sorted(exact.items()):
        by_party.setdefault(cell[0], {})[cell] = amount * unit
    totals = {party: sum(cells.values(), Fraction(0)) for party, cells in by_party.items()}
    found: dict[Cell, int] = {}
    for party, minor in largest_remainder(whole.minor, totals).items():
        found |= largest_remainder(minor, by_party[party])
    return found


def arrived_cells(divided: Mapping[Cell, int], sums: Sums, came: Money, payee: int) -> Exact:
    """Return what is due of each part now that came has arrived; exact, in the currency's units.

    More than is stated is nobody's part, and of less than nothing everything is due at once.
    """
    if came.minor >= sums.payable.minor:
        return scaled_cells(divided, sums, sums.payable, payee)
    return scaled_cells(divided, sums, Money(came.currency, max(came.minor, 0)), payee)


def scaled_cells(divided: Mapping[Cell, int], sums: Sums, whole: Money, payee: int) -> Exact:
    """Return the parts of whole where divided are those of what is payable; exact.

    Until it is paid off, what the payee has of an advance counts as money that is there: the
    others' parts of it are due although nothing arrives.
    """
    unit = 10 ** exponent(whole.currency)
    exact = {cell: Fraction(minor, unit) for cell, minor in divided.items()}
    recouped = max(Fraction(sums.recouped), Fraction(0))
    base = Fraction(sums.payable.decimal) + recouped
    if whole == sums.payable or base <= 0:
        return exact
    there = (Fraction(whole.decimal) + recouped) / base
    _add(exact, {(payee, NO_WORK): recouped})
    found = {cell: amount * there for cell, amount in exact.items()}
    _add(found, {(payee, NO_WORK): -recouped})
    return found


def in_currency(due: Mapping[Cell, int], came: Money) -> dict[Cell, int]:
    """Divide what arrived in another currency as the parts that are due; adds up to came."""
    total = sum(due.values())
    unit = 10 ** exponent(came.currency)
    if not total:
        return {}
    parts = {cell: Fraction(minor * came.minor, total * unit) for cell, minor in due.items()}
    return round_cells(came, parts)


def _weights(lines: Iterable[WorkLine], payee: int) -> tuple[dict[Cell, Fraction], bool]:
    """Return each part of what the lines add up to, and whether that is more than nothing.

    Where they cancel out, the amounts as they stand.
    """
    found: dict[Cell, Fraction] = {}
    total = Fraction(0)
    for line in lines:
        net = Fraction(line.net)
        total += net
        for party, part in (line.parts or {payee: Fraction(1)}).items():
            _add(found, {(party, line.work): net * part})
    if total:
        return {cell: amount / total for cell, amount in found.items()}, True
    return found, False


def _of_lines(
    amount: Fraction, weights: Exact, proportional: bool, payee: int
) -> dict[Cell, Fraction]:
    if proportional:
        return {cell: amount * weight for cell, weight in weights.items()}
    found = dict(weights)
    _add(found, {(payee, NO_WORK): amount - sum(weights.values(), Fraction(0))})
    return found


def _as_before(amount: Fraction, before: Exact, weights: Exact, payee: int) -> dict[Cell, Fraction]:
    """Divide as the amount before was; where none is known, as the lines are."""
    total = sum(before.values(), Fraction(0))
    if total and total * amount > 0:
        return {cell: part * amount / total for cell, part in before.items()}
    if amount and sum(weights.values(), Fraction(0)):
        return {cell: amount * weight for cell, weight in weights.items()}
    return {(payee, NO_WORK): amount}


def _held(reserve: Fraction, before: Exact, weights: Exact, payee: int) -> dict[Cell, Fraction]:
    """Return from whom a reserve is held; below zero: to whom it is released."""
    held = sum(before.values(), Fraction(0))
    if reserve >= 0 or held <= 0:
        return _as_before(reserve, {}, weights, payee)
    released = max(reserve, -held)
    found = {cell: part * released / held for cell, part in before.items()}
    _add(found, _as_before(reserve - released, {}, weights, payee))
    return found


def _paid(
    whole: Exact, payable: Fraction, closing: Fraction, payee: int
) -> tuple[dict[Cell, Fraction], dict[Cell, Fraction]]:
    """Tell what is paid now from what is carried to the next statement."""
    if not closing:
        return _some(whole), {}
    if not payable:
        return {}, _some(whole)
    if not payable + closing:
        # One is the other taken back: nobody can say which part of it is whose.
        some = {cell: amount for cell, amount in whole.items() if amount > 0}
        some = some or {(payee, NO_WORK): Fraction(1)}
        total = sum(some.values(), Fraction(0))
        paid = {cell: amount / total * payable for cell, amount in some.items()}
    else:
        paid = {cell: amount * payable / (payable + closing) for cell, amount in whole.items()}
    left = dict(whole)
    _add(left, paid, -1)
    return _some(paid), _some(left)


def _add(found: dict[Cell, Fraction], more: Exact, sign: int = 1) -> None:
    for cell, amount in more.items():
        found[cell] = found.get(cell, Fraction(0)) + sign * amount


def _some(cells: Exact) -> dict[Cell, Fraction]:
    return {cell: amount for cell, amount in cells.items() if amount}
