"""The registries the user added, and how far their feeds were read."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.model.registries import Registry, RegistryKind, RegistryState
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row
from desktop.store.engine import sqlite3


def add(connection: Connection, name: str, kind: RegistryKind, url: str) -> Registry:
    """Keep a new registry, unchecked. Raises UsageProblem if the name is taken."""
    try:
        connection.execute(
            "INSERT INTO registries (name, kind, url) VALUES (?, ?, ?)", (name, kind.value, url)
        )
    except sqlite3.IntegrityError as error:
        raise UsageProblem(
            f"There is a registry called {name!r} already.", advice="Choose another name."
        ) from error
    return by_name(connection, name)


def everyone(connection: Connection) -> list[Registry]:
    """Return all registries in the order in which they were added."""
    rows = connection.execute("SELECT * FROM registries ORDER BY registry_id")
    return [_registry(row) for row in rows]


def by_name(connection: Connection, name: str) -> Registry:
    """Return the registry of that name. Raises UsageProblem."""
    row = connection.execute("SELECT * FROM registries WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no registry called {name!r}.",
            advice="`registries list` shows them, `registries add` adds one.",
        )
    return _registry(row)


def by_id(connection: Connection, registry_id: int) -> Registry:
    """Return a registry by its number."""
    row = connection.execute(
        "SELECT * FROM registries WHERE registry_id = ?", (registry_id,)
    ).fetchone()
    return _registry(row)


def set_url(connection: Connection, registry_id: int, url: str) -> None:
    """Keep where a registry is to be found now; its key stays the one that was pinned."""
    connection.execute("UPDATE registries SET url = ? WHERE registry_id = ?", (url, registry_id))


def described(
    connection: Connection, registry_id: int, did: str, document: bytes, now_s: int
) -> None:
    """Keep a verified description; the registry is ready."""
    connection.execute(
        "UPDATE registries SET did = ?, description = ?, state = 'ready', last_problem = '', "
        "last_contact_s = ? WHERE registry_id = ?",
        (did, document, now_s, registry_id),
    )


def note(
    connection: Connection, registry_id: int, state: RegistryState, problem: str, now_s: int
) -> None:
    """Keep how the last exchange went; contact counts only where there was one."""
    contact = None if state is RegistryState.OFFLINE else now_s
    connection.execute(
        "UPDATE registries SET state = ?, last_problem = ?, "
        "last_contact_s = coalesce(?, last_contact_s) WHERE registry_id = ?",
        (state.value, problem, contact, registry_id),
    )


def set_cursor(connection: Connection, registry_id: int, cursor: str) -> None:
    """Keep how far the feed was read, in the transaction that applied its events."""
    connection.execute(
        "UPDATE registries SET cursor = ? WHERE registry_id = ?", (cursor, registry_id)
    )


def _registry(row: Row) -> Registry:
    contact = row["last_contact_s"]
    return Registry(
        registry_id=row["registry_id"],
        name=row["name"],
        kind=RegistryKind(row["kind"]),
        url=row["url"],
        did=row["did"],
        state=RegistryState(row["state"]),
        cursor=row["cursor"],
        last_problem=row["last_problem"],
        last_contact=from_seconds(contact) if contact is not None else None,
        description=row["description"] or b"",
    )
