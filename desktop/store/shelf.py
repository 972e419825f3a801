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


def page(
    connection: Connection,
    *,
    search: str = "",
    narrowed: Filter = Filter.ALL,
    before: int | None = None,
    limit: int = PAGE,
) -> list[WorkRow]:
    """Return works, newest first; before: the work_id at which the last page ended."""
    where, values = _where(search, narrowed)
    if before is not None:
        where.append("works.work_id < ?")
        values.append(before)
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    rows = connection.execute(
        f"{_COLUMNS} {clause} ORDER BY works.work_id DESC LIMIT ?", (*values, limit)
    )
    return [_row(row) for row in rows]


def ids(connection: Connection, *, search: str = "", narrowed: Filter = Filter.ALL) -> list[int]:
    """Return the numbers of all works under a filter, newest first."""
    where, values = _where(search, narrowed)
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


def counts(connection: Connection) -> Counts:
    """Return how many works each filter would show."""
    by_kind = {
        Kind(row["kind"]): int(row["n"])
        for row in connection.execute("SELECT kind, count(*) AS n FROM works GROUP BY kind")
    }
    (not_claimed,) = connection.execute(
        "SELECT count(*) FROM works WHERE NOT EXISTS "
        "(SELECT 1 FROM claims WHERE claims.work_id = works.work_id)"
    ).fetchone()
    (missing,) = connection.execute(f"SELECT count(*) FROM ({_MISSING})").fetchone()
    return Counts(
        all=sum(by_kind.values()), by_kind=by_kind, not_claimed=not_claimed, missing=missing
    )


def _where(search: str, narrowed: Filter) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
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
