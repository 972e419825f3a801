"""Named sets of works, as the side bar lists them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from desktop.model.terms import Terms

MOST_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A named set of works. terms None: nothing is said of it."""

    collection_id: int
    name: str
    works: int
    terms: Terms | None = None


def collection_name(typed: str) -> str:
    """Return a name on one line. Raises ValueError, a sentence, for what cannot be one."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    if not name:
        raise ValueError("A collection needs a name.")
    if len(name) > MOST_NAME_CHARACTERS:
        raise ValueError(f"A collection's name has {MOST_NAME_CHARACTERS} characters at most.")
    if any(unicodedata.category(one)[0] == "C" for one in name):
        raise ValueError("A collection's name is plain text, without hidden characters.")
    return name


def folded(name: str) -> str:
    """Return a name as it is told apart from others: without case and forms of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
