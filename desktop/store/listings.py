"""Lists others published, what was found on them on a day, and what the user said to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.listings import (
    Certainty,
    LibraryWork,
    ListMatch,
    Looked,
    MatchState,
)
from desktop.model.times import from_seconds
from desktop.store.database import Connection, Row

_LISTINGS = """
SELECT listings.*, (SELECT count(*) FROM listing_matches
    WHERE listing_matches.listing_id = listings.listing_id) AS match_count FROM listings
"""


def library_works(connection: Connection) -> Iterator[LibraryWork]:
    """Yield what of every work can be compared with a list."""
    numbers = _by_work(connection, "SELECT work_id, scheme, value FROM identifiers")
    creators = _by_work(connection, "SELECT work_id, name FROM creators ORDER BY position")
    files = _by_work(connection, "SELECT work_id, path FROM files")
    codes = _by_work(connection, "SELECT work_id, sha256, md5, datahash, iscc FROM fingerprints")
    rows = connection.execute("SELECT work_id, title FROM works ORDER BY work_id")
    for work_id, title in rows:
        yield LibraryWork(
            work_id=work_id,
            title=title,
            creators=tuple(name for (name,) in creators.get(work_id, ())),
            numbers=tuple((scheme, value) for scheme, value in numbers.get(work_id, ())),
            hashes=tuple(code for row in codes.get(work_id, ()) for code in row if code),
            file_names=tuple(
                PurePosixPath(bytes(path).decode("utf-8", "replace")).name
                for (path,) in files.get(work_id, ())
            ),
        )


def keep(
    connection: Connection,
    name: str,
    data: bytes,
    *,
    rows: int,
    works: int,
    left_out: int,
    matches: Sequence[ListMatch],
    now_s: int,
) -> int:
    """Keep a list with its bytes and what was found on it; returns its number."""
    sha256 = hashlib.sha256(data).hexdigest()
    connection.execute(
        "INSERT OR IGNORE INTO attachments (sha256, data, kept_s) VALUES (?, ?, ?)",
        (sha256, data, now_s),
    )
    cursor = connection.execute(
        "INSERT INTO listings (name, sha256, looked_s, row_count, work_count, left_out) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (name, sha256, now_s, rows, works, left_out),
    )
    listing_id = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT OR IGNORE INTO listing_matches (listing_id, line, work_id, certainty, score, "
        "reason, listed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                listing_id,
                one.line,
                one.work_id,
                one.certainty.value,
                one.score,
                one.reason,
                one.listed,
            )
            for one in matches
        ],
    )
    return listing_id


def everything(connection: Connection) -> list[Looked]:
    """Return what was looked up, newest first."""
    rows = connection.execute(f"{_LISTINGS} ORDER BY listing_id DESC")
    return [_looked(row) for row in rows]


def by_id(connection: Connection, listing_id: int) -> Looked:
    """Return one. Raises UsageProblem."""
    row = connection.execute(f"{_LISTINGS} WHERE listing_id = ?", (listing_id,)).fetchone()
    if row is None:
        raise UsageProblem(f"There is no list {listing_id}.", advice="`listing show` lists them.")
    return _looked(row)


def matches(connection: Connection, listing_id: int) -> list[tuple[ListMatch, str, MatchState]]:
    """Return each match with the work's title and what the user said to it last, by line."""
    rows = connection.execute(
        "SELECT listing_matches.*, works.title, (SELECT state FROM listing_decisions AS said "
        "WHERE said.listing_id = listing_matches.listing_id AND said.line = listing_matches.line "
        "AND said.work_id = listing_matches.work_id ORDER BY decision_id DESC LIMIT 1) AS state "
        "FROM listing_matches JOIN works USING (work_id) WHERE listing_id = ? "
        "ORDER BY line, score DESC, work_id",
        (listing_id,),
    )
    return [
        (_match(row), row["title"], MatchState(row["state"] or MatchState.PROPOSED)) for row in rows
    ]


def decide(
    connection: Connection,
    listing_id: int,
    line: int,
    work_id: int,
    state: MatchState,
    now_s: int,
) -> None:
    """Keep what the user says to a match. Raises UsageProblem if there is no such match."""
    known = connection.execute(
        "SELECT 1 FROM listing_matches WHERE listing_id = ? AND line = ? AND work_id = ?",
        (listing_id, line, work_id),
    ).fetchone()
    if known is None:
        raise UsageProblem(f"Line {line} of list {listing_id} was not matched to work {work_id}.")
    connection.execute(
        "INSERT INTO listing_decisions (listing_id, line, work_id, state, decided_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (listing_id, line, work_id, state.value, now_s),
    )


def _by_work(connection: Connection, query: str) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in connection.execute(query):
        found.setdefault(row[0], []).append(tuple(row)[1:])
    return found


def _looked(row: Row) -> Looked:
    return Looked(
        listing_id=row["listing_id"],
        name=row["name"],
        sha256=row["sha256"],
        looked=from_seconds(row["looked_s"]),
        rows=row["row_count"],
        works=row["work_count"],
        matches=row["match_count"],
        left_out=row["left_out"],
    )


def _match(row: Row) -> ListMatch:
    return ListMatch(
        line=row["line"],
        work_id=row["work_id"],
        certainty=Certainty(row["certainty"]),
        score=row["score"],
        reason=row["reason"],
        listed=row["listed"],
    )
