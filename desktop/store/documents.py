"""The bytes of files that statements came in, packed in parts: a large one is never held whole."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

from desktop.errors import StatementProblem
from desktop.store.database import Connection, insert

PART_BYTES = 1 << 20
_FASTEST = 1


def keep(connection: Connection, path: Path, sha256: str, now_s: int) -> int:
    """Keep a file's bytes once; returns document_id. Raises StatementProblem if it is changing."""
    known = connection.execute(
        "SELECT document_id FROM documents WHERE sha256 = ?", (sha256,)
    ).fetchone()
    if known is not None:
        return int(known["document_id"])
    number = connection.execute("SELECT max(document_id) AS n FROM documents").fetchone()["n"]
    document_id = (number or 0) + 1
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            position = 0
            while part := file.read(PART_BYTES):
                digest.update(part)
                size += len(part)
                connection.execute(
                    "INSERT INTO document_parts (document_id, position, packed) VALUES (?, ?, ?)",
                    (document_id, position, zlib.compress(part, _FASTEST)),
                )
                position += 1
    except OSError as error:
        raise StatementProblem(f"The file cannot be read: {error.strerror}.") from error
    if digest.hexdigest() != sha256:
        raise changed()
    insert(
        connection,
        "documents",
        {
            "document_id": document_id,
            "name": path.name,
            "size_bytes": size,
            "sha256": sha256,
            "kept_s": now_s,
        },
    )
    return document_id


def parts(connection: Connection, document_id: int) -> Iterator[bytes]:
    """Yield the bytes of a file, part after part."""
    for row in connection.execute(
        "SELECT packed FROM document_parts WHERE document_id = ? ORDER BY position", (document_id,)
    ):
        yield zlib.decompress(row["packed"])


def name_of(connection: Connection, document_id: int) -> str:
    """Return the name of the file that a document was."""
    row = connection.execute(
        "SELECT name FROM documents WHERE document_id = ?", (document_id,)
    ).fetchone()
    return str(row["name"]) if row else ""


def keep_refused(
    connection: Connection,
    document_id: int,
    mapping: str,
    rows: list[tuple[int, str, int | None]],
) -> None:
    """Keep which rows of a file could not be read. rows: (line, problem, statement_id)."""
    connection.executemany(
        "INSERT OR IGNORE INTO refused_rows (document_id, mapping, line, problem, statement_id) "
        "VALUES (?, ?, ?, ?, ?)",
        [(document_id, mapping, *row) for row in rows],
    )


def refused(connection: Connection, document_id: int) -> list[tuple[int, str]]:
    """Return (line, problem) of the rows of a file that could not be read."""
    rows = connection.execute(
        "SELECT line, problem FROM refused_rows WHERE document_id = ? ORDER BY line", (document_id,)
    )
    return [(row["line"], row["problem"]) for row in rows]


def changed() -> StatementProblem:
    """Return what is said of a file that changed between two looks."""
    return StatementProblem(
        "The file changed while it was read; nothing of it was kept.",
        advice="Close the program that writes it, then try again.",
    )
