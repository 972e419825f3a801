"""New works, many at once: a row at a time, what SQLite is asked costs more than what it does."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from desktop.model.fingerprints import Fingerprint
from desktop.store import file_problems, files, search_index, suggestions, terms_arriving
from desktop.store.copies import by_datahash
from desktop.store.database import Connection


def plainly_new(connection: Connection, batch: Sequence[Fingerprint]) -> list[int]:
    """Return which of a batch, by index, are new in every respect: neither path nor bytes known.

    What comes twice in the batch is new the first time only.
    """
    paths = _known(connection, "files", "path", [_path(one) for one in batch])
    paths |= _known(connection, "copy_places", "path", [_path(one) for one in batch])
    read = [one.datahash for one in batch]
    hashes = _known(connection, "fingerprints", "datahash", read) | {*by_datahash(connection, read)}
    new = []
    for index, one in enumerate(batch):
        if _path(one) not in paths and one.datahash not in hashes:
            new.append(index)
        paths.add(_path(one))
        hashes.add(one.datahash)
    return new


def add_works(connection: Connection, batch: Sequence[Fingerprint], now_s: int) -> list[int]:
    """Keep each fingerprint as a new work with one file; returns their numbers in order.

    All of them must be plainly new, or at least lie at paths that no file has.
    """
    if not batch:
        return []
    first_work, first_fingerprint = connection.execute(
        "SELECT (SELECT coalesce(max(work_id), 0) + 1 FROM works), "
        "(SELECT coalesce(max(fingerprint_id), 0) + 1 FROM fingerprints)"
    ).fetchone()
    work_ids = range(first_work, first_work + len(batch))
    fingerprint_ids = range(first_fingerprint, first_fingerprint + len(batch))
    titles = [search_index.title_of(one) for one in batch]
    rows = [
        {"fingerprint_id": own, **fingerprint_values(one, work_id, now_s)}
        for one, own, work_id in zip(batch, fingerprint_ids, work_ids, strict=True)
    ]
    # The fingerprints first: their works are looked for at the end of the transaction only.
    connection.executemany(
        f"INSERT INTO fingerprints ({', '.join(rows[0])}) "
        f"VALUES ({', '.join(f':{name}' for name in rows[0])})",
        rows,
    )
    connection.executemany(
        "INSERT INTO works (work_id, title, kind, fingerprint_id, added_s) VALUES (?, ?, ?, ?, ?)",
        [
            (work_id, title, one.kind.value, own, now_s)
            for one, own, work_id, title in zip(
                batch, fingerprint_ids, work_ids, titles, strict=True
            )
        ],
    )
    files.add(
        connection,
        [
            (one.found, work_id, own)
            for one, own, work_id in zip(batch, fingerprint_ids, work_ids, strict=True)
        ],
        now_s,
    )
    terms_arriving.start(connection, work_ids, now_s)
    search_index.add(
        connection, zip(work_ids, titles, (one.found.path for one in batch), strict=True)
    )
    file_problems.forget_all(connection, [one.found.path for one in batch])
    return list(work_ids)


def fingerprint_values(fingerprint: Fingerprint, work_id: int, now_s: int) -> dict[str, Any]:
    """Return a row of fingerprints by column, but for its own number."""
    units, facts = fingerprint.units, fingerprint.facts
    return {
        "work_id": work_id,
        "kind": fingerprint.kind.value,
        "mediatype": fingerprint.mediatype,
        "size_bytes": fingerprint.found.size_bytes,
        "iscc": fingerprint.iscc,
        "unit_meta": units.meta,
        "unit_content": units.content,
        "unit_data": units.data,
        "unit_instance": units.instance,
        "units_256": json.dumps(list(fingerprint.units_256)),
        "datahash": fingerprint.datahash,
        "sha256": fingerprint.sha256,
        "md5": fingerprint.md5,
        "width": facts.width,
        "height": facts.height,
        "duration_ms": facts.duration_ms,
        "characters": facts.characters,
        "featureless": int(fingerprint.featureless),
        "note": fingerprint.note,
        "suggestions": suggestions.to_json(fingerprint.suggestions),
        "made_s": now_s,
    }


def _known(connection: Connection, table: str, column: str, values: list[Any]) -> set[Any]:
    marks = ", ".join("?" * len(values))
    rows = connection.execute(f"SELECT {column} FROM {table} WHERE {column} IN ({marks})", values)
    return {row[0] for row in rows}


def _path(fingerprint: Fingerprint) -> bytes:
    return os.fsencode(fingerprint.found.path)
