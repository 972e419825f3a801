"""Taking back what was said of terms and done with collections, one whole step at a time."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.flows.terms_changing import settle_now, steps_of
from desktop.model.terms_changes import Undone
from desktop.services import Services
from desktop.store import collections, journal, terms_changes, terms_rules, terms_settling
from desktop.store.database import Connection
from desktop.store.terms_changes import Kind, Made

_WHAT = {
    Kind.WORKS: "what you said of works",
    Kind.ALL: "what you said of all works",
    Kind.COLLECTION: "what you said of the collection “{name}”",
    Kind.FOLDER: "what you said of a folder",
    Kind.DEFAULT: "what you said for new works",
    Kind.MADE: "the new collection “{name}”",
    Kind.JOINED: "adding works to “{name}”",
    Kind.LEFT: "removing works from “{name}”",
    Kind.RENAMED: "renaming “{before}” to “{name}”",
    Kind.DELETED: "deleting the collection “{name}”",
}
_SAYS = (Kind.ALL, Kind.COLLECTION, Kind.FOLDER, Kind.DEFAULT)


def undo_last(services: Services) -> Undone:
    """Take back the newest step that stands. Raises UsageProblem if there is none."""
    with services.store.write() as tx:
        made = terms_changes.last(tx)
        if made is None:
            raise UsageProblem("There is nothing to take back.")
        return _undo(tx, made, services)


def undo_change(change_id: int, services: Services) -> Undone:
    """Take back one step, also after later ones: what was changed since stays as it is.

    Raises UsageProblem if there is no such step, or it was taken back already.
    """
    with services.store.write() as tx:
        made = terms_changes.standing(tx, change_id)
        if made is None:
            raise UsageProblem("That was taken back already.")
        return _undo(tx, made, services)


def _undo(tx: Connection, made: Made, services: Services) -> Undone:
    now_s = services.now_s()
    undo_id = terms_changes.add(
        tx,
        Kind.UNDO,
        now_s,
        collection_id=made.collection_id or None,
        folder=made.folder,
        undoes=made.change_id,
    )
    terms_settling.begin(tx)
    left = terms_changes.take_up_works_of(tx, made.change_id)
    left += _take_back_collection(tx, made, undo_id)
    said = terms_rules.take_back(tx, made.change_id, undo_id)
    for collection_id, folder in said:
        if collection_id is not None:
            terms_settling.take_collection(tx, collection_id)
        elif folder is not None:
            terms_settling.take_below(tx, folder)
    settle_now(tx, now_s)
    changed = sum(one.works for one in steps_of(tx, services.now().date()))
    rows = terms_settling.keep(tx, undo_id, now_s).sha256
    detail = {"change": made.change_id, "undo": undo_id, "works": changed, "rows": rows}
    journal.add(tx, now_s, "terms.undone", made.kind.value, detail)
    overtaken = made.kind in _SAYS and not said and not changed
    return Undone(
        change_id=made.change_id,
        sentence=_sentence(made, changed, left, overtaken),
        changed=changed,
        left=left,
    )


def _take_back_collection(tx: Connection, made: Made, undo_id: int) -> int:
    """Undo what a step did to a collection; returns how many works stay as they are now."""
    collection_id = made.collection_id
    if made.kind is Kind.RENAMED:
        _name_again(tx, made, made.name_before)
    elif made.kind is Kind.DELETED:
        _name_again(tx, made, made.name_before)
        collections.set_deleted(tx, collection_id, deleted=False)
        terms_settling.take_collection(tx, collection_id)
    elif made.kind in (Kind.MADE, Kind.JOINED, Kind.LEFT):
        moved = collections.changed_by(tx, made.change_id)
        joined = [work_id for work_id, came in moved.items() if came]
        gone = [work_id for work_id, came in moved.items() if not came]
        terms_settling.take(tx, moved)
        collections.leave(tx, undo_id, collection_id, joined)
        collections.join(tx, undo_id, collection_id, gone)
        if made.kind is Kind.MADE:
            return _unmake(tx, collection_id, undo_id)
        return collections.moved_by(tx, made.change_id) - len(moved)
    return 0


def _unmake(tx: Connection, collection_id: int, undo_id: int) -> int:
    """Put an empty collection away; one that has works still, from later, stays."""
    works = collections.get(tx, collection_id).works
    if not works:
        terms_rules.say(tx, undo_id, None, collection_id=collection_id)
        collections.set_deleted(tx, collection_id, deleted=True)
    return works


def _name_again(tx: Connection, made: Made, name: str) -> None:
    if collections.is_taken(tx, name, but=made.collection_id):
        raise UsageProblem(
            f"Another collection is named “{name}” now.",
            advice="Give that one another name first. Nothing was changed.",
        )
    collections.rename(tx, made.collection_id, name)


def _what(made: Made) -> str:
    return _WHAT[made.kind].format(name=made.name_after, before=made.name_before)


def _sentence(made: Made, changed: int, left: int, overtaken: bool) -> str:
    if overtaken:
        return "Other things were said of it since: they stay, and nothing changed."
    words = f"Taken back: {_what(made)}."
    if changed:
        words += f" {_works(changed)} {'has' if changed == 1 else 'have'} the terms from before."
    if left:
        words += f" {_works(left)} changed since {'stays' if left == 1 else 'stay'} as now."
    return words


def _works(count: int) -> str:
    return "1 work" if count == 1 else f"{count:,} works"
