"""What the store knows of works that are alike: who has these bytes, and who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.model.fingerprints import Kind
from desktop.store.database import Connection

_SQL_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWork:
    """A work as those that are like it name it."""

    work_id: int
    title: str
    kind: Kind
    datahash: str


def named(connection: Connection, work_ids: Sequence[int]) -> dict[int, NamedWork]:
    """Return the works that there are, by number."""
    found = {}
    for start in range(0, len(work_ids), _SQL_LIMIT):
        some = work_ids[start : start + _SQL_LIMIT]
        rows = connection.execute(
            "SELECT works.work_id, title, works.kind, datahash FROM works "
            "JOIN fingerprints USING (fingerprint_id) "
            f"WHERE works.work_id IN ({', '.join('?' * len(some))})",
            tuple(some),
        )
        for row in rows:
            found[int(row["work_id"])] = NamedWork(
                work_id=row["work_id"],
                title=row["title"],
                kind=Kind(row["kind"]),
                datahash=row["datahash"],
            )
    return found


def with_bytes(connection: Connection, datahash: str) -> list[int]:
    """Return the works that have, or had, a file with just these bytes."""
    rows = connection.execute(
        "SELECT DISTINCT work_id FROM fingerprints WHERE datahash = ? ORDER BY work_id", (datahash,)
    )
    return [int(row["work_id"]) for row in rows]


def is_featureless(connection: Connection, fingerprint_id: int) -> bool:
    """Tell whether a fingerprint's content code is degenerate."""
    row = connection.execute(
        "SELECT featureless FROM fingerprints WHERE fingerprint_id = ?", (fingerprint_id,)
    ).fetchone()
    return bool(row and row["featureless"])


def current(connection: Connection) -> NDArray[np.int64]:
    """Return the numbers of the fingerprints that works have now, in order."""
    rows = connection.execute("SELECT fingerprint_id FROM works ORDER BY fingerprint_id")
    return np.fromiter((row[0] for row in rows), np.int64)
