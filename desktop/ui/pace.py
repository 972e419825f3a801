"""How quick a job is just now, and how long it will still take. No widgets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from desktop.model.progress import Progress

WINDOW_S = 15.0
STEADY_S = 3.0
# What a file costs beside its bytes, in bytes: opening, tags, keeping it.
_FILE_COST_BYTES = 150_000
_Measure = Callable[[Progress], int]


class Pace:
    """Looks at the last few seconds only: what was known costs nothing and must not count."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Progress]] = deque()

    def forget(self) -> None:
        """Start again, after a pause."""
        self._seen.clear()

    def add(self, now_s: float, progress: Progress) -> None:
        """Take in how far it was at a moment."""
        self._seen.append((now_s, progress))
        while len(self._seen) > 2 and now_s - self._seen[1][0] > WINDOW_S:
            self._seen.popleft()

    def files_per_s(self) -> float | None:
        """Return files read a second, or None while that is not steady."""
        return self._rate(lambda progress: progress.read)

    def bytes_per_s(self) -> float | None:
        """Return bytes read a second, or None while that is not steady."""
        return self._rate(lambda progress: progress.bytes_done)

    def left_s(self) -> float | None:
        """Return the seconds it will still take, or None while nobody can tell."""
        rate = self._rate(_cost_done)
        if not rate:
            return None
        last = self._seen[-1][1]
        if not last.total:  # still looking for files
            return None
        return max(0.0, _cost(last.to_read, last.bytes_total) - _cost_done(last)) / rate

    def _rate(self, of: _Measure) -> float | None:
        if not self._seen:
            return None
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        spent = last_s - first_s
        return (of(last) - of(first)) / spent if spent >= STEADY_S else None


def _cost(files: int, size_bytes: int) -> int:
    return files * _FILE_COST_BYTES + size_bytes


def _cost_done(progress: Progress) -> int:
    return _cost(progress.read, progress.bytes_done)
