"""Signed checkpoints of the journal, as they were made; append-only."""

from __future__ import annotations

import hashlib

from desktop.model.journal import Checkpoint
from desktop.store.database import Connection, insert


def keep(connection: Connection, one: Checkpoint, now_s: int) -> None:
    """Keep a checkpoint."""
    insert(
        connection,
        "checkpoints",
        {
            "seq": one.seq,
            "head_hash": one.head,
            "document": one.document,
            "sha256": hashlib.sha256(one.document).hexdigest(),
            "made_s": now_s,
        },
    )


def newest(connection: Connection) -> bytes | None:
    """Return the bytes of the newest checkpoint, or None."""
    row = connection.execute(
        "SELECT document FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
    ).fetchone()
    return bytes(row["document"]) if row else None


def everything(connection: Connection) -> list[tuple[int, int, str, str, bytes]]:
    """Return (number, rows, head, SHA-256, bytes) of every checkpoint as its columns say, oldest
    first."""
    return [
        (row["checkpoint_id"], row["seq"], row["head_hash"], row["sha256"], bytes(row["document"]))
        for row in connection.execute("SELECT * FROM checkpoints ORDER BY checkpoint_id")
    ]
