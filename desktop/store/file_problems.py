"""Files that could not be taken in, why, and which of them need not be tried again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile
from desktop.store.database import Connection, Row
from desktop.store.sightings import as_last_seen, marks, signed

PAGE = 1000


def put(
    connection: Connection,
    problem: FileProblem,
    now_s: int,
    *,
    found: FoundFile | None = None,
    read_by: str = "",
) -> None:
    """Keep why a file could not be taken in, until it can.

    found, read_by: the file as it was and the version that tried, so that it is known again.
    """
    size_bytes, mtime_ns, inode = (
        (found.size_bytes, found.mtime_ns, signed(found.inode)) if found else (-1, 0, 0)
    )
    connection.execute(
        "INSERT INTO file_problems (path, reason, message, advice, seen_s, size_bytes, mtime_ns, "
        "inode, read_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET "
        "tries = CASE WHEN size_bytes = excluded.size_bytes AND mtime_ns = excluded.mtime_ns "
        "AND reason = excluded.reason THEN tries + 1 ELSE 1 END, reason = excluded.reason, "
        "message = excluded.message, advice = excluded.advice, seen_s = excluded.seen_s, "
        "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, inode = excluded.inode, "
        "read_by = excluded.read_by",
        (
            *(os.fsencode(problem.path), problem.reason.value, problem.message, problem.advice),
            *(now_s, size_bytes, mtime_ns, inode, read_by),
        ),
    )


# The same bytes give these again; the heavy ones may have been the machine's doing once.
_LASTING = (FileProblemKind.BROKEN, FileProblemKind.EMPTY, FileProblemKind.QUARANTINED)
_HEAVY = (FileProblemKind.TOO_LARGE, FileProblemKind.TOO_SLOW, FileProblemKind.CRASHED)
_TRIES_OF_HEAVY = 2


def known(
    connection: Connection, found: Sequence[FoundFile], read_by: str
) -> dict[Path, FileProblem]:
    """Return the problems of files that are as they were when the same version gave them up.

    What killed, stalled or starved a worker is given up after two tries.
    """
    paths = [one.path_bytes for one in found]
    rows = connection.execute(
        "SELECT * FROM file_problems WHERE size_bytes >= 0 AND read_by = ? "
        f"AND path IN ({marks(paths)})",
        [read_by, *paths],
    )
    kept = {row["path"]: row for row in rows}
    same = {}
    for path, one in zip(paths, found, strict=True):
        row = kept.get(path)
        if row is not None and as_last_seen(row, one):
            problem = _problem(row)
            heavy = problem.reason in _HEAVY and row["tries"] >= _TRIES_OF_HEAVY
            if heavy or problem.reason in _LASTING:
                same[one.path] = problem
    return same


def note_unfinished(connection: Connection, path: Path, now_s: int) -> int:
    """Count that the app ended while it read a file; returns how often that was so."""
    row = connection.execute(
        "INSERT INTO being_read (path, tries, since_s) VALUES (?, 1, ?) "
        "ON CONFLICT (path) DO UPDATE SET tries = tries + 1 RETURNING tries",
        (os.fsencode(path), now_s),
    ).fetchone()
    return int(row["tries"])


def forget(connection: Connection, path: Path) -> None:
    """Drop the problem of a path, because it is solved or the user said so."""
    forget_all(connection, [path])


def forget_all(connection: Connection, paths: Iterable[Path]) -> None:
    """Drop the problems of several paths."""
    rows = [(os.fsencode(path),) for path in paths]
    for table in ("file_problems", "being_read"):
        connection.executemany(f"DELETE FROM {table} WHERE path = ?", rows)


def newest(connection: Connection, limit: int = 500) -> list[FileProblem]:
    """Return files that could not be taken in, newest first."""
    rows = connection.execute(
        "SELECT * FROM file_problems ORDER BY seen_s DESC, path LIMIT ?", (limit,)
    )
    return [_problem(row) for row in rows]


def causes(connection: Connection) -> list[tuple[FileProblemKind, int]]:
    """Return how many files have each kind of problem, the most frequent first."""
    rows = connection.execute(
        "SELECT reason, count(*) AS n FROM file_problems GROUP BY reason ORDER BY n DESC, reason"
    )
    return [(FileProblemKind(row["reason"]), int(row["n"])) for row in rows]


def with_reason(
    connection: Connection, reason: FileProblemKind, limit: int = PAGE
) -> list[FileProblem]:
    """Return files with one kind of problem, by path."""
    rows = connection.execute(
        "SELECT * FROM file_problems WHERE reason = ? ORDER BY path LIMIT ?", (reason.value, limit)
    )
    return [_problem(row) for row in rows]


def count(connection: Connection) -> int:
    """Return how many files could not be taken in."""
    (count,) = connection.execute("SELECT count(*) FROM file_problems").fetchone()
    return int(count)


def _problem(row: Row) -> FileProblem:
    return FileProblem(
        row["message"],
        path=Path(os.fsdecode(row["path"])),
        reason=FileProblemKind(row["reason"]),
        advice=row["advice"],
    )
