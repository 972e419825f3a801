"""People and companies, the user first."""

from __future__ import annotations

from desktop.model.works import Party, Reach
from desktop.store.database import Connection, Row


def me(connection: Connection) -> Party | None:
    """Return the party that signs now, or None before an identity was made."""
    row = connection.execute(
        "SELECT parties.* FROM parties JOIN identities USING (party_id) WHERE current = 1"
    ).fetchone()
    return from_row(row) if row else None


def by_id(connection: Connection, party_id: int) -> Party | None:
    """Return a party, or None."""
    row = connection.execute("SELECT * FROM parties WHERE party_id = ?", (party_id,)).fetchone()
    return from_row(row) if row else None


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
    return from_row(row) if row else add(connection, Party(name=name), now_s)


def created_s(connection: Connection, party_id: int) -> int:
    """Return when a party was made, in UTC seconds."""
    row = connection.execute(
        "SELECT created_s FROM parties WHERE party_id = ?", (party_id,)
    ).fetchone()
    return int(row["created_s"])


def update(connection: Connection, party: Party) -> None:
    """Keep what is known of a party that is there already; its DID and name stay."""
    connection.execute(
        "UPDATE parties SET isni = ?, orcid = ?, ipi = ?, contact = ?, reach = ? "
        "WHERE party_id = ?",
        (party.isni, party.orcid, party.ipi, party.contact, party.reach.value, party.party_id),
    )


def by_did(connection: Connection, did: str) -> Party | None:
    """Return the party with a key, or None."""
    row = connection.execute("SELECT * FROM parties WHERE did = ?", (did,)).fetchone()
    return from_row(row) if row else None


def everyone(connection: Connection) -> list[Party]:
    """Return all parties, the user first, then by name."""
    rows = connection.execute("SELECT * FROM parties ORDER BY is_self DESC, name, party_id")
    return [from_row(row) for row in rows]


def from_row(row: Row) -> Party:
    """Return the party in a row that has its columns."""
    return Party(
        party_id=row["party_id"],
        name=row["name"],
        did=row["did"] or "",
        is_self=bool(row["is_self"]),
        isni=row["isni"],
        orcid=row["orcid"],
        ipi=row["ipi"],
        contact=row["contact"],
        reach=Reach(row["reach"]),
    )
