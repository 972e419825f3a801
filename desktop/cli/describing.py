"""work show, work edit: what the library says of one work, and what its file says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.claims.shares import Total, gaps
from desktop.cli.output import path_text
from desktop.cli.said import answers as _answers
from desktop.cli.said import changes_of
from desktop.cli.session import Session, command
from desktop.cli.splitting import sheet_json
from desktop.cli.work_words import work_lines
from desktop.flows.describing import WorkChanges, add_evidence, edit_works, split_equally
from desktop.flows.splitting import sheets_of
from desktop.flows.suggesting import Offer, Said, accept_suggestions, said_by_file
from desktop.flows.terms_history import why_of
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Terms, Use
from desktop.model.terms_history import Reason
from desktop.model.works import Basis, Capacity, Known, Share, Work
from desktop.services import Services
from desktop.store import addresses as addresses_store
from desktop.store import claims as claims_store
from desktop.store import collections
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms.contradictions import Contradiction
from desktop.terms.presets import TITLES, preset_of


@click.group()
def work() -> None:
    """Show or change what the library says of one work."""


@work.command("show")
@click.argument("work_id", type=int)
@command
def show(session: Session, work_id: int) -> None:
    """Show everything that is known of a work, and what its file says of itself."""
    with session.open(read_only=True) as services:
        said = said_by_file(work_id, services)
        sheets = sheets_of(work_id, services)
        reason = why_of(work_id, services)
        data = work_json(services, work_id) | _more_json(said)
        with services.store.read() as connection:
            data["collections"] = [name for _, name in collections.of_work(connection, work_id)]
    data["why"] = reason.why.value or None
    data["sheets"] = [sheet_json(sheet) for sheet in sheets]
    session.out.row(data, f"{work_id}  {said.work.title}")
    about = (*work_lines(said.work, data["claims"], sheets), *_lines(said, reason))
    for line in about:
        session.out.text(f"    {line}")


@work.command("edit")
@click.argument("work_ids", type=int, nargs=-1, required=True)
@click.option("--title")
@click.option("--creator", "creators", multiple=True, help="NAME or NAME:ROLE; once each.")
@click.option("--identifier", "identifiers", multiple=True, help="SCHEME:VALUE, such as isrc:…")
@click.option("--drop-identifier", "dropped", multiple=True, help="SCHEME:VALUE to take away.")
@click.option("--created", help="When it was made: 2024, 2024-03 or 2024-03-09.")
@click.option("--published", type=_answers(Known))
@click.option("--published-on", default="", help="2024, 2024-03 or 2024-03-09.")
@click.option("--published-in", default="", help="A country, such as PT.")
@click.option("--published-at", multiple=True, help="The address of its page or file on the web.")
@click.option("--no-longer-at", multiple=True, help="An address where it is published no more.")
@click.option("--ai", type=click.Choice(["human", "assisted", "generated", "unknown"]))
@click.option("--capacity", type=_answers(Capacity), help="As what you claim it.")
@click.option("--sole-owner", type=_answers(Known))
@click.option(
    "--share",
    "shares",
    multiple=True,
    help="PARTY:RIGHT:FRACTION, such as me:output:2/3; FRACTION may be unknown, and RIGHT "
    "training/master.",
)
@click.option("--share-territories", default="WORLD", help="Countries of these shares: PT,DE.")
@click.option("--share-from", default="", help="First day of these shares.")
@click.option("--share-until", default="", help="First day on which they hold no longer.")
@click.option("--share-basis", type=_answers(Basis), default="unknown")
@click.option("--only-these-shares", is_flag=True, help="Drop every other share of the works.")
@click.option("--split-equally", default="", help='Everyone the same: "me,Ben Okafor,Cleo".')
@click.option(
    "--accept-suggestions",
    "accept",
    is_flag=True,
    help="Take over what the file says, where nothing was said before.",
)
@command
def edit(session: Session, work_ids: tuple[int, ...], accept: bool, **said: Any) -> None:
    """Say who made works, who shares in them, what numbers they have: one work or a thousand."""
    changes, split = changes_of(said), str(said["split_equally"])
    with session.open() as services:
        if changes != WorkChanges() or not (accept or split):
            edit_works(work_ids, changes, services)
        if split:
            split_equally(work_ids, split.split(","), services)
        if accept:
            accept_suggestions(list(work_ids), services)
        rows = [work_json(services, work_id) for work_id in work_ids]
    for row in rows:
        session.out.row(row, f"{row['work_id']}  {row['title']}")


@work.command("evidence")
@click.argument("work_id", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--kind", required=True, help="Such as contract, draft, photo, receipt.")
@click.option("--date", "dated", default="", help="2024-03-09")
@click.option("--note", default="")
@command
def evidence(session: Session, work_id: int, file: Path, kind: str, dated: str, note: str) -> None:
    """Keep a file that speaks for your claim; only its hash ever leaves."""
    with session.open() as services:
        kept = add_evidence(
            work_id,
            file.read_bytes(),
            services,
            kind=kind,
            name=path_text(Path(file.name)),
            dated=dated,
            note=note,
        )
    data = {
        "work_id": work_id,
        "number": kept.evidence_id,
        "sha256": kept.sha256,
        "kind": kept.kind,
        "date": kept.dated,
    }
    session.out.row(data, f"{kept.kind} kept as evidence {kept.evidence_id}: {kept.sha256}")


def work_json(services: Services, work_id: int) -> dict[str, Any]:
    """Return a work as the contract has it."""
    with services.store.read() as connection:
        found: Work = works_store.get(connection, work_id)
        said = terms_store.of_work(connection, work_id).on(services.now().date())
        states = claims_store.states_of_work(connection, work_id)
        places = addresses_store.of_work(connection, work_id)
    return {
        "work_id": work_id,
        "title": found.title,
        "kind": found.kind.value,
        "iscc": found.fingerprint.iscc,
        "files": [path_text(file.path) for file in found.files],
        "creators": [creator.name for creator in found.creators],
        "identifiers": {item.scheme: item.value for item in found.identifiers},
        "shares": [share_json(share) for share in found.shares],
        "terms": preset_of(said).value,
        "claims": states,
        "published_at": list(places),
    }


def share_json(share: Share) -> dict[str, Any]:
    """Return a share as the contract has it."""
    return {
        "party": share.party.name,
        "right": share.right.value,
        "share": share.part,
        "interest": share.interest.value,
        "territories": list(share.territories),
        "from": share.starts or None,
        "until": share.ends or None,
        "basis": share.basis.value,
        "reach": "you" if share.party.is_self else share.party.reach.value,
    }


def gap_json(gap: Total) -> dict[str, Any]:
    """Return what of a right is given to nobody."""
    return {
        "right": gap.right.value,
        "interest": gap.interest.value,
        "territory": gap.territory,
        "from": gap.since or None,
        "total": str(gap.total),
        "unknown": gap.open,
    }


def uses_json(said: Terms) -> dict[str, str]:
    """Return the answer to every use."""
    return {use.value: said.uses[use].value for use in Use}


def _more_json(said: Said) -> dict[str, Any]:
    found, facts = said.work, said.work.fingerprint
    return {
        "mediatype": facts.mediatype,
        "size_bytes": facts.size_bytes,
        "width": facts.width,
        "height": facts.height,
        "duration_ms": facts.duration_ms,
        "characters": facts.characters,
        "units_256": list(facts.units_256),
        "datahash": facts.datahash,
        "sha256": facts.sha256,
        "md5": facts.md5,
        "note": facts.note,
        "credits": [{"name": one.name, "role": one.role} for one in found.creators],
        "created": found.created,
        "ai_involvement": found.ai_involvement,
        "publication": {
            "published": found.publication.answer.value,
            "on": found.publication.on or None,
            "in": found.publication.country or None,
        },
        "capacity": found.capacity.value,
        "sole_owner": found.sole_owner.value,
        "evidence": [
            {
                "number": one.evidence_id,
                "sha256": one.sha256,
                "kind": one.kind,
                "date": one.dated or None,
                "note": one.note,
            }
            for one in found.evidence
        ],
        "not_given_away": [gap_json(one) for one in gaps(found.shares)],
        "uses": uses_json(said.terms),
        "suggestions": _suggestions_json(said),
        "ai_use": [_statement_json(one) for one in said.suggestions.ai_use],
        "contradictions": [_contradiction_json(one) for one in said.contradictions],
    }


def _suggestions_json(said: Said) -> dict[str, Any]:
    found = said.suggestions
    return {
        "title": found.title,
        "creators": [{"name": one.name, "role": one.role} for one in found.creators],
        "created": found.created,
        "identifiers": [{"scheme": s, "value": value} for s, value in found.identifiers],
        "rights": found.rights,
        "description": found.description,
        "language": found.language,
        "keywords": list(found.keywords),
        "usable": [offer.key for offer in said.offers if offer.usable],
    }


def _statement_json(one: AiStatement) -> dict[str, Any]:
    return {
        "vocabulary": one.vocabulary.value,
        "property": one.property,
        "value": one.value,
        "meaning": {use.value: answer.value for use, answer in one.meaning},
        "verified": False,
    }


def _contradiction_json(one: Contradiction) -> dict[str, str]:
    return {
        "use": one.use.value,
        "property": one.statement.property,
        "file_says": one.file_says.value,
        "terms_say": one.terms_say.value,
    }


def _lines(said: Said, reason: Reason) -> list[str]:
    """Return what holds of it and why, and what the file says, a line each, to read."""
    lines = [f"Terms: {TITLES[preset_of(said.terms)]}. {reason.sentence}"]
    lines += [_offer_line(offer) for offer in said.offers]
    if said.suggestions.rights:
        lines.append(f"The file says ©: {said.suggestions.rights}")
    lines += [
        f"The file says about AI: {one.property} = {one.value} (not verified)"
        for one in said.suggestions.ai_use
    ]
    lines += [
        f"Differs from your terms: {one.use.value} is {one.file_says.value} in the file, "
        f"{one.terms_say.value} in your terms"
        for one in said.contradictions
    ]
    return lines


def _offer_line(offer: Offer) -> str:
    kept = "" if offer.usable else "  (yours is kept)"
    return f"The file says {offer.key}: {', '.join(offer.values)}{kept}"
