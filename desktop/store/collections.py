"""Collections: their names, and which works are in them. Works never go with them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from desktop.errors import UsageProblem
from desktop.model.collections import Collection, folded
from desktop.store import terms as terms_store
from desktop.store import terms_rules
from desktop.store.database import Connection, Row, insert

_COLUMNS = (
    "SELECT collection_id, name, (SELECT count(*) FROM collection_works "
    "WHERE collection_works.collection_id = collections.collection_id) AS works FROM collections"
)


def everything(connection: Connection) -> list[Collection]:
    """Return the collections, by name."""
    rows = connection.execute(f"{_COLUMNS} WHERE deleted = 0 ORDER BY folded").fetchall()
    rules = terms_rules.in_force(connection).collections
    known = terms_store.several(connection, rules.values())
    return [
        Collection(
            collection_id=row["collection_id"],
            name=row["name"],
            works=row["works"],
            terms=known.get(rules.get(row["collection_id"], 0)),
        )
        for row in rows
    ]


def get(connection: Connection, collection_id: int) -> Collection:
    """Return a collection. Raises UsageProblem if there is none."""
    row = connection.execute(
        f"{_COLUMNS} WHERE deleted = 0 AND collection_id = ?", (collection_id,)
    ).fetchone()
    return _collection(connection, row, str(collection_id))


def named(connection: Connection, name: str) -> Collection:
    """Return a collection by its name, whatever its case. Raises UsageProblem if there is none."""
    row = connection.execute(
        f"{_COLUMNS} WHERE deleted = 0 AND folded = ?", (folded(" ".join(name.split())),)
    ).fetchone()
    return _collection(connection, row, name)


def is_taken(connection: Connection, name: str, *, but: int = 0) -> bool:
    """Tell whether another collection than but has a name, whatever its case."""
    row = connection.execute(
        "SELECT 1 FROM collections WHERE deleted = 0 AND folded = ? AND collection_id <> ?",
        (folded(name), but),
    ).fetchone()
    return row is not None


def of_work(connection: Connection, work_id: int) -> list[tuple[int, str]]:
    """Return (number, name) of the collections that a work is in, by name."""
    rows = connection.execute(
        "SELECT collection_id, name FROM collection_works JOIN collections USING (collection_id) "
        "WHERE work_id = ? AND deleted = 0 ORDER BY folded",
        (work_id,),
    )
    return [(row["collection_id"], row["name"]) for row in rows]


def works_of(connection: Connection, collection_id: int) -> list[int]:
    """Return the works of a collection, by number."""
    rows = connection.execute(
        "SELECT work_id FROM collection_works WHERE collection_id = ? ORDER BY work_id",
        (collection_id,),
    )
    return [int(row["work_id"]) for row in rows]


def make(connection: Connection, name: str, now_s: int) -> int:
    """Make an empty collection; returns its number."""
    return insert(
        connection, "collections", {"name": name, "folded": folded(name), "made_s": now_s}
    )


def rename(connection: Connection, collection_id: int, name: str) -> None:
    """Give a collection another name."""
    connection.execute(
        "UPDATE collections SET name = ?, folded = ? WHERE collection_id = ?",
        (name, folded(name), collection_id),
    )


def set_deleted(connection: Connection, collection_id: int, deleted: bool) -> None:
    """Put a collection away, or back; which works are in it stays known."""
    connection.execute(
        "UPDATE collections SET deleted = ? WHERE collection_id = ?", (int(deleted), collection_id)
    )


def join(
    connection: Connection, change_id: int, collection_id: int, work_ids: Iterable[int]
) -> int:
    """Put works into a collection; returns how many were not in it."""
    return _change(connection, change_id, collection_id, work_ids, joined=True)


def leave(
    connection: Connection, change_id: int, collection_id: int, work_ids: Iterable[int]
) -> int:
    """Take works out of a collection; returns how many were in it."""
    return _change(connection, change_id, collection_id, work_ids, joined=False)


def changed_by(connection: Connection, change_id: int) -> dict[int, bool]:
    """Return which works a change put into its collection (True) or took out of it, but for those
    that another change of the same collection moved since."""
    rows = connection.execute(
        "SELECT work_id, joined FROM collection_change_works AS mine "
        "JOIN terms_changes USING (change_id) WHERE change_id = ?1 AND NOT EXISTS "
        "(SELECT 1 FROM collection_change_works AS later JOIN terms_changes AS since "
        "USING (change_id) WHERE later.work_id = mine.work_id AND later.change_id > ?1 "
        "AND since.collection_id = terms_changes.collection_id AND since.kind <> 'undo' "
        "AND NOT EXISTS (SELECT 1 FROM terms_changes AS back WHERE back.undoes = since.change_id))",
        (change_id,),
    )
    return {row["work_id"]: bool(row["joined"]) for row in rows}


def moved_by(connection: Connection, change_id: int) -> int:
    """Return how many works a change put into its collection or took out of it."""
    row = connection.execute(
        "SELECT count(*) FROM collection_change_works WHERE change_id = ?", (change_id,)
    ).fetchone()
    return int(row[0])


def _change(
    connection: Connection,
    change_id: int,
    collection_id: int,
    work_ids: Iterable[int],
    *,
    joined: bool,
) -> int:
    """Keep which works really come or go, then let them."""
    there = "NOT EXISTS" if joined else "EXISTS"
    cursor = connection.execute(
        "INSERT INTO collection_change_works (change_id, work_id, joined) "
        "SELECT ?1, work_id, ?2 FROM works WHERE work_id IN (SELECT value FROM json_each(?4)) "
        f"AND {there} (SELECT 1 FROM collection_works WHERE collection_id = ?3 "
        "AND collection_works.work_id = works.work_id)",
        (change_id, int(joined), collection_id, json.dumps(list(work_ids))),
    )
    changed = "SELECT work_id FROM collection_change_works WHERE change_id = ?1 AND joined = ?3"
    connection.execute(
        f"INSERT INTO collection_works (collection_id, work_id) SELECT ?2, work_id FROM ({changed})"
        if joined
        else f"DELETE FROM collection_works WHERE collection_id = ?2 AND work_id IN ({changed})",
        (change_id, collection_id, int(joined)),
    )
    return int(cursor.rowcount)


def _collection(connection: Connection, row: Row | None, asked: str) -> Collection:
    if row is None:
        raise UsageProblem(f"There is no collection {asked!r}.", advice="`collections` lists them.")
    said = terms_rules.said_of(connection, collection_id=row["collection_id"])
    return Collection(
        collection_id=row["collection_id"],
        name=row["name"],
        works=row["works"],
        terms=terms_store.several(connection, [said]).get(said) if said else None,
    )
