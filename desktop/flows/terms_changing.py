"""What AI may do, said of many works at once: shown before, kept in one step, taken back in one.

What was said of a work itself counts; else the strictest of what is said of its collections and
of the nearest folder of each of its files; else the default for new works as it was when it came.
"""

from __future__ import annotations

import dataclasses
import os.path
from collections.abc import Sequence
from datetime import date

from desktop.errors import UsageProblem
from desktop.flows.terms_checking import remarks, why_refused
from desktop.model.strictness import permits_more
from desktop.model.terms import Terms
from desktop.model.terms_changes import Applied, Change, Choice, Scope, Step
from desktop.services import Services
from desktop.store import collections, files, journal, terms_changes, terms_rules, terms_settling
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.store.terms_changes import Kind
from desktop.store.terms_rules import Rules

_NOTHING = Terms(uses={})
_AS_IF = -1


def preview_change(choice: Choice, terms: Terms | None, services: Services) -> Change:
    """Return what saying these terms would change; nothing is kept. None: take back what was said.

    What cannot be kept stands in refusals. Raises UsageProblem if a work, collection or folder
    does not exist.
    """
    today = services.now().date()
    with services.store.read() as connection:
        check_choice(connection, choice)
        version, as_if = (None, AsIf(connection)) if terms is None else _as_if(connection, terms)
        terms_settling.begin(connection)
        rules = _rules_then(terms_rules.in_force(connection), choice, version)
        _take_up(connection, choice, version)
        terms_settling.settle(connection, rules, as_if.number, as_if=as_if.terms)
        change = _looked_at(connection, choice, terms, version, today, as_if.terms)
        refusals = why_refused(terms, today) if terms is not None else ()
        notes = (*_replaced(connection, choice, terms), *change.notes)
    return dataclasses.replace(change, refusals=refusals, notes=notes)


def apply_change(choice: Choice, terms: Terms | None, services: Services) -> Applied:
    """Say terms of works, or take back what was said (None), all of it or nothing.

    Raises UsageProblem if a work, collection or folder does not exist, or for the first refusal.
    """
    today, now_s = services.now().date(), services.now_s()
    if terms is not None and (refusals := why_refused(terms, today)):
        raise UsageProblem(refusals[0], advice="Nothing was changed.")
    with services.store.write() as tx:
        check_choice(tx, choice)
        notes = _replaced(tx, choice, terms)
        version = terms_store.keep(tx, terms, now_s).version if terms is not None else None
        change_id = _say(tx, choice, version, now_s)
        terms_settling.begin(tx)
        _take_up(tx, choice, version)
        settle_now(tx, now_s)
        change = _looked_at(tx, choice, terms, version, today, {})
        rows = terms_settling.keep(tx, change_id, now_s).sha256
        detail = {"change": change_id, "version": version, "works": change.changed, "rows": rows}
        subject = str(choice.collection_id) if choice.collection_id else choice.scope.value
        journal.add(tx, now_s, "terms.set", subject, detail)
    change = dataclasses.replace(change, notes=(*notes, *change.notes))
    return Applied(change_id=change_id, change=change)


def said_now(choice: Choice, services: Services) -> Terms:
    """Return what is said of a choice now, to be changed in one respect.

    Raises UsageProblem if something chosen does not exist, or works have different terms.
    """
    with services.store.read() as connection:
        check_choice(connection, choice)
        if choice.scope in (Scope.WORKS, Scope.ALL):
            wanted = choice.work_ids if choice.scope is Scope.WORKS else None
            versions = {found for _, _, found in terms_store.versions_of(connection, wanted)}
        else:
            folder = terms_rules.folder_key(choice.folder) if choice.folder is not None else None
            collection_id = choice.collection_id or None
            versions = {
                terms_rules.said_of(connection, collection_id=collection_id, folder=folder) or 0
            }
        if len(versions) > 1:
            raise UsageProblem(
                f"These works have {len(versions)} different terms.",
                advice="Say every use, give --preset, or choose fewer works.",
            )
        known = terms_store.several(connection, versions)
    return next(iter(known.values()), _NOTHING)


class AsIf:
    """Gives numbers to terms that nobody keeps."""

    def __init__(self, connection: Connection) -> None:
        self.terms: dict[int, Terms] = {}
        self._connection = connection

    def number(self, terms: Terms) -> int:
        """Return the version that says the same, or a number of no version."""
        known = terms_store.find(self._connection, terms)
        if known is None:
            told = (number for number, one in self.terms.items() if one.same_answers(terms))
            known = next(told, _AS_IF - len(self.terms))
            self.terms[known] = terms
        return known


def settle_now(tx: Connection, now_s: int) -> None:
    """Settle the works taken up by what is in force, keeping the versions that this makes."""

    def number(terms: Terms) -> int:
        return terms_store.keep(tx, terms, now_s).version

    terms_settling.settle(tx, terms_rules.in_force(tx), number)


def steps_of(
    connection: Connection, today: date, as_if: dict[int, Terms] | None = None
) -> tuple[Step, ...]:
    """Return how the works taken up and settled would change, most works first."""
    rows = terms_settling.steps(connection)
    numbers = {one for before, after, _ in rows for one in (before, after) if one is not None}
    known = terms_store.several(connection, numbers) | (as_if or {})
    steps = []
    for before, after, works in rows:
        was = known[before] if before is not None else _NOTHING
        then = known[after] if after is not None else _NOTHING
        if not was.same_answers(then):
            looser = permits_more(was.on(today), then.on(today))
            steps.append(Step(before=was, after=then, works=works, looser=looser))
    return tuple(steps)


def change_of(choice: Choice, terms: Terms | None, works: int, steps: Sequence[Step]) -> Change:
    """Return a change as its steps add up."""
    return Change(
        choice=choice,
        terms=terms,
        works=works,
        changed=sum(one.works for one in steps),
        looser=sum(one.works for one in steps if one.looser),
        steps=tuple(steps),
    )


def check_choice(connection: Connection, choice: Choice) -> None:
    """Raise UsageProblem if something is chosen that does not exist."""
    if choice.scope is Scope.WORKS:
        missing = terms_settling.missing(connection, choice.work_ids)
        if missing is not None:
            raise UsageProblem(f"There is no work {missing}.", advice="`works` lists them.")
        if not choice.work_ids:
            raise UsageProblem("No works are chosen.")
    elif choice.scope is Scope.COLLECTION:
        collections.get(connection, choice.collection_id)
    elif choice.scope is Scope.FOLDER:
        _check_folder(connection, choice)


def _check_folder(connection: Connection, choice: Choice) -> None:
    if choice.folder is None:
        raise UsageProblem("No folder is chosen.")
    key = terms_rules.folder_key(choice.folder)
    if os.path.isdir(choice.folder) or files.any_below(connection, key):
        return
    if terms_rules.said_of(connection, folder=key) is None:
        raise UsageProblem(
            f"There is no folder {choice.folder.name[:80]!r}, and no work has a file in it.",
            advice="Give the folder that your files are in.",
        )


def _as_if(connection: Connection, terms: Terms) -> tuple[int, AsIf]:
    as_if = AsIf(connection)
    return as_if.number(terms), as_if


def _rules_then(rules: Rules, choice: Choice, version: int | None) -> Rules:
    """Return what would be in force if terms were said of a choice."""
    said, folders = dict(rules.collections), dict(rules.folders)
    if choice.scope is Scope.ALL:
        return Rules()
    if choice.scope is Scope.COLLECTION:
        said.pop(choice.collection_id, None)
        said |= {choice.collection_id: version} if version is not None else {}
    if choice.scope is Scope.FOLDER and choice.folder is not None:
        key = terms_rules.folder_key(choice.folder)
        folders.pop(key, None)
        folders |= {key: version} if version is not None else {}
    return Rules(collections=said, folders=folders)


def _take_up(connection: Connection, choice: Choice, version: int | None) -> None:
    """Take up the works that a choice reaches, with what is said of each of them by it."""
    if choice.scope is Scope.WORKS:
        terms_settling.take(connection, choice.work_ids)
        terms_settling.say_own(connection, version)
    elif choice.scope is Scope.ALL:
        terms_settling.take_all(connection)
        terms_settling.start_over(connection, version)
    elif choice.scope is Scope.COLLECTION:
        terms_settling.take_collection(connection, choice.collection_id)
    elif choice.folder is not None:
        terms_settling.take_below(connection, terms_rules.folder_key(choice.folder))


def _say(tx: Connection, choice: Choice, version: int | None, now_s: int) -> int:
    """Keep the step, and what is said by it of a collection, a folder, or new works."""
    collection_id = choice.collection_id or None
    folder = terms_rules.folder_key(choice.folder) if choice.folder is not None else None
    change_id = terms_changes.add(
        tx,
        Kind(choice.scope.value),
        now_s,
        collection_id=collection_id,
        folder=folder,
        version=version,
        name_after=collections.get(tx, collection_id).name if collection_id else None,
    )
    if choice.scope is Scope.ALL:
        terms_rules.end_all(tx, change_id)
    if choice.scope is not Scope.WORKS:
        terms_rules.say(tx, change_id, version, collection_id=collection_id, folder=folder)
    return change_id


def _replaced(connection: Connection, choice: Choice, terms: Terms | None) -> tuple[str, ...]:
    """Tell what saying something of all works ends."""
    if choice.scope is not Scope.ALL:
        return ()
    rules = terms_rules.in_force(connection)
    counted = (
        (terms_settling.with_own(connection), "work", "works"),
        (len(rules.collections), "collection", "collections"),
        (len(rules.folders), "folder", "folders"),
    )
    said = [f"{n:,} {one if n == 1 else many}" for n, one, many in counted if n]
    if not said:
        return ()
    words = f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else said[0]
    return (f"What you said of {words} before is {'replaced' if terms else 'taken back'}.",)


def _looked_at(
    connection: Connection,
    choice: Choice,
    terms: Terms | None,
    version: int | None,
    today: date,
    as_if: dict[int, Terms],
) -> Change:
    works, own = terms_settling.taken(connection)
    change = change_of(choice, terms, works, steps_of(connection, today, as_if))
    notes = list(remarks(terms)) if terms is not None else []
    if choice.scope in (Scope.COLLECTION, Scope.FOLDER):
        if own:
            notes.append(f"{_works(own)} with an answer of {'its' if own == 1 else 'their'} own "
                         f"{'keeps' if own == 1 else 'keep'} it.")  # fmt: skip
        others = terms_settling.others(connection, version) if version is not None else 0
        if others:
            notes.append(f"For {_works(others)} another collection or folder counts as well: "
                         "the strictest answer holds.")  # fmt: skip
    if choice.scope is Scope.DEFAULT:
        notes.append("New works get this. The works that are here keep what they have.")
    if change.looser:
        notes.append(f"{_works(change.looser)} {'permits' if change.looser == 1 else 'permit'} "
                     "more than before.")  # fmt: skip
    return dataclasses.replace(change, notes=tuple(notes))


def _works(count: int) -> str:
    return "1 work" if count == 1 else f"{count:,} works"
