"""Published copies: whose they are, what they say, and where they were last seen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from desktop.model.fingerprints import FoundFile
from desktop.model.publishing import ALL, KnownCopy, NewCopy, PublishedCopy
from desktop.model.terms import Use
from desktop.model.times import from_seconds
from desktop.model.vocabularies import Loss, Target
from desktop.store.database import Connection, Row, insert
from desktop.store.sightings import as_last_seen, marks, signed

PAGE = 500

# Whether a copy says what holds of its work today: the same terms, and none that ended since.
_CURRENT = """
(copies.terms_id IS works.terms_id AND NOT EXISTS (SELECT 1 FROM terms
    WHERE terms.terms_id = copies.terms_id AND terms.expires < date('now')
    AND terms.expires >= date(copies.made_s, 'unixepoch')))
"""
# That, and since when the work had the terms that the copy says.
_KNOWN = f"""
copies.copy_id, copies.work_id, copies.made_s, {_CURRENT} AS is_current, (
    SELECT max(since_s) FROM work_terms WHERE work_terms.work_id = copies.work_id
    AND work_terms.terms_id = copies.terms_id AND since_s <= copies.made_s) AS said_s
"""
_COPIES = f"""
SELECT {_KNOWN}, copies.terms_id, copies.size_bytes, copies.mediatype, copies.iscc,
    copies.unit_instance, copies.datahash, copies.certificate_id, copies.vocabularies,
    copies.losses, copies.notes, originals.iscc AS original_iscc,
    originals.unit_instance AS original_instance, originals.datahash AS original_datahash,
    copies.path AS first_path, (SELECT path FROM copy_places
        WHERE copy_places.copy_id = copies.copy_id ORDER BY seen_s DESC LIMIT 1) AS last_path, (
    SELECT json_group_array(suffix) FROM copy_sidecars
        WHERE copy_sidecars.copy_id = copies.copy_id) AS suffixes
FROM copies JOIN works USING (work_id)
JOIN fingerprints AS originals ON originals.fingerprint_id = copies.fingerprint_id
"""


def add_all(connection: Connection, batch: Iterable[NewCopy], now_s: int) -> list[int]:
    """Keep copies and where they will lie; returns their numbers in order."""
    return [_add(connection, one, now_s) for one in batch]


def by_datahash(connection: Connection, datahashes: Sequence[str]) -> dict[str, KnownCopy]:
    """Return which copy some bytes are, or lie beside; the newest, where they are of several.

    A few hundred at once.
    """
    wanted = [*datahashes, *datahashes]
    rows = connection.execute(
        f"SELECT {_KNOWN}, copies.datahash, 0 AS beside FROM copies JOIN works USING (work_id) "
        f"WHERE copies.datahash IN ({marks(datahashes)}) "
        f"UNION ALL SELECT {_KNOWN}, copy_sidecars.datahash, 1 AS beside FROM copy_sidecars "
        "JOIN copies USING (copy_id) JOIN works USING (work_id) "
        f"WHERE copy_sidecars.datahash IN ({marks(datahashes)}) "
        "ORDER BY beside DESC, copy_id",
        wanted,
    )
    return {row["datahash"]: _known(row, beside=bool(row["beside"])) for row in rows}


def at_places(connection: Connection, found: Sequence[FoundFile]) -> dict[Path, KnownCopy]:
    """Return which of some files are copies that lie where, and are as, they were last seen.

    A few hundred at once.
    """
    paths = [one.path_bytes for one in found]
    rows = connection.execute(
        "SELECT copy_places.path, copy_places.size_bytes, copy_places.mtime_ns, "
        f"copy_places.inode, {_KNOWN} FROM copy_places JOIN copies USING (copy_id) "
        f"JOIN works USING (work_id) WHERE copy_places.path IN ({marks(paths)})",
        paths,
    )
    kept = {row["path"]: row for row in rows}
    same = {}
    for path, one in zip(paths, found, strict=True):
        row = kept.get(path)
        if row is not None and as_last_seen(row, one):
            same[one.path] = _known(row)
    return same


def put_place(connection: Connection, found: FoundFile, copy_id: int, now_s: int) -> None:
    """Keep where a copy lies, as it was seen."""
    connection.execute(
        "INSERT INTO copy_places (path, copy_id, size_bytes, mtime_ns, inode, seen_s) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET copy_id = excluded.copy_id, "
        "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, "
        "inode = excluded.inode, seen_s = excluded.seen_s",
        (
            found.path_bytes,
            copy_id,
            found.size_bytes,
            found.mtime_ns,
            signed(found.inode),
            now_s,
        ),
    )


def forget_place(connection: Connection, path: Path) -> None:
    """Forget that a copy lies at a path: something else does, or nothing."""
    connection.execute("DELETE FROM copy_places WHERE path = ?", (os.fsencode(path),))


def get(connection: Connection, copy_id: int) -> PublishedCopy:
    """Return a copy by its number."""
    row = connection.execute(f"{_COPIES} WHERE copies.copy_id = ?", (copy_id,)).fetchone()
    return _published(row)


def of_work(connection: Connection, work_id: int) -> tuple[PublishedCopy, ...]:
    """Return the copies of a work, newest first."""
    rows = connection.execute(
        f"{_COPIES} WHERE copies.work_id = ? ORDER BY copies.copy_id DESC", (work_id,)
    )
    return tuple(_published(row) for row in rows)


def everything(connection: Connection) -> Iterator[PublishedCopy]:
    """Yield every copy, oldest first, in pages."""
    after = 0
    while True:
        rows = connection.execute(
            f"{_COPIES} WHERE copies.copy_id > ? ORDER BY copies.copy_id LIMIT ?", (after, PAGE)
        ).fetchall()
        yield from map(_published, rows)
        if not rows:
            return
        after = rows[-1]["copy_id"]


def published(connection: Connection, work_ids: Sequence[int]) -> tuple[int, int]:
    """Return how many of some works have a copy, and of how many each says terms of before."""
    row = connection.execute(
        "SELECT count(*) AS works, coalesce(sum(current = 0), 0) AS old FROM ("
        f"SELECT max({_CURRENT}) AS current FROM copy_places "
        "JOIN copies USING (copy_id) JOIN works USING (work_id) "
        "WHERE copies.work_id IN (SELECT value FROM json_each(?)) GROUP BY copies.work_id)",
        (json.dumps(list(work_ids)),),
    ).fetchone()
    return int(row["works"]), int(row["old"])


def outdated(connection: Connection) -> list[int]:
    """Return the works of which every copy that lies somewhere says terms of before, by number."""
    rows = connection.execute(
        "SELECT copies.work_id FROM copy_places JOIN copies USING (copy_id) "
        "JOIN works USING (work_id) GROUP BY copies.work_id "
        f"HAVING max({_CURRENT}) = 0 ORDER BY copies.work_id"
    )
    return [int(row["work_id"]) for row in rows]


def size_of_originals(connection: Connection, work_ids: Sequence[int]) -> int:
    """Return the bytes of the files that some works stand on."""
    row = connection.execute(
        "SELECT coalesce(sum(size_bytes), 0) AS size FROM works "
        "JOIN fingerprints ON fingerprints.fingerprint_id = works.fingerprint_id "
        "WHERE works.work_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(work_ids)),),
    ).fetchone()
    return int(row["size"])


def largest_original(connection: Connection) -> int:
    """Return the size of the largest file that a copy could be made of."""
    row = connection.execute("SELECT max(size_bytes) AS size FROM files").fetchone()
    return int(row["size"] or 0)


def _add(connection: Connection, one: NewCopy, now_s: int) -> int:
    made = one.fingerprint
    values = {
        "work_id": one.work_id,
        "fingerprint_id": one.original_id,
        "terms_id": one.terms_version or None,
        "certificate_id": one.certificate_id,
        "path": one.found.path_bytes,
        "mediatype": made.mediatype,
        "size_bytes": one.found.size_bytes,
        "iscc": made.iscc,
        "unit_instance": made.units.instance,
        "units_256": json.dumps(list(made.units_256)),
        "datahash": made.datahash,
        "sha256": made.sha256,
        "vocabularies": json.dumps([target.value for target in one.vocabularies]),
        "losses": json.dumps([_loss_columns(loss) for loss in one.losses]),
        "notes": json.dumps(list(one.notes)),
        "made_s": now_s,
    }
    copy_id = insert(connection, "copies", values)
    for suffix, (_found, datahash) in one.sidecars.items():
        beside = {"copy_id": copy_id, "suffix": suffix, "datahash": datahash}
        insert(connection, "copy_sidecars", beside)
    put_place(connection, one.found, copy_id, now_s)
    return copy_id


def _loss_columns(loss: Loss) -> list[str]:
    return [loss.target.value, loss.use.value if loss.use else ALL, loss.sentence]


def _known(row: Row, *, beside: bool = False) -> KnownCopy:
    return KnownCopy(
        copy_id=row["copy_id"],
        work_id=row["work_id"],
        made=from_seconds(row["made_s"]),
        current=bool(row["is_current"]),
        terms_said=from_seconds(row["said_s"]) if row["said_s"] is not None else None,
        beside=beside,
    )


def _published(row: Row) -> PublishedCopy:
    return PublishedCopy(
        known=_known(row),
        path=Path(os.fsdecode(row["last_path"] or row["first_path"])),
        placed=row["last_path"] is not None,
        size_bytes=row["size_bytes"],
        mediatype=row["mediatype"],
        iscc=row["iscc"],
        instance=row["unit_instance"],
        datahash=row["datahash"],
        original_iscc=row["original_iscc"],
        original_instance=row["original_instance"],
        original_datahash=row["original_datahash"],
        terms_version=row["terms_id"] or 0,
        signed=row["certificate_id"] is not None,
        vocabularies=tuple(Target(one) for one in json.loads(row["vocabularies"])),
        losses=tuple(
            Loss(target=Target(target), use=None if use == ALL else Use(use), sentence=sentence)
            for target, use, sentence in json.loads(row["losses"])
        ),
        notes=tuple(json.loads(row["notes"])),
        sidecars=tuple(json.loads(row["suffixes"])),
    )
