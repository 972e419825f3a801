"""Works, their files, and the parties that share in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from desktop.model.fingerprints import Kind
from desktop.model.publishing import KnownCopy


class FileState(StrEnum):
    """Whether a file was there when last looked for."""

    PRESENT = "present"
    MISSING = "missing"


class Outcome(StrEnum):
    """What a scan did with one file. COPY: it is a published copy of a work."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    MOVED = "moved"
    DUPLICATE = "duplicate"
    COPY = "copy"
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


class Known(StrEnum):
    """The answer to a plain question; not to know is an answer too."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reach(StrEnum):
    """Whether a collaborator can be reached."""

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"


class Interest(StrEnum):
    """Which side of a recording a share is of; WHOLE where there are no two sides."""

    WHOLE = "whole"
    MASTER = "master"
    PUBLISHING = "publishing"


class Basis(StrEnum):
    """What a split rests on."""

    DEFAULT = "default"
    CONTRACT = "contract"
    AGREED = "agreed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or company. did is empty where it is not known; contact never leaves in a claim."""

    party_id: int = 0
    name: str
    did: str = ""
    is_self: bool = False
    isni: str = ""
    orcid: str = ""
    ipi: str = ""
    contact: str = ""
    reach: Reach = Reach.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A party's exact part of a right; fraction None: nobody knows how much.

    territories: ISO 3166-1 alpha-2, or WORLD. starts, ends: YYYY-MM-DD or "" for always; ends is
    the first day on which it holds no longer.
    """

    party: Party
    right: Right
    fraction: Fraction | None
    territories: tuple[str, ...] = ("WORLD",)
    interest: Interest = Interest.WHOLE
    starts: str = ""
    ends: str = ""
    basis: Basis = Basis.UNKNOWN

    def __post_init__(self) -> None:
        if self.fraction is not None and not 0 < self.fraction <= 1:
            raise ValueError("A share is more than nothing and at most the whole.")
        if self.fraction is not None and self.fraction.denominator >= 10**18:
            raise ValueError("A share is too fine: its numbers have 18 digits at most.")
        if not self.territories:
            raise ValueError("A share holds somewhere: name countries, or WORLD.")
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValueError("A share ends after the day it starts.")

    @property
    def part(self) -> str:
        """The exact part as documents have it: 2/3, or unknown."""
        if self.fraction is None:
            return "unknown"
        return f"{self.fraction.numerator}/{self.fraction.denominator}"


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
class Publication:
    """Whether, when and where a work was first published.

    on: YYYY, YYYY-MM, YYYY-MM-DD or "". country: ISO 3166-1 alpha-2 or "".
    """

    answer: Known = Known.UNKNOWN
    on: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something kept that speaks for a claim: a contract, a draft, a photo of a sketch.

    name: of the file it came from; it stays here. dated: YYYY-MM-DD or "".
    """

    evidence_id: int = 0
    sha256: str
    kind: str
    name: str = ""
    dated: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One creation with everything a claim may say of it. shares empty: all of it is mine.

    previous: the ISCC-CODE and datahash of the version before this one, if there was one.
    """

    work_id: int
    title: str
    kind: Kind
    fingerprint: FingerprintFacts
    creators: tuple[Creator, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    created: str = ""
    ai_involvement: str = "unknown"
    publication: Publication = Publication()
    capacity: Capacity = Capacity.AUTHOR
    sole_owner: Known = Known.UNKNOWN
    evidence: tuple[Evidence, ...] = ()
    previous: tuple[str, str] | None = None
    shares: tuple[Share, ...] = ()
    files: tuple[WorkFile, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one file of a scan. copy: which published copy it is."""

    path: Path
    outcome: Outcome
    work_id: int | None = None
    copy: KnownCopy | None = None
