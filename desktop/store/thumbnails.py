"""Small pictures of works: a cache beside the library that may be deleted at any time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from pathlib import Path

from desktop.store.database import Connection
from desktop.store.engine import sqlite3

NAME = "pictures.sqlite"


class Thumbnails:
    """Keeps pictures by datahash. Losing one is no loss: every fault reads as "none here"."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "cache" / NAME
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        with contextlib.suppress(OSError, sqlite3.Error):
            self._open()

    def put(self, pictures: Iterable[tuple[str, bytes]]) -> None:
        """Keep (datahash, JPEG) pairs."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._connection is None:
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO thumbnails (datahash, jpeg) VALUES (?, ?)", pictures
                )
            finally:
                self._connection.execute("COMMIT")

    def get(self, datahash: str) -> bytes | None:
        """Return the picture of these bytes, or None."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._connection is not None:
                row = self._connection.execute(
                    "SELECT jpeg FROM thumbnails WHERE datahash = ?", (datahash,)
                ).fetchone()
                return bytes(row[0]) if row else None
        return None

    def close(self) -> None:
        """Close the cache."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            str(self._path), isolation_level=None, check_same_thread=False, timeout=1
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS thumbnails "
            "(datahash TEXT PRIMARY KEY, jpeg BLOB NOT NULL) STRICT"
        )
        self._connection = connection
