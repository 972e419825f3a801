"""What waits to be sent. Every step of sending is a row here before it happens (REGISTRIES.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.errors import UsageProblem
from desktop.model.claims import OutboxEntry, OutboxState
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_ENTRIES = """
SELECT outbox.*, claims.claim_hash, claims.document, registries.name AS registry,
    registries.kind = 'form_pack' AS by_hand FROM outbox
JOIN claims USING (claim_id) JOIN registries ON registries.registry_id = outbox.registry_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentEnvelope:
    """What was, or was about to be, sent for an entry. made_s: UTC seconds."""

    document: bytes
    forced: bool
    made_s: int


def queue(connection: Connection, claim_id: int, registry_id: int, now_s: int) -> None:
    """Queue a claim for a registry, in the transaction that changes its state."""
    connection.execute(
        "INSERT INTO outbox (claim_id, registry_id, state, queued_s) VALUES (?, ?, 'queued', ?)",
        (claim_id, registry_id, now_s),
    )


def due(
    connection: Connection,
    registry_id: int,
    now_s: int,
    limit: int,
    *,
    eager: bool = False,
    did: str = "",
) -> list[OutboxEntry]:
    """Return due entries, oldest first, at most limit. now_s: UTC seconds. did: only this key's.

    eager: also those that only wait because an earlier try failed. While the registry asked us
    to wait, nothing at all is due: it asked the sender, not one claim. What was tried at a time
    that is still to come, by a clock that was set back since, waits no longer.
    """
    rows = connection.execute(
        f"{_ENTRIES} WHERE outbox.registry_id = ?1 AND outbox.state = 'queued' "
        "AND (not_before_s <= ?2 OR tried_s > ?2 OR ?3) "
        "AND NOT EXISTS (SELECT 1 FROM outbox AS asked WHERE asked.registry_id = ?1 "
        "AND asked.state = 'queued' AND asked.asked_to_wait "
        "AND asked.not_before_s > ?2 AND asked.tried_s <= ?2) "
        "AND ?5 IN ('', claims.did) ORDER BY outbox_id LIMIT ?4",
        (registry_id, now_s, int(eager), limit, did),
    )
    return [_entry(row) for row in rows]


def mark_sending(connection: Connection, outbox_ids: Iterable[int]) -> None:
    """Record that entries are about to leave; counts the try."""
    for outbox_id in outbox_ids:
        connection.execute(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE outbox_id = ?",
            (outbox_id,),
        )
        _mirror(connection, outbox_id, "sending", "queued")


def requeue(
    connection: Connection,
    outbox_id: int,
    not_before_s: int,
    problem: str,
    now_s: int,
    *,
    asked_to_wait: bool = False,
) -> None:
    """Put an entry that is being sent back to wait until not_before_s, with what went wrong."""
    connection.execute(
        "UPDATE outbox SET state = 'queued', not_before_s = ?, last_problem = ?, tried_s = ?, "
        "asked_to_wait = ? WHERE outbox_id = ? AND state = 'sending'",
        (not_before_s, problem, now_s, int(asked_to_wait), outbox_id),
    )
    _mirror(connection, outbox_id, "queued", "sending")


def acknowledge(connection: Connection, outbox_id: int) -> None:
    """Record that the registry has the claim and its receipt was kept."""
    connection.execute(
        "UPDATE outbox SET state = 'acknowledged', last_problem = '', not_before_s = 0, "
        "asked_to_wait = 0 WHERE outbox_id = ?",
        (outbox_id,),
    )


def refuse(connection: Connection, outbox_id: int, problem: str) -> None:
    """Record a final no, in the registry's words."""
    connection.execute(
        "UPDATE outbox SET state = 'refused', last_problem = ? WHERE outbox_id = ?",
        (problem, outbox_id),
    )


def note(connection: Connection, claim_id: int, registry_id: int, problem: str) -> None:
    """Keep with a waiting claim why it stays where it is, or "" if nothing is against it."""
    connection.execute(
        "UPDATE outbox SET last_problem = ? WHERE claim_id = ? AND registry_id = ? "
        "AND state = 'queued' AND last_problem <> ?",
        (problem, claim_id, registry_id, problem),
    )


def handed_in(connection: Connection, claim_id: int, registry_id: int) -> bool:
    """Record that the user says to have handed in a waiting claim; says whether it waited."""
    done = connection.execute(
        "UPDATE outbox SET state = 'acknowledged', last_problem = '', attempts = attempts + 1 "
        "WHERE claim_id = ? AND registry_id = ? AND state = 'queued'",
        (claim_id, registry_id),
    )
    return bool(done.rowcount)


def keep_envelope(
    connection: Connection, outbox_id: int, document: bytes, now_s: int, *, forced: bool
) -> None:
    """Keep what is about to leave for an entry, in the transaction that marks it as sending.

    The user's decision to force counts for the envelopes that carry it, and ends with the first
    that does not: what was decided on may have happened by then.
    """
    connection.execute("UPDATE outbox SET forced = ? WHERE outbox_id = ?", (int(forced), outbox_id))
    connection.execute(
        "INSERT INTO envelopes (outbox_id, forced, document, made_s) VALUES (?, ?, ?, ?)",
        (outbox_id, int(forced), document, now_s),
    )


def last_envelope(connection: Connection, outbox_id: int) -> SentEnvelope | None:
    """Return the newest envelope of an entry, or None."""
    row = connection.execute(
        "SELECT * FROM envelopes WHERE outbox_id = ? ORDER BY envelope_id DESC LIMIT 1",
        (outbox_id,),
    ).fetchone()
    if row is None:
        return None
    return SentEnvelope(
        document=bytes(row["document"]), forced=bool(row["forced"]), made_s=row["made_s"]
    )


def force(connection: Connection, claim_id: int, registry_id: int) -> None:
    """Queue again a claim that met a conflict, to be declared all the same. Raises UsageProblem."""
    cursor = connection.execute(
        "UPDATE outbox SET state = 'queued', forced = 1, not_before_s = 0, last_problem = '' "
        "WHERE claim_id = ? AND registry_id = ? AND state = 'refused'",
        (claim_id, registry_id),
    )
    if not cursor.rowcount:
        raise UsageProblem("This claim does not wait for that decision.")


def take_back(connection: Connection, claim_id: int, registry_id: int) -> bool:
    """Take a claim that was never on its way out of the queue; says whether it was there."""
    done = connection.execute(
        "DELETE FROM outbox WHERE claim_id = ? AND registry_id = ? AND state = 'queued' "
        "AND attempts = 0",
        (claim_id, registry_id),
    )
    return bool(done.rowcount)


def has_left(connection: Connection, claim_id: int, registry_id: int) -> bool:
    """Tell whether a claim was ever on its way to a registry."""
    row = connection.execute(
        "SELECT 1 FROM outbox WHERE claim_id = ? AND registry_id = ? AND attempts > 0",
        (claim_id, registry_id),
    ).fetchone()
    return row is not None


def queue_again(connection: Connection, claim_id: int, registry_id: int) -> None:
    """Queue a claim that the registry lost, for the next sync."""
    connection.execute(
        "UPDATE outbox SET state = 'queued', not_before_s = 0 "
        "WHERE claim_id = ? AND registry_id = ?",
        (claim_id, registry_id),
    )


def recover(connection: Connection) -> int:
    """After a crash: what was being sent goes back to the queue. Returns how many."""
    ids = [
        row["outbox_id"]
        for row in connection.execute("SELECT outbox_id FROM outbox WHERE state = 'sending'")
    ]
    for outbox_id in ids:
        connection.execute(
            "UPDATE outbox SET state = 'queued', not_before_s = 0 WHERE outbox_id = ?", (outbox_id,)
        )
        _mirror(connection, outbox_id, "queued", "sending")
    return len(ids)


def entries(connection: Connection, *, waiting_only: bool = False) -> list[OutboxEntry]:
    """Return the outbox, oldest first."""
    clause = "WHERE outbox.state IN ('queued', 'sending')" if waiting_only else ""
    rows = connection.execute(f"{_ENTRIES} {clause} ORDER BY outbox_id")
    return [_entry(row) for row in rows]


def waiting(connection: Connection) -> int:
    """Return how many claims wait to be sent by the app; forms are handed in by the user."""
    (count,) = connection.execute(
        "SELECT count(*) FROM outbox JOIN registries USING (registry_id) "
        "WHERE outbox.state IN ('queued', 'sending') AND kind <> 'form_pack'"
    ).fetchone()
    return int(count)


def _mirror(connection: Connection, outbox_id: int, state: str, only_from: str) -> None:
    """Keep the claim's own state in step, unless a registry already said more."""
    connection.execute(
        # By its key: by its state, every claim that waits would be looked at for each one sent.
        "UPDATE claim_states SET state = ? WHERE +state = ? "
        "AND claim_id = (SELECT claim_id FROM outbox WHERE outbox_id = ?3) "
        "AND registry_id = (SELECT registry_id FROM outbox WHERE outbox_id = ?3)",
        (state, only_from, outbox_id),
    )


def _entry(row: Row) -> OutboxEntry:
    return OutboxEntry(
        outbox_id=row["outbox_id"],
        claim_id=row["claim_id"],
        claim_hash=row["claim_hash"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        not_before=from_seconds(row["not_before_s"]),
        last_problem=row["last_problem"],
        document=bytes(row["document"]),
        forced=bool(row["forced"]),
        by_hand=bool(row["by_hand"]),
    )
