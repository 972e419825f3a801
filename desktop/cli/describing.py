"""work show, work edit: what the library says of one work, and what its file says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.describing import edit_work
from desktop.flows.suggesting import Offer, Said, accept_suggestions, said_by_file
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Terms, Use
from desktop.model.works import Creator, Identifier, Right, Work
from desktop.services import Services
from desktop.store import claims as claims_store
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
        data = work_json(services, work_id) | _more_json(said)
    session.out.row(data, f"{work_id}  {said.work.title}")
    for line in _lines(said):
        session.out.text(f"    {line}")


@work.command("edit")
@click.argument("work_id", type=int)
@click.option("--title")
@click.option("--creator", "creators", multiple=True, help="NAME or NAME:ROLE; once each.")
@click.option("--identifier", "identifiers", multiple=True, help="SCHEME:VALUE, such as isrc:…")
@click.option(
    "--share", "shares", multiple=True, help="PARTY:RIGHT:FRACTION, such as me:output:2/3"
)
@click.option(
    "--accept-suggestions",
    "accept",
    is_flag=True,
    help="Take over what the file says, where nothing was said before.",
)
@command
def edit(
    session: Session,
    work_id: int,
    title: str | None,
    creators: tuple[str, ...],
    identifiers: tuple[str, ...],
    shares: tuple[str, ...],
    accept: bool,
) -> None:
    """Set title, creators, identifiers or shares of a work."""
    with session.open() as services:
        if title is not None or creators or identifiers or shares or not accept:
            edit_work(
                work_id,
                services,
                title=title,
                creators=[_creator(text) for text in creators] or None,
                identifiers=[_identifier(text) for text in identifiers],
                shares=[_share(text) for text in shares],
            )
        if accept:
            accept_suggestions([work_id], services)
        data = work_json(services, work_id)
    session.out.row(data, f"{work_id}  {data['title']}")


def work_json(services: Services, work_id: int) -> dict[str, Any]:
    """Return a work as the contract has it."""
    with services.store.read() as connection:
        found: Work = works_store.get(connection, work_id)
        said = terms_store.of_work(connection, work_id)
        states = claims_store.states_of_work(connection, work_id)
    return {
        "work_id": work_id,
        "title": found.title,
        "kind": found.kind.value,
        "iscc": found.fingerprint.iscc,
        "files": [path_text(file.path) for file in found.files],
        "creators": [creator.name for creator in found.creators],
        "identifiers": {item.scheme: item.value for item in found.identifiers},
        "shares": [
            {
                "party": share.party.name,
                "right": share.right.value,
                "share": share.part,
            }
            for share in found.shares
        ],
        "terms": preset_of(said).value,
        "claims": states,
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


def _lines(said: Said) -> list[str]:
    """Return what the file says, a line each, to read."""
    lines = [f"Terms: {TITLES[preset_of(said.terms)]}"]
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


def _creator(text: str) -> Creator:
    name, _, role = text.partition(":")
    if not name.strip():
        raise UsageProblem("A creator has a name.")
    return Creator(name=name.strip(), role=role.strip() or "author")


def _identifier(text: str) -> Identifier:
    scheme, _, value = text.partition(":")
    if not scheme.strip() or not value.strip():
        raise UsageProblem(f"{text!r} is not SCHEME:VALUE.")
    return Identifier(scheme=scheme.strip().lower(), value=value.strip())


def _share(text: str) -> tuple[str, Right, Fraction]:
    try:
        party, right, fraction = text.rsplit(":", 2)
        share = Fraction(fraction)
        if not 0 < share <= 1 or not party.strip():
            raise ValueError(text)
        return party.strip(), Right(right), share
    except (ValueError, ZeroDivisionError) as error:
        raise UsageProblem(
            f"{text!r} is not PARTY:RIGHT:FRACTION.", advice="Such as me:training:2/3."
        ) from error
