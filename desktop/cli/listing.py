"""listing: find your works on lists that others publish."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.output import path_text
from desktop.cli.said import answers
from desktop.cli.session import Session, command, stoppable
from desktop.errors import UsageProblem
from desktop.flows.listing import claim_listed, decide, look_up
from desktop.model.listings import Looked, MatchState
from desktop.model.times import to_rfc3339
from desktop.store import listings as listings_store


@click.group()
def listing() -> None:
    """Find your works on lists that others publish: CSV, spreadsheets, JSON."""


@listing.command("look")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", default="", help="What to call the list; the file's name if left out.")
@command
def look(session: Session, file: Path, name: str) -> None:
    """Compare a list with the library, and keep what was found, or not, with today's date."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageProblem(f"The file {file.name} cannot be read: {error.strerror}.") from error
    with session.open() as services, stoppable() as cancelled:
        done = look_up(
            data, name or path_text(Path(file.name)), services, session.out.report, cancelled
        )
        if done.problem is not None:
            session.out.problem(done.problem)
        _show(session, done.looked)
        _matches(session, done.looked.listing_id)


@listing.command("show")
@click.argument("listing_id", type=int, required=False)
@command
def show(session: Session, listing_id: int | None) -> None:
    """List what was looked up, or what was found on one list."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        if listing_id is None:
            found = listings_store.everything(connection)
        else:
            found = [listings_store.by_id(connection, listing_id)]
    for one in found:
        _show(session, one)
    if listing_id is not None:
        _matches(session, listing_id)


@listing.command("decide")
@click.argument("listing_id", type=int)
@click.argument("line", type=int)
@click.argument("work_id", type=int)
@click.argument("answer", type=answers(MatchState))
@command
def decide_command(session: Session, listing_id: int, line: int, work_id: int, answer: str) -> None:
    """Say whether a match is right: confirmed or rejected."""
    state = MatchState(answer)
    if state is MatchState.PROPOSED:
        raise UsageProblem("A match is confirmed or rejected.")
    with session.open() as services:
        decide(listing_id, line, work_id, state, services)
    row = {"listing_id": listing_id, "line": line, "work_id": work_id, "state": state.value}
    session.out.row(row, f"line {line} is {state.value}")


@listing.command("claim")
@click.argument("listing_id", type=int)
@click.option("--registry", required=True, help="Name of the registry.")
@command
def claim_command(session: Session, listing_id: int, registry: str) -> None:
    """Claim the works that stand on a list: the confirmed, and the sure ones."""
    with session.open() as services:
        for item in claim_listed(listing_id, registry, services):
            if item.problem is not None:
                session.out.problem(item.problem, work_id=item.work_id)
                continue
            data = {
                "claim_id": item.claim_id,
                "work_id": item.work_id,
                "registry": registry,
                "already": item.already,
            }
            session.out.row(data, f"{item.title}  ·  {registry}")


def _show(session: Session, one: Looked) -> None:
    data = {
        "listing_id": one.listing_id,
        "name": one.name,
        "sha256": one.sha256,
        "looked": to_rfc3339(one.looked),
        "rows": one.rows,
        "works": one.works,
        "matches": one.matches,
        "left_out": one.left_out,
    }
    several = "1 match" if one.matches == 1 else f"{one.matches} matches"
    said = several if one.matches else "none of your works is listed"
    session.out.row(
        data,
        f"{one.listing_id:>4}  {one.name}  ·  {one.looked:%Y-%m-%d}  ·  {one.rows} rows, "
        f"{one.works} works compared  ·  {said}",
    )


def _matches(session: Session, listing_id: int) -> None:
    with session.open(read_only=True) as services, services.store.read() as connection:
        found = listings_store.matches(connection, listing_id)
    for match, title, state in found:
        data = {
            "listing_id": listing_id,
            "line": match.line,
            "work_id": match.work_id,
            "title": title,
            "listed": match.listed,
            "certainty": match.certainty.value,
            "score": match.score,
            "reason": match.reason,
            "state": state.value,
        }
        session.out.row(
            data, f"      line {match.line}: {title}  ·  {match.certainty.value}: {match.reason}"
        )
