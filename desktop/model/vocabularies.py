"""What is said in other vocabularies, and what gets lost on the way (TERMS.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.model.terms import Answer, Terms, Use


class Target(StrEnum):
    """A place where terms are written for machines to read."""

    ROBOTS = "robots"
    CONTENT_SIGNALS = "content_signals"
    HEADERS = "headers"
    META = "meta"
    TDMREP = "tdmrep"
    TDMAI = "tdmai"
    RSL = "rsl"
    AITXT = "aitxt"
    IPTC = "iptc"
    C2PA = "c2pa"
    REGISTRY = "registry"


class Beside(StrEnum):
    """What terms say beside the answers."""

    PRICE = "price"
    NOTE = "note"
    ADDRESS = "address"
    LICENSEES = "licensees"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a vocabulary cannot say of what was said; use None: it is about all of it.

    beside: the thing that it does not tell, where that is no answer.
    """

    target: Target
    use: Use | None
    sentence: str
    beside: Beside | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What will be written, and how a reader of that vocabulary understands it.

    text "": nothing is written. means: every use; UNSET where a reader learns nothing.
    """

    target: Target
    text: str
    losses: tuple[Loss, ...]
    means: Mapping[Use, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where terms are put: a path of the site, and the addresses of files that say more.

    location: starts with /. rsl, policy: absolute addresses, or "" where there is no such file.
    tells_address: the policy tells the address of the full terms.
    """

    location: str = "/"
    rsl: str = ""
    policy: str = ""
    tells_address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of a site with the terms that are written for it, and how many works they are of.

    location: a pattern; with $ at its end it is for one address. mixed: its works have different
    terms, so that these are the strictest of them. closed: uses of which nothing was said, so that
    a no is written, because something is said of them for the place around it.
    """

    location: str
    terms: Terms
    works: int = 1
    mixed: bool = False
    closed: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A web site: its address such as https://example.org, or "", and whose works they are."""

    address: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A robots.txt with our lines in it, and where it contradicts them."""

    data: bytes
    conflicts: tuple[str, ...] = ()
