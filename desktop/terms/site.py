"""The files of a web site that say what AI may do, written from the spots of its works.

Addresses of other files are absolute in robots.txt, headers and TDMRep, so they are written only
where the site's own address is known.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from desktop.model.terms import Answer, Terms, Use
from desktop.model.vocabularies import Loss, Place, Site, Spot, Target
from desktop.terms import aipref, aitxt, content_signals, headers, html_meta, rsl, spoken, tdmrep
from desktop.terms.together import strictest
from desktop.terms.wording import TRAINING

RSL_FILE, POLICY_FILE = "rsl.xml", "tdm-policy.json"
_MINING = (Use.MINING, *TRAINING)


def place(spot: Spot, site: Site) -> Place:
    """Return where a spot is, with the addresses of the files that say more of it."""
    address = site.address
    has_rsl = bool(address) and rsl.content(spot.terms) is not None
    return Place(
        location=spot.location,
        rsl=f"{address}/{RSL_FILE}" if has_rsl else "",
        policy=f"{address}/{POLICY_FILE}" if address and can_be_asked(spot.terms) else "",
    )


def can_be_asked(terms: Terms) -> bool:
    """Tell whether mining is reserved, but not refused: then a policy says how to get it."""
    answers = {terms.uses[use] for use in _MINING}
    return Answer.CONSTRAINED in answers and Answer.DENY not in answers


def losses(target: Target, spots: Sequence[Spot], site: Site, iscc: str = "") -> tuple[Loss, ...]:
    """Return what a vocabulary cannot say of each spot, each sentence once.

    Of several spots each sentence names its own; works with an ISCC are not in a spot.
    """
    found: dict[Loss, None] = {}
    for spot in spots:
        lost = spoken.say(target, spot.terms, place(spot, site), iscc).losses
        if len(spots) > 1 and not iscc:
            lost = tuple(replace(one, sentence=f"{spot.location}: {one.sentence}") for one in lost)
        found.update(dict.fromkeys([*([_mixed(target, spot)] if spot.mixed else []), *lost]))
    return tuple(found)


def _mixed(target: Target, spot: Spot) -> Loss:
    return Loss(
        target=target,
        use=None,
        sentence=f"The {spot.works} works at {spot.location} have different terms: the strictest "
        "answer of all is written.",
    )


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
    places = [
        (spot.location, headers.fields(spot.terms, place(spot, site))) for spot in reversed(spots)
    ]
    if server:
        return headers.for_server(server, places)
    several = len(places) > 1
    return "\n".join(
        (f"# {at}\n" if several else "") + "".join(f"{name}: {value}\n" for name, value in found)
        for at, found in places
        if found
    )


def meta_text(spots: Sequence[Spot], site: Site) -> str:
    """Return the lines for the head of the pages of each spot."""
    several = len(spots) > 1
    parts = [(spot.location, html_meta.write(spot.terms, place(spot, site))) for spot in spots]
    return "\n".join(
        (f"<!-- pages below {at} -->\n" if several else "") + text for at, text in parts if text
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
    parts = [aitxt.write(spot.terms, spot.location) for spot in spots]
    rules = "".join(part.partition("\n")[2] for part in parts)
    return f"User-Agent: *\n{rules}" if rules else ""


def policy_text(spots: Sequence[Spot], site: Site) -> str:
    """Return the ODRL policy of TDMRep (its section on policies); "" where none can be asked for.

    The profile can say that consent and payment are needed, not how much.
    """
    asked = [spot for spot in spots if can_be_asked(spot.terms)]
    if not asked or not site.address:
        return ""
    name = {"vcard:fn": site.by} if site.by else {}
    policy = {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
        "@type": "Offer",
        "profile": "http://www.w3.org/ns/tdmrep",
        "uid": f"{site.address}/{POLICY_FILE}",
        "assigner": {"uid": site.address, **name},
        "permission": [_permission(spot, site) for spot in asked],
    }
    return json.dumps(policy, indent=2, ensure_ascii=False) + "\n"


def _permission(spot: Spot, site: Site) -> dict[str, Any]:
    duties = ["obtainConsent", *(["compensate"] if rsl.has_price(spot.terms) else [])]
    return {
        "target": f"{site.address}{spot.location}",
        "action": "tdm:mine",
        "duty": [{"action": duty} for duty in duties],
    }
