"""Who the user is: persons, bands and companies, each with a key and what became of older keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.model.works import Party


class IdentityKind(StrEnum):
    """What stands behind a name."""

    PERSON = "person"
    BAND = "band"
    COMPANY = "company"


class KeyState(StrEnum):
    """Whether a key may sign. REPLACED and REVOKED keys still verify what they signed."""

    ACTIVE = "active"
    REPLACED = "replaced"
    REVOKED = "revoked"


class KeyOrigin(StrEnum):
    """How a key came into the library."""

    MADE = "made"
    IMPORTED = "imported"
    ROTATED = "rotated"


class NoticeKind(StrEnum):
    """What a signed key notice says."""

    ROTATION = "rotation"
    REVOCATION = "revocation"


class BackupKind(StrEnum):
    """How a key was made safe outside this computer."""

    PHRASE = "phrase"
    FILE = "file"


class WebResult(StrEnum):
    """What a look at a did:web found."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNotice:
    """A signed word about a key. document: its canonical bytes, which never change again.

    new_did: the key that follows, only in a rotation. prepared: signed in advance, to be used when
    the key itself is lost; it counts from the day it is kept.
    """

    kind: NoticeKind
    did: str
    new_did: str = ""
    created: datetime
    reason: str
    prepared: bool = False
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """A key of one of the user's identities. ended: since when it signs nothing new."""

    did: str
    party_id: int
    made: datetime
    origin: KeyOrigin
    state: KeyState
    ended: datetime | None = None
    reason: str = ""
    successor: str = ""
    backed_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebCheck:
    """What was found when a did:web was looked at, and when. problem: why it is not confirmed."""

    web_did: str
    did: str
    result: WebResult
    problem: str
    checked: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the user is towards registries. key: the one its party is known by now.

    former: older keys, newest first. kept_in: where a new secret rests, in words.
    """

    party: Party
    kind: IdentityKind
    created: datetime
    current: bool
    key: OwnKey
    former: tuple[OwnKey, ...] = ()
    web: WebCheck | None = None
    kept_in: str = ""

    @property
    def revoked(self) -> bool:
        """Whether its key was revoked, so that nothing can be signed any more."""
        return self.key.state is KeyState.REVOKED
