"""Exchange rates, with their source and day, and amounts shown in the user's home currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction

from desktop.model.money import EXACT, Money, exponent

_SHOWN_DIGITS = 6


class RateSource(StrEnum):
    """Who says so."""

    SAME = "same currency"
    BANK = "your bank"
    ECB = "European Central Bank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How much of quote one unit of base is. on: the day of the rate, not the day asked for."""

    base: str
    quote: str
    value: Fraction
    source: RateSource
    on: date

    def convert(self, amount: Money) -> Money:
        """Convert and round once, half to even. Raises ValueError for another currency."""
        if amount.currency != self.base:
            raise ValueError(f"A rate of {self.base} is none of {amount.currency}.")
        exact = Fraction(amount.decimal) * self.value * 10 ** exponent(self.quote)
        return Money(self.quote, round(exact))

    @property
    def shown(self) -> Decimal:
        """The rate to six figures, as rates are written."""
        value = EXACT.divide(Decimal(self.value.numerator), Decimal(self.value.denominator))
        places = _SHOWN_DIGITS - 1 - value.adjusted() if value else _SHOWN_DIGITS
        step = Decimal(1).scaleb(-max(places, 2))
        return value.quantize(step, ROUND_HALF_EVEN, EXACT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRate:
    """That there is no rate, and why; nothing is guessed."""

    currency: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """An amount as it is, and in the home currency; home None: rate says why not."""

    amount: Money
    home: Money | None
    rate: Rate | NoRate


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeTotal:
    """A total in the home currency, and every amount in it; left_out: what has no rate."""

    total: Money
    parts: tuple[AtHome, ...] = ()

    @property
    def left_out(self) -> tuple[AtHome, ...]:
        """The amounts that are not in the total."""
        return tuple(one for one in self.parts if one.home is None)
