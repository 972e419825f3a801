"""collections: named sets of works; each change of one can be taken back with `terms undo`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from desktop.cli.paths import NamedPath
from desktop.cli.session import Session, command
from desktop.cli.terms_set import undo
from desktop.cli.terms_words import change_json, change_lines, works_text
from desktop.errors import UsageProblem
from desktop.flows.collecting import (
    delete_collection,
    find_collection,
    list_collections,
    make_collection,
    move_works,
    preview_deleting,
    preview_moving,
    rename_collection,
    works_below,
)
from desktop.model.collections import Collection, folded
from desktop.model.terms_changes import Applied, Change
from desktop.services import Services
from desktop.terms.presets import TITLES, preset_of

_PERMIT_MORE = click.option(
    "--permit-more", is_flag=True, help="Do it even where works then permit more than now."
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Only tell what would change.")
_FOLDER = click.option("--folder", type=NamedPath(), help="The works with a file below it now.")


@click.group(invoke_without_command=True)
@click.pass_context
def collections(context: click.Context) -> None:
    """List the collections, with what is said of them."""
    if context.invoked_subcommand is None:
        context.invoke(_list)


@click.command()
@command
def _list(session: Session) -> None:
    with session.open(read_only=True) as services:
        found = list_collections(services)
    for one in found:
        said = TITLES[preset_of(one.terms)] if one.terms is not None else "nothing said of it"
        session.out.row(_json(one), f"{one.works:>7,}  {one.name}  ·  {said}")
    if not found:
        session.out.text("No collections yet.")


@collections.command("add")
@click.argument("name")
@click.argument("work_ids", nargs=-1, type=int)
@_FOLDER
@_PERMIT_MORE
@_DRY_RUN
@command
def add(
    session: Session,
    name: str,
    work_ids: tuple[int, ...],
    folder: Path | None,
    permit_more: bool,
    dry_run: bool,
) -> None:
    """Put works into a collection, made new if there is none of that NAME."""
    with session.open(read_only=dry_run) as services:
        there = {folded(one.name): one for one in list_collections(services)}
        known = there.get(folded(" ".join(name.split())))
        ids = [*work_ids, *(works_below(folder, services) if folder else [])]
        if known is None and not dry_run:
            _tell(session, make_collection(name, ids, services), services)
        elif known is None:
            session.out.row({"name": name, "chosen": len(ids), "works": 0, "dry_run": True},
                            f"{name} would be made, with {works_text(len(ids))}")  # fmt: skip
        else:
            _move(session, known, ids, services, dry_run, permit_more)


@collections.command("remove")
@click.argument("name")
@click.argument("work_ids", nargs=-1, type=int)
@_FOLDER
@_PERMIT_MORE
@_DRY_RUN
@command
def remove(
    session: Session,
    name: str,
    work_ids: tuple[int, ...],
    folder: Path | None,
    permit_more: bool,
    dry_run: bool,
) -> None:
    """Take works out of a collection; they stay in the library."""
    with session.open(read_only=dry_run) as services:
        ids = [*work_ids, *(works_below(folder, services) if folder else [])]
        known = find_collection(name, services)
        _move(session, known, ids, services, dry_run, permit_more, out=True)


@collections.command("rename")
@click.argument("name")
@click.argument("new_name")
@command
def rename(session: Session, name: str, new_name: str) -> None:
    """Give a collection another name."""
    with session.open() as services:
        known = find_collection(name, services)
        _tell(session, rename_collection(known.collection_id, new_name, services), services)


@collections.command("delete")
@click.argument("name")
@_PERMIT_MORE
@_DRY_RUN
@command
def delete(session: Session, name: str, permit_more: bool, dry_run: bool) -> None:
    """Delete a collection, and what was said of it; its works stay in the library."""
    with session.open(read_only=dry_run) as services:
        known = find_collection(name, services)
        if dry_run:
            _foresee(session, known, preview_deleting(known.collection_id, services))
            return
        made = delete_collection(known.collection_id, services, permit_more=permit_more)
    data = {**_json(known), **_change(made.change), "change": made.change_id, "deleted": True}
    session.out.row(data, f"{known.name} is deleted; its works stay")
    for line in change_lines(made.change):
        session.out.text(f"    {line}")


collections.add_command(undo)


def _move(
    session: Session,
    known: Collection,
    work_ids: Iterable[int],
    services: Services,
    dry_run: bool,
    permit_more: bool,
    *,
    out: bool = False,
) -> None:
    ids = list(work_ids)
    if not ids:
        raise UsageProblem("Name works by their numbers, or give --folder.")
    if dry_run:
        _foresee(session, known, preview_moving(known.collection_id, ids, services, out=out))
        return
    made = move_works(known.collection_id, ids, services, out=out, permit_more=permit_more)
    _tell(session, made, services)


def _foresee(session: Session, known: Collection, change: Change) -> None:
    data = {**_json(known), **_change(change), "dry_run": True}
    session.out.row(data, f"{known.name}: terms of {works_text(change.changed)} would change")
    for line in change_lines(change):
        session.out.text(f"    {line}")


def _tell(session: Session, made: Applied, services: Services) -> None:
    number = made.change.choice.collection_id
    one = next(one for one in list_collections(services) if one.collection_id == number)
    data = {**_json(one), **_change(made.change), "change": made.change_id}
    session.out.row(data, f"{one.name}: {works_text(one.works)}")
    for line in change_lines(made.change):
        session.out.text(f"    {line}")


def _json(one: Collection) -> dict[str, Any]:
    terms = preset_of(one.terms).value if one.terms is not None else None
    return {"collection_id": one.collection_id, "name": one.name, "works": one.works,
            "terms": terms}  # fmt: skip


def _change(change: Change) -> dict[str, Any]:
    """Return what changed; works stays how many are in the collection."""
    data = change_json(change)
    return {**{key: data[key] for key in ("steps", "permit_more")},
            "moved": change.works, "terms_changed": change.changed}  # fmt: skip
