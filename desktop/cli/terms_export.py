"""terms export: terms in the vocabularies of the web, with what each cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.paths import NamedPath
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows import saying
from desktop.flows.collecting import find_collection
from desktop.flows.saying import Works
from desktop.flows.site_bundle import PAGE_FILE, bundle, write_bundle
from desktop.model.vocabularies import Loss, Site, Target
from desktop.services import Services
from desktop.store import shelf
from desktop.terms.lost_words import in_few_lines
from desktop.terms.paths import without_end
from desktop.terms.servers import SERVERS

SITE = "site"


@click.command("export")
@click.argument("target", type=click.Choice([*(one.value for one in saying.TARGETS), SITE]))
@click.argument("work_ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All works.")
@click.option("--collection", default="", help="The works of a collection.")
@click.option("--out", type=NamedPath(), required=True)
@click.option("--location", default="/", help="The path of the works on the site.")
@click.option("--at", multiple=True, help="WORK_ID=PATH, for a work with a path of its own.")
@click.option("--site", default="", help="The address of the site: https://example.org")
@click.option("--by", default="", help="For site: who offers the works, in the policy.")
@click.option("--server", type=click.Choice(SERVERS), help="For headers: in whose words.")
@click.option(
    "--merge",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For robots and site: the file that is there; everything else in it stays.",
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@command
def export(
    session: Session,
    target: str,
    work_ids: tuple[int, ...],
    everything: bool,
    collection: str,
    out: Path,
    location: str,
    at: tuple[str, ...],
    site: str,
    by: str,
    server: str | None,
    merge: Path | None,
    force: bool,
) -> None:
    """Write what AI may do with works, for machines to read, and tell what gets lost.

    The target site makes a folder to upload, with a page that explains it. Works in one place get
    the strictest of their answers. Nothing is sent anywhere.
    """
    places = dict(_at(one) for one in at)
    named = bool(work_ids or places)
    if sum(map(bool, (work_ids, everything, collection))) > 1 or not (
        named or everything or collection
    ):
        raise UsageProblem("Name works by their numbers, or give --all or --collection.")
    if (merge and target not in (SITE, Target.ROBOTS)) or (server and target != Target.HEADERS):
        raise UsageProblem("--merge is for robots and site, --server for headers.")
    of_site = saying.checked_site(site, by)
    with session.open(read_only=True) as services:
        ids = None if everything else works_in(collection, services) or work_ids
        works = saying.works_for(ids, services, at=places, location=location, of_site=of_site)
    if target == SITE:
        _export_site(session, works, of_site, out, merge)
        return
    made = saying.export_terms(
        Target(target), works, out, of_site=of_site, server=server or "", merge=merge, force=force
    )
    row = _row(target, works, out if made.size_bytes else None, made.size_bytes)
    written = f"Written to {path_text(out)}" if made.size_bytes else "Nothing to say: no file"
    _tell(session, row, written, made.losses, made.conflicts)


def works_in(collection: str, services: Services) -> list[int]:
    """Return the works of a collection by its name, "" none. Raises UsageProblem."""
    if not collection:
        return []
    number = find_collection(collection, services).collection_id
    with services.store.read() as connection:
        found = shelf.ids(connection, collection=number)
    if not found:
        raise UsageProblem(f"There are no works in {collection!r} yet.")
    return sorted(found)


def _export_site(
    session: Session, works: Works, of_site: Site, out: Path, merge: Path | None
) -> None:
    made = bundle(works, of_site, merge)
    size = write_bundle(made, out)
    row = {**_row(SITE, works, out, size), "files": sorted(made.files)}
    text = f"{len(made.files)} files in {path_text(out)}; begin with “{PAGE_FILE}”"
    _tell(session, row, text, made.losses, made.conflicts)


def _row(target: str, works: Works, out: Path | None, size_bytes: int) -> dict[str, Any]:
    return {
        "target": target,
        "file": path_text(out) if out else None,
        "size_bytes": size_bytes,
        "works": len(works.each),
        "locations": [*dict.fromkeys(without_end(spot.location) for spot in works.spots)],
    }


def _tell(
    session: Session,
    row: dict[str, Any],
    text: str,
    losses: Sequence[Loss],
    conflicts: Sequence[str],
) -> None:
    told = {"losses": [loss_json(one) for one in losses], "conflicts": list(conflicts)}
    session.out.row({**row, **told}, text)
    for line in (*loss_lines(losses), *conflicts):
        session.out.text(f"    {line}")


def loss_json(loss: Loss) -> dict[str, Any]:
    """Return a loss as the contract has it."""
    return {
        "target": loss.target.value,
        "use": loss.use.value if loss.use else None,
        "sentence": loss.sentence,
    }


def loss_lines(losses: Iterable[Loss]) -> list[str]:
    """Return losses to read: below each vocabulary, what is the same of several uses once."""
    lines = []
    for names, sentences in in_few_lines(losses):
        lines += [names, *(f"    {one}" for one in sentences)] if names else sentences
    return lines


def _at(text: str) -> tuple[int, str]:
    number, _, path = text.partition("=")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and path):
        raise UsageProblem(
            f"{text[:80]!r} is not WORK_ID=PATH.", advice="Such as --at 12=/art/low-tide."
        )
    return int(number), path
