"""Empty libraries by copying one: what makes it, all migrations, has tests of its own."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from desktop.store.database import DATABASE_NAME, open_store


def lay_out(library: Path) -> Path:
    """Put an empty library into a folder that has none; returns the folder."""
    database = library / DATABASE_NAME
    if not database.exists():
        library.mkdir(parents=True, exist_ok=True)
        database.write_bytes(_empty())
    return library


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        open_store(Path(name)).close()
        return (Path(name) / DATABASE_NAME).read_bytes()
