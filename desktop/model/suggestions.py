"""What a file says of itself: offered to the user, never taken for the user's own word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.model.terms import Answer, Use


class Vocabulary(StrEnum):
    """Where a statement about AI use is written (TERMS.md)."""

    IPTC = "iptc"
    TDMREP = "tdmrep"
    CAWG = "cawg"
    ROBOTS = "robots"
    RIGHTS = "rights"
    AIPREF = "aipref"
    CONTENT_SIGNALS = "content signals"
    TDMAI = "tdmai"
    RSL = "rsl"
    AITXT = "ai.txt"


# RSL that stands in a page is kept whole, to be understood later.
MOST_INLINE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A name with the role the file gives it; role is "" where the file does not tell."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AiStatement:
    """One thing a file says about AI use, in the words of its vocabulary.

    meaning: the uses it clearly answers, in Use's order; empty where its definition answers none,
    or where the value is not one of the vocabulary's. Nothing here was verified.
    """

    vocabulary: Vocabulary
    property: str
    value: str
    meaning: tuple[tuple[Use, Answer], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What one file says of itself, as plain text of limited length.

    created: an ISO 8601 date as exact as the file's, YYYY, YYYY-MM or YYYY-MM-DD, or "".
    identifiers: (scheme, value), checked and normalised. identifier: as the file has it.
    language: as the file has it, mostly BCP 47.
    """

    title: str = ""
    creators: tuple[Credit, ...] = ()
    description: str = ""
    rights: str = ""
    created: str = ""
    identifier: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    keywords: tuple[str, ...] = ()
    ai_use: tuple[AiStatement, ...] = ()
