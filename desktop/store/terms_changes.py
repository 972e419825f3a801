"""The steps in which terms and collections were changed, each of which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.store.database import Connection, Row, insert


class Kind(StrEnum):
    """What a step changed."""

    WORKS = "works"
    ALL = "all"
    COLLECTION = "collection"
    FOLDER = "folder"
    DEFAULT = "default"
    MADE = "collection_made"
    JOINED = "collection_joined"
    LEFT = "collection_left"
    RENAMED = "collection_renamed"
    DELETED = "collection_deleted"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A step that was made. collection_id 0: it is of no collection."""

    change_id: int
    kind: Kind
    collection_id: int = 0
    folder: bytes | None = None
    version: int | None = None
    name_before: str = ""
    name_after: str = ""
    made_s: int = 0


def add(
    connection: Connection,
    kind: Kind,
    now_s: int,
    *,
    collection_id: int | None = None,
    folder: bytes | None = None,
    version: int | None = None,
    name_before: str | None = None,
    name_after: str | None = None,
    undoes: int | None = None,
) -> int:
    """Keep that a step is made; returns its number."""
    values = {
        "kind": kind.value,
        "collection_id": collection_id,
        "folder": folder,
        "terms_id": version,
        "name_before": name_before,
        "name_after": name_after,
        "undoes": undoes,
        "made_s": now_s,
    }
    return insert(connection, "terms_changes", values)


_STANDING = (
    "kind <> 'undo' AND NOT EXISTS "
    "(SELECT 1 FROM terms_changes AS back WHERE back.undoes = terms_changes.change_id)"
)


_DID_SOMETHING = (
    "(kind IN ('collection_made', 'collection_renamed', 'collection_deleted') "
    "OR EXISTS (SELECT 1 FROM terms_change_works AS some "
    "WHERE some.change_id = terms_changes.change_id) "
    "OR EXISTS (SELECT 1 FROM collection_change_works AS some "
    "WHERE some.change_id = terms_changes.change_id) "
    "OR EXISTS (SELECT 1 FROM terms_rules AS some WHERE some.change_id = terms_changes.change_id))"
)


def last(connection: Connection) -> Made | None:
    """Return the newest step that changed anything and was not taken back, or None."""
    row = connection.execute(
        f"SELECT * FROM terms_changes WHERE {_STANDING} AND {_DID_SOMETHING} "
        "ORDER BY change_id DESC LIMIT 1"
    ).fetchone()
    return _made(row) if row else None


def standing(connection: Connection, change_id: int) -> Made | None:
    """Return a step, or None if there is none of that number or it was taken back."""
    row = connection.execute(
        f"SELECT * FROM terms_changes WHERE change_id = ? AND {_STANDING}", (change_id,)
    ).fetchone()
    return _made(row) if row else None


def take_up_works_of(connection: Connection, change_id: int) -> int:
    """Put back, among the works taken up to be settled, what each had before a step.

    Works whose answers were changed since, by a step that still stands or otherwise, are left as
    they are; returns how many.
    """
    connection.execute(
        "INSERT INTO settling (work_id, own, base) SELECT work_id, own_before, base_before "
        "FROM terms_change_works AS mine JOIN works USING (work_id) WHERE change_id = ?1 "
        "AND own_terms_id IS own_after AND base_terms_id IS base_after AND NOT EXISTS "
        "(SELECT 1 FROM terms_change_works AS later JOIN terms_changes AS since USING (change_id) "
        "WHERE later.work_id = mine.work_id AND later.change_id > ?1 AND since.kind <> 'undo' "
        "AND NOT EXISTS (SELECT 1 FROM terms_changes AS back WHERE back.undoes = since.change_id))",
        (change_id,),
    )
    row = connection.execute(
        "SELECT count(*) FROM terms_change_works WHERE change_id = ? "
        "AND work_id NOT IN (SELECT work_id FROM settling)",
        (change_id,),
    ).fetchone()
    return int(row[0])


def _made(row: Row) -> Made:
    return Made(
        change_id=row["change_id"],
        kind=Kind(row["kind"]),
        collection_id=row["collection_id"] or 0,
        folder=row["folder"],
        version=row["terms_id"],
        name_before=row["name_before"] or "",
        name_after=row["name_after"] or "",
        made_s=row["made_s"],
    )
