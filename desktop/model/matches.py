"""How money that came is tied to what was stated: matches, and what the user says of a payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.model.money import Money


class MatchKind(StrEnum):
    """What a part of a bank entry is to a payment; all but PAYMENT and RETURNED explain a gap."""

    PAYMENT = "payment"
    FEE = "fee"
    EXCHANGE = "exchange"
    TAX = "tax"
    RETURNED = "returned"
    OTHER = "other"


MOVED = frozenset({MatchKind.PAYMENT, MatchKind.RETURNED})


class Mark(StrEnum):
    """What the user decided about a payment; the newest decision counts."""

    NONE = "none"
    HELD = "held"
    DISPUTED = "disputed"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatch:
    """A part of a bank entry that is to be tied to a statement, a remittance, or neither.

    amount: of the entry, with its sign; settled: what that pays of the statement, in its currency.
    """

    entry_id: int
    kind: MatchKind
    amount: Money
    settled: Money
    statement_id: int | None = None
    remittance_id: int | None = None
    reason: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMatch:
    """A match that holds, with the entry it is a part of. confirmed: the user said so."""

    match_id: int
    entry_id: int
    kind: MatchKind
    amount: Money
    settled: Money
    statement_id: int | None
    remittance_id: int | None
    reason: str
    confirmed: bool
    booked_on: date
    account: str
    counterparty: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the user decided about one payment, and why."""

    mark: Mark
    reason: str
