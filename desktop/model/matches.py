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


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Bank entries and statements that may belong together; the user confirms it, or not.

    score: 0 to 100. why: in words. gap: what stays open of the statements; below zero: what came
    on top.
    """

    parts: tuple[NewMatch, ...]
    score: int
    why: tuple[str, ...]
    gap: Money

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries, each once."""
        return tuple(dict.fromkeys(part.entry_id for part in self.parts))

    @property
    def statements(self) -> tuple[int, ...]:
        """The statements, each once."""
        found = (part.statement_id for part in self.parts)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    @property
    def name(self) -> str:
        """How it is called on the command line: 12-3, 12-3+4, 12+13-3."""
        return "-".join("+".join(map(str, one)) for one in (self.entries, self.statements))
