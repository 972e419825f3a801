"""Lists that someone publishes of works, and which of the user's works stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Certainty(StrEnum):
    """How sure a match is."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


class MatchState(StrEnum):
    """What the user said to a match."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWork:
    """One row of a list. numbers: (scheme, normalised value); hashes: hex or ISCC, as written."""

    line: int
    title: str = ""
    authors: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    hashes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryWork:
    """What of a work can be compared with a list."""

    work_id: int
    title: str
    creators: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    hashes: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMatch:
    """A row that is, or may be, a work of the library. reason: why, in words. score: 0 to 100."""

    line: int
    work_id: int
    certainty: Certainty
    score: int
    reason: str
    listed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The dated result of comparing a list with the library."""

    listing_id: int
    name: str
    sha256: str
    looked: datetime
    rows: int
    works: int
    matches: int
    left_out: int
