"""What the library says of one work, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from desktop.claims.shares import alike, gap_words, gaps
from desktop.flows.splitting import Sheet
from desktop.model.works import Capacity, Evidence, Interest, Known, Reach, Right, Share, Work


def work_lines(work: Work, claims: Mapping[str, str], sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield everything that was said of a work and of its claims; claims: registry → state."""
    if work.creators:
        names = ", ".join(f"{one.name} ({one.role})" for one in work.creators)
        yield f"Made by: {names}"
    if work.created:
        yield f"Made on: {work.created}"
    publication = work.publication
    if publication.answer is not Known.UNKNOWN:
        on, country = publication.on, publication.country
        said = [
            publication.answer.value,
            f"on {on}" if on else "",
            f"in {country}" if country else "",
        ]
        yield f"Published: {' '.join(word for word in said if word)}"
    for number in work.identifiers:
        yield f"Number: {number.scheme} {number.value}"
    if work.ai_involvement != "unknown":
        yield f"Made with AI: {work.ai_involvement}"
    if work.capacity is not Capacity.AUTHOR:
        yield f"You claim as: {work.capacity.value.replace('_', ' ')}"
    if work.sole_owner is not Known.UNKNOWN:
        yield f"You are the only owner: {work.sole_owner.value}"
    for share, rights in alike(work.shares):
        yield f"Share: {_share_words(share, rights)}"
    for gap in gaps(work.shares):
        yield f"Not given to anybody: {gap_words(gap)}"
    for sheet in sheets:
        yield f"Split sheet: {_sheet_words(sheet)}"
    for one in work.evidence:
        yield f"Evidence {one.evidence_id}: {_evidence_words(one)}"
    for registry, state in claims.items():
        yield f"Claim at {registry}: {state}"


_REACH = {
    Reach.REACHABLE: "reachable",
    Reach.UNREACHABLE: "unreachable",
    Reach.UNKNOWN: "not known whether reachable",
}


def _share_words(share: Share, rights: Sequence[Right]) -> str:
    party = share.party
    side = f" ({share.interest.value})" if share.interest is not Interest.WHOLE else ""
    parts = [
        f"{party.name} {share.part} of {', '.join(right.value for right in rights)}{side}",
        f"in {', '.join(share.territories)}" if share.territories != ("WORLD",) else "",
        f"from {share.starts}" if share.starts else "",
        f"until {share.ends}" if share.ends else "",
        "" if party.is_self else f"·  {_REACH[party.reach]}",
    ]
    return " ".join(part for part in parts if part)


def _sheet_words(sheet: Sheet) -> str:
    names = ", ".join(one.party.name if one.party else one.did for one in sheet.signers)
    old = "" if sheet.current else "; it says other shares than the library now"
    return f"signed by {names}{old}"


def _evidence_words(one: Evidence) -> str:
    return ", ".join(part for part in (one.kind, one.dated, one.name, one.note) if part)
