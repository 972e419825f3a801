"""Divides what was paid among those who hold shares; the parts always add up to the whole.

The payee holds what it was paid for first; what it was paid beyond its own share belongs to the
others. What nobody is said to hold stays open under NOBODY, and is never given to anyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from desktop.model.money import Money, exponent

NOBODY = 0
Key = TypeVar("Key", int, tuple[int, int])
_WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A party (its number) and its part of the right on the day of use; part None: unknown."""

    party: int
    part: Fraction | None
    is_payee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
    """What a line paid, exactly, and whose it is: party → part of it; the parts add up to 1."""

    net: Decimal
    parts: Mapping[int, Fraction]


def parts_of_line(paid_share: Fraction | None, holders: Sequence[Holder]) -> dict[int, Fraction]:
    """Return party → part of a line's money. paid_share: of the whole right; None: all of it.

    Without any holder everything is the payee's, and the result is empty.
    """
    payees = [one for one in holders if one.is_payee]
    others = [one for one in holders if not one.is_payee]
    paid = _WHOLE if paid_share is None else paid_share
    if not holders or paid <= 0:
        return {}
    own = sum((one.part or Fraction(0) for one in payees), Fraction(0))
    unknown = any(one.part is None for one in holders)
    kept = min(own, paid)
    rest = paid - kept
    named = sum((one.part or Fraction(0) for one in others), Fraction(0))
    # Where others' parts are more than what was paid for them, each is paid for alike.
    given = min(named, rest) if not unknown or named else Fraction(0)
    found: dict[int, Fraction] = {}
    for one in payees:
        _add(found, one.party, kept * _ratio(one.part, own) / paid)
    for one in others:
        _add(found, one.party, given * _ratio(one.part, named) / paid)
    _add(found, NOBODY, (rest - given) / paid)
    return {party: part for party, part in found.items() if part}


def split_amount(amount: Money, lines: Iterable[PaidLine], payee: int) -> dict[int, Money]:
    """Divide a settled amount as its lines say, by largest remainder; ties go to lower numbers.

    Fees, tax and what else came off is borne by all alike. Lines that add up to nothing are
    divided as they stand, and the amount beside them is the payee's.
    """
    exact: dict[int, Fraction] = {payee: Fraction(0)}
    total = Fraction(0)
    for line in lines:
        net = Fraction(line.net)
        total += net
        for party, part in (line.parts or {payee: _WHOLE}).items():
            exact[party] = exact.get(party, Fraction(0)) + net * part
    unit = 10 ** exponent(amount.currency)
    if total:
        exact = {party: sum_ / total * amount.minor for party, sum_ in exact.items()}
    else:
        exact = {party: sum_ * unit for party, sum_ in exact.items()}
        exact[payee] += amount.minor
    return {
        party: Money(amount.currency, minor)
        for party, minor in largest_remainder(amount.minor, exact).items()
    }


def largest_remainder(whole: int, exact: Mapping[Key, Fraction]) -> dict[Key, int]:
    """Round exact amounts whose sum is less than one away from whole, so that they add up to it.

    A negative whole is divided like its opposite; ties go to the keys that come first.
    """
    sign = -1 if whole < 0 else 1
    amounts = {party: value * sign for party, value in exact.items()}
    floors = {party: value.numerator // value.denominator for party, value in amounts.items()}
    order = sorted(amounts, key=lambda party: (floors[party] - amounts[party], party))
    for party in order[: abs(whole) - sum(floors.values())]:
        floors[party] += 1
    return {party: sign * minor for party, minor in floors.items()}


def _ratio(part: Fraction | None, of: Fraction) -> Fraction:
    return (part or Fraction(0)) / of if of else Fraction(0)


def _add(found: dict[int, Fraction], party: int, part: Fraction) -> None:
    found[party] = found.get(party, Fraction(0)) + part
