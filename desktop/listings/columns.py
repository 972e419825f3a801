"""Recognise which column of a list says what, by its name, in the languages lists come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.errors import TableProblem
from desktop.model.identifiers import checked
from desktop.model.listings import ListedWork
from desktop.tables.reading import Row

_NAMES: dict[str, frozenset[str]] = {
    "title": frozenset(
        [
            "title",
            "titles",
            "work",
            "book",
            "track",
            "song",
            "name",
            "worktitle",
            "booktitle",
            "tracktitle",
            "songtitle",
            "titel",
            "werk",
            "titre",
            "oeuvre",
            "titulo",
            "titolo",
        ]
    ),
    "author": frozenset(
        [
            "author",
            "authors",
            "creator",
            "creators",
            "artist",
            "artists",
            "writer",
            "writers",
            "composer",
            "contributor",
            "contributors",
            "by",
            "autor",
            "autoren",
            "urheber",
            "kunstler",
            "auteur",
            "auteurs",
            "artiste",
            "autores",
            "autore",
            "photographer",
            "rightsholder",
            "claimant",
        ]
    ),
    "isbn": frozenset(["isbn", "isbn13", "isbn10", "eisbn"]),
    "isrc": frozenset(["isrc", "isrccode"]),
    "iswc": frozenset(["iswc"]),
    "doi": frozenset(["doi"]),
    "isan": frozenset(["isan"]),
    "copyright": frozenset(
        ["copyright", "registration", "registrationnumber", "copyrightregistration", "regno"]
    ),
    "hash": frozenset(["sha256", "md5", "hash", "datahash", "blake3", "iscc", "checksum", "sha"]),
    "address": frozenset(
        ["url", "urls", "link", "address", "uri", "source", "sourceurl", "imageurl", "weblink"]
    ),
}
_HEX = re.compile(r"(?<![0-9a-z])(?:1e20[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-z])", re.I)
_ISCC = re.compile(r"ISCC:([A-Z2-7]{13,80})|(?<![A-Z0-9])(K[A-Z2-7]{12,60})(?![A-Z0-9])")
_SEVERAL = re.compile(r"\s*[;|\n]\s*")
_AUTHORS = re.compile(r"\s*(?:[;|&\n]|\band\b|\bund\b|\bet\b|,(?=\s*[^,]+\s[^,]+))\s*", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns say what; a column says one thing, and one thing may stand in several."""

    by_use: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def cells(self, row: Row, use: str) -> Iterable[str]:
        """Yield the cells of a row that say this."""
        return (row.cells[name] for name in self.by_use.get(use, ()) if row.cells[name])


def recognise(names: Sequence[str]) -> Columns:
    """Return what each column says. Raises TableProblem if nothing can be compared."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        use = _use_of(name)
        if use:
            found[use] = (*found.get(use, ()), name)
    if not found.keys() - {"author"}:
        shown = ", ".join(names[:12])
        raise TableProblem(
            f"No column of this list could be recognised. It has: {shown}.",
            advice="Name the columns title, author, isbn, isrc, sha256 or url, then try again.",
        )
    return Columns(by_use=found)


def listed_work(row: Row, columns: Columns) -> ListedWork:
    """Return what a row says; numbers with a wrong check digit are left out, not the row."""
    numbers = [
        number
        for scheme in ("isbn", "isrc", "iswc", "doi", "isan", "copyright")
        for cell in columns.cells(row, scheme)
        for text in _SEVERAL.split(cell)
        if (number := _number(scheme, text))
    ]
    return ListedWork(
        line=row.line,
        title=next(iter(columns.cells(row, "title")), ""),
        authors=tuple(
            author
            for cell in columns.cells(row, "author")
            for author in _AUTHORS.split(cell)
            if author
        ),
        numbers=tuple(numbers),
        hashes=tuple(found for cell in columns.cells(row, "hash") for found in _hashes(cell)),
        addresses=tuple(
            address for cell in columns.cells(row, "address") for address in cell.split()
        ),
    )


def _use_of(name: str) -> str:
    """Return what a column says by its name: the whole of it, else one of its words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain)
    whole = "".join(words)
    for use, names in _NAMES.items():
        if whole in names:
            return use
    for use in ("isbn", "isrc", "iswc", "doi", "isan", "hash", "address", "author", "title"):
        if _NAMES[use] & set(words):
            return use
    return ""


def _number(scheme: str, text: str) -> tuple[str, str] | None:
    try:
        return checked(scheme, text)
    except ValueError:
        return None


def _hashes(cell: str) -> list[str]:
    iscc = [named or bare for named, bare in _ISCC.findall(cell)]
    return [code.lower() for code in _HEX.findall(cell)] + [f"ISCC:{code}" for code in iscc]
