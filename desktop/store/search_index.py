"""The full-text index that search in the works view asks."""

from __future__ import annotations

from pathlib import Path

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


def add(connection: Connection, work_id: int, title: str, path: Path) -> None:
    """Put a new work with its one file into the search index."""
    connection.execute(
        "INSERT INTO works_search (rowid, title, names) VALUES (?, ?, ?)",
        (work_id, title, title_from_path(path)),
    )


def title_from_path(path: Path) -> str:
    """Return a title for a file that names none: its name without ending, readable."""
    text = path.stem.encode("utf-8", "replace").decode("utf-8").replace("_", " ")
    if " " not in text.strip():
        text = text.replace("-", " ")
    return " ".join(text.split()) or "Untitled"


def _creators(connection: Connection, work_id: int) -> list[str]:
    rows = connection.execute("SELECT name FROM creators WHERE work_id = ?", (work_id,))
    return [row["name"] for row in rows]
