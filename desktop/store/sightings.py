"""How a file seen on disk is compared with a row that was kept of it."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.model.fingerprints import FoundFile
from desktop.store.database import Row


def signed(inode: int) -> int:
    """Return an inode, which may have 64 bits, as a signed integer of SQLite."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode


def as_last_seen(row: Row, found: FoundFile) -> bool:
    """Say whether size, time and inode of a row are those of the file now."""
    return (row["size_bytes"], row["mtime_ns"], row["inode"]) == (
        found.size_bytes,
        found.mtime_ns,
        signed(found.inode),
    )


def marks(items: Sequence[object]) -> str:
    """Return as many "?" as there are items, for IN (…)."""
    return ", ".join("?" * len(items))
