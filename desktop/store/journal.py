"""The append-only, hash-chained journal of what was done: tamper-evident, and no more than that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from desktop.store.database import Connection

GENESIS = "0" * 64


def add(
    connection: Connection, now_s: int, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Append one row in the transaction that does what it tells. detail: ids and counts only."""
    last = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last["seq"] + 1, last["hash"]) if last else (1, GENESIS)
    text = _text(detail)
    connection.execute(
        "INSERT INTO journal (seq, time_s, action, subject, detail, previous_hash, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            seq,
            now_s,
            action,
            subject,
            text,
            previous,
            _hash(seq, now_s, action, subject, text, previous),
        ),
    )


def first_break(connection: Connection) -> int | None:
    """Return the number of the first row that does not fit the chain, or None."""
    previous, expected_seq = GENESIS, 1
    for row in connection.execute("SELECT * FROM journal ORDER BY seq"):
        digest = _hash(
            row["seq"], row["time_s"], row["action"], row["subject"], row["detail"], previous
        )
        if (row["seq"], row["previous_hash"], row["hash"]) != (expected_seq, previous, digest):
            return int(row["seq"])
        previous, expected_seq = row["hash"], expected_seq + 1
    return None


def head(connection: Connection) -> tuple[int, str]:
    """Return the number and hash of the newest row; (0, zeros) for an empty journal."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (int(row["seq"]), str(row["hash"])) if row else (0, GENESIS)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _hash(*fields: Any) -> str:
    return hashlib.sha256(_text(fields).encode()).hexdigest()
