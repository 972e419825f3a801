"""People and companies, the user first."""

from __future__ import annotations

from desktop.model.works import Party
from desktop.store.database import Connection, Row


def me(connection: Connection) -> Party | None:
    """Return the party that signs now, or None before an identity was made."""
    row = connection.execute(
        "SELECT parties.* FROM parties JOIN identities USING (party_id) WHERE current = 1"
    ).fetchone()
    return _party(row) if row else None


def by_id(connection: Connection, party_id: int) -> Party | None:
    """Return a party, or None."""
    row = connection.execute("SELECT * FROM parties WHERE party_id = ?", (party_id,)).fetchone()
    return _party(row) if row else None


def add(connection: Connection, party: Party, now_s: int) -> Party:
    """Keep a new party and return it with its number."""
    cursor = connection.execute(
        "INSERT INTO parties (name, did, is_self, created_s) VALUES (?, ?, ?, ?)",
        (party.name, party.did or None, int(party.is_self), now_s),
    )
    return Party(
        party_id=int(cursor.lastrowid or 0),
        name=party.name,
        did=party.did,
        is_self=party.is_self,
    )


def with_did(connection: Connection, did: str) -> Party | None:
    """Return the party that has this key now, or None."""
    row = connection.execute("SELECT * FROM parties WHERE did = ?", (did,)).fetchone()
    return _party(row) if row else None


def become_self(connection: Connection, party_id: int) -> None:
    """Mark a party as the user's own."""
    connection.execute("UPDATE parties SET is_self = 1 WHERE party_id = ?", (party_id,))


def set_did(connection: Connection, party_id: int, did: str) -> None:
    """Let a party be known by another key; own_keys has the ones before."""
    connection.execute("UPDATE parties SET did = ? WHERE party_id = ?", (did, party_id))


def named(connection: Connection, name: str, now_s: int) -> Party:
    """Return the party of that name or DID, keeping a new one where there is none."""
    row = connection.execute(
        "SELECT * FROM parties WHERE did = ? OR name = ? ORDER BY is_self DESC, party_id",
        (name, name),
    ).fetchone()
    return _party(row) if row else add(connection, Party(name=name), now_s)


def created_s(connection: Connection, party_id: int) -> int:
    """Return when a party was made, in UTC seconds."""
    row = connection.execute(
        "SELECT created_s FROM parties WHERE party_id = ?", (party_id,)
    ).fetchone()
    return int(row["created_s"])


def _party(row: Row) -> Party:
    return Party(
        party_id=row["party_id"],
        name=row["name"],
        did=row["did"] or "",
        is_self=bool(row["is_self"]),
    )
