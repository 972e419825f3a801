"""Whether terms are what their history, and the journal, say: for the check of a whole library."""

from __future__ import annotations

from desktop.store import journal, terms_settling
from desktop.store.database import Connection
from desktop.store.terms_arriving import FOUND

ACTIONS = ("terms.", "collection.")


def faults(connection: Connection) -> tuple[int, list[str]]:
    """Return how many changes of terms and collections there are, and what is wrong with them."""
    told = {
        int(row.detail["undo"] if "undo" in row.detail else row.detail["change"]): row.detail
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
        elif not _as_told(connection, spans.get(change_id), told[change_id].get("rows", "")):
            wrong.append(f"what change {change_id} did to works was changed")
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
