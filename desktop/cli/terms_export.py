"""terms export: terms in the vocabularies of the web, with what each cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows import saying
from desktop.model.vocabularies import Loss, Target
from desktop.terms.headers import SERVERS


@click.command("export")
@click.argument("target", type=click.Choice([one.value for one in saying.TARGETS]))
@click.argument("work_ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All works.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--location", default="/", help="The path of the works on the site.")
@click.option("--at", multiple=True, help="WORK_ID=PATH, for a work with a path of its own.")
@click.option("--site", default="", help="The address of the site: https://example.org")
@click.option("--server", type=click.Choice(SERVERS), help="For headers: in whose words.")
@click.option(
    "--merge",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For robots: the file that is there; everything else in it stays.",
)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@command
def export(
    session: Session,
    target: str,
    work_ids: tuple[int, ...],
    everything: bool,
    out: Path,
    location: str,
    at: tuple[str, ...],
    site: str,
    server: str | None,
    merge: Path | None,
    force: bool,
) -> None:
    """Write what AI may do with works, for machines to read, and tell what gets lost.

    Works in one place get the strictest of their answers. Nothing is sent anywhere.
    """
    chosen = Target(target)
    places = dict(_at(one) for one in at)
    if everything == bool(work_ids or places):
        raise UsageProblem("Name works by their numbers, or give --all.")
    if (merge and chosen is not Target.ROBOTS) or (server and chosen is not Target.HEADERS):
        raise UsageProblem("--merge is for robots, --server for headers.")
    of_site = saying.checked_site(site)
    with session.open(read_only=True) as services:
        ids = None if everything else work_ids
        works = saying.works_for(ids, services, at=places, location=location)
        made = saying.export_terms(
            chosen, works, out, of_site=of_site, server=server or "", merge=merge, force=force
        )
    row = {
        "target": chosen.value,
        "file": path_text(out) if made.size_bytes else None,
        "size_bytes": made.size_bytes,
        "works": len(works.each),
        "locations": [spot.location for spot in made.spots],
        "losses": [loss_json(one) for one in made.losses],
        "conflicts": list(made.conflicts),
    }
    written = f"Written to {path_text(out)}" if made.size_bytes else "Nothing to say: no file"
    session.out.row(row, written)
    for sentence in (*(one.sentence for one in made.losses), *made.conflicts):
        session.out.text(f"    {sentence}")


def loss_json(loss: Loss) -> dict[str, Any]:
    """Return a loss as the contract has it."""
    return {
        "target": loss.target.value,
        "use": loss.use.value if loss.use else None,
        "sentence": loss.sentence,
    }


def _at(text: str) -> tuple[int, str]:
    number, _, path = text.partition("=")
    if not number.isdigit() or not path:
        raise UsageProblem(f"{text!r} is not WORK_ID=PATH.")
    return int(number), path
