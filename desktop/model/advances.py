"""What registries advanced, hold back, withhold and carry over: where the user stands with each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.model.money import EXACT, Money

USUAL_RESERVE_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Money that a registry paid before it was earned. reverses: the one that it takes back."""

    advance_id: int
    registry_id: int
    registry: str
    granted_on: date
    amount: Money
    terms: str = ""
    reverses: int | None = None
    reversed_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withholding:
    """The tax that a registry may withhold, such as 0.15, since a day. country "": of any other.

    rate None: nothing is expected any more.
    """

    registry: str
    country: str
    rate: Decimal | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerBalance:
    """What all statements of a registry in one currency come to, beside what was paid.

    advanced, recouped: of advances; recouped counts from the first advance on. held, released: of
    reserves. vat: what was paid on top for the tax office; it is no income.
    """

    registry: str
    currency: str
    advanced: Decimal
    recouped: Decimal
    held: Decimal
    released: Decimal
    carried: Decimal
    withheld: Decimal
    vat: Decimal

    @property
    def advance_left(self) -> Decimal:
        """What is still to be earned back; below zero: more was kept than was advanced."""
        return EXACT.subtract(self.advanced, self.recouped)

    @property
    def reserve(self) -> Decimal:
        """What is held back now."""
        return EXACT.subtract(self.held, self.released)
