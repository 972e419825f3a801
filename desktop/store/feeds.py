"""How far each claimant's feed at each registry was read."""

from __future__ import annotations

from desktop.store.database import Connection


def open_feed(connection: Connection, registry_id: int, did: str) -> tuple[str, str]:
    """Return (cursor, mark) of a claimant's feed, beginning it where it is new.

    mark goes before the cursors of its events, so that those of two feeds are never one.
    """
    row = connection.execute(
        "SELECT cursor, mark FROM feeds WHERE registry_id = ? AND did = ?", (registry_id, did)
    ).fetchone()
    if row is not None:
        return str(row["cursor"]), str(row["mark"])
    others = connection.execute(
        "SELECT 1 FROM feeds WHERE registry_id = ? LIMIT 1", (registry_id,)
    ).fetchone()
    mark = f"{did[-12:]}/" if others else ""
    connection.execute(
        "INSERT INTO feeds (registry_id, did, mark) VALUES (?, ?, ?)", (registry_id, did, mark)
    )
    return "", mark


def begin_anew(connection: Connection, registry_id: int, did: str, now_s: int) -> str:
    """Read a feed from its start again, its cursors no longer those of before; returns its mark."""
    mark = f"{did[-12:]}-{now_s}/"
    connection.execute(
        "UPDATE feeds SET cursor = '', mark = ? WHERE registry_id = ? AND did = ?",
        (mark, registry_id, did),
    )
    return mark


def set_cursor(connection: Connection, registry_id: int, did: str, cursor: str) -> None:
    """Keep how far a feed was read, in the transaction that applied its events."""
    connection.execute(
        "UPDATE feeds SET cursor = ? WHERE registry_id = ? AND did = ?", (cursor, registry_id, did)
    )


def claimants(connection: Connection, registry_id: int) -> list[str]:
    """Return the keys that a registry knows the user by: of who signs, of claims, of accounts.

    Who signs now comes first, and of each identity the older keys before those that follow them.
    """
    rows = connection.execute(
        "SELECT own_keys.did FROM own_keys JOIN identities USING (party_id) "
        "JOIN parties USING (party_id) WHERE (current = 1 AND parties.did = own_keys.did) "
        "OR EXISTS (SELECT 1 FROM feeds WHERE feeds.did = own_keys.did AND registry_id = ?1) "
        "OR EXISTS (SELECT 1 FROM claims JOIN claim_states USING (claim_id) "
        "WHERE claims.did = own_keys.did AND registry_id = ?1) "
        "OR EXISTS (SELECT 1 FROM payout_channels WHERE payout_channels.did = own_keys.did "
        "AND registry_id = ?1) "
        "ORDER BY current DESC, own_keys.party_id DESC, own_keys.rowid",
        (registry_id,),
    )
    return [row["did"] for row in rows]
