"""The works as lists and grids show them: filtered and searched in SQL, paged by key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from desktop.model.fingerprints import Kind
from desktop.model.works import WorkRow
from desktop.store.database import Connection, Row

PAGE = 500


class Filter(StrEnum):
    """What the works view can be narrowed to."""

    ALL = "all"
    IMAGES = "image"
    SOUND = "sound"
    VIDEO = "video"
    TEXT = "text"
    OTHER = "data"
    NOT_CLAIMED = "not_claimed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many works there are under each filter."""

    all: int
    by_kind: dict[Kind, int]
    not_claimed: int
    missing: int


# The most telling state first: what needs the user, then what others confirmed.
STATE_ORDER = (
    "conflict", "in_dispute", "lost_by_registry", "refused", "rejected", "accepted",
    "under_review", "acknowledged", "sending", "queued", "withdrawn", "superseded",
)  # fmt: skip

_RANK = " ".join(f"WHEN '{state}' THEN {rank}" for rank, state in enumerate(STATE_ORDER))

_COLUMNS = f"""
SELECT works.work_id, works.title, works.kind, fingerprints.iscc, fingerprints.datahash,
    works.terms_id,
    -- That a form was accepted is the user's own word, never shown as confirmed.
    (SELECT CASE WHEN claim_states.state = 'accepted' AND registries.kind = 'form_pack'
            THEN 'acknowledged' ELSE claim_states.state END AS state
        FROM claims JOIN claim_states USING (claim_id) JOIN registries USING (registry_id)
        WHERE claims.work_id = works.work_id
        ORDER BY CASE claim_states.state {_RANK} END LIMIT 1) AS claim_state,
    (works.fileless OR EXISTS
        (SELECT 1 FROM files WHERE files.work_id = works.work_id AND state = 'missing')) AS missing
FROM works
JOIN fingerprints ON fingerprints.fingerprint_id = works.fingerprint_id
"""


_MISSING = (
    "SELECT work_id FROM files WHERE state = 'missing' "
    "UNION SELECT work_id FROM works WHERE fileless = 1"
)


_IN_COLLECTION = "works.work_id IN (SELECT work_id FROM collection_works WHERE collection_id = ?)"


# By kind, not claimed, missing: of a collection it is asked the other way round, from its works
# and from the claims, which stays quick where it has every work.
_COUNTED_IN = (
    "SELECT kind, count(*) AS n FROM collection_works JOIN works USING (work_id) "
    "WHERE collection_id = ?1 GROUP BY kind",
    "SELECT (SELECT count(*) FROM collection_works WHERE collection_id = ?1) - "
    "(SELECT count(DISTINCT work_id) FROM claims JOIN collection_works USING (work_id) "
    "WHERE collection_id = ?1)",
    f"SELECT count(*) FROM ({_MISSING}) AS gone WHERE EXISTS (SELECT 1 FROM collection_works "
    "WHERE collection_id = ?1 AND collection_works.work_id = gone.work_id)",
)


def page(
    connection: Connection,
    *,
    search: str = "",
    narrowed: Filter = Filter.ALL,
    collection: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[WorkRow]:
    """Return works, newest first; before: the work_id at which the last page ended.

    collection: only the works of that one.
    """
    where, values = _where(search, narrowed, collection)
    if before is not None:
        where.append("works.work_id < ?")
        values.append(before)
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    rows = connection.execute(
        f"{_COLUMNS} {clause} ORDER BY works.work_id DESC LIMIT ?", (*values, limit)
    )
    return [_row(row) for row in rows]


def ids(
    connection: Connection,
    *,
    search: str = "",
    narrowed: Filter = Filter.ALL,
    collection: int | None = None,
) -> list[int]:
    """Return the numbers of all works under a filter, newest first."""
    where, values = _where(search, narrowed, collection)
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    rows = connection.execute(
        f"SELECT works.work_id FROM works {clause} ORDER BY works.work_id DESC",
        values,
    )
    return [int(row["work_id"]) for row in rows]


def row_of(connection: Connection, work_id: int) -> WorkRow | None:
    """Return one work as lists show it."""
    row = connection.execute(f"{_COLUMNS} WHERE works.work_id = ?", (work_id,)).fetchone()
    return _row(row) if row else None


def is_empty(connection: Connection) -> bool:
    """Tell whether there is no work at all."""
    return connection.execute("SELECT 1 FROM works LIMIT 1").fetchone() is None


def counts(connection: Connection, *, collection: int | None = None) -> Counts:
    """Return how many works each filter would show, of all works or of a collection."""
    if collection is None:
        kinds = "SELECT kind, count(*) AS n FROM works GROUP BY kind"
        not_claimed = (
            "SELECT count(*) FROM works WHERE NOT EXISTS "
            "(SELECT 1 FROM claims WHERE claims.work_id = works.work_id)"
        )
        missing = f"SELECT count(*) FROM ({_MISSING})"
    else:
        kinds, not_claimed, missing = _COUNTED_IN
    values = [] if collection is None else [collection]
    by_kind = {Kind(row["kind"]): int(row["n"]) for row in connection.execute(kinds, values)}
    return Counts(
        all=sum(by_kind.values()),
        by_kind=by_kind,
        not_claimed=int(connection.execute(not_claimed, values).fetchone()[0]),
        missing=int(connection.execute(missing, values).fetchone()[0]),
    )


def _where(search: str, narrowed: Filter, collection: int | None) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    if collection is not None:
        where.append(_IN_COLLECTION)
        values.append(collection)
    if narrowed is Filter.NOT_CLAIMED:
        where.append("NOT EXISTS (SELECT 1 FROM claims WHERE claims.work_id = works.work_id)")
    elif narrowed is Filter.MISSING:
        where.append(f"works.work_id IN ({_MISSING})")
    elif narrowed is not Filter.ALL:
        where.append("works.kind = ?")
        values.append(narrowed.value)
    if search.strip().upper().startswith("ISCC:"):
        where.append(
            "works.work_id IN (SELECT work_id FROM fingerprints WHERE iscc >= ? AND iscc < ?)"
        )
        code = search.strip().upper()
        values += [code, code + "~"]
    elif words := re.findall(r"\w+", search):
        where.append("works.work_id IN (SELECT rowid FROM works_search WHERE works_search MATCH ?)")
        values.append(" AND ".join(f'"{word}"*' for word in words))
    return where, values


def _row(row: Row) -> WorkRow:
    return WorkRow(
        work_id=row["work_id"],
        title=row["title"],
        kind=Kind(row["kind"]),
        iscc=row["iscc"],
        datahash=row["datahash"],
        terms_version=row["terms_id"] or 0,
        claim_state=row["claim_state"] or "",
        missing=bool(row["missing"]),
    )
