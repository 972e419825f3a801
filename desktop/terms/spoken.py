"""Terms in every vocabulary of sites and files: what will be written, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from desktop.model.suggestions import AiStatement
from desktop.model.terms import Terms, Use
from desktop.model.vocabularies import Beside, Place, Said, Target
from desktop.terms import (
    aipref,
    aitxt,
    c2pa,
    content_signals,
    headers,
    html_meta,
    iptc,
    robots,
    rsl,
    rsl_reading,
    tdmai,
    tdmrep,
)
from desktop.terms.wording import said

WEB = (
    *(Target.ROBOTS, Target.HEADERS, Target.META, Target.TDMREP),
    *(Target.TDMAI, Target.RSL, Target.AITXT),
)
FILES = (Target.IPTC, Target.C2PA)
SITE = Place()
SOME_ISCC = "ISCC:..."
"""Stands where each work has its own."""
TITLES = {
    Target.ROBOTS: "robots.txt",
    Target.CONTENT_SIGNALS: "Content Signals",
    Target.HEADERS: "the HTTP header",
    Target.META: "the page's head",
    Target.TDMREP: "TDMRep",
    Target.TDMAI: "TDM·AI",
    Target.RSL: "RSL",
    Target.AITXT: "ai.txt",
    Target.IPTC: "IPTC",
    Target.C2PA: "C2PA",
}


def say_all(terms: Terms, iscc: str = "", location: str = "/") -> tuple[Said, ...]:
    """Return what every vocabulary of the web will say of terms; TDM·AI only for an ISCC."""
    targets = (one for one in WEB if iscc or one is not Target.TDMAI)
    return tuple(say(one, terms, Place(location=location), iscc) for one in targets)


def say_everywhere(terms: Terms, iscc: str = SOME_ISCC) -> tuple[Said, ...]:
    """Return what each vocabulary that can be written will say, whatever it is written into."""
    return tuple(say(one, terms, iscc=iscc) for one in Target if one in _WRITERS)


def say(target: Target, terms: Terms, place: Place = SITE, iscc: str = "") -> Said:
    """Return what one vocabulary will say: written, read again, and compared."""
    text, read, speaks_of = _WRITERS[target](terms, place, iscc)
    name = TITLES[target]
    return said(
        target,
        name,
        text,
        read(text) if text else (),
        terms,
        speaks_of=speaks_of,
        carries=_carried(target, text, terms, place),
        why_no_conditions=_why_no_conditions(target, terms),
    )


def _why_no_conditions(target: Target, terms: Terms) -> str:
    """Return why a vocabulary that knows conditions cannot write these; "" for any other."""
    if target is Target.RSL:
        return rsl.why_no_offer(terms)
    return iptc.ONE_ANSWER if target is Target.IPTC else ""


def _carried(target: Target, text: str, terms: Terms, place: Place) -> set[Beside]:
    """Return what is told beside the answers: all but names where there are words for people; a
    policy tells the address, where it is written."""
    words = target is Target.IPTC or (target is Target.C2PA and '"constraint_info"' in text)
    if words and text:
        return set(Beside) - {Beside.LICENSEES}
    found = {Beside.NOTE} if target is Target.TDMAI and text else set()
    if target is Target.RSL and rsl.has_price(terms):
        found.add(Beside.PRICE)
    policy_tells = place.tells_address and place.policy in text
    if terms.address and (terms.address in unescape(text) or policy_tells):
        found.add(Beside.ADDRESS)
    return found


_Read = Callable[[str], tuple[AiStatement, ...]]


def _rsl(terms: Terms, place: Place) -> str:
    made = rsl.content(terms, place.location)
    return rsl.write([made]) if made is not None else ""


def _tdmrep(terms: Terms, place: Place) -> str:
    rule = tdmrep.rule(terms, place)
    return tdmrep.write([rule]) if rule is not None else ""


def _signals(terms: Terms) -> str:
    value = content_signals.value(terms)
    return f"{content_signals.FIELD}: {value}\n" if value else ""


def _read_signals(text: str) -> tuple[AiStatement, ...]:
    return content_signals.read(text.partition(":")[2])


_WRITERS: dict[Target, Callable[[Terms, Place, str], tuple[str, _Read, tuple[Use, ...]]]] = {
    Target.ROBOTS: lambda terms, place, _: (
        robots.write(terms, place),
        robots.read,
        robots.SPEAKS_OF if place.location == "/" else aipref.SPEAKS_OF,
    ),
    Target.CONTENT_SIGNALS: lambda terms, _, __: (
        _signals(terms),
        _read_signals,
        content_signals.SPEAKS_OF,
    ),
    Target.HEADERS: lambda terms, place, _: (
        headers.write(terms, place),
        headers.read,
        headers.SPEAKS_OF,
    ),
    Target.META: lambda terms, place, _: (
        html_meta.write(terms, place),
        html_meta.read,
        html_meta.SPEAKS_OF,
    ),
    Target.TDMREP: lambda terms, place, _: (_tdmrep(terms, place), tdmrep.read, tdmrep.SPEAKS_OF),
    Target.TDMAI: lambda terms, _, iscc: (tdmai.write(terms, iscc), tdmai.read, tdmai.SPEAKS_OF),
    Target.RSL: lambda terms, place, _: (_rsl(terms, place), rsl_reading.read, rsl.SPEAKS_OF),
    Target.AITXT: lambda terms, place, _: (
        aitxt.write(terms, place.location),
        aitxt.read,
        aitxt.SPEAKS_OF,
    ),
    Target.IPTC: lambda terms, _, __: (iptc.write(terms), iptc.read, iptc.SPEAKS_OF),
    Target.C2PA: lambda terms, _, __: (c2pa.write(terms), c2pa.read, c2pa.SPEAKS_OF),
}
