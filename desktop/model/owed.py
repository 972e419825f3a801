"""What is owed, by its age, and what may come next: derived, and the latter an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.model.money import Money


class Age(StrEnum):
    """Days since a statement was issued."""

    TO_30 = "0-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "over 90"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one registry owes in one currency. by_age adds up to total; held is not in it.

    late: the part of total that should have come by now. payments: their numbers, oldest first.
    """

    registry: str
    total: Money
    by_age: tuple[tuple[Age, Money], ...]
    late: Money
    held: Money
    payments: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedNext:
    """An estimate of a registry's next payment, from what its past statements brought.

    earliest, latest: when the money may come. carried: all of it may be below the least amount
    that the registry pays out, minimum, and be carried forward. based_on: statements.
    """

    registry: str
    low: Money
    middle: Money
    high: Money
    earliest: date
    latest: date
    based_on: int
    carried: bool = False
    minimum: Money | None = None
