"""Registries as the app knows them, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class RegistryKind(StrEnum):
    """The protocol a registry speaks."""

    OPEN_CLAIMS = "open_claims"


class RegistryState(StrEnum):
    """How the app gets on with a registry."""

    UNCHECKED = "unchecked"
    READY = "ready"
    OFFLINE = "offline"
    PAUSED = "paused"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry the user added. did is empty until its description was read and verified."""

    registry_id: int
    name: str
    kind: RegistryKind
    url: str
    did: str = ""
    state: RegistryState = RegistryState.UNCHECKED
    cursor: str = ""
    last_problem: str = ""
    last_contact: datetime | None = None
    description: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a registry says it is and can do; document is the signed original."""

    name: str
    api: str
    did: str
    methods: Mapping[str, bytes]
    batch: int
    body_bytes: int
    currencies: tuple[str, ...]
    payment_terms_days: int
    document: bytes


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
