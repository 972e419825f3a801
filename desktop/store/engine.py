"""The SQLite that sqlite-utils takes: the newer one of the pysqlite3 wheel, typed as sqlite3.

RELIABILITY.md: SQLite before 3.51.3 has a rare WAL-reset fault; Python's own may be older.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Let a package look as if it were not installed, unless it is imported already."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


# sqlite-utils asks numpy for its types, of which no row here has any: a tenth of every start.
with _absent("numpy"):
    from sqlite_utils import Database, Migrations

    if TYPE_CHECKING:
        import sqlite3
    else:
        from sqlite_utils.utils import sqlite3

__all__ = ["Database", "Migrations", "sqlite3"]
