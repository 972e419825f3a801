"""What is known of a file: where it lies, its codes, and what it says of itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.model.suggestions import Suggestions

__all__ = ["Fingerprint", "FoundFile", "Kind", "MediaFacts", "Suggestions", "Units"]


class Kind(StrEnum):
    """What sort of work a file is; DATA has no content code."""

    IMAGE = "image"
    SOUND = "sound"
    VIDEO = "video"
    TEXT = "text"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A regular file as the scan saw it. inode is 0 where the platform has none."""

    path: Path
    size_bytes: int
    mtime_ns: int
    inode: int = 0

    @property
    def path_bytes(self) -> bytes:
        """The path as the system and the store keep it."""
        return os.fsencode(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The units of an ISCC-CODE (ISO 24138), each "ISCC:…"; None where there is none."""

    meta: str | None = None
    content: str | None = None
    data: str
    instance: str

    def present(self) -> tuple[str, ...]:
        """Return the units that exist, in the order of the standard."""
        units = (self.meta, self.content, self.data, self.instance)
        return tuple(unit for unit in units if unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """Sizes a person would ask for; None where they do not apply or are not known."""

    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    characters: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Everything one read of one file yields.

    iscc: the ISCC-CODE. units: 64-bit. units_256: 256-bit, in the order of the standard.
    datahash: "1e20" + BLAKE3 hex (multihash); sha256 and md5: hex.
    thumbnail: a JPEG at most 512 pixels on its longer side, or None.
    featureless: the content code is degenerate and must never match another.
    note: a sentence for the user where something is missing on purpose.
    """

    found: FoundFile
    kind: Kind
    mediatype: str
    iscc: str
    units: Units
    units_256: tuple[str, ...]
    datahash: str
    sha256: str
    md5: str
    facts: MediaFacts = field(default_factory=MediaFacts)
    suggestions: Suggestions = field(default_factory=Suggestions)
    thumbnail: bytes | None = None
    featureless: bool = False
    note: str = ""
