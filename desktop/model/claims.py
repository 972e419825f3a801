"""Claims on their way: draft, signed, queued, answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.model.iscc_ids import IsccId, read_iscc_id
from desktop.model.terms import Terms
from desktop.model.works import Capacity, Party, Work


class ClaimState(StrEnum):
    """Where a claim stands at one registry (REGISTRIES.md, "Claims")."""

    DRAFT = "draft"
    READY = "ready"
    QUEUED = "queued"
    SENDING = "sending"
    ACKNOWLEDGED = "acknowledged"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REFUSED = "refused"
    CONFLICT = "conflict"
    IN_DISPUTE = "in_dispute"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    LOST = "lost_by_registry"


class OutboxState(StrEnum):
    """Where an entry of the outbox stands."""

    QUEUED = "queued"
    SENDING = "sending"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """Everything that goes into a claim, before it is signed.

    agreements: signed split sheets. private: canonical bytes of the part that stays here.
    """

    work: Work
    claimant: Party
    capacity: Capacity
    terms: Terms
    supersedes: str = ""
    agreements: tuple[Mapping[str, Any], ...] = ()
    private: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedClaim:
    """A signed claim. document: its canonical bytes, which never change again.

    claim_hash: SHA-256 hex of document. content_hash: of what it says, without id, date and proof.
    """

    claim_hash: str
    content_hash: str
    document: bytes
    did: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """A claim that waits for, or was taken by, one registry.

    forced: the user wants it declared although another key declared the same. by_hand: the user
    hands it in with a form; nothing is sent.
    """

    outbox_id: int
    claim_id: int
    claim_hash: str
    registry_id: int
    registry: str
    state: OutboxState
    attempts: int
    not_before: datetime
    last_problem: str
    document: bytes = b""
    forced: bool = False
    by_hand: bool = False


class AnswerKind(StrEnum):
    """What a claimant can say about a claim after it was sent."""

    RESPONSE = "response"
    DISPUTE = "dispute"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Something signed about a claim, on its way to one registry."""

    answer_id: int
    claim_id: int
    claim_hash: str
    registry: str
    kind: AnswerKind
    document: bytes
    state: OutboxState
    attempts: int = 0
    not_before: datetime
    last_problem: str = ""
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A registry's signed answer, verified. status: the registry's word at that moment."""

    claim_hash: str
    number: str
    sequence: int
    received: datetime
    status: str
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """What a list shows of one claim at one registry.

    number: the registry's; at an ISCC-HUB it is an ISCC-ID, which holds the time (iscc_id).
    by_hand: state, number and reason are the user's own word, for a form that was handed in.
    """

    claim_id: int
    work_id: int
    title: str
    registry: str
    registry_id: int
    state: ClaimState
    changed: datetime
    number: str = ""
    receipt_time: datetime | None = None
    receipt_verified: bool = False
    reason: str = ""
    conflict: Mapping[str, Any] | None = None
    attempts: int = 0
    not_before: datetime | None = None
    last_problem: str = ""
    by_hand: bool = False

    @property
    def iscc_id(self) -> IsccId | None:
        """The ISCC-ID that the registry gave, decoded, or None."""
        return read_iscc_id(self.number)

    @property
    def may_be_forced(self) -> bool:
        """Whether it stands still because another key declared the same bytes first."""
        return self.state is ClaimState.CONFLICT and "existing_key" in (self.conflict or {})
