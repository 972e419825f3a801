"""HTTP headers: Content-Usage, those of TDMRep and RSL, and X-Robots-Tag.

AIPREF attach-05, section 2; TDMRep section 5.2; RSL 1.0, "Link"; X-Robots-Tag as for meta elements.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Place
from desktop.terms import aipref, html_meta, rsl, tdmrep
from desktop.terms.wording import MOST_STATEMENTS, TRAINING, check_size, statement, yes_or_no

SPEAKS_OF = tuple(dict.fromkeys((*aipref.SPEAKS_OF, *html_meta.SPEAKS_OF)))


def fields(terms: Terms, place: Place) -> list[tuple[str, str]]:
    """Return the header fields, in order; none says nothing."""
    return list(_fields(terms, place))


def _fields(terms: Terms, place: Place) -> Iterator[tuple[str, str]]:
    usage, mark = aipref.value(terms), tdmrep.reservation(terms)
    if usage:
        yield aipref.FIELD, usage
    if mark is not None:
        yield "tdm-reservation", str(mark)
    if asked := tdmrep.policy(terms, place):
        yield "tdm-policy", asked
    if yes_or_no(terms, TRAINING) is Answer.DENY:
        yield "X-Robots-Tag", html_meta.NO_AI
    links = [f'<{place.rsl}>; rel="license"; type="{rsl.MEDIA_TYPE}"'] if place.rsl else []
    links += [f'<{terms.address}>; rel="license"'] if terms.address else []
    if links:
        yield "Link", ", ".join(links)


def write(terms: Terms, place: Place) -> str:
    """Return the fields as a server sends them, one a line; "" says nothing."""
    return "".join(f"{name}: {value}\n" for name, value in fields(terms, place))


def read(text: str) -> tuple[AiStatement, ...]:
    """Read header fields, one a line; fields about other things are left alone."""
    said: list[AiStatement] = []
    for line in check_size(text).splitlines():
        name, colon, value = line.partition(":")
        if colon and len(said) < MOST_STATEMENTS:
            said += _field(name.strip().lower(), value.strip())
    return tuple(said)


def _field(name: str, value: str) -> list[AiStatement]:
    if name == aipref.FIELD.lower():
        try:
            return list(aipref.read(value))
        except TermsProblem:  # such a field counts as none
            return [statement(Vocabulary.AIPREF, aipref.FIELD, value)]
    if name in ("tdm-reservation", "tdm-policy"):
        return [tdmrep.read_value(name, value)]
    if name == "x-robots-tag":
        return html_meta.read_robots("X-Robots-Tag", value)
    if name == "link" and "license" in value:
        known = Vocabulary.RSL if rsl.MEDIA_TYPE in value else Vocabulary.RIGHTS
        return [statement(known, "Link", value)]
    return []
