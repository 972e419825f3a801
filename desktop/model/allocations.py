"""What each collaborator is due of each payment, and what was handed on to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from desktop.model.money import Money
from desktop.model.payments import Period

NOBODY = 0
NO_WORK = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A party's part of one payment for one work. payment_id: the statement's number here.

    party_id NOBODY: no share says whose it is. work_id NO_WORK: what no single work earned.
    exact: before rounding; settled: in whole cents, and those of a payment add up to what it
    states, less fees and differences that were named. due: the part of settled whose money arrived
    (arrived_on: the newest day of it); came: the same in the currency in which it arrived.
    recorded: kept as it was divided when it was paid on, so later changes of shares leave it.
    """

    party_id: int
    party: str
    is_me: bool
    payment_id: int
    registry: str
    number: str
    period: Period
    issued: date
    work_id: int
    title: str
    exact: Fraction
    settled: Money
    due: Money
    came: tuple[Money, ...]
    arrived_on: date | None = None
    recorded: bool = False

    @property
    def awaited(self) -> Money:
        """What is due when the rest of the money arrives."""
        return self.settled - self.due

    @property
    def arrived(self) -> bool:
        """Whether all the money of it is here."""
        return self.settled == self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """Money that was handed on to a collaborator. reverses: the payout that it takes back."""

    payout_id: int
    party_id: int
    party: str
    paid_on: date
    amount: Money
    way: str = ""
    reference: str = ""
    note: str = ""
    reverses: int | None = None
    reversed_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Where one collaborator stands in one currency."""

    party_id: int
    party: str
    is_me: bool
    due: Money
    awaited: Money
    paid: Money

    @property
    def open(self) -> Money:
        """What is still to be handed on now; below zero: more was paid than is due."""
        return self.due - self.paid
