"""Where works are published, as the user says; what was taken back stays on record."""

from __future__ import annotations

import json
from collections.abc import Iterable

from desktop.store.database import Connection

_CURRENT = (
    "SELECT work_id, address FROM work_addresses AS said WHERE there = 1 AND NOT EXISTS ("
    "SELECT 1 FROM work_addresses AS later WHERE later.work_id = said.work_id "
    "AND later.address = said.address AND later.work_address_id > said.work_address_id) "
)


def say(connection: Connection, work_id: int, address: str, *, there: bool, now_s: int) -> bool:
    """Keep that a work is published at an address, or no longer; tells whether that is new."""
    if (address in of_work(connection, work_id)) is there:
        return False
    connection.execute(
        "INSERT INTO work_addresses (work_id, address, there, said_s) VALUES (?, ?, ?, ?)",
        (work_id, address, there, now_s),
    )
    return True


def of_work(connection: Connection, work_id: int) -> tuple[str, ...]:
    """Return where a work is published, in the order it was said."""
    rows = connection.execute(
        f"{_CURRENT}AND work_id = ? ORDER BY work_address_id", (work_id,)
    ).fetchall()
    return tuple(str(row["address"]) for row in rows)


def of_works(
    connection: Connection, work_ids: Iterable[int] | None = None
) -> dict[int, tuple[str, ...]]:
    """Return the addresses of those of some works, or of all, that have any."""
    narrowed = "" if work_ids is None else "AND work_id IN (SELECT value FROM json_each(?)) "
    ids = [] if work_ids is None else [json.dumps(list(work_ids))]
    found: dict[int, tuple[str, ...]] = {}
    for row in connection.execute(f"{_CURRENT}{narrowed}ORDER BY work_address_id", ids):
        work_id = int(row["work_id"])
        found[work_id] = (*found.get(work_id, ()), str(row["address"]))
    return found
