"""The append-only, hash-chained journal of what was done: tamper-evident, and no more than that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop.model.journal import Fault, FaultKind, JournalRow
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

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


def faults(connection: Connection) -> Iterator[Fault]:
    """Yield every row that was changed, is missing, was moved or does not follow the one before.

    A row is held against its own hash, and against both the hash that stands in the row before and
    the one that row should have; so one changed row is one fault, and those after it are none.
    """
    expected, before = 1, {GENESIS}
    fault: Fault | None = None
    for row in connection.execute("SELECT * FROM journal ORDER BY seq"):
        seq = row["seq"]
        digest = _digest(row, seq)
        moved = fault is not None and fault.kind is FaultKind.MOVED
        fault = None
        if digest != row["hash"]:
            fault = _changed_or_moved(connection, row)
            yield fault
        elif seq == expected and not moved and row["previous_hash"] not in before:
            said = f"Row {seq} does not follow row {seq - 1}: one of them was replaced."
            yield Fault(kind=FaultKind.REPLACED, seq=seq, sentence=said)
        if seq > expected:
            rows = (
                f"Row {expected} is" if seq == expected + 1 else f"Rows {expected} to {seq - 1} are"
            )
            yield Fault(kind=FaultKind.MISSING, seq=expected, sentence=f"{rows} missing.")
        expected, before = max(seq + 1, expected), {row["hash"], digest}


def first_break(connection: Connection) -> int | None:
    """Return the number of the first row that does not fit the chain, or None."""
    return next((fault.seq for fault in faults(connection)), None)


def head(connection: Connection) -> tuple[int, str]:
    """Return the number and hash of the newest row; (0, zeros) for an empty journal."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (int(row["seq"]), str(row["hash"])) if row else (0, GENESIS)


def hash_at(connection: Connection, seq: int) -> str | None:
    """Return the hash of a row, or None where there is none of that number."""
    row = connection.execute("SELECT hash FROM journal WHERE seq = ?", (seq,)).fetchone()
    return str(row["hash"]) if row else None


def rows(connection: Connection, *, about: str = "", limit: int | None = None) -> list[JournalRow]:
    """Return rows, newest first. about: only with that text in action, subject or detail."""
    pattern = "%" + about.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    found = connection.execute(
        r"SELECT * FROM journal WHERE action LIKE ?1 ESCAPE '\' OR subject LIKE ?1 ESCAPE '\' "
        r"OR detail LIKE ?1 ESCAPE '\' ORDER BY seq DESC LIMIT ?2",
        (pattern, -1 if limit is None else limit),
    )
    return [_row(row) for row in found]


def naming(connection: Connection, name: str, values: Sequence[Any]) -> list[JournalRow]:
    """Return the rows whose detail has one of these values under a name, oldest first."""
    found = connection.execute(
        "SELECT * FROM journal WHERE json_extract(detail, '$.' || ?) IN "
        "(SELECT value FROM json_each(?)) ORDER BY seq",
        (name, json.dumps(list(values))),
    )
    return [_row(row) for row in found]


def at(connection: Connection, time_s: int) -> list[JournalRow]:
    """Return the rows of one second and of the next, oldest first."""
    found = connection.execute(
        "SELECT * FROM journal WHERE time_s BETWEEN ?1 AND ?1 + 1 ORDER BY seq", (time_s,)
    )
    return [_row(row) for row in found]


def _changed_or_moved(connection: Connection, row: Row) -> Fault:
    """A row that fits its hash in another place was only moved there."""
    seq = row["seq"]
    for (place,) in connection.execute(
        "SELECT seq FROM journal UNION SELECT seq + 1 FROM journal WHERE hash = ? UNION SELECT 1",
        (row["previous_hash"],),
    ):
        if place != seq and _digest(row, place) == row["hash"]:
            said = f"Row {seq} stood at place {place}: the order was changed."
            return Fault(kind=FaultKind.MOVED, seq=seq, sentence=said)
    return Fault(kind=FaultKind.CHANGED, seq=seq, sentence=f"Row {seq} was changed.")


def _row(row: Row) -> JournalRow:
    return JournalRow(
        seq=row["seq"],
        time=from_seconds(row["time_s"]),
        action=row["action"],
        subject=row["subject"],
        detail=json.loads(row["detail"]),
        hash=row["hash"],
    )


def _digest(row: Row, seq: int) -> str:
    return _hash(
        seq, row["time_s"], row["action"], row["subject"], row["detail"], row["previous_hash"]
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _hash(*fields: Any) -> str:
    return hashlib.sha256(_text(fields).encode()).hexdigest()
