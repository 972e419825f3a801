"""Terms of a work at any moment: which held, since when, who was told, and what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from desktop.errors import SignatureProblem, UsageProblem
from desktop.flows.journaling import held_against
from desktop.flows.terms_checking import ends
from desktop.identity.checkpoints import read_checkpoint
from desktop.model.journal import Checkpoint, JournalRow
from desktop.model.terms import Terms
from desktop.model.terms_history import Carrier, Held, Proof, Reason, Why
from desktop.model.times import from_seconds
from desktop.services import Services
from desktop.store import checkpoints, identities, journal, seals, terms_history, terms_settling
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.store.terms_arriving import FOUND
from desktop.store.terms_history import Row

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """A work whose terms end within a month, or have ended. over: nothing is permitted any more."""

    work_id: int
    title: str
    terms: Terms
    last_day: date
    over: bool


def why_of(work_id: int, services: Services) -> Reason:
    """Return why a work has the terms it has. Raises UsageProblem if there is no such work."""
    with services.store.read() as connection:
        _check(connection, work_id)
        return terms_history.why(connection, work_id)


def history_of(work_id: int, services: Services) -> tuple[Held, ...]:
    """Return all terms a work ever had, newest first. Raises UsageProblem."""
    with services.store.read() as connection:
        _check(connection, work_id)
        return tuple(held for _, held in _history(connection, work_id))


def held_at(work_id: int, moment: datetime, services: Services, *, prove: bool = True) -> Held:
    """Return the terms a work had at a moment, with what proves it. Raises UsageProblem."""
    with services.store.read() as connection:
        _check(connection, work_id)
        before = (
            (row, held)
            for row, held in _history(connection, work_id)
            if held.since is not None and held.since <= moment
        )
        row, held = next(before, (None, None))
        if row is None or held is None:
            later = [one.since for _, one in _history(connection, work_id) if one.since is not None]
            nothing = Terms(uses={})
            return Held(terms=nothing, since=None, until=min(later, default=None), why=Why.NOTHING)
        return replace(held, proof=_proof(connection, row)) if prove else held


def expiring(services: Services) -> tuple[Expiring, ...]:
    """Return works whose terms end within 30 days or have ended, the longest ended first.

    Where nothing is permitted, nothing ends.
    """
    today = services.now().date()
    with services.store.read() as connection:
        rows = terms_history.expiring(connection, (today + SOON).isoformat())
        known = terms_store.several(connection, {version for *_, version in rows})
    return tuple(
        Expiring(
            work_id=work_id, title=title, terms=known[version], last_day=last, over=last < today
        )
        for work_id, title, version in rows
        if (last := known[version].expires) is not None and ends(known[version])
    )


def held_back(services: Services) -> tuple[tuple[int, str, Terms], ...]:
    """Return (work, title, terms) of works that kept their terms when a file of theirs moved to
    where more would be permitted, until something is said of them."""
    with services.store.read() as connection:
        rows = terms_history.held(connection)
        known = terms_store.several(connection, {version for *_, version in rows})
    return tuple((work_id, title, known[version]) for work_id, title, version in rows)


def _check(connection: Connection, work_id: int) -> None:
    if terms_settling.missing(connection, [work_id]) is not None:
        raise UsageProblem(f"There is no work {work_id}.", advice="`works` lists them.")


def _history(connection: Connection, work_id: int) -> list[tuple[Row, Held]]:
    rows = terms_history.of_work(connection, work_id)
    known = terms_store.several(connection, {row.version for row in rows})
    told = terms_history.carriers(connection, work_id)
    found = []
    until: datetime | None = None
    for row in rows:
        since = from_seconds(row.since_s)
        held = Held(
            terms=known[row.version],
            since=since,
            until=until,
            why=row.why,
            carriers=_told(told, row.version, since, until),
        )
        found.append((row, held))
        until = since
    return found


def _told(
    told: Sequence[tuple[int, Carrier]], version: int, since: datetime, until: datetime | None
) -> tuple[Carrier, ...]:
    return tuple(
        one
        for said, one in told
        if said == version and since <= one.signed and (until is None or one.signed <= until)
    )


def _proof(connection: Connection, row: Row) -> Proof:
    """Hold a row of the history against the journal, and that against the first checkpoint of it.

    The journal has a hash over the rows that each change wrote and what their terms say.
    """
    told = _journal_row(connection, row)
    if told is None:
        return Proof(row=None, checkpoint=None)
    faults = []
    if not _as_told(connection, row, told):
        faults.append(f"It is not as row {told.seq} of the journal has it.")
    broken = journal.first_break(connection)
    if broken is not None and broken <= told.seq:
        faults.append(f"The journal was changed at row {broken}.")
    covering, wrong = _checkpoint(connection, told.seq)
    return Proof(row=told, checkpoint=covering, faults=(*faults, *wrong))


def _as_told(connection: Connection, row: Row, told: JournalRow) -> bool:
    """Tell whether rows are as the journal has them; once it had their version only."""
    if "rows" not in told.detail:
        return bool(told.detail.get("version") == row.version)
    if row.change_id is None:
        first, last = told.detail["first"], told.detail["last"]
    else:
        first, last = terms_history.rows_of_change(connection, row.change_id)
    return bool(terms_settling.digest(connection, first, last) == told.detail["rows"])


def _journal_row(connection: Connection, row: Row) -> JournalRow | None:
    if row.change_id is None:
        near = journal.at(connection, row.since_s)
        found = (one for one in near if one.action == FOUND
                 and one.detail["first"] <= row.row_id <= one.detail["last"])  # fmt: skip
        former = (one for one in near if one.action == "terms.set" and "change" not in one.detail)
        return next(found, None) or next(former, None)
    for name in ("undo", "change"):
        for one in journal.naming(connection, name, [row.change_id]):
            if one.action.startswith(("terms.", "collection.")) and (
                name == "undo" or "undo" not in one.detail
            ):
                return one
    return None


def _checkpoint(connection: Connection, seq: int) -> tuple[Checkpoint | None, list[str]]:
    """Return the first checkpoint of a journal that had a row, and what it shows to be wrong."""
    own = identities.own_keys(connection)
    for *_, document in checkpoints.everything(connection):
        try:
            one = read_checkpoint(document)
        except SignatureProblem:
            continue
        if one.seq >= seq:
            sealed = [seal for seal in one.seals if seal.table == "terms"]
            against = (*held_against(connection, one, own), *seals.broken(connection, sealed))
            return one, [fault.sentence for fault in against]
    return None, []
