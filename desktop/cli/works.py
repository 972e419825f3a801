"""works, terms."""

from __future__ import annotations

import click

from desktop.cli.describing import work_json
from desktop.cli.session import Session, command
from desktop.cli.terms_export import export
from desktop.cli.terms_read import check, read
from desktop.cli.terms_set import forget, set_, undo
from desktop.cli.terms_show import show
from desktop.flows.collecting import find_collection
from desktop.store import shelf


@click.command()
@click.option("--search", default="", help="Words of titles, names or file names; or ISCC:…")
@click.option("--limit", type=click.IntRange(1), default=None)
@click.option("--collection", default="", help="Only the works of the collection of this name.")
@command
def works(session: Session, search: str, limit: int | None, collection: str) -> None:
    """List the works of the library, newest first."""
    with session.open(read_only=True) as services:
        within = find_collection(collection, services).collection_id if collection else None
        before, left = None, limit
        while left is None or left > 0:
            size = min(left, shelf.PAGE) if left is not None else shelf.PAGE
            with services.store.read() as connection:
                page = shelf.page(
                    connection, search=search, collection=within, before=before, limit=size
                )
            for row in page:
                data = work_json(services, row.work_id)
                claims = ", ".join(f"{name}: {state}" for name, state in data["claims"].items())
                session.out.row(
                    data,
                    f"{row.work_id:>6}  {row.title}  ·  {row.kind.value}  ·  {data['terms']}"
                    f"{'  ·  ' + claims if claims else ''}",
                )
            if len(page) < size:
                return
            before = page[-1].work_id
            left = left - len(page) if left is not None else None


@click.group()
def terms() -> None:
    """Say what AI may do with works."""


for _command in (set_, forget, undo, show, export, read, check):
    terms.add_command(_command)
