"""The SQLite that sqlite-utils takes: the newer one of the pysqlite3 wheel, typed as sqlite3.

RELIABILITY.md: SQLite before 3.51.3 has a rare WAL-reset fault; Python's own may be older.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    from sqlite_utils.utils import sqlite3

__all__ = ["sqlite3"]
