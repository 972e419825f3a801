"""End workers that take more memory than they may, where no limit of the kernel's stops them.

RLIMIT_DATA is not asked when a process maps memory over a range it has reserved, as the Java heap
in Tika does; and Tika holds the worker's only lock, so the worker cannot watch itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_EVERY_S = 0.025  # Java was seen to take 100 MB in a tenth of a second
_SIGN = "worker-"


def sign_on(scratch: Path) -> None:
    """Make this worker known to the watch over its scratch folder."""
    (scratch / f"{_SIGN}{os.getpid()}").touch()


class MemoryWatch:
    """Looks at the workers that signed on in a folder, forty times a second while a run lasts."""

    def __init__(self, limit_bytes: int) -> None:
        """limit_bytes: of a worker's own memory, without pages that it shares with files."""
        self._limit_bytes = limit_bytes
        self._ended: set[int] = set()

    def ended(self, pid: int | None) -> bool:
        """Say whether this process was ended by the watch."""
        return pid in self._ended

    @contextmanager
    def over(self, scratch: Callable[[], Path | None]) -> Iterator[None]:
        """Watch the workers of what is the scratch folder just then; only where there is /proc."""
        if not sys.platform.startswith("linux"):
            yield
            return
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(scratch, done), name="memory-watch")
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()

    def _watch(self, scratch: Callable[[], Path | None], done: threading.Event) -> None:
        while not done.wait(_EVERY_S):
            folder = scratch()
            for sign in folder.glob(f"{_SIGN}*") if folder else ():
                pid = int(sign.name.removeprefix(_SIGN))
                if not _is_mine(pid):
                    sign.unlink(missing_ok=True)
                elif _own_bytes(pid) > self._limit_bytes:
                    self._ended.add(pid)
                    with suppress(OSError):
                        os.kill(pid, signal.SIGKILL)


def own_data_bytes() -> int:
    """Return what this process counts as its data, against RLIMIT_DATA; 0 where none can say."""
    with suppress(OSError, IndexError, ValueError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
        return int(pages[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _is_mine(pid: int) -> bool:
    """Say whether a process is this one's child; its number may have gone to a stranger."""
    with suppress(OSError, IndexError, ValueError):
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(state.rpartition(")")[2].split()[1]) == os.getpid()
    return False


def _own_bytes(pid: int) -> int:
    """Return what a process holds in memory of its own: resident, less what files back."""
    with suppress(OSError, IndexError, ValueError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        return (int(pages[1]) - int(pages[2])) * os.sysconf("SC_PAGE_SIZE")
    return 0
