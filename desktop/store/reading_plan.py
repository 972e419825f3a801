"""What a scan still has to read, costliest first, in a private file of its own that SQLite deletes.

A million files would take hundreds of megabytes in memory; here the memory stays flat.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop.model.fingerprints import FoundFile
from desktop.store.database import translated
from desktop.store.engine import sqlite3
from desktop.store.sightings import signed


class ReadingPlan:
    """Files in the order in which they should be read. For one thread; close it."""

    def __init__(self, cost: Callable[[FoundFile], int]) -> None:
        """cost: how long a file will take, in any unit."""
        self._cost = cost
        self.count = 0
        self.size_bytes = 0
        with translated():
            self._connection = sqlite3.connect("", isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=OFF")
            self._connection.execute(
                "CREATE TABLE waiting (cost INTEGER, size_bytes INTEGER, path BLOB, "
                "mtime_ns INTEGER, inode INTEGER)"
            )
            self._connection.execute("CREATE INDEX waiting_by_cost ON waiting (cost)")

    def add(self, found: Iterable[FoundFile]) -> None:
        """Put files into the plan."""
        rows = [
            (self._cost(one), one.size_bytes, one.path_bytes, one.mtime_ns, signed(one.inode))
            for one in found
        ]
        with translated():
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT INTO waiting VALUES (?, ?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        self.count += len(rows)
        self.size_bytes += sum(row[1] for row in rows)

    def take(self, limit: int) -> list[FoundFile]:
        """Take the costliest files out of the plan, costliest first."""
        with translated():
            rows = self._connection.execute(
                "SELECT rowid, * FROM waiting ORDER BY cost DESC LIMIT ?", (limit,)
            ).fetchall()
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "DELETE FROM waiting WHERE rowid = ?", [(row[0],) for row in rows]
            )
            self._connection.execute("COMMIT")
        return [
            FoundFile(
                path=Path(os.fsdecode(path)),
                size_bytes=size_bytes,
                mtime_ns=mtime_ns,
                inode=inode & 0xFFFF_FFFF_FFFF_FFFF,
            )
            for _, _, size_bytes, path, mtime_ns, inode in rows
        ]

    def close(self) -> None:
        """Drop what is left."""
        self._connection.close()
