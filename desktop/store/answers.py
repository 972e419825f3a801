"""What was said about claims after they were sent, and what of it still waits to go out."""

from __future__ import annotations

from desktop.model.claims import Answer, AnswerKind, OutboxState
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_ANSWERS = """
SELECT answers.*, answer_outbox.*, claims.claim_hash, registries.name AS registry FROM answers
JOIN answer_outbox USING (answer_id) JOIN claims USING (claim_id)
JOIN registries ON registries.registry_id = answers.registry_id
"""


def queue(
    connection: Connection,
    claim_id: int,
    registry_id: int,
    kind: AnswerKind,
    document: bytes,
    now_s: int,
) -> int:
    """Keep a signed answer and queue it; returns its number."""
    cursor = connection.execute(
        "INSERT INTO answers (claim_id, registry_id, kind, document, made_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (claim_id, registry_id, kind.value, document, now_s),
    )
    answer_id = int(cursor.lastrowid or 0)
    connection.execute(
        "INSERT INTO answer_outbox (answer_id, state) VALUES (?, 'queued')", (answer_id,)
    )
    return answer_id


def due(
    connection: Connection, registry_id: int, now_s: int, did: str, *, eager: bool = False
) -> list[Answer]:
    """Return answers to send now, oldest first: only about did's claims that the registry has.

    eager: also those that wait after a failed try.
    """
    rows = connection.execute(
        f"{_ANSWERS} WHERE answers.registry_id = ?1 AND answer_outbox.state = 'queued' "
        "AND (answer_outbox.not_before_s <= ?2 OR ?3) AND NOT EXISTS (SELECT 1 FROM outbox "
        "WHERE outbox.claim_id = answers.claim_id AND outbox.registry_id = ?1 "
        "AND outbox.state IN ('queued', 'sending')) AND claims.did = ?4 ORDER BY answer_id",
        (registry_id, now_s, int(eager), did),
    )
    return [_answer(row) for row in rows]


def of_claim(connection: Connection, claim_id: int, registry_id: int) -> list[Answer]:
    """Return what was said about a claim at one registry, oldest first."""
    rows = connection.execute(
        f"{_ANSWERS} WHERE answers.claim_id = ? AND answers.registry_id = ? ORDER BY answer_id",
        (claim_id, registry_id),
    )
    return [_answer(row) for row in rows]


def entries(connection: Connection, *, waiting_only: bool = False) -> list[Answer]:
    """Return the answers of the outbox, oldest first."""
    clause = "WHERE answer_outbox.state IN ('queued', 'sending')" if waiting_only else ""
    return [_answer(row) for row in connection.execute(f"{_ANSWERS} {clause} ORDER BY answer_id")]


def waiting(connection: Connection) -> int:
    """Return how many answers wait to be sent."""
    (count,) = connection.execute(
        "SELECT count(*) FROM answer_outbox WHERE state IN ('queued', 'sending')"
    ).fetchone()
    return int(count)


def documents(connection: Connection) -> list[tuple[int, bytes]]:
    """Return the number and signed bytes of every answer, for verification."""
    rows = connection.execute("SELECT answer_id, document FROM answers ORDER BY answer_id")
    return [(row["answer_id"], bytes(row["document"])) for row in rows]


def mark_sending(connection: Connection, answer_id: int) -> None:
    """Record that an answer is about to leave; counts the try."""
    connection.execute(
        "UPDATE answer_outbox SET state = 'sending', attempts = attempts + 1 WHERE answer_id = ?",
        (answer_id,),
    )


def requeue(connection: Connection, answer_id: int, not_before_s: int, problem: str) -> None:
    """Let an answer wait, with what went wrong."""
    connection.execute(
        "UPDATE answer_outbox SET state = 'queued', not_before_s = ?, last_problem = ? "
        "WHERE answer_id = ?",
        (not_before_s, problem, answer_id),
    )


def acknowledge(connection: Connection, answer_id: int) -> None:
    """Record that the registry took an answer."""
    connection.execute(
        "UPDATE answer_outbox SET state = 'acknowledged', last_problem = '' WHERE answer_id = ?",
        (answer_id,),
    )


def refuse(connection: Connection, answer_id: int, problem: str) -> None:
    """Record a final no, in the registry's words."""
    connection.execute(
        "UPDATE answer_outbox SET state = 'refused', last_problem = ? WHERE answer_id = ?",
        (problem, answer_id),
    )


def recover(connection: Connection) -> None:
    """After a crash: what was being sent goes back to the queue."""
    connection.execute(
        "UPDATE answer_outbox SET state = 'queued', not_before_s = 0 WHERE state = 'sending'"
    )


def _answer(row: Row) -> Answer:
    return Answer(
        answer_id=row["answer_id"],
        claim_id=row["claim_id"],
        claim_hash=row["claim_hash"],
        registry=row["registry"],
        kind=AnswerKind(row["kind"]),
        document=bytes(row["document"]),
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        not_before=from_seconds(row["not_before_s"]),
        last_problem=row["last_problem"],
        made=from_seconds(row["made_s"]),
    )
