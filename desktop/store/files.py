"""Files where they were last seen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.model.fingerprints import FoundFile, Kind
from desktop.model.works import FileState, WorkFile
from desktop.store import file_problems
from desktop.store.database import Connection, Row
from desktop.store.sightings import as_last_seen, marks, signed

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


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """A row that was kept of a file. missing: it was not there when last looked for."""

    file_id: int
    work_id: int
    fingerprint_id: int
    missing: bool


def unchanged(connection: Connection, found: Sequence[FoundFile]) -> list[SeenBefore | None]:
    """Return, one for one, what is kept of files that are as they were when they were last seen.

    As last seen: path, size, time and inode. At most a few hundred files at once.
    """
    paths = [one.path_bytes for one in found]
    rows = connection.execute(
        "SELECT path, size_bytes, mtime_ns, inode, file_id, work_id, fingerprint_id, state "
        f"FROM files WHERE path IN ({marks(paths)})",
        paths,
    )
    kept = {row["path"]: row for row in rows}
    same: list[SeenBefore | None] = []
    for path, one in zip(paths, found, strict=True):
        row = kept.get(path)
        if row is None or not as_last_seen(row, one):
            same.append(None)
            continue
        missing = row["state"] == FileState.MISSING
        same.append(SeenBefore(row["file_id"], row["work_id"], row["fingerprint_id"], missing))
    return same


def known(connection: Connection, path: Path, fingerprint_id: int) -> KnownFile:
    """Return the codes kept for an unchanged file."""
    row = connection.execute(
        "SELECT * FROM fingerprints WHERE fingerprint_id = ?", (fingerprint_id,)
    ).fetchone()
    return KnownFile(
        path=path,
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


def at_other_paths(
    connection: Connection, found: Sequence[FoundFile]
) -> dict[Path, list[tuple[SeenBefore, Path]]]:
    """Return, by its path now, where each of these very files was seen before under its name.

    The same inode, size and time; nothing where there are no inodes. A few hundred at once.
    """
    by_inode = {signed(one.inode): one for one in found if one.inode}
    rows = connection.execute(
        "SELECT file_id, work_id, fingerprint_id, state, path, inode, size_bytes, mtime_ns "
        f"FROM files WHERE inode <> 0 AND inode IN ({marks(list(by_inode))})",
        list(by_inode),
    )
    places: dict[Path, list[tuple[SeenBefore, Path]]] = {}
    for row in rows:
        one, path = by_inode[row["inode"]], Path(os.fsdecode(row["path"]))
        if as_last_seen(row, one) and path != one.path and path.name == one.path.name:
            missing = row["state"] == FileState.MISSING
            kept = SeenBefore(row["file_id"], row["work_id"], row["fingerprint_id"], missing)
            places.setdefault(one.path, []).append((kept, path))
    return places


def add(connection: Connection, several: Iterable[tuple[FoundFile, int, int]], now_s: int) -> None:
    """Keep files at paths that were not known: of each its work's and fingerprint's number."""
    connection.executemany(
        "INSERT INTO files (work_id, fingerprint_id, path, size_bytes, mtime_ns, inode, seen_s) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                work_id,
                fingerprint_id,
                os.fsencode(found.path),
                found.size_bytes,
                found.mtime_ns,
                signed(found.inode),
                now_s,
            )
            for found, work_id, fingerprint_id in several
        ],
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
            signed(found.inode),
            now_s,
        ),
    )
    connection.execute(
        "UPDATE works SET fileless = 0 WHERE work_id = ? AND fileless = 1", (work_id,)
    )
    file_problems.forget(connection, found.path)


def note_overwritten(connection: Connection, work_id: int) -> None:
    """Mark a work whose path was given to another work, if it has no other file."""
    connection.execute(
        "UPDATE works SET fileless = 1 WHERE work_id = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM files WHERE work_id = ?1)",
        (work_id,),
    )


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
            signed(found.inode),
            now_s,
            file_id,
        ),
    )
    file_problems.forget(connection, found.path)


def under(connection: Connection, folder: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (file_id, path) of present files at or below folder, in pages; paths as kept."""
    root = os.fsencode(folder).rstrip(b"/")
    after, end = root + b"/", root + b"0"
    rows = connection.execute(
        "SELECT file_id, path FROM files WHERE state = 'present' AND path = ?", (root,)
    ).fetchall()
    while True:
        yield from ((row[0], row[1]) for row in rows)
        rows = connection.execute(
            "SELECT file_id, path FROM files WHERE path > ? AND path < ? AND state = 'present' "
            "ORDER BY path LIMIT ?",
            (after, end, PAGE),
        ).fetchall()
        if not rows:
            return
        after = rows[-1]["path"]


def any_below(connection: Connection, folder: bytes) -> bool:
    """Tell whether any file was ever seen below a folder, given without a separator at its end."""
    separator = os.fsencode(os.sep)
    row = connection.execute(
        "SELECT 1 FROM files WHERE path > ? AND path < ? LIMIT 1",
        (folder + separator, folder + bytes([separator[0] + 1])),
    ).fetchone()
    return row is not None


def mark_missing(connection: Connection, file_ids: Iterable[int]) -> int:
    """Record that files were not there; returns how many."""
    count = 0
    for file_id in file_ids:
        cursor = connection.execute(
            "UPDATE files SET state = 'missing' WHERE file_id = ? AND state = 'present'", (file_id,)
        )
        count += cursor.rowcount
    return count


def put_aside(connection: Connection, path: Path) -> None:
    """Record that a file is no longer at its path, because something else is."""
    connection.execute(
        "UPDATE files SET state = 'missing' WHERE path = ? AND state = 'present'",
        (os.fsencode(path),),
    )


def mark_present(connection: Connection, file_ids: Iterable[int]) -> None:
    """Record that files are there again."""
    connection.executemany(
        "UPDATE files SET state = 'present' WHERE file_id = ?", [(one,) for one in file_ids]
    )


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
