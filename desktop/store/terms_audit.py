"""Whether terms are what their history, and the journal, say: for the check of a whole library."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.model.journal import JournalRow
from desktop.store import journal, terms_settling
from desktop.store.database import Connection
from desktop.store.terms_arriving import FOUND

ACTIONS = ("terms.", "collection.")
_MOST_SECONDS = 60
"""How long a step may take until the journal tells of it."""


def faults(connection: Connection) -> tuple[int, list[str]]:
    """Return how many changes of terms and collections there are, and what is wrong with them."""
    told = {
        int(row.detail["undo"] if "undo" in row.detail else row.detail["change"]): row
        for action in ACTIONS
        for row in journal.rows(connection, about=action)
        if row.action.startswith(action) and "change" in row.detail
    }
    spans = {
        row["change_id"]: (row["first"], row["last"], row["works"])
        for row in connection.execute(
            "SELECT change_id, min(work_terms_id) AS first, max(work_terms_id) AS last, "
            "count(*) AS works FROM work_terms WHERE change_id IS NOT NULL GROUP BY change_id"
        )
    }
    kept = [row[0] for row in connection.execute("SELECT change_id FROM terms_changes")]
    wrong = []
    for change_id in sorted({*kept, *told}):
        if change_id not in told:
            wrong.append(f"change {change_id} is not in the journal")
        elif change_id not in kept:
            wrong.append(f"change {change_id} is missing")
        elif not _as_told(connection, spans.get(change_id), told[change_id].detail.get("rows", "")):
            wrong.append(f"what change {change_id} did to works was changed")
    moved = _moved_in_time(connection, told)
    wrong += [f"the time of change {one} was changed" for one in moved]
    wrong += [f"what change {one} said was changed" for one in _said_otherwise(connection, told)]
    for row in journal.rows(connection, about=FOUND):
        first, last = int(row.detail["first"]), int(row.detail["last"])
        if terms_settling.digest(connection, first, last) != row.detail["rows"]:
            wrong.append(f"the terms in row {row.seq} of the journal were changed")
    if others := _other_than_history(connection):
        works = "1 work has" if others == 1 else f"{others:,} works have"
        wrong.append(f"{works} other terms than the history says")
    return len(kept), wrong


def _as_told(connection: Connection, span: tuple[int, int, int] | None, rows: str) -> bool:
    if span is None:
        return not rows
    first, last, works = span
    whole = works == last - first + 1
    return whole and terms_settling.digest(connection, first, last) == rows


def _moved_in_time(connection: Connection, told: Mapping[int, JournalRow]) -> list[int]:
    """Return the changes that the history dates otherwise than they, or the journal, are dated."""
    found = {
        int(row[0])
        for row in connection.execute(
            "SELECT DISTINCT change_id FROM work_terms JOIN terms_changes USING (change_id) "
            "WHERE since_s <> made_s"
        )
    }
    made = dict(connection.execute("SELECT change_id, made_s FROM terms_changes").fetchall())
    for change_id, row in told.items():
        told_s = row.time.timestamp()
        if abs(made.get(change_id, told_s) - told_s) > _MOST_SECONDS:
            found.add(change_id)
    return sorted(found)


def _said_otherwise(connection: Connection, told: Mapping[int, JournalRow]) -> list[int]:
    """Return the changes with a rule of other terms than the journal tells; none ends a rule."""
    rows = connection.execute(
        "SELECT DISTINCT change_id, terms_id FROM terms_rules WHERE terms_id IS NOT NULL"
    )
    return sorted(
        change_id
        for change_id, terms_id in rows
        if change_id in told
        and told[change_id].action == "terms.set"
        and told[change_id].detail.get("version") != terms_id
    )


def _other_than_history(connection: Connection) -> int:
    """Return how many works have other terms than the newest row of their history.

    Where nothing is said any more, that row has the version that says nothing.
    """
    row = connection.execute(
        "SELECT count(*) FROM works LEFT JOIN (SELECT work_id, max(work_terms_id) AS newest "
        "FROM work_terms GROUP BY work_id) USING (work_id) "
        "LEFT JOIN work_terms ON work_terms_id = newest "
        "LEFT JOIN terms ON terms.terms_id = work_terms.terms_id WHERE "
        "works.terms_id IS NOT work_terms.terms_id AND NOT (works.terms_id IS NULL AND "
        "terms.uses NOT LIKE '%allow%' AND terms.uses NOT LIKE '%deny%' "
        "AND terms.uses NOT LIKE '%constrained%')"
    ).fetchone()
    return int(row[0])
