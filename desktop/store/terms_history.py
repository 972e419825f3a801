"""Which work had which terms since when, and the claims that told of it."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.model.terms_history import Carrier, Reason, Why
from desktop.model.times import from_seconds
from desktop.store import terms_rules
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the history. change_id None: a scan, or a version of the app before, wrote it."""

    row_id: int
    version: int
    since_s: int
    change_id: int | None
    why: Why


def of_work(connection: Connection, work_id: int) -> list[Row]:
    """Return the history of a work, newest first."""
    rows = connection.execute(
        "SELECT work_terms.*, kind FROM work_terms LEFT JOIN terms_changes USING (change_id) "
        "WHERE work_id = ? ORDER BY work_terms_id DESC",
        (work_id,),
    )
    return [
        Row(
            row_id=row["work_terms_id"],
            version=row["terms_id"],
            since_s=row["since_s"],
            change_id=row["change_id"],
            why=Why.ALL if row["kind"] == "all" and row["why"] == "default" else Why(row["why"]),
        )
        for row in rows
    ]


def rows_of_change(connection: Connection, change_id: int) -> tuple[int, int]:
    """Return between which two rows, both included, the history of a change stands; (0, 0)."""
    row = connection.execute(
        "SELECT min(work_terms_id), max(work_terms_id) FROM work_terms WHERE change_id = ?",
        (change_id,),
    ).fetchone()
    return (row[0] or 0, row[1] or 0)


def carriers(connection: Connection, work_id: int) -> list[tuple[int, Carrier]]:
    """Return (version of terms or 0, claim) of every claim of a work at every registry, oldest
    first."""
    rows = connection.execute(
        "SELECT claims.*, registries.name, claim_states.state, receipts.number, "
        "receipts.received_s FROM claims LEFT JOIN claim_states USING (claim_id) "
        "LEFT JOIN registries ON registries.registry_id = claim_states.registry_id "
        "LEFT JOIN receipts ON receipts.claim_id = claims.claim_id "
        "AND receipts.registry_id = claim_states.registry_id WHERE work_id = ? ORDER BY claim_id",
        (work_id,),
    )
    return [
        (
            row["terms_id"] or 0,
            Carrier(
                claim_id=row["claim_id"],
                claim_hash=row["claim_hash"],
                signed=from_seconds(row["signed_s"]),
                registry=row["name"] or "",
                state=row["state"] or "",
                receipt=row["number"] or "",
                received=from_seconds(row["received_s"]) if row["received_s"] else None,
            ),
        )
        for row in rows
    ]


def why(connection: Connection, work_id: int) -> Reason:
    """Return why a work has the terms it has now."""
    row = connection.execute(
        "SELECT own_terms_id, base_terms_id FROM works WHERE work_id = ?", (work_id,)
    ).fetchone()
    if row is not None and row["own_terms_id"] is not None:
        held = _was_held(connection, work_id, row["own_terms_id"])
        return Reason(why=Why.HELD if held else Why.OWN)
    rules = terms_rules.in_force(connection)
    names = connection.execute(
        "SELECT collection_id, name FROM collection_works JOIN collections USING (collection_id) "
        "WHERE work_id = ? AND deleted = 0 ORDER BY folded",
        (work_id,),
    ).fetchall()
    said = tuple(one["name"] for one in names if one["collection_id"] in rules.collections)
    paths = connection.execute("SELECT path FROM files WHERE work_id = ?", (work_id,)).fetchall()
    near = {key for one in paths if (key := rules.nearest_folder(one["path"])) is not None}
    folders = tuple(terms_rules.folder_of(key) for key in sorted(near))
    if said or folders:
        return Reason(why=Why.RULE, collections=said, folders=folders)
    base = row["base_terms_id"] if row is not None else None
    if base is None:
        return Reason(why=Why.NOTHING)
    return Reason(why=Why.ALL if _said_of_all(connection, work_id, base) else Why.DEFAULT)


def held(connection: Connection) -> list[tuple[int, str, int]]:
    """Return (work, title, version) of works that keep terms since a file of theirs moved."""
    rows = connection.execute(
        "SELECT work_id, title, own_terms_id FROM works WHERE own_terms_id IS NOT NULL "
        f"AND work_id IN (SELECT work_id FROM held_terms) AND {_HELD} ORDER BY work_id"
    )
    return [(row["work_id"], row["title"], row["own_terms_id"]) for row in rows]


# Nothing was said of the work since it kept its terms.
_HELD = (
    "EXISTS (SELECT 1 FROM held_terms WHERE held_terms.work_id = works.work_id "
    "AND held_terms.terms_id = works.own_terms_id AND NOT EXISTS (SELECT 1 FROM terms_change_works "
    "JOIN terms_changes USING (change_id) WHERE terms_change_works.work_id = works.work_id "
    "AND made_s >= held_s AND own_after IS works.own_terms_id))"
)


def _was_held(connection: Connection, work_id: int, version: int) -> bool:
    row = connection.execute(
        f"SELECT 1 FROM works WHERE work_id = ? AND own_terms_id = ? AND {_HELD}",
        (work_id, version),
    ).fetchone()
    return row is not None


def _said_of_all(connection: Connection, work_id: int, base: int) -> bool:
    """Tell whether what a work falls back to was said of all works, and not a default."""
    row = connection.execute(
        "SELECT kind FROM terms_change_works JOIN terms_changes USING (change_id) "
        "WHERE work_id = ? AND base_after IS ? AND base_before IS NOT base_after "
        "ORDER BY change_id DESC LIMIT 1",
        (work_id, base),
    ).fetchone()
    return row is not None and row["kind"] == "all"


def expiring(connection: Connection, until: str) -> list[tuple[int, str, int]]:
    """Return (work, title, version) of works whose terms end on a day or before, soonest first."""
    rows = connection.execute(
        "SELECT work_id, title, works.terms_id FROM works JOIN terms USING (terms_id) "
        "WHERE expires <= ? ORDER BY expires, work_id",
        (until,),
    )
    return [(row["work_id"], row["title"], row["terms_id"]) for row in rows]
