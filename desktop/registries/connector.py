"""What every connector is: a few calls and values. Flows know nothing else of a protocol.

What a registry lacks stands in its description (Ability), and the flows do not ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

from desktop.errors import Untrusted
from desktop.model.claims import Receipt
from desktop.model.offers import OfferPage
from desktop.model.registries import Description, EventPage
from desktop.model.times import Clock
from desktop.registries.transport import Transport, check_address


class Signer(Protocol):
    """The identity's key, as far as a connector may use it."""

    @property
    def did(self) -> str:
        """did:key:z6Mk…"""

    def sign(self, data: bytes) -> bytes:
        """Return 64 bytes of Ed25519 signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a connector gets to reach one registry.

    key is None where nothing may be signed (describing). options: see Option. trusted: the
    registry's keys as pinned in the store; empty before the first contact. own: every key of the
    user's ("z6Mk…"), former ones and other identities' too. claimant: the DID that is spoken for,
    where that is an older key which key follows; else "".
    """

    transport: Transport
    url: str
    key: Signer | None
    now: Clock
    options: Mapping[str, Any] = field(default_factory=dict)
    trusted: Mapping[str, bytes] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    claimant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is sent in place of a claim, where a protocol wants that. made_s: UTC seconds.

    again: it was sent before, and whether it arrived is not known.
    """

    document: bytes
    forced: bool = False
    made_s: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One signed claim on its way. document: its canonical bytes.

    forced: the user wants it declared against the registry's objection. earlier: the newest
    envelope that left for it with an unknown outcome. envelope: the one to send now.
    """

    claim_hash: str
    document: bytes
    forced: bool = False
    earlier: Envelope | None = None
    envelope: Envelope | None = None

    @property
    def size_bytes(self) -> int:
        """How many bytes of a call it takes."""
        return len(self.envelope.document if self.envelope else self.document)


class Verdict(Enum):
    """What a registry answered for one claim."""

    RECEIVED = auto()
    """It has the claim; the receipt is verified."""
    RECOVERED = auto()
    """It has a declaration of ours already: its reply, and with it the receipt, was lost."""
    CONFLICT = auto()
    """Somebody else claims the same."""
    REFUSED = auto()
    """A final no, in words."""
    AGAIN = auto()
    """Not taken for a reason that a new envelope cures: send again at once."""
    NOT_BELIEVED = auto()
    """The answer breaks the protocol or its signature; whether it has the claim is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a registry answered for one claim. words: for the user, plain text.

    receipt: with RECEIVED. number: the registry's name for the claim, where it told one.
    conflict: with CONFLICT. notice: something to tell beside the outcome (a clock that is off).
    """

    claim_hash: str
    verdict: Verdict
    words: str = ""
    receipt: Receipt | None = None
    number: str = ""
    conflict: Mapping[str, Any] | None = None
    notice: str = ""


def outcome_of_receipt(claim_hash: str, read: Callable[[], Receipt]) -> Outcome:
    """Return what a receipt means: read verifies it, and raises Untrusted if it is not to be."""
    try:
        receipt = read()
    except Untrusted as problem:
        return Outcome(claim_hash=claim_hash, verdict=Verdict.NOT_BELIEVED, words=problem.message)
    return Outcome(
        claim_hash=claim_hash, verdict=Verdict.RECEIVED, receipt=receipt, number=receipt.number
    )


class Connector(Protocol):
    """Speaks to one registry as one claimant. Every call may raise RegistryProblem only."""

    def describe(self) -> Description:
        """Return what the registry says it is and can do; keys are not yet trusted."""

    def envelope(self, parcel: Parcel) -> Envelope | None:
        """Return what is to be sent for a claim, or None for the claim itself. No network."""

    def submit(self, parcels: Sequence[Parcel], description: Description) -> Sequence[Outcome]:
        """Send at most description.batch claims; one outcome each, in order."""

    def events(self, after: str) -> EventPage:
        """Return the page of the feed after a cursor (Ability.EVENTS)."""

    def claim(self, claim_hash: str) -> dict[str, Any]:
        """Return hash and status of a claim (Ability.LOOK_UP); Refused with 404 if unknown."""

    def respond(self, claim_hash: str, path: str, document: bytes) -> dict[str, Any]:
        """Send a signed answer about a claim; returns its hash and new status.

        path: responses, disputes or withdrawal (Ability.RESPOND, DISPUTE, WITHDRAW).
        """

    def set_payout(self, document: bytes) -> dict[str, Any]:
        """Send a signed payout channel; returns kind and status (Ability.PAYOUT).

        status: unconfirmed, or confirmed once it is in force. The same document may be sent again.
        """

    def tell_of_key(self, document: bytes) -> dict[str, Any]:
        """Send a signed notice about a key; returns its did, status and successor (Ability.KEYS).

        Who signs the request does not matter. The same notice may be sent again.
        """

    def offers(self, after: str) -> OfferPage:
        """Return what is offered after a cursor, not verified (Ability.OFFERS)."""

    def answer_offer(self, number: str, document: bytes) -> dict[str, Any]:
        """Send a signed answer to an offer; returns the receipt, not verified (Ability.OFFERS).

        The same answer may be sent again.
        """

    def statement(self, number: str, revision: int) -> bytes:
        """Return the bytes of a statement, not verified (Ability.STATEMENTS)."""

    def remittance(self, external_id: str) -> bytes:
        """Return the bytes of a notice of payment, not verified (Ability.STATEMENTS)."""

    def read_signed(
        self, schema: str, document: bytes, description: Description, payee: str
    ) -> dict[str, Any]:
        """Verify a Statement or Remittance and return what it says (Ability.STATEMENTS)."""


class NothingToTell:
    """The calls that a registry without feed and payments lacks; flows never make them."""

    def events(self, after: str) -> EventPage:
        """Return an empty page."""
        return EventPage(events=(), next=after, more=False)

    def claim(self, claim_hash: str) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def respond(self, claim_hash: str, path: str, document: bytes) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def set_payout(self, document: bytes) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def tell_of_key(self, document: bytes) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def offers(self, after: str) -> OfferPage:
        """Return an empty page."""
        return OfferPage(entries=(), next=after, more=False)

    def answer_offer(self, number: str, document: bytes) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def statement(self, number: str, revision: int) -> bytes:
        """Return nothing."""
        return b""

    def remittance(self, external_id: str) -> bytes:
        """Return nothing."""
        return b""

    def read_signed(
        self, schema: str, document: bytes, description: Description, payee: str
    ) -> dict[str, Any]:
        """Return nothing."""
        return {}


CheckReceipt = Callable[[Mapping[str, Any], str, bytes, Mapping[str, bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something a kind of registry must or may be told when it is added.

    read: turns what was typed into the value kept; raises UsageProblem.
    """

    name: str
    label: str
    hint: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A protocol the app speaks. origin and version: the package it comes from.

    check_receipt(receipt, claim's hash, claim's document, keys): raises SignatureProblem or
    ValueError unless a kept receipt still proves the claim; None where there is nothing to check.
    check_address: raises RegistryProblem for what is no address of such a registry.
    payout_kinds(description): the ways a registry pays in, from its kept description.
    """

    name: str
    title: str
    origin: str
    version: str
    connect: Callable[[Link], Connector]
    check_receipt: CheckReceipt | None = None
    options: tuple[Option, ...] = ()
    check_address: Callable[[str], None] = check_address
    payout_kinds: Callable[[bytes], tuple[str, ...]] | None = None
