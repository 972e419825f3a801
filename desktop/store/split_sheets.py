"""Split sheets as they were kept, each time with the signatures there were then."""

from __future__ import annotations

from desktop.store.database import Connection


def keep(
    connection: Connection,
    work_id: int,
    *,
    urn: str,
    content_hash: str,
    document: bytes,
    signatures: int,
    now_s: int,
) -> None:
    """Keep a sheet as it is now; the newest of its number counts."""
    connection.execute(
        "INSERT INTO split_sheets (work_id, urn, content_hash, document, signatures, kept_s) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (work_id, urn, content_hash, document, signatures, now_s),
    )


def by_urn(connection: Connection, urn: str) -> tuple[int, bytes] | None:
    """Return (work_id, document) of the newest copy of a sheet, or None."""
    row = connection.execute(
        "SELECT work_id, document FROM split_sheets WHERE urn = ? "
        "ORDER BY split_sheet_id DESC LIMIT 1",
        (urn,),
    ).fetchone()
    return (row["work_id"], bytes(row["document"])) if row else None


def of_work(connection: Connection, work_id: int) -> list[bytes]:
    """Return the newest copy of every sheet of a work, newest sheet first."""
    rows = connection.execute(
        "SELECT document FROM split_sheets WHERE split_sheet_id IN "
        "(SELECT max(split_sheet_id) FROM split_sheets WHERE work_id = ? GROUP BY urn) "
        "ORDER BY split_sheet_id DESC",
        (work_id,),
    )
    return [bytes(row["document"]) for row in rows]


def documents(connection: Connection) -> list[tuple[str, bytes]]:
    """Return the name and bytes of every version of every sheet, for verification."""
    rows = connection.execute(
        "SELECT work_id, split_sheet_id, document FROM split_sheets ORDER BY split_sheet_id"
    )
    return [
        (f"{row['split_sheet_id']} of work {row['work_id']}", bytes(row["document"]))
        for row in rows
    ]
