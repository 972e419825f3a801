"""The head of a web page: TDMRep's meta elements, `noai`, and a link to the RSL file.

TDMRep section 5.3; DeviantArt 2022 for `noai` and `noimageai`, a no to training sets; RSL 1.0,
"Link". AIPREF has no meta element.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Place
from desktop.terms import rsl, rsl_reading, tdmrep
from desktop.terms.wording import MOST_STATEMENTS, TRAINING, check_size, statement, yes_or_no

SPEAKS_OF = (*tdmrep.SPEAKS_OF, *TRAINING)
NO_AI = "noai, noimageai"
_ROBOTS = {"noai": dict.fromkeys(TRAINING, Answer.DENY), "noimageai": {}, "noml": {}}


def write(terms: Terms, place: Place) -> str:
    """Return the lines for the <head> of a page; "" says nothing."""
    return "".join(f"{line}\n" for line in _lines(terms, place))


def _lines(terms: Terms, place: Place) -> Iterator[str]:
    mark = tdmrep.reservation(terms)
    if mark is not None:
        yield f'<meta name="tdm-reservation" content="{mark}">'
    if asked := tdmrep.policy(terms, place):
        yield f'<meta name="tdm-policy" content="{escape(asked)}">'
    if yes_or_no(terms, TRAINING) is Answer.DENY:
        yield f'<meta name="robots" content="{NO_AI}">'
    if place.rsl:
        yield f'<link rel="license" type="{rsl.MEDIA_TYPE}" href="{escape(place.rsl)}">'
    if terms.address:
        yield f'<link rel="license" href="{escape(terms.address)}">'


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read what the elements of a page say, and the RSL in it; its text is left alone, and nothing
    is fetched. address: where the page is, so that RSL for other addresses is left alone too."""
    reader = _Reader(address)
    reader.feed(check_size(text))
    return tuple(reader.said[:MOST_STATEMENTS])


def read_robots(name: str, content: str) -> list[AiStatement]:
    """Read a robots meta element or X-Robots-Tag header: only what it says of AI.

    A word of the header may be for one crawler, `bot: noai`.
    """
    said = []
    for part in content.split(","):
        who, _, word = part.rpartition(":")
        meaning = _ROBOTS.get(word.strip().lower())
        if meaning is not None:
            whole = f"{name} ({who.strip()})" if who.strip() else name
            said.append(statement(Vocabulary.ROBOTS, whole, word.strip(), meaning))
    return said


class _Reader(HTMLParser):
    """Collects meta and link elements, and RSL in script elements (RSL 1.0, "HTML")."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[AiStatement] = []
        self._address = address
        self._inline: list[str] | None = None

    def handle_data(self, data: str) -> None:
        """Take the text of a script element that holds RSL."""
        if self._inline is not None:
            self._inline.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Read the RSL that ends here."""
        if tag == "script" and self._inline is not None:
            text, self._inline = "".join(self._inline), None
            try:
                self.said += rsl_reading.read(text, self._address)
            except TermsProblem:
                self.said.append(statement(Vocabulary.RSL, "script", text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element."""
        found = {name: value or "" for name, value in reversed(attrs)}
        kind = found.get("type", "").strip().lower()
        name, content = found.get("name", "").strip().lower(), found.get("content", "")
        if tag == "meta" and name in ("tdm-reservation", "tdm-policy"):
            self.said.append(tdmrep.read_value(name, content))
        elif tag == "meta" and name == "robots":
            self.said += read_robots(name, content)
        elif tag == "script" and kind == rsl.MEDIA_TYPE:
            self._inline = []
        elif tag == "link" and kind == rsl.MEDIA_TYPE:
            self.said.append(statement(Vocabulary.RSL, "link", found.get("href", "")))
