"""The files of a web site that say what AI may do, written from the spots of its works.

Addresses of other files are absolute in robots.txt, headers and TDMRep, so they are written only
where the site's own address is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from desktop.model.use_words import SPOKEN
from desktop.model.vocabularies import Loss, Place, Site, Spot, Target
from desktop.terms import (
    aipref,
    aitxt,
    content_signals,
    headers,
    html_meta,
    rsl,
    servers,
    spoken,
    tdmrep,
)
from desktop.terms.paths import WHOLE_SITE, is_exact, without_end
from desktop.terms.together import strictest, whole_paths

RSL_FILE, POLICY_FILE = "rsl.xml", "tdm-policy.json"
_MOST_PLACES = 4
_SOME_PART = "/part/"
NO_SINGLE_FILE = "ai.txt does not name single files; what is permitted for one is not in it."


def place(spot: Spot, site: Site, full: str = "") -> Place:
    """Return where a spot is, with the addresses of the files that say more of it.

    full: the address of full terms that the policy file tells.
    """
    address = site.address
    has_rsl = bool(address) and rsl.says_something(spot.terms)
    return Place(
        location=spot.location,
        rsl=f"{address}/{RSL_FILE}" if has_rsl else "",
        policy=f"{address}/{POLICY_FILE}" if address and tdmrep.can_be_asked(spot.terms) else "",
        tells_address=bool(full) and full == spot.terms.address,
    )


def losses(target: Target, spots: Sequence[Spot], site: Site, iscc: str = "") -> tuple[Loss, ...]:
    """Return what a vocabulary cannot say, each sentence once, with the places it is about.

    Where it is about all places, none is named; works with an ISCC are not in a place.
    """
    found: dict[Loss, list[str]] = {}
    full = _full_terms(spots)
    known: dict[tuple[int, Place], tuple[Loss, ...]] = {}  # many places have the same terms
    for spot in spots:
        lost = list(_of_the_spot(target, spot))
        if target is Target.AITXT and is_exact(spot.location):
            lost.append(Loss(target=target, use=None, sentence=NO_SINGLE_FILE))
        else:
            at = place(spot, site, full)
            if at.location != WHOLE_SITE:
                at = replace(at, location=_SOME_PART)
            alike = (id(spot.terms), at)
            if alike not in known:
                known[alike] = spoken.say(target, spot.terms, at, iscc).losses
            lost += known[alike]
        for one in dict.fromkeys(lost):
            found.setdefault(one, []).append(_where(spot.location))
    named = len(spots) > 1 and not iscc
    return tuple(
        replace(one, sentence=f"{one.sentence} ({_few(where)})")
        if named and len(where) < len(spots)
        else one
        for one, where in found.items()
    )


def _few(where: list[str]) -> str:
    more = len(where) - _MOST_PLACES
    return ", ".join(where[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def _where(location: str) -> str:
    return without_end(location) if is_exact(location) else f"below {location}"


def _of_the_spot(target: Target, spot: Spot) -> Iterator[Loss]:
    if spot.mixed:
        yield Loss(
            target=target,
            use=None,
            sentence=f"The {spot.works} works have different terms: the strictest answer of all "
            "is written.",
        )
    for use in spot.closed:
        yield Loss(
            target=target,
            use=use,
            sentence=f"You have said nothing of {SPOKEN[use]} here, but something around it: a no "
            "is written, so that nobody takes that answer for this one.",
        )


def _full_terms(spots: Sequence[Spot]) -> str:
    """Return the address of the full terms that all spots to be asked for share, or ""."""
    addresses = {spot.terms.address for spot in spots if tdmrep.can_be_asked(spot.terms)}
    return addresses.pop() if len(addresses) == 1 else ""


def robots_text(spots: Sequence[Spot], site: Site) -> str:
    """Return the lines for robots.txt; Content Signals only if a spot is the whole site."""
    usages = [(spot.location, aipref.value(spot.terms)) for spot in spots]
    lines = [
        f"{aipref.FIELD}: {'' if at == '/' else f'{at} '}{value}" for at, value in usages if value
    ]
    if any(spot.location == "/" for spot in spots):
        # A signal has no path, so it may say no more than holds in every spot.
        signal = content_signals.value(strictest(spot.terms for spot in spots))
        lines += [f"{content_signals.FIELD}: {signal}"] if signal else []
    text = "".join(f"{line}\n" for line in ["User-agent: *", *lines]) if lines else ""
    pointer = next((one.rsl for one in (place(spot, site) for spot in spots) if one.rsl), "")
    return f"License: {pointer}\n{text}" if pointer else text


def headers_text(spots: Sequence[Spot], site: Site, server: str = "") -> str:
    """Return the header fields of each spot, in the words of a server or as they are sent."""
    if server and not servers.takes_queries(server):
        spots = whole_paths(spots)
    places = [(one.location, headers.fields(one.terms, place(one, site))) for one in spots[::-1]]
    if server:
        return servers.for_server(server, places)
    texts = [(at, "".join(f"{name}: {value}\n" for name, value in got)) for at, got in places]
    several = len(places) > 1
    return "\n".join((f"# {_where(at)}\n" if several else "") + text for at, text in texts if text)


def meta_text(spots: Sequence[Spot], site: Site) -> str:
    """Return the lines for the head of the pages of each spot."""
    several = len(spots) > 1
    parts = [(spot.location, html_meta.write(spot.terms, place(spot, site))) for spot in spots]
    return "\n".join(
        (f"<!-- {_where(at)} -->\n" if several else "") + text for at, text in parts if text
    )


def tdmrep_text(spots: Sequence[Spot], site: Site) -> str:
    """Return .well-known/tdmrep.json."""
    rules = [tdmrep.rule(spot.terms, place(spot, site)) for spot in spots]
    return tdmrep.write([rule for rule in rules if rule is not None])


def rsl_text(spots: Sequence[Spot]) -> str:
    """Return the RSL file."""
    made = [rsl.content(spot.terms, spot.location) for spot in spots]
    return rsl.write([one for one in made if one is not None])


def aitxt_text(spots: Sequence[Spot]) -> str:
    """Return ai.txt."""
    parts = [aitxt.write(one.terms, one.location) for one in spots if not is_exact(one.location)]
    rules = "".join(part.partition("\n")[2] for part in parts)
    return f"User-Agent: *\n{rules}" if rules else ""


def policy_text(spots: Sequence[Spot], site: Site) -> str:
    """Return the ODRL policy of TDMRep (its section on policies); "" where none can be asked for.

    The profile can say that consent and payment are needed, not how much.
    """
    asked = [spot for spot in spots if tdmrep.can_be_asked(spot.terms)]
    if not asked or not site.address:
        return ""
    about = {"vcard:fn": site.by} if site.by else {}
    full = _full_terms(asked)
    about |= {"vcard:hasURL": full} if full else {}
    policy = {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
        "@type": "Offer",
        "profile": "http://www.w3.org/ns/tdmrep",
        "uid": f"{site.address}/{POLICY_FILE}",
        "assigner": {"uid": site.address, **about},
        "permission": [_permission(spot, site) for spot in asked],
    }
    return json.dumps(policy, indent=2, ensure_ascii=False) + "\n"


def _permission(spot: Spot, site: Site) -> dict[str, Any]:
    duties = ["obtainConsent", *(["compensate"] if rsl.has_price(spot.terms) else [])]
    return {
        "target": f"{site.address}{without_end(spot.location)}",
        "action": "tdm:mine",
        "duty": [{"action": duty} for duty in duties],
    }
