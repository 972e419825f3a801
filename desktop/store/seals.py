"""Seals over the tables that only grow: a hash of all rows up to one, to be signed and kept.

For rows that no document tells of, such as what the user decided; a seal that holds no more shows
that a row was changed or taken out, and between which rows that was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from desktop.model.journal import Fault, FaultKind, Seal
from desktop.store.database import Connection

# Table → what its rows are, in words.
SEALED = {
    "findings": "findings",
    "finding_decisions": "decisions about findings",
    "bank_entries": "bank entries",
    "money_matches": "matches",
    "declined_matches": "matches that were declined",
    "payment_marks": "decisions about payments",
    "payer_work_matches": "decisions which work is meant",
    "set_aside": "decisions which statement counts",
    "refused_rows": "rows of files that could not be read",
    "statement_mappings": "mappings of statements",
    "bank_mappings": "mappings of bank tables",
    "divisions": "divisions",
    "division_parts": "parts of divisions",
    "collaborator_payouts": "payouts to collaborators",
    "collaborator_statements": "statements to collaborators",
    "advances": "advances",
    "withholding_rates": "expected tax",
    "attached_files": "attachments",
    "attached_file_marks": "attachments taken away",
    "terms": "versions of terms",
    "terms_rules": "terms of collections and folders",
    "terms_changes": "changes of terms",
    "certificates": "certificates",
    "copies": "published copies",
    "copy_sidecars": "files beside published copies",
}


def seal_all(connection: Connection) -> tuple[Seal, ...]:
    """Return a seal over every such table that has rows."""
    return tuple(one for table in SEALED if (one := _seal(connection, table)) is not None)


def broken(connection: Connection, seals: Iterable[Seal]) -> list[Fault]:
    """Return what seals show: of each table the first rows that are not as they were sealed."""
    by_table: dict[str, list[Seal]] = {}
    for one in seals:
        if one.table in SEALED:
            by_table.setdefault(one.table, []).append(one)
    found = []
    for table, some in by_table.items():
        now = _digests(connection, some)
        bad = [one for one in some if now.get((one.columns, one.last)) != (one.rows, one.sha256)]
        if bad:
            first = min(bad, key=lambda one: one.last)
            good = [one.last for one in some if one not in bad and one.last < first.last]
            found.append(_fault(table, max(good, default=0) + 1, first.last))
    return found


def _fault(table: str, start: int, last: int) -> Fault:
    rows = f"Row {last}" if start == last else f"One of rows {start} to {last}"
    said = f"{rows} of the {SEALED[table]} was changed, or rows are missing."
    return Fault(kind=FaultKind.CHANGED, seq=start, sentence=said)


def _seal(connection: Connection, table: str) -> Seal | None:
    last = connection.execute(f"SELECT max(rowid) AS last FROM {table}").fetchone()["last"]
    if last is None:
        return None
    columns = len(connection.execute(f"SELECT * FROM {table} LIMIT 0").description)
    bare = Seal(table=table, rows=0, last=last, columns=columns, sha256="")
    rows, digest = _digests(connection, [bare])[columns, last]
    return Seal(table=table, rows=rows, last=last, columns=columns, sha256=digest)


def _digests(
    connection: Connection, seals: Sequence[Seal]
) -> dict[tuple[int, int], tuple[int, str]]:
    """Return (columns, last) → (rows up to there, their hash), in one pass for each width.

    A later version of the app may have added columns at the end; the first ones count.
    """
    result: dict[tuple[int, int], tuple[int, str]] = {}
    for columns in {one.columns for one in seals}:
        ends = sorted({one.last for one in seals if one.columns == columns})
        digest, count = hashlib.sha256(), 0
        table = seals[0].table
        rows = connection.execute(
            f"SELECT rowid AS sealed_rowid, * FROM {table} WHERE rowid <= ? ORDER BY rowid",
            (ends[-1],),
        )
        for row in rows:
            while ends and row["sealed_rowid"] > ends[0]:
                result[columns, ends.pop(0)] = (count, digest.hexdigest())
            digest.update(_text(tuple(row)[1 : columns + 1]))
            count += 1
        for end in ends:
            result[columns, end] = (count, digest.hexdigest())
    return result


def _text(values: tuple[object, ...]) -> bytes:
    plain = [hashlib.sha256(one).hexdigest() if isinstance(one, bytes) else one for one in values]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
