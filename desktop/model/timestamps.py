"""Proofs of time: who gives them, and where the proof of each list of claims stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ServiceKind(StrEnum):
    """The protocols by which a time is proved."""

    OPENTIMESTAMPS = "opentimestamps"
    RFC3161 = "rfc3161"


class TimestampState(StrEnum):
    """Where a proof stands."""

    QUEUED = "queued"
    PROMISED = "promised"
    """A calendar has the hash; the proof follows when its Bitcoin block is there."""
    PROVED = "proved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampService:
    """Somebody who proves times. roots: PEM certificates of an RFC 3161 authority, else empty.

    used: whether new lists go to it; the proofs of one that is not used any more stay.
    """

    service_id: int
    name: str
    kind: ServiceKind
    url: str
    roots: bytes = b""
    used: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """The proof of one list of claims by one service.

    said: what the newest proof tells ("Bitcoin block 912345 …", or a moment), "" before there is
    one. proof: its bytes; claims: how many the list has.
    """

    timestamp_id: int
    list_id: int
    list_hash: str
    service: TimestampService
    state: TimestampState
    claims: int
    document: bytes
    proof: bytes = b""
    said: str = ""
    attempts: int = 0
    last_problem: str = ""
