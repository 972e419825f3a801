"""The registries the user added, the keys they are trusted by, and how far feeds were read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.registries import (
    Ability,
    Description,
    Registry,
    RegistryKind,
    RegistryState,
)
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row
from desktop.store.engine import sqlite3

_ROWS = """
SELECT registries.*, newest.decision AS newest_decision, newest.keys AS newest_keys FROM registries
LEFT JOIN registry_keys AS newest ON newest.registry_keys_id =
    (SELECT max(registry_keys_id) FROM registry_keys AS k
     WHERE k.registry_id = registries.registry_id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Keys a registry showed. keys: verification method → Ed25519 key in multibase ("z6Mk…")."""

    did: str
    keys: Mapping[str, str]


def add(
    connection: Connection,
    name: str,
    kind: str,
    url: str,
    options: Mapping[str, Any] | None = None,
) -> Registry:
    """Keep a new registry, unchecked. Raises UsageProblem if the name is taken."""
    try:
        connection.execute(
            "INSERT INTO registries (name, kind, url, options) VALUES (?, ?, ?, ?)",
            (name, str(kind), url, json.dumps(dict(options or {}))),
        )
    except sqlite3.IntegrityError as error:
        raise UsageProblem(
            f"There is a registry called {name!r} already.", advice="Choose another name."
        ) from error
    return by_name(connection, name)


def everyone(connection: Connection) -> list[Registry]:
    """Return all registries that take claims, in the order in which they were added."""
    rows = connection.execute(f"{_ROWS} WHERE kind <> 'payer' ORDER BY registry_id")
    return [_registry(row) for row in rows]


def with_payers(connection: Connection) -> list[Registry]:
    """Return all registries, also those that only pay."""
    return [_registry(row) for row in connection.execute(f"{_ROWS} ORDER BY registry_id")]


def payer_named(connection: Connection, name: str) -> Registry:
    """Return whoever pays under that name; a payer of files only is added when first named."""
    known = connection.execute("SELECT 1 FROM registries WHERE name = ?", (name,)).fetchone()
    return by_name(connection, name) if known else add(connection, name, RegistryKind.PAYER, "")


def by_name(connection: Connection, name: str) -> Registry:
    """Return the registry of that name. Raises UsageProblem."""
    row = connection.execute(f"{_ROWS} WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no registry called {name!r}.",
            advice="`registries list` shows them, `registries add` adds one.",
        )
    return _registry(row)


def find(connection: Connection, name: str) -> Registry | None:
    """Return the registry or payer of that name, or None."""
    row = connection.execute(f"{_ROWS} WHERE name = ?", (name,)).fetchone()
    return _registry(row) if row else None


def taking_claims(connection: Connection, name: str) -> Registry:
    """Return the registry of that name. Raises UsageProblem, also for who only pays."""
    registry = by_name(connection, name)
    if registry.only_pays:
        raise UsageProblem(
            f"{name} takes no claims; it is known from its statements only.",
            advice="`registries list` shows those that take claims.",
        )
    return registry


def by_id(connection: Connection, registry_id: int) -> Registry:
    """Return a registry by its number."""
    row = connection.execute(f"{_ROWS} WHERE registries.registry_id = ?", (registry_id,)).fetchone()
    return _registry(row)


def set_url(connection: Connection, registry_id: int, url: str) -> None:
    """Keep where a registry is to be found now; its key stays the one that was pinned."""
    connection.execute("UPDATE registries SET url = ? WHERE registry_id = ?", (url, registry_id))


def set_options(connection: Connection, registry_id: int, options: Mapping[str, Any]) -> None:
    """Keep what only the registry's connector understands; a problem from before is past."""
    connection.execute(
        "UPDATE registries SET options = ?, last_problem = '', "
        "state = iif(state = 'problem', 'unchecked', state) WHERE registry_id = ?",
        (json.dumps(dict(options)), registry_id),
    )


def described(
    connection: Connection, registry_id: int, description: Description, now_s: int
) -> None:
    """Keep a description that is trusted; the registry is ready."""
    connection.execute(
        "UPDATE registries SET did = ?, description = ?, abilities = ?, state = 'ready', "
        "last_problem = '', quiet_until_s = 0, quiet_from_s = 0, last_contact_s = ? "
        "WHERE registry_id = ?",
        (
            description.did,
            description.document,
            json.dumps(sorted(description.abilities)),
            now_s,
            registry_id,
        ),
    )


def trusted(connection: Connection, registry_id: int) -> Keys | None:
    """Return the keys the registry is trusted by now, or None before the first contact."""
    row = connection.execute(
        "SELECT * FROM registry_keys WHERE registry_id = ? AND decision <> 'offered' "
        "ORDER BY registry_keys_id DESC LIMIT 1",
        (registry_id,),
    ).fetchone()
    return Keys(did=row["did"], keys=json.loads(row["keys"])) if row else None


def once_trusted(connection: Connection, registry_id: int) -> dict[str, str]:
    """Return every key it was ever trusted by, to verify what it signed in the past."""
    rows = connection.execute(
        "SELECT keys FROM registry_keys WHERE registry_id = ? AND decision <> 'offered' "
        "ORDER BY registry_keys_id",
        (registry_id,),
    )
    return {method: key for row in rows for method, key in json.loads(row["keys"]).items()}


def key_history(connection: Connection, registry_id: int) -> list[tuple[int, dict[str, str]]]:
    """Return (when it was seen, keys by method) each time trusted keys changed, oldest first."""
    rows = connection.execute(
        "SELECT seen_s, keys FROM registry_keys WHERE registry_id = ? AND decision <> 'offered' "
        "ORDER BY registry_keys_id",
        (registry_id,),
    )
    return [(row["seen_s"], json.loads(row["keys"])) for row in rows]


def keep_keys(
    connection: Connection, registry_id: int, keys: Keys, decision: str, now_s: int
) -> None:
    """Keep keys with what was decided: first, described, offered or accepted."""
    connection.execute(
        "INSERT INTO registry_keys (registry_id, did, keys, decision, seen_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (registry_id, keys.did, json.dumps(dict(keys.keys), sort_keys=True), decision, now_s),
    )


def offered(connection: Connection, registry_id: int) -> Keys | None:
    """Return the keys that wait for the user's decision, or None."""
    row = connection.execute(
        "SELECT * FROM registry_keys WHERE registry_id = ? ORDER BY registry_keys_id DESC LIMIT 1",
        (registry_id,),
    ).fetchone()
    if row is None or row["decision"] != "offered":
        return None
    return Keys(did=row["did"], keys=json.loads(row["keys"]))


def accept_keys(connection: Connection, registry_id: int, keys: Keys, now_s: int) -> None:
    """Trust keys that were offered, because the user says so; the registry is to be checked."""
    keep_keys(connection, registry_id, keys, "accepted", now_s)
    connection.execute(
        "UPDATE registries SET did = ?, state = 'unchecked', last_problem = '' "
        "WHERE registry_id = ?",
        (keys.did, registry_id),
    )


def wait(connection: Connection, registry_id: int, now_s: int, quiet_until_s: int) -> None:
    """Keep that the registry asked now not to be asked before a moment (UTC seconds)."""
    connection.execute(
        "UPDATE registries SET quiet_from_s = ?, quiet_until_s = ? WHERE registry_id = ?",
        (now_s, quiet_until_s, registry_id),
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


def _registry(row: Row) -> Registry:
    contact, waits = row["last_contact_s"], row["quiet_until_s"]
    waiting_keys = row["newest_keys"] if row["newest_decision"] == "offered" else "{}"
    return Registry(
        registry_id=row["registry_id"],
        name=row["name"],
        kind=row["kind"],
        url=row["url"],
        did=row["did"],
        state=RegistryState(row["state"]),
        last_problem=row["last_problem"],
        last_contact=from_seconds(contact) if contact is not None else None,
        description=row["description"] or b"",
        options=json.loads(row["options"]),
        abilities=_abilities(row["abilities"]),
        offered=tuple(sorted(json.loads(waiting_keys).values())),
        quiet_from=from_seconds(row["quiet_from_s"]),
        quiet_until=from_seconds(waits) if waits else None,
    )


def _abilities(text: str) -> frozenset[Ability]:
    """A newer connector may have named abilities that this app does not know."""
    known = {ability.value for ability in Ability}
    return frozenset(Ability(name) for name in json.loads(text) if name in known)
