"""What a scan keeps: new works, new versions, moved files, second copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.model.fingerprints import Fingerprint
from desktop.model.publishing import KnownCopy
from desktop.model.works import Kept, Outcome
from desktop.store import copies, file_problems, files, search_index
from desktop.store.arrivals import add_works, fingerprint_values, plainly_new
from desktop.store.database import Connection, Row, insert


def keep_all(
    connection: Connection,
    batch: Sequence[Fingerprint],
    now_s: int,
    *,
    gone: Callable[[Path], bool],
) -> list[Kept]:
    """Keep fingerprints and tell in their order what each meant; see keep."""
    new = plainly_new(connection, batch)
    added = dict(
        zip(new, add_works(connection, [batch[index] for index in new], now_s), strict=True)
    )
    return [
        Kept(path=one.found.path, outcome=Outcome.ADDED, work_id=added[index])
        if index in added
        else keep(connection, one, now_s, gone=gone)
        for index, one in enumerate(batch)
    ]


def keep(
    connection: Connection,
    fingerprint: Fingerprint,
    now_s: int,
    *,
    gone: Callable[[Path], bool],
) -> Kept:
    """Keep one fingerprint and tell what it meant.

    A published copy stays one, wherever it lies: it is neither a work nor a version of one, and an
    original that it was put over is missing. A known path with other bytes is a new version of its
    work; known bytes at a new path are a move if the old path is gone, else a second file of the
    same work; anything else is a new work.
    """
    found = fingerprint.found
    at_path = files.by_path(connection, found.path)
    same_bytes = _fingerprint_with(connection, fingerprint.datahash)
    if at_path is not None and at_path["datahash"] == fingerprint.datahash:
        work_id = int(at_path["work_id"])
        files.put(connection, found, work_id, int(at_path["fingerprint_id"]), now_s)
        return Kept(path=found.path, outcome=Outcome.UNCHANGED, work_id=work_id)
    copy = None if same_bytes is not None else _copy_with(connection, fingerprint.datahash)
    if copy is not None:
        return _keep_copy(connection, fingerprint, copy, now_s)
    copies.forget_place(connection, found.path)
    if at_path is not None and (same_bytes is None or same_bytes["work_id"] == at_path["work_id"]):
        # Bytes the work had before are its current ones again.
        return _keep_new_version(connection, fingerprint, int(at_path["work_id"]), now_s)
    if same_bytes is not None:
        kept = _keep_known_bytes(
            connection, fingerprint, int(same_bytes["work_id"]), now_s, at_path is None, gone
        )
        if at_path is not None:
            files.note_overwritten(connection, int(at_path["work_id"]))
            search_index.refresh(connection, int(at_path["work_id"]))
        return kept
    (work_id,) = add_works(connection, [fingerprint], now_s)
    return Kept(path=found.path, outcome=Outcome.ADDED, work_id=work_id)


def _keep_copy(
    connection: Connection, fingerprint: Fingerprint, copy: KnownCopy, now_s: int
) -> Kept:
    found = fingerprint.found
    files.put_aside(connection, found.path)
    file_problems.forget(connection, found.path)
    if not copy.beside:
        copies.put_place(connection, found, copy.copy_id, now_s)
    return Kept(path=found.path, outcome=Outcome.COPY, work_id=copy.work_id, copy=copy)


def _copy_with(connection: Connection, datahash: str) -> KnownCopy | None:
    return copies.by_datahash(connection, [datahash]).get(datahash)


def _keep_known_bytes(
    connection: Connection,
    fingerprint: Fingerprint,
    work_id: int,
    now_s: int,
    new_path: bool,
    gone: Callable[[Path], bool],
) -> Kept:
    path = fingerprint.found.path
    if new_path:
        for file_id, old_path in files.holding(connection, fingerprint.datahash):
            if gone(old_path):
                files.move(connection, file_id, fingerprint.found, now_s)
                search_index.refresh(connection, work_id)
                return Kept(path=path, outcome=Outcome.MOVED, work_id=work_id)
    fingerprint_id = _add_fingerprint(connection, fingerprint, work_id, now_s)
    files.put(connection, fingerprint.found, work_id, fingerprint_id, now_s)
    search_index.refresh(connection, work_id)
    outcome = Outcome.DUPLICATE if new_path else Outcome.UPDATED
    return Kept(path=path, outcome=outcome, work_id=work_id)


def _keep_new_version(
    connection: Connection, fingerprint: Fingerprint, work_id: int, now_s: int
) -> Kept:
    fingerprint_id = _add_fingerprint(connection, fingerprint, work_id, now_s)
    connection.execute(
        "UPDATE works SET fingerprint_id = ?, kind = ? WHERE work_id = ?",
        (fingerprint_id, fingerprint.kind.value, work_id),
    )
    files.put(connection, fingerprint.found, work_id, fingerprint_id, now_s)
    return Kept(path=fingerprint.found.path, outcome=Outcome.UPDATED, work_id=work_id)


def _add_fingerprint(
    connection: Connection, fingerprint: Fingerprint, work_id: int, now_s: int
) -> int:
    row = connection.execute(
        "SELECT fingerprint_id FROM fingerprints WHERE datahash = ? AND iscc = ?",
        (fingerprint.datahash, fingerprint.iscc),
    ).fetchone()
    if row is not None:
        return int(row["fingerprint_id"])
    return insert(connection, "fingerprints", fingerprint_values(fingerprint, work_id, now_s))


def _fingerprint_with(connection: Connection, datahash: str) -> Row | None:
    row: Row | None = connection.execute(
        "SELECT * FROM fingerprints WHERE datahash = ? ORDER BY fingerprint_id LIMIT 1", (datahash,)
    ).fetchone()
    return row
