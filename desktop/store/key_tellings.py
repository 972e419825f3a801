"""What registries were told of the user's keys, and which key speaks for which there."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.model.identities import NoticeKind
from desktop.store.database import Connection

_UNTOLD = """
WITH RECURSIVE met (did) AS (
    SELECT did FROM key_notices WHERE EXISTS (
        SELECT 1 FROM feeds WHERE registry_id = ?1 AND feeds.did = key_notices.did)
    OR EXISTS (SELECT 1 FROM payout_channels AS given
        WHERE given.registry_id = ?1 AND given.did = key_notices.did)
    OR EXISTS (SELECT 1 FROM claims JOIN outbox USING (claim_id)
        WHERE claims.did = key_notices.did AND outbox.registry_id = ?1)
), line (did) AS (
    SELECT did FROM met
    UNION SELECT new_did FROM line JOIN key_notices USING (did) WHERE kind = 'rotation'
)
SELECT key_notices.* FROM key_notices JOIN line USING (did)
WHERE ?2 IN ('', kind) AND NOT EXISTS (SELECT 1 FROM key_tellings AS told
    WHERE told.registry_id = ?1 AND told.notice_id = key_notices.notice_id
    AND told.registry_did = (SELECT registries.did FROM registries WHERE registry_id = ?1))
ORDER BY notice_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A notice about a key that a registry has not answered yet."""

    notice_id: int
    kind: NoticeKind
    did: str
    new_did: str
    document: bytes


def untold(
    connection: Connection, registry_id: int, kind: NoticeKind | None = None
) -> list[Telling]:
    """Return what a registry is to be told, oldest first: only of keys that it has to do with.

    Those are the keys it has met, or will in this round, and those that follow them.
    """
    return [
        Telling(
            notice_id=row["notice_id"],
            kind=NoticeKind(row["kind"]),
            did=row["did"],
            new_did=row["new_did"],
            document=bytes(row["document"]),
        )
        for row in connection.execute(_UNTOLD, (registry_id, kind.value if kind else ""))
    ]


def keep(
    connection: Connection, registry_id: int, telling: Telling, problem: str, now_s: int
) -> None:
    """Keep that a registry took a notice, or why it did not."""
    connection.execute(
        "INSERT OR IGNORE INTO key_tellings "
        "(registry_id, registry_did, notice_id, taken, problem, told_s) "
        "SELECT registry_id, did, ?, ?, ?, ? FROM registries WHERE registry_id = ?",
        (telling.notice_id, int(not problem), problem, now_s, registry_id),
    )


def speaker(connection: Connection, registry_id: int, did: str) -> str:
    """Return the newest key that a registry knows to follow did; did itself if there is none."""
    return _end_of(connection, registry_id, did, "key_tellings.taken = 1")


def will_speak(connection: Connection, registry_id: int, did: str) -> str:
    """Return the newest key that follows did, unless the registry did not take that."""
    return _end_of(connection, registry_id, did, "coalesce(key_tellings.taken, 1) = 1")


def _end_of(connection: Connection, registry_id: int, did: str, allowed: str) -> str:
    row = connection.execute(
        "WITH RECURSIVE line (did, step) AS (VALUES (?1, 0) UNION "
        "SELECT key_notices.new_did, step + 1 FROM line JOIN key_notices USING (did) "
        "LEFT JOIN key_tellings ON key_tellings.notice_id = key_notices.notice_id "
        "AND registry_id = ?2 "
        "AND registry_did = (SELECT registries.did FROM registries WHERE registry_id = ?2) "
        f"WHERE kind = 'rotation' AND {allowed} AND step < 1000) "
        "SELECT did FROM line ORDER BY step DESC LIMIT 1",
        (did, registry_id),
    ).fetchone()
    return str(row["did"])
