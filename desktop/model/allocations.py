"""What each collaborator is due of each payment, and what was handed on to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from desktop.model.money import Money
from desktop.model.payments import Period

NOBODY = 0
NO_WORK = 0


class WhyNobody(Enum):
    """Why no share says whose money is."""

    NO_RIGHT = "The line names no right, and they are not shared alike."
    TOO_MUCH = "The shares add up to more than the whole."
    LEFT_OPEN = "The shares leave a part open."


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshared:
    """Money of one work in one currency that no share gives to anybody. work_id NO_WORK: of none.

    why None: shares say it now, but its payments stay divided as they were. by_claim: what decides
    is a claim, which stays as it was signed. payments: of which it is a part; recorded: those of
    them that were kept as they were divided.
    """

    work_id: int
    title: str
    amount: Money
    why: WhyNobody | None
    by_claim: bool
    payments: tuple[int, ...]
    recorded: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Money of a party's part that came on a day, in the currency in which it came.

    whole: what came that day for the same work of the same payment, for everybody.
    """

    on: date
    amount: Money
    whole: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A party's part of one payment for one work. payment_id: the statement's number here.

    party_id NOBODY: no share says whose it is. work_id NO_WORK: what no single work earned.
    exact: before rounding; settled: in whole cents, and those of a payment add up to what it
    states, less fees and differences that were named. due: the part of settled whose money arrived;
    arrivals: the same by day, in the currencies in which it came.
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
    arrivals: tuple[Arrival, ...] = ()
    recorded: bool = False

    @property
    def awaited(self) -> Money:
        """What is due when the rest of the money arrives."""
        return self.settled - self.due

    @property
    def came(self) -> tuple[Money, ...]:
        """What is due in each currency in which it came."""
        found: dict[str, Money] = {}
        for one in self.arrivals:
            currency = one.amount.currency
            found[currency] = found.get(currency, Money(currency, 0)) + one.amount
        return tuple(found.values())

    @property
    def arrived_on(self) -> date | None:
        """The newest day on which money of it came."""
        return max((one.on for one in self.arrivals), default=None)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A line of a collaborator's statement: money that came for a work."""

    on: date
    registry: str
    number: str
    period: Period
    title: str
    amount: Money
    whole: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CollaboratorStatement:
    """One collaborator's account in one currency; last: its last day.

    opening + changed + due - paid = closing. changed: what became different since the statement
    before it was given. awaited: what is stated and has not come, beside the account.
    """

    party_id: int
    party: str
    first: date
    last: date
    opening: Money
    changed: Money
    rows: tuple[DueRow, ...]
    payouts: tuple[Payout, ...]
    awaited: tuple[DueRow, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of all its amounts."""
        return self.opening.currency

    @property
    def due(self) -> Money:
        """What came for the collaborator in this time."""
        return Money(self.currency, sum(row.amount.minor for row in self.rows))

    @property
    def paid(self) -> Money:
        """What was handed on in this time."""
        return Money(self.currency, sum(one.amount.minor for one in self.payouts))

    @property
    def closing(self) -> Money:
        """What is still to be handed on; below zero: more was than is due."""
        return self.opening + self.changed + self.due - self.paid
