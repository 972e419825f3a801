"""Which file each worker is reading right now, noted outside the process.

If the whole app is killed, the notes tell what was being read: a file that does this twice is left
out. A note is one write into an open file, never synced: it outlives the app, not a power cut.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_worker_note: int | None = None


class ReadingNotes:
    """The notes of one library, a file a worker, in a folder that may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leftovers(self) -> list[Path]:
        """Return what was being read when the app ended; only while no worker runs."""
        found = set()
        with contextlib.suppress(OSError):
            for note in self.folder.iterdir():
                path = note.read_bytes()
                if path:
                    found.add(os.fsdecode(path))
        return [Path(path) for path in sorted(found)]

    def clear(self) -> None:
        """Forget all notes."""
        with contextlib.suppress(OSError):
            for note in self.folder.iterdir():
                note.unlink(missing_ok=True)


def open_note(folder: Path) -> None:
    """Make the note of this worker process. Where that fails, nothing is noted."""
    global _worker_note
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_CLOEXEC", 0)
        _worker_note = os.open(folder / str(os.getpid()), flags, 0o600)


def note(path: bytes) -> None:
    """Write down what is being read; nothing (b"") when it is done."""
    if _worker_note is not None:
        with contextlib.suppress(OSError):
            os.lseek(_worker_note, 0, os.SEEK_SET)
            os.write(_worker_note, path)
            os.ftruncate(_worker_note, len(path))
