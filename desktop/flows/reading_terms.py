"""What does this say? Texts of sites, read into the app's own vocabulary.

Nothing is fetched: only what the user gives is read, and what was not understood is told. What is
in pictures, sounds and books is read by reading_files, in a process of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.errors import TermsProblem, UsageProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.terms import aitxt, headers, html_meta, paths, robots, rsl_reading, tdmai, tdmrep
from desktop.terms.wording import MOST_CHARACTERS, understood

MOST_BYTES = 4 * MOST_CHARACTERS
START = 4096
_BESIDE = (
    *("tdm-policy", "tdm:policy", "License", "link", "Link", " terms"),
    *("UsageTerms", "WebStatement", "OtherConstraints", "constraint_info"),
)
_SAYS_NOTHING = ("noimageai", "DMI-UNSPECIFIED")


class Kind(StrEnum):
    """What kind of text it is, or where in a file it stands."""

    ROBOTS = "robots"
    HEADERS = "headers"
    HTML = "html"
    TDMREP = "tdmrep"
    TDMAI = "tdmai"
    RSL = "rsl"
    AITXT = "aitxt"
    XMP = "xmp"
    C2PA = "c2pa"
    TAGS = "tags"


TITLES = {
    Kind.ROBOTS: "a robots.txt",
    Kind.HEADERS: "HTTP headers",
    Kind.HTML: "a web page",
    Kind.TDMREP: "a tdmrep.json",
    Kind.TDMAI: "a TDM·AI declaration",
    Kind.RSL: "an RSL file",
    Kind.AITXT: "an ai.txt",
    Kind.XMP: "XMP metadata",
    Kind.C2PA: "a C2PA manifest",
    Kind.TAGS: "a file's own tags",
}
IN_FILES = (Kind.XMP, Kind.C2PA, Kind.TAGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says, statement by statement."""

    kind: Kind
    statements: tuple[AiStatement, ...]

    @property
    def means(self) -> dict[Use, Answer]:
        """What all of it says together: the strictest answer counts."""
        return understood(self.statements)

    @property
    def not_understood(self) -> tuple[AiStatement, ...]:
        """Statements that mean nothing in the app's vocabulary; nothing was guessed."""
        return tuple(one for one in self.statements if not one.meaning and not is_beside(one))


def is_beside(one: AiStatement) -> bool:
    """Tell whether a statement is understood, but answers no use itself: it points to where the
    answers are, is in words for people, speaks of the pictures in a page, or says nothing."""
    silent = one.value.lower().endswith(tuple(word.lower() for word in _SAYS_NOTHING))
    return silent or one.property.endswith(_BESIDE)


def checked_address(address: str) -> str:
    """Return an address, or a path of a site, in its proper form. Raises UsageProblem."""
    if address.startswith("/"):
        return paths.path_of(address)
    try:
        return paths.checked(address)
    except ValueError as error:
        raise UsageProblem(str(error)) from error


def read_data(data: bytes, kind: Kind | None = None, name: str = "", address: str = "") -> Reading:
    """Return what bytes of a text say; kind None: it is found out, by name and content.

    address: only what counts for it. Raises TermsProblem if nothing of it can be read as that kind,
    no kind fits, or it is metadata of a file, which reading_files reads.
    """
    if len(data) > MOST_BYTES:
        raise TermsProblem(
            "This is too long to say what AI may do.", advice="Give only the part that says it."
        )
    found = kind or detect(data, name)
    reader = _READERS.get(found)
    if reader is None:
        raise TermsProblem("This is no text of a site.", advice="Give the file itself.")
    return Reading(kind=found, statements=reader(_text(data, found), address))


def understood_inline(said: tuple[AiStatement, ...]) -> tuple[AiStatement, ...]:
    """Return what a file says of itself, with the RSL in a page understood.

    A worker keeps RSL as it is written; what cannot be read stays as it is and means nothing.
    """
    if not any(_is_inline(one) for one in said):
        return said
    found: list[AiStatement] = []
    for one in said:
        try:
            found += rsl_reading.read(one.value) if _is_inline(one) else [one]
        except TermsProblem:
            found.append(replace(one, value=one.value[:300]))
    return tuple(found)


def _is_inline(one: AiStatement) -> bool:
    return one.vocabulary is Vocabulary.RSL and one.property == "script"


def detect(data: bytes, name: str = "") -> Kind:
    """Tell what kind of text it is. Raises TermsProblem if that cannot be told."""
    start = data[:START].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = data[:START].decode("utf-16", "ignore").encode().lstrip()
    lower = start.lower()
    for kind, fits in _SIGNS:
        if fits(start, lower, name.lower()):
            return kind
    raise TermsProblem(
        "It cannot be told what kind of text this is.",
        advice=f"Say it: {', '.join(one.value for one in Kind)}.",
    )


def _text(data: bytes, kind: Kind) -> str:
    """Return the text of data. The words of robots.txt, headers and pages are ASCII whatever else
    is in them; JSON is UTF-8; XML says what it is. Raises TermsProblem."""
    if kind is Kind.RSL:
        declared = _ENCODING.match(data[:200])
        given = declared.group(1).decode("ascii").lower() if declared else "utf-8"
        name = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else given
        strict = name in _ENCODINGS
    else:
        name, strict = "utf-8", kind in (Kind.TDMREP, Kind.TDMAI)
    try:
        if kind is Kind.RSL and not strict:
            raise UnicodeError(name)
        return data.decode(name, "strict" if strict else "replace")
    except UnicodeError as error:
        raise TermsProblem("This is not a text.", advice="Give a text, or the file itself.") from (
            error
        )


_READERS: dict[Kind, Callable[[str, str], tuple[AiStatement, ...]]] = {
    Kind.ROBOTS: robots.read,
    Kind.HEADERS: lambda text, _: headers.read(text),
    Kind.HTML: html_meta.read,
    Kind.TDMREP: tdmrep.read,
    Kind.TDMAI: lambda text, _: tdmai.read(text),
    Kind.RSL: rsl_reading.read,
    Kind.AITXT: aitxt.read,
}
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252")
_AGENT = re.compile(rb"^\s*user-agent\s*:", re.MULTILINE)
_ELEMENT = re.compile(rb"<\s*(!doctype\s+html|html|head|meta|link)\b")
_HEADER = re.compile(
    rb"^\s*(http/\d|content-usage\s*:|tdm-reservation\s*:|x-robots-tag\s*:|content-type\s*:)",
    re.MULTILINE,
)
_SIGNS: tuple[tuple[Kind, Callable[[bytes, bytes, str], bool]], ...] = (
    (Kind.AITXT, lambda start, lower, name: name == "ai.txt"),
    (Kind.ROBOTS, lambda start, lower, name: name == "robots.txt" or bool(_AGENT.search(lower))),
    (Kind.C2PA, lambda start, lower, name: start[4:8] == b"jumb"),
    (Kind.XMP, lambda start, lower, name: b"<x:xmpmeta" in start or b"<rdf:RDF" in start),
    (Kind.RSL, lambda start, lower, name: lower.startswith(b"<") and _is_rsl(lower)),
    (Kind.HTML, lambda start, lower, name: bool(_ELEMENT.search(lower))),
    (Kind.TDMREP, lambda start, lower, name: start.startswith(b"[")),
    (Kind.TDMAI, lambda start, lower, name: start.startswith(b"{")),
    (Kind.HEADERS, lambda start, lower, name: bool(_HEADER.search(lower))),
)


def _is_rsl(lower: bytes) -> bool:
    roots = (b"<rsl", b":rsl", b"<rss", b"<feed")
    return b"rslstandard.org/rsl" in lower and any(root in lower for root in roots)
