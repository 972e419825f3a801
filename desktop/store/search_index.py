"""The full-text index that search in the works view asks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from desktop.model.fingerprints import Fingerprint
from desktop.store import files
from desktop.store.database import Connection


def refresh(connection: Connection, work_id: int) -> None:
    """Bring the search index of one work up to date."""
    row = connection.execute("SELECT title FROM works WHERE work_id = ?", (work_id,)).fetchone()
    names = [title_from_path(file.path) for file in files.of_work(connection, work_id)]
    names += _creators(connection, work_id)
    connection.execute("DELETE FROM works_search WHERE rowid = ?", (work_id,))
    connection.execute(
        "INSERT INTO works_search (rowid, title, names) VALUES (?, ?, ?)",
        (work_id, row["title"], " ".join(names)),
    )


def add(connection: Connection, works: Iterable[tuple[int, str, Path]]) -> None:
    """Put new works into the search index: of each its number, title and one file."""
    connection.executemany(
        "INSERT INTO works_search (rowid, title, names) VALUES (?, ?, ?)",
        [(work_id, title, title_from_path(path)) for work_id, title, path in works],
    )


def title_of(fingerprint: Fingerprint) -> str:
    """Return the title of a new work: what its file says, else the file's name."""
    return fingerprint.suggestions.title or title_from_path(fingerprint.found.path)


def title_from_path(path: Path) -> str:
    """Return a title for a file that names none: its name without ending, readable."""
    text = path.stem.encode("utf-8", "replace").decode("utf-8").replace("_", " ")
    if " " not in text.strip():
        text = text.replace("-", " ")
    return " ".join(text.split()) or "Untitled"


def _creators(connection: Connection, work_id: int) -> list[str]:
    rows = connection.execute("SELECT name FROM creators WHERE work_id = ?", (work_id,))
    return [row["name"] for row in rows]
