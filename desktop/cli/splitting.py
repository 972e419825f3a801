"""party: people and companies. split: sheets that collaborators sign."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from desktop.claims.split_sheet import MAX_BYTES, as_text
from desktop.cli.said import answers
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.describing import edit_party
from desktop.flows.splitting import Sheet, make_sheet, name_signer, sign_sheet, take_sheet
from desktop.identity.canonical import canonical_bytes
from desktop.model.works import Party, Reach
from desktop.store import parties as parties_store

_OUT = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File; else the text is shown."
)
_IN = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))


@click.group()
def party() -> None:
    """List people and companies, and say how to know them."""


@party.command("list")
@command
def list_parties(session: Session) -> None:
    """List everyone the library knows."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        everyone = parties_store.everyone(connection)
    for one in everyone:
        session.out.row(_party_json(one), f"{one.party_id}  {one.name}")


@party.command("edit")
@click.argument("name")
@click.option("--isni")
@click.option("--orcid")
@click.option("--ipi")
@click.option("--contact", help="How to reach them; it never leaves this computer in a claim.")
@click.option("--reach", type=answers(Reach))
@command
def edit(session: Session, name: str, reach: str | None, **typed: str | None) -> None:
    """Keep numbers and contact of a person or company; "me" is you."""
    with session.open() as services:
        changed = edit_party(name, services, reach=Reach(reach) if reach else None, **typed)
    session.out.row(_party_json(changed), f"{changed.party_id}  {changed.name}")


@click.group()
def split() -> None:
    """Agree on shares: make a sheet, let the others sign it, take it back in."""


@split.command("make")
@click.argument("work_id", type=int)
@click.option("--note", default="")
@_OUT
@command
def make(session: Session, work_id: int, note: str, out: Path | None) -> None:
    """Make a sheet of a work's shares, signed by you."""
    with session.open() as services:
        _hand_over(session, make_sheet(work_id, services, note=note), out)


@split.command("sign")
@_IN
@_OUT
@command
def sign(session: Session, file: Path, out: Path | None) -> None:
    """Sign a sheet that somebody sent you; hand the result back to them."""
    with session.open() as services:
        _hand_over(session, sign_sheet(_read(file), services), out)


@split.command("take")
@_IN
@command
def take(session: Session, file: Path) -> None:
    """Take in a sheet that others signed."""
    with session.open() as services:
        _hand_over(session, take_sheet(_read(file), services), None, shown=False)


@split.command("signer")
@click.argument("did")
@click.argument("party_id", type=int)
@command
def signer(session: Session, did: str, party_id: int) -> None:
    """Say whose key a signature is."""
    with session.open() as services:
        named = name_signer(did, party_id, services)
    session.out.row(_party_json(named), f"{named.name} signs with {did}")


def _hand_over(session: Session, sheet: Sheet, out: Path | None, *, shown: bool = True) -> None:
    text = as_text(sheet.document)
    if out is not None:
        out.write_bytes(canonical_bytes(sheet.document))
    row = sheet_json(sheet) | ({"text": text} if shown else {})
    names = ", ".join(one.party.name if one.party else one.did for one in sheet.signers)
    session.out.row(row, f"{sheet.document['work']['title']}: signed by {names}")
    if shown and out is None:
        session.out.text(text)
    for one in sheet.signers:
        if one.party is None and sheet.work_id is not None and not shown:
            session.out.text(f"Whose key is {one.did}? Say it: `split signer {one.did} PARTY_ID`.")


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as the command line prints it."""
    return {
        "sheet": sheet.document["id"],
        "work_id": sheet.work_id,
        "title": sheet.document["work"]["title"],
        "current": sheet.current,
        "shares": sheet.document["shares"],
        "signed_by": [
            {"did": one.did, "party": one.party.name if one.party else None}
            for one in sheet.signers
        ],
    }


def _party_json(one: Party) -> dict[str, Any]:
    return {
        "party_id": one.party_id,
        "name": one.name,
        "did": one.did or None,
        "you": one.is_self,
        "isni": one.isni or None,
        "orcid": one.orcid or None,
        "ipi": one.ipi or None,
        "contact": one.contact or None,
        "reach": one.reach.value,
    }


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"The file {file.name} cannot be read: {error.strerror}.") from error
