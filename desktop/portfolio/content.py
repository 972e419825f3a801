"""What the readers of each kind hand back, and how they say that they cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import MediaFacts
from desktop.model.suggestions import AiStatement, Credit


class NoReader(Exception):
    """This reader does not know the format; the file may still be perfectly sound."""


class OnlySound(NoReader):
    """This container for films holds no pictures, but it does hold sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What the file says of itself. name, description and meta go into the Meta-Code as they are.

    created, identifier, rights and the rest are plain text of limited length already.
    """

    name: str = ""
    description: str = ""
    meta: str = ""
    creators: tuple[Credit, ...] = ()
    rights: str = ""
    created: str = ""
    identifier: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    keywords: tuple[str, ...] = ()
    ai_use: tuple[AiStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What was read out of one file.

    unit: the 256-bit Content-Code unit, "ISCC:…", or None where there is nothing to compare.
    """

    unit: str | None = None
    facts: MediaFacts = field(default_factory=MediaFacts)
    embedded: Embedded = field(default_factory=Embedded)
    thumbnail: bytes | None = None
    featureless: bool = False
    note: str = ""


def damaged(path: Path, message: str, advice: str) -> FileProblem:
    """Return the problem of a file that no reader can decode to its end."""
    return FileProblem(message, path=path, reason=FileProblemKind.BROKEN, advice=advice)


def too_large(path: Path, message: str, advice: str) -> FileProblem:
    """Return the problem of a file that needs more memory than a worker may have."""
    return FileProblem(message, path=path, reason=FileProblemKind.TOO_LARGE, advice=advice)
