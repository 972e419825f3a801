"""Waits until changed files are left alone: a file that is still being written is not read yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MANY = 2000

Sight = tuple[int, int, int] | None


@dataclass(slots=True)
class _Waiting:
    since: float
    sight: Sight


class Settling:
    """The changed paths below one folder, until they have been quiet for a while.

    Times are seconds of a monotonic clock. Never more than a few thousand paths: beyond that, the
    folders that hold them stand for them.
    """

    def __init__(self, root: Path, quiet_s: float) -> None:
        self._root = root
        self._quiet_s = quiet_s
        self._waiting: dict[Path, _Waiting] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def note(self, paths: Iterable[Path], now: float) -> None:
        """Take note that something happened to these paths."""
        for path in sorted(paths):  # folders before what is in them
            above = next((one for one in path.parents if self._stands_for(one, path)), path)
            self._waiting[above] = _Waiting(now, sight(above))
        if len(self._waiting) > MANY:
            self._gather(now)

    def settled(self, now: float) -> list[Path]:
        """Return and forget the paths that are as they were for the whole quiet time."""
        quiet = []
        for path, waiting in list(self._waiting.items()):
            if now - waiting.since < self._quiet_s:
                continue
            seen = sight(path)
            if seen == waiting.sight:
                quiet.append(path)
                del self._waiting[path]
            else:
                self._waiting[path] = _Waiting(now, seen)
        return quiet

    def forget(self) -> None:
        """Forget everything, as when the folder went away."""
        self._waiting.clear()

    def _stands_for(self, folder: Path, path: Path) -> bool:
        """Say whether a folder that waits itself will bring this path along."""
        waiting = self._waiting.get(folder)
        return waiting is not None and waiting.sight is not None and os.path.lexists(path)

    def _gather(self, now: float) -> None:
        """Let folders stand for their files, and the whole tree for too many folders."""
        folders = {path if path == self._root else path.parent for path in self._waiting}
        if len(folders) > MANY // 2:
            folders = {self._root}
        self._waiting = {folder: _Waiting(now, sight(folder)) for folder in folders}


def sight(path: Path) -> Sight:
    """Return what changes when a path is written to or replaced; None where nothing is."""
    try:
        info = os.lstat(path)
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns, info.st_ino
