"""Signed claims, where each stands at each registry, and the receipts that prove it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.claims import ClaimRow, ClaimState, Receipt, SignedClaim
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_ROWS = """
SELECT claims.claim_id, claims.work_id, works.title, registries.name AS registry,
    claim_states.registry_id,
    claim_states.state, claim_states.changed_s, claim_states.number, claim_states.reason,
    claim_states.conflict, receipts.received_s, outbox.attempts, outbox.not_before_s,
    outbox.last_problem, registries.kind = 'form_pack' AS by_hand
FROM claim_states
JOIN claims USING (claim_id)
JOIN works ON works.work_id = claims.work_id
JOIN registries ON registries.registry_id = claim_states.registry_id
LEFT JOIN receipts ON receipts.claim_id = claims.claim_id
    AND receipts.registry_id = claim_states.registry_id
LEFT JOIN outbox ON outbox.claim_id = claims.claim_id
    AND outbox.registry_id = claim_states.registry_id
"""


def keep(
    connection: Connection,
    signed: SignedClaim,
    *,
    work_id: int,
    fingerprint_id: int,
    terms_version: int,
    now_s: int,
) -> int:
    """Keep a signed claim forever; returns its number."""
    cursor = connection.execute(
        "INSERT INTO claims (work_id, fingerprint_id, terms_id, claim_hash, content_hash, did, "
        "document, signed_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            work_id,
            fingerprint_id,
            terms_version or None,
            signed.claim_hash,
            signed.content_hash,
            signed.did,
            signed.document,
            now_s,
        ),
    )
    return int(cursor.lastrowid or 0)


def newest(connection: Connection, work_id: int) -> tuple[int, SignedClaim] | None:
    """Return the newest claim of a work, or None."""
    row = connection.execute(
        "SELECT * FROM claims WHERE work_id = ? ORDER BY claim_id DESC LIMIT 1", (work_id,)
    ).fetchone()
    return (int(row["claim_id"]), _signed(row)) if row else None


def newest_at(
    connection: Connection, work_id: int, registry_id: int
) -> tuple[SignedClaim, ClaimState] | None:
    """Return the newest claim of a work at one registry and where it stands, or None."""
    row = connection.execute(
        "SELECT claims.*, state FROM claims JOIN claim_states USING (claim_id) "
        "WHERE work_id = ? AND registry_id = ? ORDER BY claim_id DESC LIMIT 1",
        (work_id, registry_id),
    ).fetchone()
    return (_signed(row), ClaimState(row["state"])) if row else None


def standing_at(
    connection: Connection, work_id: int, registry_id: int, *, but: int | None = None
) -> tuple[int, SignedClaim] | None:
    """Return number and claim of the newest of a work that stands, or may, at a registry.

    What was refused, rejected, withdrawn or superseded does not; one before it may. but: a claim
    that is passed over.
    """
    row = connection.execute(
        "SELECT claims.* FROM claims JOIN claim_states USING (claim_id) "
        "WHERE work_id = ? AND registry_id = ? "
        "AND +state NOT IN ('refused', 'rejected', 'withdrawn', 'superseded') "
        "AND claim_id IS NOT ? ORDER BY claim_id DESC LIMIT 1",
        (work_id, registry_id, but),
    ).fetchone()
    return (int(row["claim_id"]), _signed(row)) if row else None


def standing_id(connection: Connection, work_id: int, registry_id: int) -> int:
    """Return the number of the newest claim of a work at a registry. Raises UsageProblem."""
    row = connection.execute(
        "SELECT claim_id FROM claims JOIN claim_states USING (claim_id) "
        "WHERE work_id = ? AND registry_id = ? ORDER BY claim_id DESC LIMIT 1",
        (work_id, registry_id),
    ).fetchone()
    if row is None:
        raise UsageProblem("This work was not claimed at that registry.")
    return int(row["claim_id"])


def by_hash(connection: Connection, claim_hash: str) -> tuple[int, int] | None:
    """Return (claim_id, work_id) of a claim, or None if it is not ours."""
    row = connection.execute(
        "SELECT claim_id, work_id FROM claims WHERE claim_hash = ?", (claim_hash,)
    ).fetchone()
    return (int(row["claim_id"]), int(row["work_id"])) if row else None


def by_number(connection: Connection, registry_id: int, number: str) -> tuple[int, int] | None:
    """Return (claim_id, work_id) of a registry's claim number, or None."""
    row = connection.execute(
        "SELECT claim_id, work_id FROM claim_states JOIN claims USING (claim_id) "
        "WHERE registry_id = ? AND number = ? AND number <> ''",
        (registry_id, number),
    ).fetchone()
    return (int(row["claim_id"]), int(row["work_id"])) if row else None


def document(connection: Connection, claim_id: int) -> bytes:
    """Return the signed bytes of a claim. Raises UsageProblem."""
    return bytes(_row_of(connection, claim_id)["document"])


def hash_of(connection: Connection, claim_id: int) -> str:
    """Return the hash of a claim. Raises UsageProblem."""
    return str(_row_of(connection, claim_id)["claim_hash"])


def did_of(connection: Connection, claim_id: int) -> str:
    """Return the key that signed a claim. Raises UsageProblem."""
    return str(_row_of(connection, claim_id)["did"])


def _row_of(connection: Connection, claim_id: int) -> Row:
    row: Row | None = connection.execute(
        "SELECT * FROM claims WHERE claim_id = ?", (claim_id,)
    ).fetchone()
    if row is None:
        raise UsageProblem(f"There is no claim {claim_id}.", advice="`claims` lists them.")
    return row


def documents(connection: Connection) -> list[tuple[int, str, bytes]]:
    """Return every claim's number, hash and signed bytes, for verification."""
    rows = connection.execute("SELECT claim_id, claim_hash, document FROM claims ORDER BY claim_id")
    return [(row["claim_id"], row["claim_hash"], bytes(row["document"])) for row in rows]


def keep_private_part(connection: Connection, claim_id: int, document: bytes) -> None:
    """Keep the part of a claim that its metahash commits to and that stays here."""
    connection.execute(
        "INSERT INTO claim_private_parts (claim_id, document) VALUES (?, ?)", (claim_id, document)
    )


def private_part(connection: Connection, claim_id: int) -> bytes | None:
    """Return the private part of a claim, or None."""
    row = connection.execute(
        "SELECT document FROM claim_private_parts WHERE claim_id = ?", (claim_id,)
    ).fetchone()
    return bytes(row["document"]) if row else None


def start(connection: Connection, claim_id: int, registry_id: int, now_s: int) -> None:
    """Record that a claim is queued for a registry."""
    connection.execute(
        "INSERT INTO claim_states (claim_id, registry_id, state, changed_s) "
        "VALUES (?, ?, 'queued', ?)",
        (claim_id, registry_id, now_s),
    )


def set_state(
    connection: Connection,
    claim_id: int,
    registry_id: int,
    state: ClaimState,
    now_s: int,
    *,
    number: str = "",
    reason: str = "",
    conflict: Mapping[str, Any] | None = None,
) -> None:
    """Record where a claim stands at a registry; an empty number leaves the known one."""
    connection.execute(
        "UPDATE claim_states SET state = ?, changed_s = ?, reason = ?, conflict = ?, "
        "number = CASE ?5 WHEN '' THEN number ELSE ?5 END WHERE claim_id = ? AND registry_id = ?",
        (
            state.value,
            now_s,
            reason,
            json.dumps(dict(conflict)) if conflict else None,
            number,
            claim_id,
            registry_id,
        ),
    )


def state(connection: Connection, claim_id: int, registry_id: int) -> ClaimState | None:
    """Return where a claim stands at a registry, or None."""
    row = connection.execute(
        "SELECT state FROM claim_states WHERE claim_id = ? AND registry_id = ?",
        (claim_id, registry_id),
    ).fetchone()
    return ClaimState(row["state"]) if row else None


def receipt_number(connection: Connection, claim_id: int, registry_id: int) -> str:
    """Return the claim's number by its newest verified receipt, or nothing."""
    row = connection.execute(
        "SELECT number FROM receipts WHERE claim_id = ? AND registry_id = ? "
        "ORDER BY receipt_id DESC LIMIT 1",
        (claim_id, registry_id),
    ).fetchone()
    return str(row["number"]) if row else ""


def keep_receipt(
    connection: Connection, claim_id: int, registry_id: int, receipt: Receipt, now_s: int
) -> None:
    """Keep a verified receipt; the same one again adds nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO receipts (claim_id, registry_id, number, sequence, received_s, "
        "status, document, sha256, kept_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            claim_id,
            registry_id,
            receipt.number,
            receipt.sequence,
            int(receipt.received.timestamp()),
            receipt.status,
            receipt.document,
            hashlib.sha256(receipt.document).hexdigest(),
            now_s,
        ),
    )


def receipts(connection: Connection) -> list[tuple[str, int, bytes]]:
    """Return (claim's hash, registry_id, document) of every receipt, for verification."""
    rows = connection.execute(
        "SELECT claim_hash, registry_id, receipts.document FROM receipts "
        "LEFT JOIN claims USING (claim_id) ORDER BY receipt_id"
    )
    return [(row["claim_hash"] or "", row["registry_id"], bytes(row["document"])) for row in rows]


def to_ask_about(
    connection: Connection, registry_id: int, before_s: int, limit: int, did: str
) -> list[tuple[int, str]]:
    """Return (claim_id, hash) of did's claims with a receipt, not asked about since.

    Those asked longest ago come first. before_s: UTC seconds.
    """
    rows = connection.execute(
        "SELECT claim_id, claim_hash FROM claim_states JOIN claims USING (claim_id) "
        "WHERE registry_id = ?1 AND asked_s < ?2 AND state IN ('acknowledged', 'under_review', "
        "'accepted', 'conflict', 'in_dispute') AND EXISTS (SELECT 1 FROM receipts "
        "WHERE receipts.claim_id = claim_states.claim_id AND receipts.registry_id = ?1 "
        "AND receipts.kept_s < ?2) AND claims.did = ?4 ORDER BY asked_s, claim_id LIMIT ?3",
        (registry_id, before_s, limit, did),
    )
    return [(row["claim_id"], row["claim_hash"]) for row in rows]


def note_asked(connection: Connection, claim_id: int, registry_id: int, now_s: int) -> None:
    """Record that the registry was asked whether it still knows a claim."""
    connection.execute(
        "UPDATE claim_states SET asked_s = ? WHERE claim_id = ? AND registry_id = ?",
        (now_s, claim_id, registry_id),
    )


def rows(
    connection: Connection,
    *,
    state: ClaimState | None = None,
    work_id: int | None = None,
    before: tuple[int, int, int] | None = None,
    limit: int = 100_000,
) -> list[ClaimRow]:
    """Return claims at registries, last changed first.

    before: (changed in UTC seconds, claim_id, registry_id) at which the last page ended.
    """
    where, values = [], list[Any]()
    if state is not None:
        where.append("claim_states.state = ?")
        values.append(state.value)
    if work_id is not None:
        where.append("claims.work_id = ?")
        values.append(work_id)
    if before is not None:
        key = "(claim_states.changed_s, claims.claim_id, claim_states.registry_id)"
        where.append(f"{key} < (?, ?, ?)")
        values += before
    clause = f"WHERE {' AND '.join(where)}" if where else ""
    found = connection.execute(
        f"{_ROWS} {clause} GROUP BY claims.claim_id, claim_states.registry_id "
        "ORDER BY claim_states.changed_s DESC, claims.claim_id DESC, "
        "claim_states.registry_id DESC LIMIT ?",
        (*values, limit),
    )
    return [_row(row) for row in found]


def row_at(connection: Connection, claim_id: int, registry_id: int) -> ClaimRow | None:
    """Return one claim at one registry as lists show it, or None."""
    row = connection.execute(
        f"{_ROWS} WHERE claims.claim_id = ? AND claim_states.registry_id = ? "
        "ORDER BY received_s DESC LIMIT 1",
        (claim_id, registry_id),
    ).fetchone()
    return _row(row) if row else None


def state_counts(connection: Connection) -> dict[ClaimState, int]:
    """Return how many claims stand in each state."""
    found = connection.execute("SELECT state, count(*) AS n FROM claim_states GROUP BY state")
    return {ClaimState(row["state"]): int(row["n"]) for row in found}


def replaced(connection: Connection) -> set[tuple[int, int]]:
    """Return (claim_id, registry_id) of what a registry did not take and a newer claim of the same
    work at the same registry made up for."""
    found = connection.execute(
        "SELECT old.claim_id, old.registry_id FROM claim_states AS old "
        "JOIN claims USING (claim_id) WHERE old.state IN ('rejected', 'refused') "
        "AND EXISTS (SELECT 1 FROM claims AS newer "
        "JOIN claim_states AS there USING (claim_id) WHERE newer.work_id = claims.work_id "
        "AND there.registry_id = old.registry_id AND newer.claim_id > old.claim_id)"
    )
    return {(row["claim_id"], row["registry_id"]) for row in found}


def states_of_work(connection: Connection, work_id: int) -> dict[str, str]:
    """Return registry name → state for the claims of a work, the newest claim winning."""
    found = connection.execute(
        "SELECT registries.name, claim_states.state FROM claim_states JOIN claims USING (claim_id) "
        "JOIN registries USING (registry_id) WHERE work_id = ? ORDER BY claim_id",
        (work_id,),
    )
    return {row["name"]: row["state"] for row in found}


def _signed(row: Row) -> SignedClaim:
    return SignedClaim(
        claim_hash=row["claim_hash"],
        content_hash=row["content_hash"],
        document=bytes(row["document"]),
        did=row["did"],
    )


def _row(row: Row) -> ClaimRow:
    received, waiting = row["received_s"], row["not_before_s"]
    return ClaimRow(
        claim_id=row["claim_id"],
        work_id=row["work_id"],
        title=row["title"],
        registry=row["registry"],
        registry_id=row["registry_id"],
        state=ClaimState(row["state"]),
        changed=from_seconds(row["changed_s"]),
        number=row["number"],
        receipt_time=from_seconds(received) if received is not None else None,
        receipt_verified=received is not None,
        reason=row["reason"],
        conflict=json.loads(row["conflict"]) if row["conflict"] else None,
        attempts=row["attempts"] or 0,
        not_before=from_seconds(waiting) if waiting else None,
        last_problem=row["last_problem"] or "",
        by_hand=bool(row["by_hand"]),
    )
