"""Registries as the app knows them, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class RegistryKind(StrEnum):
    """The protocols this app speaks by itself; other packages may add more by name."""

    OPEN_CLAIMS = "open_claims"
    ISCC_HUB = "iscc_hub"
    FORM_PACK = "form_pack"
    """No network: claims go into a folder that the user hands in."""
    PAYER = "payer"
    """Takes no claims: its statements come as files only."""


class Ability(StrEnum):
    """What a registry can do beyond taking claims; what is not in its description is not asked."""

    EVENTS = "events"
    REVIEW = "review"
    STATEMENTS = "statements"
    RESPOND = "respond"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    LOOK_UP = "look_up"
    FORCE = "force"
    PAYOUT = "payout"
    KEYS = "keys"
    TERMS = "terms"
    OFFERS = "offers"


NOT_POSSIBLE: dict[Ability, str] = {
    Ability.EVENTS: "This registry tells nothing by itself after its receipt.",
    Ability.REVIEW: "This registry records claims and does not review them.",
    Ability.STATEMENTS: "This registry pays nothing, so it sends no statements.",
    Ability.RESPOND: "This registry takes no answers to conflicts.",
    Ability.DISPUTE: "This registry settles no disputes.",
    Ability.WITHDRAW: "Nothing can be withdrawn at this registry: what is declared there stays.",
    Ability.SUPERSEDE: "Nothing can be replaced at this registry: the first declaration stays.",
    Ability.LOOK_UP: "This registry cannot be asked whether it still knows a claim.",
    Ability.FORCE: "This registry does not take a claim against its own objection.",
    Ability.PAYOUT: "This registry pays nothing, so it need not know where to pay.",
    Ability.KEYS: "This registry lets only the key that signed a claim change it.",
    Ability.TERMS: "This registry takes no single licensees, no last day and no address of terms.",
    Ability.OFFERS: "This registry passes no offers on.",
}


class RegistryState(StrEnum):
    """How the app gets on with a registry."""

    UNCHECKED = "unchecked"
    READY = "ready"
    OFFLINE = "offline"
    PAUSED = "paused"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry the user added. did is empty until its description was read and verified.

    kind: a RegistryKind, or the name of a connector of another package. options: what only its
    connector understands. abilities: as last described. offered: keys (multibase) it showed
    instead of the trusted ones; the user decides. quiet_until: it asked not to be asked sooner,
    at quiet_from.
    """

    registry_id: int
    name: str
    kind: str
    url: str
    did: str = ""
    state: RegistryState = RegistryState.UNCHECKED
    last_problem: str = ""
    last_contact: datetime | None = None
    description: bytes = b""
    options: Mapping[str, Any] = field(default_factory=dict)
    abilities: frozenset[Ability] = frozenset()
    offered: tuple[str, ...] = ()
    quiet_from: datetime | None = None
    quiet_until: datetime | None = None

    @property
    def by_hand(self) -> bool:
        """Whether the user hands claims in; then nothing is sent, and only the user says so."""
        return self.kind == RegistryKind.FORM_PACK

    def wants_peace(self, now: datetime) -> bool:
        """Tell whether it is to be left alone now; a clock that was set back since ends that."""
        if self.quiet_until is None or now >= self.quiet_until:
            return False
        return self.quiet_from is None or self.quiet_from <= now

    @property
    def only_pays(self) -> bool:
        """Whether it takes no claims and is never asked: its statements come as files."""
        return self.kind == RegistryKind.PAYER


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a registry says it is and can do; document is the original.

    methods: verification method → 32 bytes of Ed25519 key. vouched: the keys are signed for by
    did itself, so a new one needs no decision of the user. batch: claims a call. payout_kinds: the
    ways it pays in, as it names them.
    """

    name: str
    api: str
    did: str
    methods: Mapping[str, bytes]
    batch: int
    body_bytes: int
    document: bytes
    currencies: tuple[str, ...] = ()
    payment_terms_days: int = 0
    abilities: frozenset[Ability] = frozenset()
    vouched: bool = False
    payout_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a registry's ordered feed; document is its original JSON."""

    cursor: str
    type: str
    time: datetime
    claim_hash: str = ""
    claim_number: str = ""
    reason: str = ""
    conflict: Mapping[str, Any] | None = None
    statement: tuple[str, int] | None = None
    remittance: str = ""
    document: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A page of the feed. next: where to go on from, kept only when the page was applied."""

    events: tuple[Event, ...]
    next: str
    more: bool
