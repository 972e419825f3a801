"""What does this say? Texts of sites and files, read into the app's own vocabulary.

Nothing is fetched: only what the user gives is read, and what was not understood is told.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.errors import TermsProblem, UsageProblem
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Answer, Use
from desktop.portfolio.tags import c2pa, exif
from desktop.portfolio.tags.containers import attached
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms import aitxt, headers, html_meta, robots, rsl_reading, tdmai, tdmrep
from desktop.terms.contradictions import Contradiction, contradictions
from desktop.terms.wording import MOST_CHARACTERS, understood

MOST_BYTES = 4 * MOST_CHARACTERS
_START = 4096
_OPENS, _CLOSES = b"<x:xmpmeta", b"</x:xmpmeta>"
_POINTERS = ("tdm-policy", "tdm:policy", "License", "link", "Link")
_DEEPEST = 64 * 1024 * 1024


class Kind(StrEnum):
    """What kind of text it is."""

    ROBOTS = "robots"
    HEADERS = "headers"
    HTML = "html"
    TDMREP = "tdmrep"
    TDMAI = "tdmai"
    RSL = "rsl"
    AITXT = "aitxt"
    XMP = "xmp"
    C2PA = "c2pa"


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
}


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
    """Tell whether a statement is understood, but answers no use itself: it points to a file with
    the answers, or speaks of the pictures in a page."""
    return one.property.endswith(_POINTERS) or one.value.lower() == "noimageai"


def read_data(data: bytes, kind: Kind | None = None, name: str = "") -> Reading:
    """Return what bytes say; kind None: it is found out, by name and content.

    Raises TermsProblem if nothing of it can be read as that kind, or no kind fits.
    """
    if len(data) > MOST_BYTES:
        raise TermsProblem(
            "This is too long to say what AI may do.", advice="Give only the part that says it."
        )
    found = kind or detect(data, name)
    if found is Kind.XMP:
        return Reading(kind=found, statements=tuple(exif.said_of_ai(exif.packet_tags(data))))
    if found is Kind.C2PA:
        return Reading(kind=found, statements=tuple(c2pa.said_of_ai(data)))
    return Reading(kind=found, statements=_READERS[found](_text(data)))


def read_file(path: Path, kind: Kind | None = None) -> tuple[Reading, ...]:
    """Return what a file says: a text, or the XMP and C2PA inside of a picture, sound or document.

    Raises UsageProblem if it cannot be read; TermsProblem as read_data does.
    """
    inside = [] if kind not in (None, Kind.XMP, Kind.C2PA) else _inside(path)
    parts = [(one, data) for one, data in inside if data and kind in (None, one)]
    if parts:
        return tuple(read_data(data, one) for one, data in parts)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"{path.name} cannot be read: {error.strerror}.") from error
    return (read_data(data, kind, path.name),)


def _inside(path: Path) -> list[tuple[Kind, bytes]]:
    """Return the XMP packet and the manifest store inside of a file; b"" where there is none."""
    found = attached(path)
    return [(Kind.XMP, found.packet or _packet(path)), (Kind.C2PA, found.manifest)]


def _packet(path: Path) -> bytes:
    """Return the first XMP packet in the bytes of a file, wherever its format puts it."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            start = data.find(_OPENS, 0, _DEEPEST)
            stop = data.find(_CLOSES, start, start + MOST_BYTES) if start >= 0 else -1
            return data[start : stop + len(_CLOSES)] if stop >= 0 else b""
    except (OSError, ValueError):  # an empty file has no bytes to map
        return b""


def compare(
    statements: Iterable[AiStatement], work_ids: Iterable[int], services: Services
) -> dict[int, tuple[Contradiction, ...]]:
    """Return for each work where statements contradict its terms. Raises UsageProblem."""
    said = tuple(statements)
    found = {}
    with services.store.read() as connection:
        for work_id in work_ids:
            works_store.get(connection, work_id)
            held = terms_store.of_work(connection, work_id).on(services.now().date())
            found[work_id] = contradictions(said, held)
    return found


def detect(data: bytes, name: str = "") -> Kind:
    """Tell what kind of text it is. Raises TermsProblem if that cannot be told."""
    start = data[:_START].removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = start.lower()
    for kind, fits in _SIGNS:
        if fits(start, lower, name.lower()):
            return kind
    raise TermsProblem(
        "It cannot be told what kind of text this is.",
        advice=f"Say it: {', '.join(one.value for one in Kind)}.",
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TermsProblem("This is not a text.", advice="Give a text, or the file itself.") from (
            error
        )


_READERS: dict[Kind, Callable[[str], tuple[AiStatement, ...]]] = {
    Kind.ROBOTS: robots.read,
    Kind.HEADERS: headers.read,
    Kind.HTML: html_meta.read,
    Kind.TDMREP: tdmrep.read,
    Kind.TDMAI: tdmai.read,
    Kind.RSL: rsl_reading.read,
    Kind.AITXT: aitxt.read,
}
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
    (Kind.RSL, lambda start, lower, name: b"rslstandard.org/rsl" in lower and b"<rsl" in lower),
    (Kind.HTML, lambda start, lower, name: bool(_ELEMENT.search(lower))),
    (Kind.TDMREP, lambda start, lower, name: start.startswith(b"[")),
    (Kind.TDMAI, lambda start, lower, name: start.startswith(b"{")),
    (Kind.HEADERS, lambda start, lower, name: bool(_HEADER.search(lower))),
)
