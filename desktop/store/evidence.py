"""What speaks for a claim: the bytes once, and what each work says of them."""

from __future__ import annotations

import hashlib

from desktop.errors import UsageProblem
from desktop.model.works import Evidence
from desktop.store.database import Connection, Row


def add(
    connection: Connection, work_id: int, evidence: Evidence, data: bytes, now_s: int
) -> Evidence:
    """Keep a piece of evidence with its bytes; the same again adds nothing."""
    sha256 = hashlib.sha256(data).hexdigest()
    connection.execute(
        "INSERT OR IGNORE INTO attachments (sha256, data, kept_s) VALUES (?, ?, ?)",
        (sha256, data, now_s),
    )
    connection.execute(
        "INSERT INTO evidence (work_id, sha256, kind, name, dated, note, kept_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (work_id, sha256) DO UPDATE SET "
        "kind = excluded.kind, dated = excluded.dated, note = excluded.note",
        (work_id, sha256, evidence.kind, evidence.name, evidence.dated, evidence.note, now_s),
    )
    row = connection.execute(
        "SELECT * FROM evidence WHERE work_id = ? AND sha256 = ?", (work_id, sha256)
    ).fetchone()
    return _evidence(row)


def of_work(connection: Connection, work_id: int) -> tuple[Evidence, ...]:
    """Return the evidence of a work, oldest first."""
    rows = connection.execute(
        "SELECT * FROM evidence WHERE work_id = ? ORDER BY evidence_id", (work_id,)
    )
    return tuple(_evidence(row) for row in rows)


def by_id(connection: Connection, evidence_id: int) -> Evidence:
    """Return a piece of evidence. Raises UsageProblem."""
    row = connection.execute(
        "SELECT * FROM evidence WHERE evidence_id = ?", (evidence_id,)
    ).fetchone()
    if row is None:
        raise UsageProblem(f"There is no evidence {evidence_id}.", advice="`work show` lists it.")
    return _evidence(row)


def remove(connection: Connection, evidence_id: int) -> None:
    """Take a piece of evidence from a work; its bytes stay, for a claim may name them."""
    connection.execute("DELETE FROM evidence WHERE evidence_id = ?", (evidence_id,))


def data_of(connection: Connection, sha256: str) -> bytes | None:
    """Return the bytes of an attachment, or None."""
    row = connection.execute("SELECT data FROM attachments WHERE sha256 = ?", (sha256,)).fetchone()
    return bytes(row["data"]) if row else None


def _evidence(row: Row) -> Evidence:
    return Evidence(
        evidence_id=row["evidence_id"],
        sha256=row["sha256"],
        kind=row["kind"],
        name=row["name"],
        dated=row["dated"],
        note=row["note"],
    )
