"""Work on files in worker processes: bounded in time, memory and number. Decodes nothing here.

The only module that uses process pools. Workers import the decoders; this process does not.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Generic, Self

from pebble import ProcessPool

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.progress import Cancelled, never
from desktop.portfolio import worker
from desktop.portfolio.bundles import Bundle, Bundles
from desktop.portfolio.confinement import LARGEST_FILE_BYTES, Measure
from desktop.portfolio.memory_watch import MemoryWatch
from desktop.portfolio.reading_notes import ReadingNotes
from desktop.portfolio.worker import Done

JOBS = max(1, (os.cpu_count() or 2) - 1)
TIME_LIMIT_S = 60.0
MEMORY_LIMIT_BYTES = 2 * 1024**3
READING_LIMIT_BYTES = 1024**3  # whatever the file; 125 million pixels need 0.9 at most
MAX_TASKS = 100
_log = logging.getLogger(__name__)
_POLL_S = 0.05
_WAITING_PER_JOB = 8  # so that no worker waits while a batch is being kept
_SECONDS_PER_MB = 0.5
_STALL_MARGIN_S = 60.0
_MAX_TRIES = 3
_OUT_OF_CPU_TIME = -getattr(signal, "SIGXCPU", 999)
_CORES = os.cpu_count() or 1
_CPU_MARGIN_S = 10.0  # so that the clock, which gives a better account, strikes first


class WorkerPool(Generic[Done]):
    """Some worker processes that do one task with each of many files; started on first use.

    A context manager. One run at a time; it may be used from any thread.
    """

    def __init__(
        self,
        task: Callable[[Any], Done],
        *,
        jobs: int = JOBS,
        time_limit_s: float = TIME_LIMIT_S,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        max_tasks: int = MAX_TASKS,
        notes: Path | None = None,
        outbox: Path | None = None,
        largest_file_bytes: int = LARGEST_FILE_BYTES,
    ) -> None:
        """Prepare a pool of jobs processes; nothing is started yet.

        task: a function of a module, which is imported where it runs; takes what run was given.
        time_limit_s: for one file, and half a second more for every megabyte of it.
        memory_limit_bytes: for one worker's own data, where the platform can hold it to that.
        max_tasks: bundles of files after which a worker is replaced, so that no leak lasts.
        notes: folder where each worker notes what it is reading; see reading_notes.
        outbox: the one folder in which the task may write files, of largest_file_bytes at most.
        """
        self._task = task
        self._outbox = outbox
        self._largest_file_bytes = largest_file_bytes
        self.jobs = jobs
        self.time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._max_tasks = max_tasks
        self._notes = notes
        self.watch = MemoryWatch(memory_limit_bytes)
        self._pool: ProcessPool | None = None
        self._scratch: Path | None = None
        self._stopping: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(
        self, found: Iterable[FoundFile | FileProblem], cancelled: Cancelled = never
    ) -> Iterator[Done | FileProblem]:
        """Yield what came of every file, or a problem with it, in the order they are done.

        found is read only a little ahead, so it may be endless; a FileProblem in it comes out as
        it is. Raises errors.Cancelled within 300 ms of cancelled() saying so.
        """
        run: _Run[Done] = _Run(self, iter(found), cancelled)
        try:
            with self.watch.over(lambda: self._scratch):
                yield from run.results()
        finally:
            if run.outstanding:
                self._stop()

    def close(self) -> None:
        """Stop the workers, and what they started, and remove what they left lying about."""
        self._stop()
        if self._stopping is not None:
            self._stopping.join()
            self._stopping = None

    def schedule(self, bundle: Bundle, done: SimpleQueue[tuple[int, Any]], number: int) -> None:
        """Hand files to a worker; (number, future) is put on done when they are finished."""
        limit_s = self.limit_s(bundle)
        arguments = (bundle, limit_s * _CORES + _CPU_MARGIN_S, self._task)
        try:
            future = self._started().schedule(worker.work_all, args=arguments, timeout=limit_s)
        except RuntimeError:  # the pool broke since the last file
            self.restart()
            future = self._started().schedule(worker.work_all, args=arguments, timeout=limit_s)
        future.add_done_callback(lambda finished: done.put((number, finished)))

    def limit_s(self, bundle: Bundle) -> float:
        """Return the seconds a worker may spend on these files."""
        return self.time_limit_s + _SECONDS_PER_MB * sum(one.size_bytes for one in bundle) / 1e6

    def confinement(self) -> frozenset[Measure]:
        """Return what the workers gave up on this machine; starts them if need be."""
        held: frozenset[Measure] = self._started().schedule(worker.held).result()
        return held

    def restart(self) -> None:
        """Replace all workers, after the pool broke or went silent."""
        _log.warning("starting the worker processes again")
        self._stop()

    def _started(self) -> ProcessPool:
        if self._pool is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="residuals-workers-"))
            self._pool = ProcessPool(
                max_workers=self.jobs,
                max_tasks=self._max_tasks,
                initializer=worker.prepare,
                initargs=(
                    *(str(self._scratch), self._memory_limit_bytes, self._notes),
                    *(self._outbox, self._largest_file_bytes),
                ),
                context=multiprocessing.get_context("spawn"),
            )
            self._pool.schedule(worker.held).add_done_callback(_note_confinement)
        return self._pool

    def _stop(self) -> None:
        """Stop the workers without waiting for them: waiting goes on in a thread of its own."""
        if self._pool is None:
            return
        pool, scratch, before = self._pool, self._scratch, self._stopping
        self._pool = self._scratch = None

        def stop() -> None:
            with contextlib.suppress(RuntimeError, OSError):
                pool.stop()  # type: ignore[no-untyped-call]
                pool.join()
            if scratch is not None:
                shutil.rmtree(scratch, ignore_errors=True)
            if self._notes is not None:
                ReadingNotes(self._notes).clear()
            if before is not None:
                before.join()

        self._stopping = threading.Thread(target=stop, name="stop-workers", daemon=False)
        self._stopping.start()


class FingerprintPool(WorkerPool[Fingerprint]):
    """Worker processes that turn found files into fingerprints."""

    def __init__(
        self,
        *,
        jobs: int = JOBS,
        time_limit_s: float = TIME_LIMIT_S,
        memory_limit_bytes: int = READING_LIMIT_BYTES,
        max_tasks: int = MAX_TASKS,
        notes: Path | None = None,
    ) -> None:
        """Prepare a pool as WorkerPool does."""
        super().__init__(
            worker.read,
            jobs=jobs,
            time_limit_s=time_limit_s,
            memory_limit_bytes=memory_limit_bytes,
            max_tasks=max_tasks,
            notes=notes,
        )


class _Run(Generic[Done]):
    """One run over some files: what is outstanding, and what came back.

    A bundle that fails is handed out again file by file, so that only the culprit pays.
    """

    def __init__(
        self, pool: WorkerPool[Done], found: Iterator[FoundFile | FileProblem], cancelled: Cancelled
    ) -> None:
        self.outstanding: dict[int, tuple[Bundle, int]] = {}
        self._pool = pool
        self._bundles = Bundles(found, self._ask)
        self._cancelled = cancelled
        self._done: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._number = 0
        self._last_sign = time.monotonic()

    def results(self) -> Iterator[Done | FileProblem]:
        """Yield results until nothing is left to do."""
        while True:
            yield from self._fill()
            if not self.outstanding:
                return
            yield from self._next()

    def _fill(self) -> Iterator[FileProblem]:
        """Hand out files until enough are waiting; problems found on the way pass through."""
        while self._bundles and len(self.outstanding) < self._pool.jobs * _WAITING_PER_JOB:
            bundle, problems = self._bundles.take()
            yield from problems
            if bundle:
                self._hand_out(bundle, tries=1)

    def _hand_out(self, bundle: Bundle, tries: int) -> None:
        if not self.outstanding:
            self._last_sign = time.monotonic()
        self._number += 1
        self.outstanding[self._number] = (bundle, tries)
        self._pool.schedule(bundle, self._done, self._number)

    def _next(self) -> Iterator[Done | FileProblem]:
        """Yield what is done just now; nothing, after a moment, if nothing is."""
        self._ask()
        try:
            number, future = self._done.get(timeout=_POLL_S)
        except Empty:
            self._revive_if_silent()
            return
        if number not in self.outstanding:  # given up on when the pool was started again
            return
        self._last_sign = time.monotonic()
        bundle, tries = self.outstanding[number]
        if _is_spent(future):  # the worker is; the files were not looked at
            del self.outstanding[number]
            self._hand_out(bundle, tries)
            return
        results: tuple[Done | FileProblem, ...] | None = _outcome(bundle, future, self._pool.watch)
        if results is None:
            self._start_again()
            return
        del self.outstanding[number]
        rest = bundle[len(results) :]
        if results and rest:  # the worker made way before it was through
            self._hand_out(rest, tries)
        elif rest:  # who was it?
            for found in rest:
                self._hand_out((found,), tries=1)
        yield from results

    def _revive_if_silent(self) -> None:
        """Start the pool again if it has been silent for longer than any file may take."""
        longest = max(self._pool.limit_s(bundle) for bundle, _ in self.outstanding.values())
        if time.monotonic() - self._last_sign > longest + _STALL_MARGIN_S:
            self._start_again()

    def _start_again(self) -> None:
        """Hand everything outstanding out again; give up on what was out three times."""
        again = list(self.outstanding.values())
        self.outstanding.clear()
        self._pool.restart()
        for bundle, tries in again:
            if tries < _MAX_TRIES:
                self._hand_out(bundle, tries + 1)
            else:
                self._bundles.pass_on(worker.crashed(found) for found in bundle)

    def _ask(self) -> None:
        if self._cancelled():
            raise StoppedByUser


def _is_spent(future: Any) -> bool:
    """Say whether a worker ended because earlier files had used up its memory."""
    error = None if future.cancelled() else future.exception()
    return getattr(error, "exitcode", None) == worker.SPENT


def _outcome(bundle: Bundle, future: Any, watch: MemoryWatch) -> tuple[Any, ...] | None:
    """Return what came of the first files of a bundle, or None if the whole pool broke over it.

    Nothing came of several if the worker ended over one of them: nobody knows over which.
    """
    error = None if future.cancelled() else future.exception()
    if future.cancelled() or isinstance(error, BrokenProcessPool):
        return None
    if error is None:
        results: tuple[Any, ...] = future.result()
        return results
    if len(bundle) > 1:
        return ()
    return (_fault(bundle[0], error, watch),)


def _fault(found: FoundFile, error: BaseException, watch: MemoryWatch) -> FileProblem:
    """Return the problem of the one file that a worker ended over."""
    if isinstance(error, TimeoutError):
        return worker.too_slow(found)
    if watch.ended(getattr(error, "pid", None)):
        return worker.too_large(found)
    code = getattr(error, "exitcode", None)  # of a ProcessExpired
    _log.info("a worker ended: %s, code %s", type(error).__name__, code)
    return worker.too_slow(found) if code == _OUT_OF_CPU_TIME else worker.crashed(found)


def _note_confinement(answered: Any) -> None:
    """Log what a worker gave up, and what this platform does not let it give up."""
    if not answered.cancelled() and answered.exception() is None:
        held = answered.result()
        missing = ", ".join(sorted(set(Measure) - held)) or "nothing"
        _log.info("workers are confined by %s measures; missing: %s", len(held), missing)
