"""Terms said of collections, of folders, and for new works: the newest word on each counts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.store.database import Connection, insert

_SEPARATOR = os.fsencode(os.sep)
_CURRENT = (
    "rule_id IN (SELECT max(rule_id) FROM terms_rules GROUP BY collection_id, folder) "
    "AND terms_id IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The versions of terms in force: by collection, and by folder as folder_key has it."""

    collections: Mapping[int, int] = field(default_factory=dict)
    folders: Mapping[bytes, int] = field(default_factory=dict)

    def nearest(self, path: bytes) -> int | None:
        """Return the version said of the nearest folder above a path, or None."""
        key = self.nearest_folder(path)
        return None if key is None else self.folders[key]

    def nearest_folder(self, path: bytes) -> bytes | None:
        """Return the nearest folder above a path of which something is said, or None."""
        while path:
            path = path.rpartition(_SEPARATOR)[0]
            if path in self.folders:
                return path
        return None


def folder_key(folder: Path) -> bytes:
    """Return a folder as rules name it: its absolute path without a separator at the end."""
    return os.fsencode(os.path.abspath(folder)).rstrip(_SEPARATOR)


def folder_of(key: bytes) -> Path:
    """Return the folder of a key."""
    return Path(os.fsdecode(key or _SEPARATOR))


def below(key: bytes) -> tuple[bytes, bytes]:
    """Return between which two paths, both excluded, everything below a folder lies."""
    return key + _SEPARATOR, key + bytes([_SEPARATOR[0] + 1])


def works_below(connection: Connection, key: bytes) -> list[int]:
    """Return the works with a file below a folder."""
    rows = connection.execute(
        "SELECT DISTINCT work_id FROM files WHERE path > ? AND path < ? ORDER BY work_id",
        below(key),
    )
    return [row["work_id"] for row in rows]


def in_force(connection: Connection) -> Rules:
    """Return what is said of collections that exist and of folders."""
    collections: dict[int, int] = {}
    folders: dict[bytes, int] = {}
    for row in connection.execute(
        f"SELECT collection_id, folder, terms_id FROM terms_rules WHERE {_CURRENT}"
    ):
        if row["collection_id"] is not None:
            collections[row["collection_id"]] = row["terms_id"]
        elif row["folder"] is not None:
            folders[row["folder"]] = row["terms_id"]
    return Rules(collections=collections, folders=folders)


def said_of(
    connection: Connection,
    *,
    collection_id: int | None = None,
    folder: bytes | None = None,
    before_change: int | None = None,
) -> int | None:
    """Return the version said of a collection, a folder, or (neither) new works; None: nothing.

    before_change: as it was before that change.
    """
    row = connection.execute(
        "SELECT terms_id FROM terms_rules WHERE collection_id IS ?1 AND folder IS ?2 "
        "AND (?3 IS NULL OR change_id IS NULL OR change_id < ?3) ORDER BY rule_id DESC LIMIT 1",
        (collection_id, folder, before_change),
    ).fetchone()
    return row["terms_id"] if row else None


def say(
    connection: Connection,
    change_id: int,
    version: int | None,
    *,
    collection_id: int | None = None,
    folder: bytes | None = None,
) -> None:
    """Say terms of a collection, a folder, or (neither) new works; None ends what was said."""
    if version == said_of(connection, collection_id=collection_id, folder=folder):
        return
    values = {"collection_id": collection_id, "folder": folder, "terms_id": version}
    insert(connection, "terms_rules", {"change_id": change_id, **values})


def end_all(connection: Connection, change_id: int) -> None:
    """End what is said of any collection or folder."""
    rules = in_force(connection)
    for collection_id in rules.collections:
        say(connection, change_id, None, collection_id=collection_id)
    for folder in rules.folders:
        say(connection, change_id, None, folder=folder)


def take_back(
    connection: Connection, undone: int, undo: int
) -> list[tuple[int | None, bytes | None]]:
    """Say again what held before a change, of everything that was not said anew since.

    Returns of what: (collection, folder), both None for new works.
    """
    rows = connection.execute(
        "SELECT collection_id, folder, terms_id FROM terms_rules AS mine WHERE change_id = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM terms_rules AS later "
        "JOIN terms_changes AS since USING (change_id) WHERE change_id > ?1 "
        "AND later.collection_id IS mine.collection_id AND later.folder IS mine.folder "
        "AND since.kind <> 'undo' AND NOT EXISTS "
        "(SELECT 1 FROM terms_changes AS back WHERE back.undoes = since.change_id))",
        (undone,),
    ).fetchall()
    for row in rows:
        subject = {"collection_id": row["collection_id"], "folder": row["folder"]}
        before = said_of(connection, **subject, before_change=undone)
        say(connection, undo, before, **subject)
    return [(row["collection_id"], row["folder"]) for row in rows]
