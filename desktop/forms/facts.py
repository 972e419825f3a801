"""What a claim offers to a form, fact by fact: from the signed claim, and of the files their names.

A fact nobody said is None; an empty tuple is an answer too (no co-owners).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from desktop.forms.terms_facts import ABOUT_TERMS, read_terms_fact
from desktop.model.forms import Column, Fact
from desktop.model.works import Reach, Right

Said = tuple[str, ...] | None
_WORLD = "WORLD"
_PERCENT_DIGITS = 4
_REACH = {
    Reach.REACHABLE.value: "can be reached through the claimant",
    Reach.UNREACHABLE.value: "cannot be reached",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one row is filled from. document: the signed claim.

    file_name: base name of the work's file, never a path. contacts: co-owner's name → how to reach
    them, or that they cannot be reached, as the library knows it.
    """

    claim_id: int
    work_id: int
    claim_hash: str
    document: Mapping[str, Any]
    file_name: str = ""
    mediatype: str = ""
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The work's title as it was claimed."""
        return str(self.document["work"]["title"])


@dataclass(frozen=True, slots=True)
class Known:
    """How a fact is called, what to do where it is missing, and how it is read."""

    words: str
    advice: str
    read: Callable[[Source, Column], Said]


def read_fact(source: Source, column: Column) -> Said:
    """Return what a claim says for a column that holds a fact; a row's number is not known here."""
    return FACTS[column.holds].read(source, column) if column.holds else None


def unreached(source: Source) -> list[str]:
    """Return the co-owners of whom nobody said how, or that they cannot, be reached."""
    return [
        party["name"]
        for party in _co_owners(source)
        if not source.contacts.get(party["name"]) and "reach" not in party
    ]


def _of_work(key: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _one(source.document["work"].get(key))


def _of_claimant(key: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _one(source.document["claimant"].get(key))


def _of_fingerprint(key: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _one(source.document["fingerprint"].get(key))


def _one(text: object) -> Said:
    return (str(text),) if text not in (None, "") else None


def _creators(source: Source, _column: Column) -> Said:
    return tuple(one["name"] for one in source.document["work"]["creators"]) or None


def _creators_with_roles(source: Source, _column: Column) -> Said:
    creators = source.document["work"]["creators"]
    return tuple(f"{one['name']} ({one['role']})" for one in creators) or None


def _identifiers(source: Source, _column: Column) -> Said:
    numbers = source.document["work"]["identifiers"]
    return tuple(f"{one['scheme'].upper()} {one['value']}" for one in numbers) or None


def _number_of_work(scheme: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _number(source.document["work"], scheme)


def _number_of_claimant(scheme: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _number(source.document["claimant"], scheme)


def _number(holder: Mapping[str, Any], scheme: str) -> Said:
    found = [one["value"] for one in holder.get("identifiers", []) if one["scheme"] == scheme]
    return tuple(found) or None


def _publication(key: str) -> Callable[[Source, Column], Said]:
    return lambda source, _column: _one(source.document["work"].get("publication", {}).get(key))


def _published(source: Source, _column: Column) -> Said:
    publication = source.document["work"].get("publication")
    return None if publication is None else ("yes" if publication["published"] else "no",)


def _sole_owner(source: Source, _column: Column) -> Said:
    said = source.document.get("sole_owner")
    if said is None:
        return ("no",) if _co_owners(source) else None
    return ("yes" if said else "no",)


def _rights(source: Source, _column: Column) -> Said:
    mine = {share["right"] for share in _mine(source)}
    return tuple(right.value for right in Right if right.value in mine) or None


def _share(written: Callable[[Fraction], str]) -> Callable[[Source, Column], Said]:
    def read(source: Source, column: Column) -> Said:
        shares = [share for share in _mine(source) if share["right"] == column.right.value]
        if not shares or any(share["share"] == "unknown" for share in shares):
            return None
        texts = dict.fromkeys(written(Fraction(share["share"])) for share in shares)
        if len(texts) == 1:
            return tuple(texts)
        return tuple(f"{written(Fraction(one['share']))} ({_where(one)})" for one in shares)

    return read


def _percent(part: Fraction) -> str:
    """Return 50, 33.3333: exact where four digits are enough, else rounded half to even."""
    value = round(Decimal(part.numerator * 100) / Decimal(part.denominator), _PERCENT_DIGITS)
    return format(value.normalize(), "f")


def _fraction(part: Fraction) -> str:
    return f"{part.numerator}/{part.denominator}"


def _where(share: Mapping[str, Any]) -> str:
    parts = [] if share["territories"] == [_WORLD] else list(share["territories"])
    parts += [share["interest"]] if "interest" in share else []
    parts += [f"from {share['from']}"] if "from" in share else []
    parts += [f"until {share['to']}"] if "to" in share else []
    return ", ".join(parts) or "worldwide"


def _territories(source: Source, column: Column) -> Said:
    found: dict[str, None] = {}
    for share in _mine(source):
        if share["right"] == column.right.value:
            found.update(dict.fromkeys(share["territories"]))
    return tuple(found) or None


def _basis(source: Source, column: Column) -> Said:
    shares = [share for share in _mine(source) if share["right"] == column.right.value]
    return tuple(dict.fromkeys(one["basis"] for one in shares if "basis" in one)) or None


def _mine(source: Source) -> Iterator[Mapping[str, Any]]:
    claimant = source.document["claimant"]
    for share in source.document["shares"]:
        if _same(share["party"], claimant):
            yield share


def _same(party: Mapping[str, Any], claimant: Mapping[str, Any]) -> bool:
    known = party.get("did")
    return bool(known == claimant["did"] if known else party["name"] == claimant["name"])


def _co_owners(source: Source) -> list[Mapping[str, Any]]:
    claimant = source.document["claimant"]
    others = [share["party"] for share in source.document["shares"]]
    return list({one["name"]: one for one in others if not _same(one, claimant)}.values())


def _co_owner_names(source: Source, _column: Column) -> Said:
    return tuple(party["name"] for party in _co_owners(source))


def _co_owner_shares(source: Source, column: Column) -> Said:
    claimant = source.document["claimant"]
    found: dict[str, None] = {}
    for share in source.document["shares"]:
        if share["right"] == column.right.value and not _same(share["party"], claimant):
            part = share["share"]
            written = part if part == "unknown" else f"{_percent(Fraction(part))} %"
            limits = _where(share)
            tail = "" if limits == "worldwide" else f" ({limits})"
            found[f"{share['party']['name']}: {written}{tail}"] = None
    return tuple(found)


def _co_owner_contacts(source: Source, _column: Column) -> Said:
    if unreached(source):
        return None
    return tuple(
        f"{party['name']}: {source.contacts.get(party['name']) or _REACH[party['reach']]}"
        for party in _co_owners(source)
    )


def _pixels(source: Source, _column: Column) -> Said:
    return (f"{source.width} x {source.height}",) if source.width and source.height else None


def _duration(source: Source, _column: Column) -> Said:
    if source.duration_ms is None:
        return None
    minutes, seconds = divmod(round(source.duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return (f"{hours:02}:{minutes:02}:{seconds:02}",)


def _signed(source: Source, _column: Column) -> Said:
    return (str(source.document["created"])[:10],)


def _of_terms(fact: Fact) -> Callable[[Source, Column], Said]:
    return lambda source, column: read_terms_fact(fact, source.document["terms"], column)


_DESCRIBE = "(Describe…)"
_TERMS = "say it under Terms, then claim the work again"
_NUMBER = f"add it {_DESCRIBE}"
_MINE = "write it down with your name (People…), then claim again"
_FILE = "scan the file again"
_OF_ITSELF = "claim the work again"

FACTS: dict[Fact, Known] = {
    Fact.TITLE: Known("the title", f"give it one {_DESCRIBE}", _of_work("title")),
    Fact.KIND: Known("the kind of work", _FILE, _of_work("kind")),
    Fact.CREATORS: Known("the creators", f"name them {_DESCRIBE}", _creators),
    Fact.CREATORS_WITH_ROLES: Known("the creators", f"name them {_DESCRIBE}", _creators_with_roles),
    Fact.IDENTIFIERS: Known("a public number", _NUMBER, _identifiers),
    **{
        scheme: Known(f"the {words}", _NUMBER, _number_of_work(scheme.value))
        for scheme, words in (
            (Fact.ISBN, "ISBN"),
            (Fact.ISSN, "ISSN"),
            (Fact.ISRC, "ISRC"),
            (Fact.ISWC, "ISWC"),
            (Fact.ISMN, "ISMN"),
            (Fact.ISAN, "ISAN"),
            (Fact.DOI, "DOI"),
            (Fact.COPYRIGHT, "copyright registration number"),
        )
    },
    Fact.CREATED: Known(
        "the date it was made", f"say when it was made {_DESCRIBE}", _of_work("created")
    ),
    Fact.PUBLISHED: Known(
        "whether it was published", f"say whether it was published {_DESCRIBE}", _published
    ),
    Fact.PUBLICATION_DATE: Known(
        "the date of publication",
        f"say when it was published {_DESCRIBE}",
        _publication("date"),
    ),
    Fact.PUBLICATION_COUNTRY: Known(
        "the country of publication",
        f"say where it was published {_DESCRIBE}",
        _publication("country"),
    ),
    Fact.CLAIMANT: Known("your name", _MINE, _of_claimant("name")),
    Fact.CLAIMANT_KEY: Known("your public key", _MINE, _of_claimant("did")),
    Fact.CLAIMANT_IPI: Known("your IPI name number", _MINE, _number_of_claimant("ipi")),
    Fact.CLAIMANT_ISNI: Known("your ISNI", _MINE, _number_of_claimant("isni")),
    Fact.CLAIMANT_ORCID: Known("your ORCID", _MINE, _number_of_claimant("orcid")),
    Fact.CAPACITY: Known(
        "in what capacity you claim", f"say it {_DESCRIBE}", _of_claimant("capacity")
    ),
    Fact.RIGHT: Known("a right of yours", f"say what your share is {_DESCRIBE}", _rights),
    Fact.SHARE_PERCENT: Known(
        "your share", f"say what your share is {_DESCRIBE}", _share(_percent)
    ),
    Fact.SHARE_FRACTION: Known(
        "your share", f"say what your share is {_DESCRIBE}", _share(_fraction)
    ),
    Fact.TERRITORIES: Known(
        "where your share holds", f"say what your share is {_DESCRIBE}", _territories
    ),
    Fact.BASIS: Known(
        "what the split rests on", f"say what it rests on with the shares {_DESCRIBE}", _basis
    ),
    Fact.SOLE_OWNER: Known(
        "whether you are the only owner",
        f"say whether you are the only owner {_DESCRIBE}",
        _sole_owner,
    ),
    Fact.CO_OWNERS: Known(
        "the co-owners", f"name them with the shares {_DESCRIBE}", _co_owner_names
    ),
    Fact.CO_OWNER_SHARES: Known(
        "the shares of the co-owners", f"say them {_DESCRIBE}", _co_owner_shares
    ),
    Fact.CO_OWNER_CONTACTS: Known(
        "how to reach the co-owners",
        "write down how to reach them, or that they cannot be reached (People…)",
        _co_owner_contacts,
    ),
    Fact.AI_INVOLVEMENT: Known(
        "how much AI made it", f"say it {_DESCRIBE}", _of_work("ai_involvement")
    ),
    **{fact: Known("what AI may do with it", _TERMS, _of_terms(fact)) for fact in ABOUT_TERMS},
    Fact.FILE_NAME: Known("the file name", _FILE, lambda source, _column: _one(source.file_name)),
    Fact.MEDIATYPE: Known("the type of the file", _FILE, lambda source, _: _one(source.mediatype)),
    Fact.PIXELS: Known("the size of the picture", _FILE, _pixels),
    Fact.DURATION: Known("the duration", _FILE, _duration),
    Fact.ISCC: Known("the ISCC", _FILE, _of_fingerprint("iscc")),
    Fact.SHA256: Known("the SHA-256", _FILE, _of_fingerprint("sha256")),
    Fact.CLAIM_HASH: Known(
        "the hash of the claim", _OF_ITSELF, lambda source, _: _one(source.claim_hash)
    ),
    Fact.SIGNED: Known("the date of the claim", _OF_ITSELF, _signed),
    Fact.ROW_NUMBER: Known("the number of the row", _OF_ITSELF, lambda _source, _column: ()),
}
