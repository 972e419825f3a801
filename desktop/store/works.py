"""Works, and what the user says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.model.fingerprints import Kind
from desktop.model.works import (
    Capacity,
    Creator,
    FingerprintFacts,
    Identifier,
    Known,
    Publication,
    Work,
)
from desktop.store import evidence, files, search_index, shares
from desktop.store.database import Connection, Row


def get(connection: Connection, work_id: int) -> Work:
    """Return a work with everything a claim may say of it. Raises UsageProblem."""
    row = connection.execute(
        "SELECT works.*, fingerprints.*, works.kind AS work_kind FROM works "
        "JOIN fingerprints ON fingerprints.fingerprint_id = works.fingerprint_id "
        "WHERE works.work_id = ?",
        (work_id,),
    ).fetchone()
    if row is None:
        raise UsageProblem(f"There is no work {work_id}.", advice="`works` lists them.")
    return Work(
        work_id=work_id,
        title=row["title"],
        kind=Kind(row["work_kind"]),
        fingerprint=_facts(row),
        creators=_creators(connection, work_id),
        identifiers=_identifiers(connection, work_id),
        created=row["created"],
        ai_involvement=row["ai_involvement"],
        publication=Publication(
            answer=Known(row["published"]), on=row["published_on"], country=row["published_in"]
        ),
        capacity=Capacity(row["capacity"]),
        sole_owner=Known(row["sole_owner"]),
        evidence=evidence.of_work(connection, work_id),
        previous=_previous(connection, row),
        shares=shares.of_work(connection, work_id),
        files=files.of_work(connection, work_id),
    )


def by_path(connection: Connection, path: Path) -> int | None:
    """Return the work a path belongs to, or None."""
    row = files.by_path(connection, path)
    return int(row["work_id"]) if row else None


def by_datahash(connection: Connection, datahash: str) -> int | None:
    """Return the work that has, or had, a file with these bytes, or None."""
    row = connection.execute(
        "SELECT work_id FROM fingerprints WHERE datahash = ? ORDER BY fingerprint_id LIMIT 1",
        (datahash,),
    ).fetchone()
    return int(row["work_id"]) if row else None


def title_is_typed(connection: Connection, work_id: int) -> bool:
    """Tell whether the title is the user's own word."""
    row = connection.execute(
        "SELECT title_typed FROM works WHERE work_id = ?", (work_id,)
    ).fetchone()
    return bool(row and row["title_typed"])


def versions(connection: Connection, work_id: int) -> list[FingerprintFacts]:
    """Return every fingerprint a work has had, newest first."""
    rows = connection.execute(
        "SELECT * FROM fingerprints WHERE work_id = ? ORDER BY fingerprint_id DESC", (work_id,)
    )
    return [_facts(row) for row in rows]


def set_title(connection: Connection, work_id: int, title: str) -> None:
    """Keep the title the user typed."""
    connection.execute(
        "UPDATE works SET title = ?, title_typed = 1 WHERE work_id = ?", (title, work_id)
    )
    search_index.refresh(connection, work_id)


def set_created(connection: Connection, work_id: int, created: str) -> None:
    """Keep when a work was made: YYYY, YYYY-MM or YYYY-MM-DD."""
    connection.execute("UPDATE works SET created = ? WHERE work_id = ?", (created, work_id))


def set_creators(connection: Connection, work_id: int, creators: Sequence[Creator]) -> None:
    """Replace the creators of a work."""
    connection.execute("DELETE FROM creators WHERE work_id = ?", (work_id,))
    for position, creator in enumerate(creators):
        connection.execute(
            "INSERT INTO creators (work_id, position, name, role) VALUES (?, ?, ?, ?)",
            (work_id, position, creator.name, creator.role),
        )
    search_index.refresh(connection, work_id)


def add_identifier(connection: Connection, work_id: int, identifier: Identifier) -> None:
    """Keep a public number of a work."""
    connection.execute(
        "INSERT OR IGNORE INTO identifiers (work_id, scheme, value) VALUES (?, ?, ?)",
        (work_id, identifier.scheme, identifier.value),
    )


def remove_identifier(connection: Connection, work_id: int, identifier: Identifier) -> None:
    """Drop a public number of a work."""
    connection.execute(
        "DELETE FROM identifiers WHERE work_id = ? AND scheme = ? AND value = ?",
        (work_id, identifier.scheme, identifier.value),
    )


def set_publication(connection: Connection, work_id: int, publication: Publication) -> None:
    """Keep whether, when and where a work was published."""
    connection.execute(
        "UPDATE works SET published = ?, published_on = ?, published_in = ? WHERE work_id = ?",
        (publication.answer.value, publication.on, publication.country, work_id),
    )


def set_claiming(
    connection: Connection,
    work_id: int,
    *,
    ai_involvement: str | None = None,
    capacity: Capacity | None = None,
    sole_owner: Known | None = None,
) -> None:
    """Keep what a claim says of how a work was made and who claims it; None leaves it."""
    values = {
        "ai_involvement": ai_involvement,
        "capacity": capacity.value if capacity else None,
        "sole_owner": sole_owner.value if sole_owner else None,
    }
    for column, value in values.items():
        if value is not None:
            connection.execute(f"UPDATE works SET {column} = ? WHERE work_id = ?", (value, work_id))


def _previous(connection: Connection, row: Row) -> tuple[str, str] | None:
    """Return the version of a work before the one it has now."""
    before = connection.execute(
        "SELECT iscc, datahash FROM fingerprints WHERE work_id = ? AND fingerprint_id < ? "
        "AND datahash <> ? ORDER BY fingerprint_id DESC LIMIT 1",
        (row["work_id"], row["fingerprint_id"], row["datahash"]),
    ).fetchone()
    return (before["iscc"], before["datahash"]) if before else None


def creator_names(connection: Connection, limit: int = 200) -> tuple[str, ...]:
    """Return the names of creators, the most frequent first."""
    rows = connection.execute(
        "SELECT name FROM creators GROUP BY name ORDER BY count(*) DESC, name LIMIT ?", (limit,)
    )
    return tuple(row["name"] for row in rows)


def publication_countries(connection: Connection) -> tuple[str, ...]:
    """Return the countries works were published in, the most frequent first."""
    rows = connection.execute(
        "SELECT published_in FROM works WHERE published_in <> '' GROUP BY published_in "
        "ORDER BY count(*) DESC, published_in"
    )
    return tuple(row["published_in"] for row in rows)


def _creators(connection: Connection, work_id: int) -> tuple[Creator, ...]:
    rows = connection.execute(
        "SELECT name, role FROM creators WHERE work_id = ? ORDER BY position", (work_id,)
    )
    return tuple(Creator(name=row["name"], role=row["role"]) for row in rows)


def _identifiers(connection: Connection, work_id: int) -> tuple[Identifier, ...]:
    rows = connection.execute(
        "SELECT scheme, value FROM identifiers WHERE work_id = ? ORDER BY scheme, value", (work_id,)
    )
    return tuple(Identifier(scheme=row["scheme"], value=row["value"]) for row in rows)


def _facts(row: Row) -> FingerprintFacts:
    return FingerprintFacts(
        fingerprint_id=row["fingerprint_id"],
        kind=Kind(row["kind"]),
        mediatype=row["mediatype"],
        iscc=row["iscc"],
        units_256=tuple(json.loads(row["units_256"])),
        datahash=row["datahash"],
        sha256=row["sha256"],
        md5=row["md5"],
        size_bytes=row["size_bytes"],
        width=row["width"],
        height=row["height"],
        duration_ms=row["duration_ms"],
        characters=row["characters"],
        note=row["note"],
    )
