"""What every kind of pool shares: its interface, its results, and small files by the bundle.

Small files go to a worker a bundle at a time, because handing over one costs more than reading it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self

from desktop.errors import FileProblem
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.progress import Cancelled, never

BUNDLE_FILES = 12
BUNDLE_BYTES = 1_000_000
# A small picture takes two milliseconds, a small document twenty times that.
_QUICK_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
_SLOW_FILES = 4  # that one slow file counts for

# What takes longer than a picture of its size: a megabyte of film takes a second.
_WEIGHTS = {
    **dict.fromkeys((".mp4", ".mkv", ".webm", ".mov", ".m4v", ".avi", ".mpg", ".wmv", ".ogv"), 16),
    **dict.fromkeys((".mp3", ".m4a", ".aac", ".ogg", ".opus", ".wma"), 3),
}

Result = Fingerprint | FileProblem
Bundle = tuple[FoundFile, ...]


def expected_cost(found: FoundFile) -> int:
    """Return how long a file will take, roughly, in bytes of pictures that take as long."""
    return found.size_bytes * _WEIGHTS.get(found.path.suffix.lower(), 1)


class Pool(Protocol):
    """Whatever turns found files into fingerprints; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def run(
        self, found: Iterable[FoundFile | FileProblem], cancelled: Cancelled = never
    ) -> Iterator[Result]:
        """Yield a result for every file, in the order they are done.

        found is read only a little ahead; a FileProblem in it comes out as it is. Raises
        errors.Cancelled within 300 ms of cancelled() saying so.
        """
        ...


class Bundles:
    """Takes found files a bundle at a time. False once nothing is left."""

    def __init__(self, found: Iterator[FoundFile | FileProblem], ask: Callable[[], None]) -> None:
        """Prepare; nothing is taken yet. ask: called before each file, may raise."""
        self._found = found
        self._ask = ask
        self._held: FoundFile | None = None
        self._passed_on: deque[FileProblem] = deque()
        self._exhausted = False

    def __bool__(self) -> bool:
        return not self._exhausted or self._held is not None or bool(self._passed_on)

    def take(self) -> tuple[Bundle, list[FileProblem]]:
        """Return a large file alone, or some small ones, and the problems that lie between them."""
        bundle: list[FoundFile] = []
        problems: list[FileProblem] = []
        room, places = BUNDLE_BYTES, BUNDLE_FILES
        while places > 0 and (item := self._next()) is not None:
            if isinstance(item, FileProblem):
                problems.append(item)
                places -= 1
                continue
            if bundle and item.size_bytes > room:
                self._held = item
                break
            room -= item.size_bytes
            places -= 1 if item.path.suffix.lower() in _QUICK_SUFFIXES else _SLOW_FILES
            bundle.append(item)
        return tuple(bundle), problems

    def pass_on(self, problems: Iterable[FileProblem]) -> None:
        """Let problems come out with the next bundle."""
        self._passed_on.extend(problems)

    def _next(self) -> FoundFile | FileProblem | None:
        self._ask()
        if self._passed_on:
            return self._passed_on.popleft()
        held, self._held = self._held, None
        if held is not None:
            return held
        item = None if self._exhausted else next(self._found, None)
        self._exhausted = item is None
        return item
