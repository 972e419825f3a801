"""Exact numbers in and out of text. Fractions and integer minor units only; never a float."""

from __future__ import annotations

from fractions import Fraction

CURRENCY = "EUR"
PLACES = 2
MINOR_UNITS = 100


def cut(value: Fraction, places: int) -> Fraction:
    """Return value cut, not rounded, after so many decimals. value is not negative."""
    return Fraction(value.numerator * 10**places // value.denominator, 10**places)


def text_of(value: Fraction, *, least: int = PLACES, most: int = 18) -> str:
    """Return exact decimal text with at least so many decimals.

    Raises ValueError if value has more than most decimals.
    """
    scaled = abs(value) * 10**most
    if scaled.denominator != 1:
        raise ValueError(f"{value} is not exact with {most} decimals")
    digits = f"{scaled.numerator:0{most + 1}d}"
    whole, part = digits[:-most], digits[-most:].rstrip("0").ljust(least, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part}" if part else sign + whole


def to_minor(value: Fraction) -> int:
    """Round once, half to even, to minor units."""
    return round(value * MINOR_UNITS)


def minor_text(minor: int) -> str:
    """Return "12.34" for 1234."""
    return text_of(Fraction(minor, MINOR_UNITS))
