"""Offers of licensees that registries pass on, and what the user answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop.model.claims import OutboxState
from desktop.model.terms import Use
from desktop.model.times import from_rfc3339


class Reply(StrEnum):
    """How an offer can be answered."""

    ACCEPT = "accept"
    DECLINE = "decline"


class Standing(StrEnum):
    """Where an offer stands; accepted and declined are the registry's signed word."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What an offer says. claims: hashes; none with every_claim. ends: the first day after.

    price_model: in the registry's words, which may be none of ours.
    """

    registry: str
    number: str
    revision: int
    claimant: str
    licensee: str
    licensee_did: str
    uses: tuple[Use, ...]
    every_claim: bool
    claims: tuple[str, ...]
    price_model: str
    amount: Decimal | None
    currency: str
    begins: date
    ends: date
    made: datetime
    open_until: datetime
    address: str
    note: str


def offered(said: Mapping[str, Any]) -> Offered:
    """Return what an offer says that has the form of openclaims.yaml, Offer."""
    price, works = said["price"], said["works"]
    return Offered(
        registry=said["registry"],
        number=said["id"],
        revision=said["revision"],
        claimant=said["claimant"],
        licensee=said["licensee"]["name"],
        licensee_did=said["licensee"].get("did", ""),
        uses=tuple(use for use in Use if use.value in said["uses"]),
        every_claim=bool(works.get("all")),
        claims=tuple(works.get("claims", ())),
        price_model=price["model"],
        amount=Decimal(price["amount"]) if "amount" in price else None,
        currency=price.get("currency", ""),
        begins=date.fromisoformat(said["period"]["start"]),
        ends=date.fromisoformat(said["period"]["end"]),
        made=from_rfc3339(said["made"]),
        open_until=from_rfc3339(said["open_until"]),
        address=said.get("address", ""),
        note=said.get("note", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReply:
    """What the user answered. claims: what a yes is for. received: by the registry's receipt."""

    answer_id: int
    offer_id: int
    reply: Reply
    document: bytes
    claims: int
    made: datetime
    state: OutboxState
    attempts: int = 0
    last_problem: str = ""
    received: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer as it came, and what became of it.

    signed_by_licensee: its signature is on it and was checked; else only the registry says so.
    ended: the newest revision that the registry withdrew; newest: that it offered.
    """

    offer_id: int
    registry_id: int
    registry: str
    said: Offered
    document: bytes
    sha256: str
    signed_by_licensee: bool
    newest: int
    ended: int = 0
    ended_why: str = ""
    reply: OfferReply | None = None

    def standing(self, now: datetime) -> Standing:
        """Return where it stands."""
        if self.reply is not None:
            return self._answered(self.reply)
        if self.ended >= self.said.revision:
            return Standing.WITHDRAWN
        if self.newest > self.said.revision:
            return Standing.CHANGED
        return Standing.OPEN if now < self.said.open_until else Standing.OVER

    def _answered(self, reply: OfferReply) -> Standing:
        if reply.received is not None:
            accepted = reply.reply is Reply.ACCEPT
            return Standing.ACCEPTED if accepted else Standing.DECLINED
        refused = reply.state is OutboxState.REFUSED
        return Standing.REFUSED if refused else Standing.ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """A page of what is offered: entries as they came, their form checked, nothing else."""

    entries: tuple[Mapping[str, Any], ...]
    next: str
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWord:
    """One entry, verified: an offer, or the word that it is withdrawn. document: canonical."""

    withdrawn: bool
    number: str
    revision: int
    document: bytes
    reason: str = ""
    said: Offered | None = None
    signed_by_licensee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceipt:
    """A registry's signed word that it has an answer."""

    received: datetime
    document: bytes
