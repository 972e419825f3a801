"""Files where they were last seen, and files that could not be taken in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile, Kind
from desktop.model.works import FileState, WorkFile
from desktop.store.database import Connection, Row

PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """An unchanged file with the codes kept for it, as a second scan reports it."""

    path: Path
    work_id: int
    kind: Kind
    mediatype: str
    size_bytes: int
    iscc: str
    units: dict[str, str | None]
    units_256: str
    datahash: str
    sha256: str
    md5: str


def unchanged(connection: Connection, found: FoundFile) -> KnownFile | None:
    """Return what is kept of found if path, size, time and inode are as last seen."""
    row = connection.execute(
        "SELECT files.work_id, fingerprints.* FROM files JOIN fingerprints USING (fingerprint_id) "
        "WHERE path = ? AND files.size_bytes = ? AND mtime_ns = ? AND inode = ? "
        "AND state = 'present'",
        (os.fsencode(found.path), found.size_bytes, found.mtime_ns, _signed(found.inode)),
    ).fetchone()
    if row is None:
        return None
    return KnownFile(
        path=found.path,
        work_id=row["work_id"],
        kind=Kind(row["kind"]),
        mediatype=row["mediatype"],
        size_bytes=row["size_bytes"],
        iscc=row["iscc"],
        units={name: row[f"unit_{name}"] for name in ("meta", "content", "data", "instance")},
        units_256=row["units_256"],
        datahash=row["datahash"],
        sha256=row["sha256"],
        md5=row["md5"],
    )


def put(
    connection: Connection, found: FoundFile, work_id: int, fingerprint_id: int, now_s: int
) -> None:
    """Keep where a file lies now and what it holds."""
    connection.execute(
        "INSERT INTO files (work_id, fingerprint_id, path, size_bytes, mtime_ns, inode, seen_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET work_id = excluded.work_id, "
        "fingerprint_id = excluded.fingerprint_id, size_bytes = excluded.size_bytes, "
        "mtime_ns = excluded.mtime_ns, inode = excluded.inode, state = 'present', "
        "seen_s = excluded.seen_s",
        (
            work_id,
            fingerprint_id,
            os.fsencode(found.path),
            found.size_bytes,
            found.mtime_ns,
            _signed(found.inode),
            now_s,
        ),
    )
    forget_problem(connection, found.path)


def by_path(connection: Connection, path: Path) -> Row | None:
    """Return the raw row of a path with its fingerprint's datahash, or None."""
    row: Row | None = connection.execute(
        "SELECT files.*, fingerprints.datahash FROM files JOIN fingerprints USING (fingerprint_id) "
        "WHERE path = ?",
        (os.fsencode(path),),
    ).fetchone()
    return row


def holding(connection: Connection, datahash: str) -> list[tuple[int, Path]]:
    """Return (file_id, path) of every file that holds these bytes."""
    rows = connection.execute(
        "SELECT file_id, path FROM files JOIN fingerprints USING (fingerprint_id) "
        "WHERE datahash = ? ORDER BY file_id",
        (datahash,),
    )
    return [(row["file_id"], Path(os.fsdecode(row["path"]))) for row in rows]


def move(connection: Connection, file_id: int, found: FoundFile, now_s: int) -> None:
    """Record that a known file now lies elsewhere."""
    connection.execute(
        "UPDATE files SET path = ?, size_bytes = ?, mtime_ns = ?, inode = ?, seen_s = ?, "
        "state = 'present' WHERE file_id = ?",
        (
            os.fsencode(found.path),
            found.size_bytes,
            found.mtime_ns,
            _signed(found.inode),
            now_s,
            file_id,
        ),
    )
    forget_problem(connection, found.path)


def under(connection: Connection, folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield (file_id, path) of present files at or below folder, in pages."""
    root = os.fsencode(folder).rstrip(b"/")
    low, high, after = root + b"/", root + b"0", b""
    while True:
        rows = connection.execute(
            "SELECT file_id, path FROM files WHERE state = 'present' AND path > ?1 "
            "AND ((path >= ?2 AND path < ?3) OR path = ?4) ORDER BY path LIMIT ?5",
            (after, low, high, root, PAGE),
        ).fetchall()
        for row in rows:
            yield row["file_id"], Path(os.fsdecode(row["path"]))
        if len(rows) < PAGE:
            return
        after = rows[-1]["path"]


def mark_missing(connection: Connection, file_ids: Iterable[int]) -> int:
    """Record that files were not there; returns how many."""
    count = 0
    for file_id in file_ids:
        cursor = connection.execute(
            "UPDATE files SET state = 'missing' WHERE file_id = ? AND state = 'present'", (file_id,)
        )
        count += cursor.rowcount
    return count


def of_work(connection: Connection, work_id: int) -> tuple[WorkFile, ...]:
    """Return the files of a work, present ones first."""
    rows = connection.execute(
        "SELECT files.*, iscc, datahash FROM files JOIN fingerprints USING (fingerprint_id) "
        "WHERE files.work_id = ? ORDER BY state DESC, file_id",
        (work_id,),
    )
    return tuple(
        WorkFile(
            file_id=row["file_id"],
            path=Path(os.fsdecode(row["path"])),
            size_bytes=row["size_bytes"],
            mtime_ns=row["mtime_ns"],
            state=FileState(row["state"]),
            iscc=row["iscc"],
            datahash=row["datahash"],
        )
        for row in rows
    )


def put_problem(connection: Connection, problem: FileProblem, now_s: int) -> None:
    """Keep why a file could not be taken in, until it can."""
    connection.execute(
        "INSERT OR REPLACE INTO file_problems (path, reason, message, advice, seen_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (
            os.fsencode(problem.path),
            problem.reason.value,
            problem.message,
            problem.advice,
            now_s,
        ),
    )


def forget_problem(connection: Connection, path: Path) -> None:
    """Drop the problem of a path, because it is solved or the user said so."""
    connection.execute("DELETE FROM file_problems WHERE path = ?", (os.fsencode(path),))


def problems(connection: Connection, limit: int = 500) -> list[FileProblem]:
    """Return files that could not be taken in, newest first."""
    rows = connection.execute(
        "SELECT * FROM file_problems ORDER BY seen_s DESC, path LIMIT ?", (limit,)
    )
    return [
        FileProblem(
            row["message"],
            path=Path(os.fsdecode(row["path"])),
            reason=FileProblemKind(row["reason"]),
            advice=row["advice"],
        )
        for row in rows
    ]


def problem_count(connection: Connection) -> int:
    """Return how many files could not be taken in."""
    (count,) = connection.execute("SELECT count(*) FROM file_problems").fetchone()
    return int(count)


def _signed(inode: int) -> int:
    """SQLite integers have 63 bits and a sign; inodes of network drives may have 64."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode
