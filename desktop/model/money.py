"""Money: exact decimals on lines, integer minor units where it settles; never a float."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction

EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
MOST_MINOR = 10**17  # far above any payment; sums of many stay whole numbers of 64 bits
_AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,18})?")


@functools.cache
def exponent(currency: str) -> int:
    """Return the decimals of an ISO 4217 currency (JPY 0, EUR 2, KWD 3). Raises ValueError."""
    from iso4217 import Currency  # reads its tables, which only money needs

    try:
        decimals = Currency(currency).exponent
    except ValueError as error:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency.") from error
    if decimals is None:
        raise ValueError(f"{currency} has no minor unit and cannot be paid.")
    return int(decimals)


def parse_amount(text: str) -> Decimal:
    """Read an exact amount such as -12.3400. Raises ValueError for anything else."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not an amount.")
    return Decimal(text)


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Add without losing a digit."""
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def exact_product(*factors: Decimal) -> Decimal:
    """Multiply; raises ArithmeticError if 80 digits do not hold the result."""
    context = Context(prec=80, traps=[InvalidOperation, Inexact])
    product = Decimal(1)
    for factor in factors:
        product = context.multiply(product, factor)
    return product


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount that settles: integer minor units (cents) of an ISO 4217 currency."""

    currency: str
    minor: int

    def __post_init__(self) -> None:
        exponent(self.currency)
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError("Minor units are whole numbers.")

    @classmethod
    def exactly(cls, amount: Decimal, currency: str) -> Money:
        """Read an amount that must fit the currency's decimals. Raises ValueError."""
        scaled = EXACT.scaleb(amount, exponent(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} has more decimals than {currency} knows.")
        if abs(scaled) > MOST_MINOR:
            raise ValueError(f"{amount:f} is larger than any amount that can be kept.")
        return cls(currency, int(scaled))

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Money:
        """Round once, half to even, to the currency's decimals."""
        scaled = EXACT.scaleb(amount, exponent(currency))
        return cls(currency, int(scaled.to_integral_value(ROUND_HALF_EVEN)))

    @property
    def decimal(self) -> Decimal:
        """The amount as an exact decimal with the currency's decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency), EXACT)

    def __str__(self) -> str:
        return f"{self.decimal:f}"

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.currency, self.minor + other.minor)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.currency, self.minor - other.minor)

    def __neg__(self) -> Money:
        return Money(self.currency, -self.minor)

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added.")


def split_minor(minor: int, parts: Sequence[Fraction]) -> list[int]:
    """Divide minor units by largest remainder; the result adds up to minor exactly.

    parts add up to 1; earlier parts win ties. A negative amount splits like its opposite.
    """
    if sum(parts) != 1 or any(part < 0 for part in parts):
        raise ValueError("The parts must add up to the whole.")
    sign, whole = (-1, -minor) if minor < 0 else (1, minor)
    exact = [part * whole for part in parts]
    floors = [int(amount) for amount in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[: whole - sum(floors)]:
        floors[index] += 1
    return [sign * amount for amount in floors]
