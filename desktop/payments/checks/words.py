"""Amounts as findings name them, and when two of them are the same."""

from __future__ import annotations

import functools
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import EXACT
from desktop.model.payments import Statement

_SHOWN_PLACES = 18


@functools.cache
def fraction(share: str) -> Fraction:
    """Return a share that was written as 1/3."""
    return Fraction(share)


def close(expected: Decimal | Fraction, stated: Decimal) -> bool:
    """Whether two amounts differ by one unit in the last stated place at most."""
    if expected == stated:
        return True
    places = -int(stated.as_tuple().exponent)
    return abs(Fraction(expected) - Fraction(stated)) <= Fraction(1, 10**places)


def amount(value: Decimal | Fraction, statement: Statement) -> str:
    """Return 12.34 EUR; an endless fraction is cut after 18 decimals."""
    return f"{plain(value)} {statement.currency}"


def plain(value: Decimal | Fraction) -> str:
    """Return a number without an exponent."""
    if isinstance(value, Fraction):
        value = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
        if -int(value.as_tuple().exponent) > _SHOWN_PLACES:
            value = value.quantize(Decimal(1).scaleb(-_SHOWN_PLACES), context=EXACT)
    return f"{value:f}"


def percent(rate: Decimal) -> str:
    """Return 12.5 % for 0.125."""
    return f"{plain((rate * 100).normalize(EXACT))} %"
