"""Folders that the app looks after by itself."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.store.database import Connection


def add(connection: Connection, folder: Path, now_s: int) -> None:
    """Watch a folder; once more changes nothing."""
    connection.execute(
        "INSERT INTO watched_folders (path, since_s) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
        (os.fsencode(folder), now_s),
    )


def remove(connection: Connection, folder: Path) -> bool:
    """Watch a folder no longer; says whether it was watched."""
    cursor = connection.execute(
        "DELETE FROM watched_folders WHERE path = ?", (os.fsencode(folder),)
    )
    return bool(cursor.rowcount)


def everyone(connection: Connection) -> list[Path]:
    """Return the watched folders, by path."""
    rows = connection.execute("SELECT path FROM watched_folders ORDER BY path")
    return [Path(os.fsdecode(row["path"])) for row in rows]
