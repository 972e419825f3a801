"""Collections: named sets of works. What is said of one holds for its works while they are in it.

Each step can be taken back (terms_undoing). Where works would permit more than before, nothing is
done until that is wanted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.flows.terms_changing import AsIf, change_of, check_choice, settle_now, steps_of
from desktop.model.collections import Collection, collection_name
from desktop.model.terms_changes import Applied, Change, Choice
from desktop.services import Services
from desktop.store import collections, journal, terms_changes, terms_rules, terms_settling
from desktop.store.database import Connection
from desktop.store.terms_changes import Kind
from desktop.store.terms_rules import Rules


def list_collections(services: Services) -> list[Collection]:
    """Return the collections, by name."""
    with services.store.read() as connection:
        return collections.everything(connection)


def find_collection(name: str, services: Services) -> Collection:
    """Return a collection by its name, whatever its case. Raises UsageProblem."""
    with services.store.read() as connection:
        return collections.named(connection, name)


def works_below(folder: Path, services: Services) -> list[int]:
    """Return the works with a file below a folder now. Raises UsageProblem if there is none."""
    with services.store.read() as connection:
        found = terms_rules.works_below(connection, terms_rules.folder_key(folder))
    if not found:
        raise UsageProblem(
            f"No work has a file in the folder {folder.name!r}.", advice="`scan` takes them in."
        )
    return found


def make_collection(typed: str, work_ids: Iterable[int], services: Services) -> Applied:
    """Make a collection of works, or an empty one. Raises UsageProblem."""
    name, chosen, now_s = _checked_name(typed), list(work_ids), services.now_s()
    with services.store.write() as tx:
        _check_works(tx, chosen)
        _check_free(tx, name)
        collection_id = collections.make(tx, name, now_s)
        change_id = terms_changes.add(
            tx, Kind.MADE, now_s, collection_id=collection_id, name_after=name
        )
        joined = collections.join(tx, change_id, collection_id, chosen)
        detail = {"change": change_id, "works": joined}
        journal.add(tx, now_s, "collection.made", str(collection_id), detail)
    choice = Choice.collection(collection_id)
    change = Change(choice=choice, terms=None, works=joined, changed=0)
    return Applied(change_id=change_id, change=change)


def preview_moving(
    collection_id: int, work_ids: Iterable[int], services: Services, *, out: bool = False
) -> Change:
    """Return what putting works into a collection, or taking them out, does to their terms."""
    with services.store.read() as connection:
        terms_settling.begin(connection)
        terms_settling.take(connection, work_ids)
        rules = terms_rules.in_force(connection)
        return _looked_at(
            connection,
            collection_id,
            rules,
            services,
            joining=None if out else collection_id,
            leaving=collection_id if out else None,
        )


def preview_deleting(collection_id: int, services: Services) -> Change:
    """Return what deleting a collection does to the terms of its works."""
    with services.store.read() as connection:
        terms_settling.begin(connection)
        terms_settling.take_collection(connection, collection_id)
        rules = terms_rules.in_force(connection)
        kept = {one: said for one, said in rules.collections.items() if one != collection_id}
        without = dataclasses.replace(rules, collections=kept)
        return _looked_at(connection, collection_id, without, services)


def move_works(
    collection_id: int,
    work_ids: Iterable[int],
    services: Services,
    *,
    out: bool = False,
    permit_more: bool = False,
) -> Applied:
    """Put works into a collection, or take them out; works are as many as really moved.

    Raises UsageProblem if some would permit more than before and permit_more is not given.
    """
    chosen, now_s = list(work_ids), services.now_s()
    with services.store.write() as tx:
        _check_works(tx, chosen)
        there = collections.get(tx, collection_id)
        change_id = terms_changes.add(
            tx,
            Kind.LEFT if out else Kind.JOINED,
            now_s,
            collection_id=collection_id,
            name_after=there.name,
        )
        moved = (collections.leave if out else collections.join)(
            tx, change_id, collection_id, chosen
        )
        terms_settling.begin(tx)
        terms_settling.take(tx, chosen)
        change = _settled(tx, collection_id, services, permit_more)
        _keep(tx, change_id, change, services, "collection.left" if out else "collection.joined")
    return Applied(change_id=change_id, change=dataclasses.replace(change, works=moved))


def rename_collection(collection_id: int, typed: str, services: Services) -> Applied:
    """Give a collection another name. Raises UsageProblem."""
    name, now_s = _checked_name(typed), services.now_s()
    with services.store.write() as tx:
        there = collections.get(tx, collection_id)
        _check_free(tx, name, but=collection_id)
        collections.rename(tx, collection_id, name)
        change_id = terms_changes.add(
            tx,
            Kind.RENAMED,
            now_s,
            collection_id=collection_id,
            name_before=there.name,
            name_after=name,
        )
        journal.add(tx, now_s, "collection.renamed", str(collection_id), {"change": change_id})
    choice = Choice.collection(collection_id)
    change = Change(choice=choice, terms=None, works=there.works, changed=0)
    return Applied(change_id=change_id, change=change)


def delete_collection(
    collection_id: int, services: Services, *, permit_more: bool = False
) -> Applied:
    """Put a collection away, and what was said of it; its works stay in the library.

    Raises UsageProblem if some would permit more than before and permit_more is not given.
    """
    now_s = services.now_s()
    with services.store.write() as tx:
        there = collections.get(tx, collection_id)
        change_id = terms_changes.add(
            tx,
            Kind.DELETED,
            now_s,
            collection_id=collection_id,
            name_before=there.name,
            name_after=there.name,
        )
        terms_rules.say(tx, change_id, None, collection_id=collection_id)
        terms_settling.begin(tx)
        terms_settling.take_collection(tx, collection_id)
        change = _settled(tx, collection_id, services, permit_more)
        collections.set_deleted(tx, collection_id, deleted=True)
        _keep(tx, change_id, change, services, "collection.deleted")
    return Applied(change_id=change_id, change=change)


def _looked_at(
    connection: Connection,
    collection_id: int,
    rules: Rules,
    services: Services,
    *,
    joining: int | None = None,
    leaving: int | None = None,
) -> Change:
    there = collections.get(connection, collection_id)
    as_if = AsIf(connection)
    terms_settling.settle(
        connection, rules, as_if.number, as_if=as_if.terms, joining=joining, leaving=leaving
    )
    works, _ = terms_settling.taken(connection)
    found = steps_of(connection, services.now().date(), as_if.terms)
    return change_of(Choice.collection(collection_id), there.terms, works, found)


def _settled(tx: Connection, collection_id: int, services: Services, permit_more: bool) -> Change:
    """Settle what is taken up. Raises UsageProblem if more is permitted than is wanted."""
    there = collections.get(tx, collection_id)
    settle_now(tx, services.now_s())
    works, _ = terms_settling.taken(tx)
    found = steps_of(tx, services.now().date())
    change = change_of(Choice.collection(collection_id), there.terms, works, found)
    if change.looser and not permit_more:
        many = "1 work" if change.looser == 1 else f"{change.looser:,} works"
        raise UsageProblem(
            f"{many} would permit more than now, because of “{there.name}”.",
            advice="Say terms of those works first, or that this is wanted (--permit-more). "
            "Nothing was changed.",
        )
    return change


def _keep(tx: Connection, change_id: int, change: Change, services: Services, action: str) -> None:
    rows = terms_settling.keep(tx, change_id, services.now_s()).sha256
    detail = {"change": change_id, "works": change.changed, "rows": rows}
    journal.add(tx, services.now_s(), action, str(change.choice.collection_id), detail)


def _check_works(connection: Connection, work_ids: list[int]) -> None:
    if work_ids:
        check_choice(connection, Choice.works(work_ids))


def _checked_name(typed: str) -> str:
    try:
        return collection_name(typed)
    except ValueError as error:
        raise UsageProblem(str(error)) from error


def _check_free(connection: Connection, name: str, *, but: int = 0) -> None:
    if collections.is_taken(connection, name, but=but):
        raise UsageProblem(
            f"There is a collection named “{name}” already.", advice="Choose another name."
        )


def works_of(collection: Collection, services: Services) -> list[int]:
    """Return the works that are in a collection now, by number."""
    with services.store.read() as connection:
        return collections.works_of(connection, collection.collection_id)
