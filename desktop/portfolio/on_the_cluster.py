"""What a machine of the cluster does: it reads files with a pool of its own, as any computer does.

A Dask worker can neither stop a task nor limit its memory, and a decoder that crashes would take it
along; so the files are read in a process below it, with the limits that hold everywhere.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue

from desktop.portfolio.bundles import Bundle, Result
from desktop.portfolio.pool import FingerprintPool

_NOTICED_S = 0.2

# One for each thread of the Dask worker that ever read at the same time; each has one process.
_idle: SimpleQueue[FingerprintPool] = SimpleQueue()
_ending = threading.Event()


def read_here(bundle: Bundle) -> tuple[Result, ...]:
    """Fingerprint some files on this machine; a result for each, in any order."""
    pool = _take_pool()
    with contextlib.ExitStack() as undo:
        undo.callback(pool.close)
        results = tuple(pool.run(bundle, _ending.is_set))
        undo.pop_all()
    _idle.put(pool)
    return results


def _take_pool() -> FingerprintPool:
    try:
        return _idle.get_nowait()
    except Empty:
        pass
    # Dask marks the worker below its nanny as one that may have no children of its own.
    me = multiprocessing.current_process()
    if me.daemon:
        me.daemon = False
    pool = FingerprintPool(jobs=1)
    # atexit comes too late: multiprocessing has killed the children by then, and waits for those
    # that the pool starts in their place.
    Finalize(pool, _end, args=(pool,), exitpriority=100)
    return pool


def _end(pool: FingerprintPool) -> None:
    """Close a pool because the process ends; what it reads just now is broken off first."""
    if not _ending.is_set():
        _ending.set()
        time.sleep(_NOTICED_S)
    pool.close()
