"""Where registries are to pay: every channel ever given stays here; the newest one counts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from desktop.model.payouts import Payout, PayoutState
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_ROWS = """
SELECT * FROM (SELECT payout_channels.*, registries.name AS registry FROM payout_channels
JOIN registries USING (registry_id))
"""
_OWN = "('not_mine', 'seen')"
# An older channel must never arrive after a newer one, so it waits no more once there is one.
_QUEUED = """CASE WHEN EXISTS (
    SELECT 1 FROM payout_channels AS newer WHERE newer.registry_id = payout_channels.registry_id
    AND newer.did = payout_channels.did AND newer.state NOT IN ('not_mine', 'seen')
    AND newer.payout_channel_id > payout_channels.payout_channel_id
) THEN 'replaced' ELSE 'queued' END"""


def queue(
    connection: Connection, registry_id: int, did: str, kind: str, document: bytes, now_s: int
) -> int:
    """Keep a signed payout channel to be sent; what waited for the same place is not sent."""
    take_back(connection, registry_id, [did])
    return _add(connection, registry_id, did, kind, document, PayoutState.QUEUED, now_s)


def take_back(connection: Connection, registry_id: int, dids: Iterable[str]) -> None:
    """Let what these keys said of where to pay, and was not sent yet, never be sent."""
    connection.executemany(
        "UPDATE payout_channels SET state = 'replaced' "
        "WHERE registry_id = ? AND did = ? AND state = 'queued'",
        [(registry_id, did) for did in dids],
    )


def keep_foreign(
    connection: Connection, registry_id: int, did: str, event: bytes, now_s: int
) -> None:
    """Keep that a registry confirmed a channel which was never given here."""
    _add(connection, registry_id, did, "", event, PayoutState.NOT_MINE, now_s)


def by_id(connection: Connection, payout_id: int) -> Payout:
    """Return a channel by its number."""
    row = connection.execute(f"{_ROWS} WHERE payout_channel_id = ?", (payout_id,)).fetchone()
    return _payout(row)


def newest(connection: Connection, registry_id: int, did: str) -> Payout | None:
    """Return the channel that was given last, wherever it stands; None if there was none."""
    row = connection.execute(
        f"{_ROWS} WHERE registry_id = ? AND did = ? AND state NOT IN {_OWN} "
        "ORDER BY payout_channel_id DESC LIMIT 1",
        (registry_id, did),
    ).fetchone()
    return _payout(row) if row else None


def in_force(connection: Connection, registry_id: int, did: str) -> Payout | None:
    """Return the channel that the registry confirmed, or None."""
    row = connection.execute(
        f"{_ROWS} WHERE registry_id = ? AND did = ? AND state = 'in_force' "
        "ORDER BY payout_channel_id DESC LIMIT 1",
        (registry_id, did),
    ).fetchone()
    return _payout(row) if row else None


def due(
    connection: Connection, registry_id: int, did: str, now_s: int, *, eager: bool
) -> list[Payout]:
    """Return what is to be sent now. eager: also what waits after a failed try."""
    rows = connection.execute(
        f"{_ROWS} WHERE registry_id = ? AND did = ? AND state = 'queued' "
        "AND (not_before_s <= ? OR ?) ORDER BY payout_channel_id",
        (registry_id, did, now_s, int(eager)),
    )
    return [_payout(row) for row in rows]


def waiting(connection: Connection) -> list[Payout]:
    """Return what still is to be sent, oldest first."""
    rows = connection.execute(
        f"{_ROWS} WHERE state IN ('queued', 'sending') ORDER BY payout_channel_id"
    )
    return [_payout(row) for row in rows]


def everything(connection: Connection) -> list[Payout]:
    """Return every channel ever given, newest first."""
    return [_payout(row) for row in connection.execute(f"{_ROWS} ORDER BY payout_channel_id DESC")]


def not_mine(connection: Connection) -> list[Payout]:
    """Return what registries confirmed and nobody gave here, unless the user knows of it."""
    rows = connection.execute(f"{_ROWS} WHERE state = 'not_mine' ORDER BY payout_channel_id")
    return [_payout(row) for row in rows]


def refused(connection: Connection) -> list[Payout]:
    """Return what registries refused and nothing newer took the place of."""
    rows = connection.execute(
        f"{_ROWS} AS given WHERE state = 'refused' AND NOT EXISTS ("
        "SELECT 1 FROM payout_channels AS newer WHERE newer.registry_id = given.registry_id "
        "AND newer.did IN (SELECT other.did FROM own_keys AS other JOIN own_keys AS own "
        "USING (party_id) WHERE own.did = given.did) "
        "AND newer.payout_channel_id > given.payout_channel_id "
        f"AND newer.state NOT IN {_OWN}) ORDER BY payout_channel_id"
    )
    return [_payout(row) for row in rows]


def mark_sending(connection: Connection, payout_id: int) -> None:
    """Record that a channel is about to leave; counts the try."""
    connection.execute(
        "UPDATE payout_channels SET state = 'sending', attempts = attempts + 1 "
        "WHERE payout_channel_id = ?",
        (payout_id,),
    )


def requeue(connection: Connection, payout_id: int, not_before_s: int, problem: str) -> None:
    """Let a channel wait, with what went wrong, unless a newer one has taken its place."""
    connection.execute(
        f"UPDATE payout_channels SET state = {_QUEUED}, not_before_s = ?, last_problem = ? "
        "WHERE payout_channel_id = ?",
        (not_before_s, problem, payout_id),
    )


def settle(connection: Connection, payout_id: int, state: PayoutState, problem: str = "") -> None:
    """Record where a channel stands; one in force replaces all before it."""
    if state is PayoutState.IN_FORCE:
        connection.execute(
            "UPDATE payout_channels SET state = 'replaced' WHERE state IN ('in_force', 'sent') "
            "AND payout_channel_id < ?1 AND (registry_id, did) = "
            "(SELECT registry_id, did FROM payout_channels WHERE payout_channel_id = ?1)",
            (payout_id,),
        )
    connection.execute(
        "UPDATE payout_channels SET state = ?, last_problem = ? WHERE payout_channel_id = ?",
        (state.value, problem, payout_id),
    )


def end_those_before(connection: Connection, payout: Payout, dids: Iterable[str]) -> None:
    """Let a channel in force take the place of those that these other keys gave before it."""
    connection.executemany(
        "UPDATE payout_channels SET state = 'replaced' WHERE state IN ('in_force', 'sent') "
        "AND payout_channel_id < ? AND registry_id = ? AND did = ?",
        [(payout.payout_id, payout.registry_id, did) for did in dids],
    )


def documents(connection: Connection) -> list[tuple[int, bytes]]:
    """Return the number and signed bytes of every channel given here, for verification."""
    rows = connection.execute(
        "SELECT payout_channel_id, document FROM payout_channels "
        f"WHERE state NOT IN {_OWN} ORDER BY payout_channel_id"
    )
    return [(row["payout_channel_id"], bytes(row["document"])) for row in rows]


def recover(connection: Connection) -> None:
    """After a crash: what was being sent goes back to the queue."""
    connection.execute(
        f"UPDATE payout_channels SET state = {_QUEUED}, not_before_s = 0 WHERE state = 'sending'"
    )


def _add(
    connection: Connection,
    registry_id: int,
    did: str,
    kind: str,
    document: bytes,
    state: PayoutState,
    now_s: int,
) -> int:
    cursor = connection.execute(
        "INSERT INTO payout_channels (registry_id, did, kind, document, state, made_s) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (registry_id, did, kind, document, state.value, now_s),
    )
    return int(cursor.lastrowid or 0)


def _payout(row: Row) -> Payout:
    document = bytes(row["document"])
    return Payout(
        payout_id=row["payout_channel_id"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        did=row["did"],
        kind=row["kind"],
        value=str(json.loads(document)["value"]) if row["kind"] else "",
        state=PayoutState(row["state"]),
        made=from_seconds(row["made_s"]),
        attempts=row["attempts"],
        last_problem=row["last_problem"],
        document=document,
    )
