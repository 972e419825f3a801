"""Who a file says made it, and as what."""

from __future__ import annotations

from collections.abc import Iterable

from desktop.model.suggestions import Credit
from desktop.portfolio.tags.plain import NAME_CHARACTERS, plain

MOST = 50
# MARC relator codes, which EPUB uses, for the roles that claims know.
RELATORS = {
    "arr": "arranger",
    "art": "artist",
    "aut": "author",
    "cmp": "composer",
    "cov": "cover designer",
    "drt": "director",
    "edt": "editor",
    "ill": "illustrator",
    "lbt": "librettist",
    "lyr": "lyricist",
    "nrt": "narrator",
    "pht": "photographer",
    "prf": "performer",
    "trl": "translator",
}


def credits_of(named: Iterable[tuple[str, str]]) -> tuple[Credit, ...]:
    """Return (name, role or "") as credits, each once, at most MOST."""
    found: dict[Credit, None] = {}
    for name, role in named:
        text = plain(name, NAME_CHARACTERS)
        if text and len(found) < MOST:
            found[Credit(name=text, role=role)] = None
    return tuple(found)
