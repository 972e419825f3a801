"""Works, their files, and the parties that share in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from desktop.model.fingerprints import Kind


class FileState(StrEnum):
    """Whether a file was there when last looked for."""

    PRESENT = "present"
    MISSING = "missing"


class Outcome(StrEnum):
    """What a scan did with one file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    MOVED = "moved"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFile:
    """A file of a work, where it was last seen."""

    file_id: int
    path: Path
    size_bytes: int
    mtime_ns: int
    state: FileState
    iscc: str
    datahash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """What a grid or list shows of one work; claim_state is the most telling one.

    terms_version: 0 where nothing was said.
    """

    work_id: int
    title: str
    kind: Kind
    iscc: str
    datahash: str
    terms_version: int
    claim_state: str
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """Someone who made the work, as the creator wrote it."""

    name: str
    role: str = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A public number of a work, such as isrc or isbn."""

    scheme: str
    value: str


class Right(StrEnum):
    """The rights a claim speaks of (REGISTRIES.md)."""

    TRAINING = "training"
    REFERENCE = "reference"
    OUTPUT = "output"


class Capacity(StrEnum):
    """In what capacity the claimant speaks."""

    AUTHOR = "author"
    LEGAL_OWNER = "legal_owner"
    BENEFICIAL_OWNER = "beneficial_owner"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or company. did is empty where it is not known."""

    party_id: int = 0
    name: str
    did: str = ""
    is_self: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A party's exact part of a right. territories: ISO 3166-1 alpha-2, or WORLD."""

    party: Party
    right: Right
    fraction: Fraction
    territories: tuple[str, ...] = ("WORLD",)

    def __post_init__(self) -> None:
        if not 0 < self.fraction <= 1:
            raise ValueError("A share is more than nothing and at most the whole.")
        if self.fraction.denominator >= 10**18:
            raise ValueError("A share is too fine: its numbers have 18 digits at most.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintFacts:
    """A kept fingerprint, as claims and details need it."""

    fingerprint_id: int
    kind: Kind
    mediatype: str
    iscc: str
    units_256: tuple[str, ...]
    datahash: str
    sha256: str
    md5: str
    size_bytes: int
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    characters: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One creation with everything a claim may say of it. shares empty: all of it is mine."""

    work_id: int
    title: str
    kind: Kind
    fingerprint: FingerprintFacts
    creators: tuple[Creator, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    created: str = ""
    ai_involvement: str = "unknown"
    shares: tuple[Share, ...] = ()
    files: tuple[WorkFile, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one file of a scan."""

    path: Path
    outcome: Outcome
    work_id: int | None = None
