"""Registries' feeds as they were read, and the documents they announced that are still to fetch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from desktop.model.registries import Event
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A statement or remittance that was announced and is not here yet."""

    kind: str
    number: str
    revision: int = 0


def keep(
    connection: Connection, registry_id: int, event: Event, now_s: int, *, mark: str = ""
) -> bool:
    """Keep an event; False if it is here already, so that a replay changes nothing.

    mark: of the feed it came from.
    """
    cursor = connection.execute(
        "INSERT OR IGNORE INTO events (registry_id, cursor, type, time_s, document, kept_s) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            registry_id,
            mark + event.cursor,
            event.type,
            int(event.time.timestamp()),
            event.document,
            now_s,
        ),
    )
    return bool(cursor.rowcount)


def announce(connection: Connection, registry_id: int, fetch: Fetch, did: str = "") -> None:
    """Record a document to fetch as did, in the transaction that keeps its event."""
    connection.execute(
        "INSERT OR IGNORE INTO fetches (registry_id, kind, number, revision, did) "
        "VALUES (?, ?, ?, ?, ?)",
        (registry_id, fetch.kind, fetch.number, fetch.revision, did),
    )


def to_fetch(connection: Connection, registry_id: int, did: str = "") -> list[Fetch]:
    """Return what is still to fetch as did; statements come before remittances."""
    rows = connection.execute(
        "SELECT * FROM fetches WHERE registry_id = ?1 AND NOT done "
        "AND (?2 = '' OR did IN ('', ?2)) ORDER BY kind DESC, number, revision",
        (registry_id, did),
    )
    return [Fetch(kind=row["kind"], number=row["number"], revision=row["revision"]) for row in rows]


def fetched(connection: Connection, registry_id: int, fetch: Fetch) -> None:
    """Record that a document is here, in the transaction that keeps it."""
    _update(connection, registry_id, fetch, done=1, problem="")


def fetch_failed(connection: Connection, registry_id: int, fetch: Fetch, problem: str) -> None:
    """Record why a document is not here; it stays to be fetched."""
    _update(connection, registry_id, fetch, done=0, problem=problem)


def keep_refused(
    connection: Connection,
    registry_id: int,
    fetch: Fetch,
    document: bytes,
    problem: str,
    now_s: int,
) -> None:
    """Keep the bytes of a document that was not believed, and why, as evidence."""
    connection.execute(
        "INSERT OR IGNORE INTO documents_refused "
        "(registry_id, kind, number, revision, document, sha256, problem, kept_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            registry_id,
            fetch.kind,
            fetch.number,
            fetch.revision,
            document,
            hashlib.sha256(document).hexdigest(),
            problem,
            now_s,
        ),
    )


def refused(connection: Connection) -> list[tuple[str, Fetch, str]]:
    """Return (registry name, document, problem) of what was not believed, newest first."""
    rows = connection.execute(
        "SELECT documents_refused.*, registries.name FROM documents_refused "
        "JOIN registries USING (registry_id) ORDER BY document_id DESC"
    )
    return [
        (
            row["name"],
            Fetch(kind=row["kind"], number=row["number"], revision=row["revision"]),
            row["problem"],
        )
        for row in rows
    ]


def _update(
    connection: Connection, registry_id: int, fetch: Fetch, *, done: int, problem: str
) -> None:
    connection.execute(
        "UPDATE fetches SET done = ?, last_problem = ? "
        "WHERE registry_id = ? AND kind = ? AND number = ? AND revision = ?",
        (done, problem, registry_id, fetch.kind, fetch.number, fetch.revision),
    )
