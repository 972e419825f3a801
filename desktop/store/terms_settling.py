"""What holds of works: their own answer, else what is said of their collections and folders, else
the default they came with. Works are taken up in a table of their own, settled in a few
statements whatever their number, and looked at or kept. CROSS JOIN: from the few works taken up
to what is known of them, never from all works to those few.

What was said of a work itself counts; else the strictest of what is said of its collections and
of the nearest folder of each of its files; else the default for new works as it was when it came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop.model.strictness import combined
from desktop.model.terms import Terms
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.store.terms_rules import Rules, below

Number = Callable[[Terms], int]

_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS settling (work_id INTEGER PRIMARY KEY, own INTEGER, "
    "base INTEGER, combination TEXT, after INTEGER) STRICT",
    "CREATE TEMP TABLE IF NOT EXISTS settling_rules (work_id INTEGER, terms_id INTEGER, "
    "PRIMARY KEY (work_id, terms_id)) STRICT, WITHOUT ROWID",
    "CREATE TEMP TABLE IF NOT EXISTS settling_collections (collection_id INTEGER PRIMARY KEY, "
    "terms_id INTEGER NOT NULL) STRICT",
    "CREATE TEMP TABLE IF NOT EXISTS settling_combinations (combination TEXT PRIMARY KEY, "
    "terms_id INTEGER NOT NULL) STRICT, WITHOUT ROWID",
)
_TAKE = (
    "INSERT OR IGNORE INTO settling (work_id, own, base) "
    "SELECT work_id, own_terms_id, base_terms_id FROM works"
)


def begin(connection: Connection) -> None:
    """Take up nothing yet."""
    for statement in _TABLES:
        connection.execute(statement)
    for table in ("settling", "settling_rules", "settling_collections", "settling_combinations"):
        connection.execute(f"DELETE FROM {table}")


def take(connection: Connection, work_ids: Iterable[int]) -> None:
    """Take up works by their numbers; those that do not exist are left out."""
    ids = json.dumps(list(work_ids))
    connection.execute(f"{_TAKE} WHERE work_id IN (SELECT value FROM json_each(?))", (ids,))


def take_all(connection: Connection) -> None:
    """Take up every work."""
    connection.execute(_TAKE)


def take_collection(connection: Connection, collection_id: int) -> None:
    """Take up the works of a collection."""
    connection.execute(
        f"{_TAKE} WHERE work_id IN (SELECT work_id FROM collection_works WHERE collection_id = ?)",
        (collection_id,),
    )


def take_below(connection: Connection, folder: bytes) -> None:
    """Take up every work with a file below a folder."""
    connection.execute(
        f"{_TAKE} WHERE work_id IN (SELECT work_id FROM files WHERE path > ? AND path < ?)",
        below(folder),
    )


def missing(connection: Connection, work_ids: Iterable[int]) -> int | None:
    """Return the first of some numbers that no work has, or None."""
    row = connection.execute(
        "SELECT min(value) FROM json_each(?) WHERE value NOT IN (SELECT work_id FROM works)",
        (json.dumps(list(work_ids)),),
    ).fetchone()
    return row[0] if row else None


def with_own(connection: Connection) -> int:
    """Return how many works there are with an answer of their own."""
    row = connection.execute("SELECT count(own_terms_id) FROM works").fetchone()
    return int(row[0])


def say_own(connection: Connection, version: int | None) -> None:
    """Say terms of each work taken up itself; None takes back what was said of it."""
    connection.execute("UPDATE settling SET own = ?", (version,))


def start_over(connection: Connection, version: int | None) -> None:
    """Let each work taken up follow a default, whatever was said of it."""
    connection.execute("UPDATE settling SET own = NULL, base = ?", (version,))


def taken(connection: Connection) -> tuple[int, int]:
    """Return how many works are taken up, and how many of these have an answer of their own."""
    row = connection.execute("SELECT count(*), count(own) FROM settling").fetchone()
    return int(row[0]), int(row[1])


def settle(
    connection: Connection,
    rules: Rules,
    number: Number,
    *,
    as_if: dict[int, Terms] | None = None,
    joining: int | None = None,
    leaving: int | None = None,
) -> None:
    """Work out what holds of every work taken up; number: gives a version to terms.

    as_if: terms by numbers that are not kept. joining, leaving: a collection that all works taken
    up are thought to be in, or not to be in.
    """
    _apply_collections(connection, rules, joining, leaving)
    _apply_folders(connection, rules)
    connection.execute(
        "UPDATE settling SET combination = (SELECT group_concat(terms_id) FROM settling_rules "
        "WHERE settling_rules.work_id = settling.work_id) WHERE own IS NULL"
    )
    rows = connection.execute(
        "SELECT DISTINCT combination FROM settling WHERE combination IS NOT NULL"
    ).fetchall()
    connection.executemany(
        "INSERT INTO settling_combinations (combination, terms_id) VALUES (?, ?)",
        [(row[0], _combined(connection, row[0], number, as_if or {})) for row in rows],
    )
    connection.execute(
        "UPDATE settling SET after = coalesce(own, (SELECT terms_id FROM settling_combinations "
        "WHERE settling_combinations.combination = settling.combination), base)"
    )


def steps(connection: Connection) -> list[tuple[int | None, int | None, int]]:
    """Return (version now, version then, works) of all whose version changes, most works first."""
    rows = connection.execute(
        "SELECT works.terms_id AS before, after, count(*) AS n FROM settling CROSS JOIN works "
        "USING (work_id) WHERE works.terms_id IS NOT after GROUP BY 1, 2 ORDER BY n DESC, 1, 2"
    )
    return [(row["before"], row["after"], int(row["n"])) for row in rows]


def others(connection: Connection, version: int) -> int:
    """Return how many works without an answer of their own get other terms than this version."""
    row = connection.execute(
        "SELECT count(*) FROM settling WHERE own IS NULL AND after IS NOT ?", (version,)
    ).fetchone()
    return int(row[0])


def hold(
    connection: Connection, before: int | None, after: int | None, nothing: int, now_s: int
) -> int:
    """Let works that would go from one version to another keep the first as their own answer.

    nothing: the version that says nothing, for works that have none. Returns how many they are.
    """
    connection.execute(
        "INSERT INTO held_terms (work_id, terms_id, held_s) SELECT work_id, coalesce(?1, ?3), ?4 "
        "FROM settling CROSS JOIN works USING (work_id) WHERE after IS ?2 AND terms_id IS ?1",
        (before, after, nothing, now_s),
    )
    cursor = connection.execute(
        "UPDATE settling SET own = coalesce(?1, ?3), after = coalesce(?1, ?3) WHERE after IS ?2 "
        "AND work_id IN (SELECT work_id FROM works WHERE terms_id IS ?1)",
        (before, after, nothing),
    )
    return int(cursor.rowcount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The rows of the history that were written, first to last, for the journal.

    sha256: over the rows and what their terms say; "" if no work's terms changed.
    """

    first: int
    last: int
    sha256: str


def keep(connection: Connection, change_id: int | None, now_s: int) -> Written:
    """Keep what was worked out, with the history of each work that changes."""
    if change_id is not None:
        connection.execute(
            "INSERT INTO terms_change_works "
            "(change_id, work_id, own_before, own_after, base_before, base_after) "
            "SELECT ?, work_id, own_terms_id, own, base_terms_id, base "
            "FROM settling CROSS JOIN works USING (work_id) "
            "WHERE own_terms_id IS NOT own OR base_terms_id IS NOT base",
            (change_id,),
        )
    first = connection.execute(
        "SELECT coalesce(max(work_terms_id), 0) + 1 FROM work_terms"
    ).fetchone()[0]
    cursor = connection.execute(
        "INSERT INTO work_terms (work_id, terms_id, since_s, change_id, why) "
        "SELECT work_id, coalesce(after, ?), ?, ?, CASE WHEN own IS NOT NULL THEN 'own' "
        "WHEN combination IS NOT NULL THEN 'rule' WHEN base IS NOT NULL THEN 'default' ELSE '' END "
        "FROM settling CROSS JOIN works USING (work_id) WHERE works.terms_id IS NOT after "
        "ORDER BY work_id",
        (_nothing(connection, now_s), now_s, change_id),
    )
    connection.execute(
        "UPDATE works SET (terms_id, own_terms_id, base_terms_id) = (SELECT after, own, base "
        "FROM settling WHERE settling.work_id = works.work_id) WHERE work_id IN ("
        "SELECT work_id FROM settling CROSS JOIN works AS now USING (work_id) WHERE "
        "terms_id IS NOT after OR own_terms_id IS NOT own OR base_terms_id IS NOT base)"
    )
    last = first + cursor.rowcount - 1
    return Written(first=first, last=last, sha256=digest(connection, first, last))


def digest(connection: Connection, first: int, last: int) -> str:
    """Return a hash over rows of the history and what their terms say; "" if there are none."""
    known: dict[int, str] = {}
    found = hashlib.sha256()
    rows = connection.execute(
        "SELECT work_id, terms_id FROM work_terms WHERE work_terms_id BETWEEN ? AND ? "
        "ORDER BY work_terms_id",
        (first, last),
    ).fetchall()
    for work_id, terms_id in rows:
        if terms_id not in known:
            known[terms_id] = terms_store.sha256_of(connection, terms_id)
        found.update(f"{work_id} {terms_id} {known[terms_id]}\n".encode())
    return found.hexdigest() if rows else ""


def _apply_collections(
    connection: Connection, rules: Rules, joining: int | None, leaving: int | None
) -> None:
    """Take what is said of the collections of each work: one statement, however many there are."""
    connection.executemany(
        "INSERT INTO settling_collections (collection_id, terms_id) VALUES (?, ?)",
        [one for one in rules.collections.items() if one[0] not in (joining, leaving)],
    )
    connection.execute(
        "INSERT OR IGNORE INTO settling_rules SELECT work_id, terms_id FROM settling "
        "CROSS JOIN collection_works USING (work_id) "
        "CROSS JOIN settling_collections USING (collection_id) WHERE own IS NULL"
    )
    if joining is not None and joining in rules.collections:
        connection.execute(
            "INSERT OR IGNORE INTO settling_rules SELECT work_id, ? FROM settling "
            "WHERE own IS NULL",
            (rules.collections[joining],),
        )


def _apply_folders(connection: Connection, rules: Rules) -> None:
    """Take the nearest folder of each file of the works taken up."""
    if not rules.folders:
        return
    connection.create_function("nearest_folder_rule", 1, rules.nearest)
    connection.execute(
        "INSERT OR IGNORE INTO settling_rules SELECT work_id, version FROM ("
        "SELECT settling.work_id, nearest_folder_rule(path) AS version FROM settling "
        "CROSS JOIN files USING (work_id) WHERE own IS NULL) WHERE version IS NOT NULL"
    )


def _nothing(connection: Connection, now_s: int) -> int | None:
    """Return the version that says nothing, kept if some work goes back to it."""
    back = connection.execute(
        "SELECT 1 FROM settling CROSS JOIN works USING (work_id) "
        "WHERE after IS NULL AND terms_id IS NOT NULL LIMIT 1"
    ).fetchone()
    return terms_store.keep(connection, Terms(uses={}), now_s).version if back else None


def _combined(
    connection: Connection, combination: str, number: Number, as_if: dict[int, Terms]
) -> int:
    versions: Sequence[int] = [int(one) for one in combination.split(",")]
    if len(versions) == 1:
        return versions[0]
    known = terms_store.several(connection, versions) | as_if
    return number(combined(known[one] for one in versions))
