"""Fingerprint files on a Dask cluster whose machines see the same paths. The only user of Dask.

Dask itself gives the files of a lost machine to another one; here is what is out, and how it ends.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import pkgutil
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Self

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import ClusterProblem, FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.progress import Cancelled, never
from desktop.portfolio.bundles import Bundle, Bundles, Result
from desktop.portfolio.cluster_problems import (
    broken_machine,
    deadly,
    judge,
    lost,
    no_dask,
    no_machine,
    not_shared,
    nothing_shared,
    unreachable,
)
from desktop.portfolio.on_the_cluster import read_here

_log = logging.getLogger(__name__)
_POLL_S = 0.05
_WAITING_PER_THREAD = 3
_COUNT_EVERY_S = 2.0
_CLOSE_S = 1.0
_MAX_TRIES = 3
_UNSEEN_LIMIT = 50
_SAME_MOMENT_NS = 2_000_000_000
_VERSION = "desktop:__version__"
_UNSEEN = (FileProblemKind.MISSING, FileProblemKind.NOT_READABLE)


class ClusterPool:
    """The machines behind a Dask scheduler, as a pool; connected on first use.

    A context manager. One run at a time; it may be used from any thread.
    """

    def __init__(
        self, address: str, *, connect_limit_s: float = 10.0, machines_limit_s: float = 60.0
    ) -> None:
        """Prepare; nothing is connected yet.

        address: of the scheduler, such as tcp://10.0.0.5:8786. connect_limit_s: how long to try
        to reach it. machines_limit_s: how long the cluster may have no machine before the run is
        given up.
        """
        self.address = address
        self.connect_limit_s = connect_limit_s
        self.machines_limit_s = machines_limit_s
        self._link: _Link | None = None
        self._ending: list[_Link] = []

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
    ) -> Iterator[Result]:
        """Yield a fingerprint or a problem for every file, in the order they are done.

        found is read only a little ahead, so it may be endless; a FileProblem in it comes out as
        it is. Raises errors.Cancelled within 300 ms of cancelled() saying so, and ClusterProblem
        when the cluster cannot be used; what was yielded before that is good.
        """
        if self._link is None:
            self._link = _Link(self.address, self.connect_limit_s)
        run = _Run(self._link, iter(found), cancelled, self.machines_limit_s)
        try:
            yield from run.results()
        finally:
            if run.outstanding:
                self._end()

    def close(self) -> None:
        """Disconnect; the scheduler forgets what was handed out."""
        self._end()
        while self._ending:
            self._ending.pop().wait()

    def _end(self) -> None:
        """Begin to disconnect, without waiting for the other side."""
        link, self._link = self._link, None
        if link is not None:
            link.end()
            self._ending.append(link)


class _Link:
    """The connection to a scheduler: an event loop in a thread of its own."""

    def __init__(self, address: str, connect_limit_s: float) -> None:
        """Begin to connect. Raises ClusterProblem where Dask is not installed."""
        if importlib.util.find_spec("distributed") is None:
            raise no_dask()
        self.ready = False
        self._connected = False
        self.threads = 0
        self.empty_since = time.monotonic()
        self.address = address
        self._connect_limit_s = connect_limit_s
        self._client: Any = None
        self._stop = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._life = asyncio.run_coroutine_threadsafe(self._live(), self._loop)
        self._thread = threading.Thread(target=self._serve, daemon=True, name="cluster")
        self._thread.start()

    def submit(self, bundle: Bundle, done: SimpleQueue[tuple[int, Any]], number: int) -> None:
        """Hand files to the cluster; (number, future) is put on done when they are finished.

        Raises ClusterProblem if the connection was closed meanwhile.
        """
        reading = self._read(bundle)
        try:
            future = asyncio.run_coroutine_threadsafe(reading, self._loop)
        except RuntimeError as ended:
            reading.close()
            raise lost(self.address) from ended
        future.add_done_callback(lambda finished: done.put((number, finished)))

    def check(self) -> None:
        """Raise ClusterProblem if there is no connection, or a machine is not fit."""
        if self._life.done():
            error = self._life.exception()
            if isinstance(error, ClusterProblem):
                raise error
            _log.info("the connection to the scheduler ended: %s", type(error).__name__)
            raise (lost if self._connected else unreachable)(self.address) from error
        if self.ready and self._client.status != "running":
            raise lost(self.address)

    def end(self) -> None:
        """Begin to end the connection."""
        self._loop.call_soon_threadsafe(self._stop.set)

    def wait(self) -> None:
        """Wait for the end, but not long for the other side."""
        self._thread.join(_CLOSE_S * 4)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._stop.wait())
        self._loop.run_until_complete(self._say_goodbye())
        self._loop.close()

    async def _say_goodbye(self) -> None:
        await self._cancel_rest()
        if self._client is not None:
            await asyncio.wait([asyncio.ensure_future(self._client.close())], timeout=_CLOSE_S)
        await self._cancel_rest()

    async def _cancel_rest(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=_CLOSE_S)

    async def _live(self) -> None:
        """Connect, then count the machines now and then, and look at the new ones."""
        import distributed

        for name in ("distributed", "distributed.client"):  # it is said in our own words
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._client = distributed.Client(  # type: ignore[no-untyped-call]
            self.address, asynchronous=True, set_as_default=False, timeout=self._connect_limit_s
        )
        await self._client
        self._connected = True
        await self._judge_scheduler()
        known: set[str] = set()
        while True:
            machines: dict[str, int] = await self._client.nthreads()
            await self._judge_machines(set(machines) - known)
            known = set(machines)
            self.threads = sum(machines.values())
            if self.threads:
                self.empty_since = time.monotonic()
            self.ready = True
            await asyncio.sleep(_COUNT_EVERY_S)

    async def _judge_scheduler(self) -> None:
        """Raise ClusterProblem unless the scheduler has Residuals: it unpacks what it hands on."""
        try:
            answer = await self._client.run_on_scheduler(pkgutil.resolve_name, _VERSION)
        except ImportError as error:
            answer = error
        judge("scheduler", answer)

    async def _judge_machines(self, new: set[str]) -> None:
        if not new:
            return
        answers = await self._client.run(
            pkgutil.resolve_name, _VERSION, workers=sorted(new), on_error="return"
        )
        for answer in answers.values():
            judge("machine", answer)

    async def _read(self, bundle: Bundle) -> tuple[Result, ...]:
        future = self._client.submit(read_here, bundle, pure=False)
        error: BaseException | None = await future.exception()
        if error is not None:
            raise error
        results: tuple[Result, ...] = await future.result()
        return results


class _Run:
    """One run over some files: what is outstanding, and what came back."""

    def __init__(
        self,
        link: _Link,
        found: Iterator[FoundFile | FileProblem],
        cancelled: Cancelled,
        machines_limit_s: float,
    ) -> None:
        self.outstanding: dict[int, tuple[Bundle, int]] = {}
        self._link = link
        self._bundles = Bundles(found, self._ask)
        self._cancelled = cancelled
        self._machines_limit_s = machines_limit_s
        self._done: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        self._number = 0
        self._any_seen = False
        self._unseen: list[FileProblem] = []

    def results(self) -> Iterator[Result]:
        """Yield results until nothing is left to do."""
        while not self._link.ready:
            self._ask()
            self._link.check()
            time.sleep(_POLL_S)
        while True:
            yield from self._fill()
            if not self.outstanding:
                break
            yield from self._next()
        if self._nothing_shared():
            raise nothing_shared()
        yield from self._unseen

    def _fill(self) -> Iterator[FileProblem]:
        """Hand out files until enough are waiting; problems found on the way pass through.

        Once nothing seems to be shared, what is out already decides.
        """
        while self._bundles and len(self.outstanding) < self._room() and not self._nothing_shared():
            bundle, problems = self._bundles.take()
            yield from problems
            if bundle:
                self._hand_out(bundle, tries=1)

    def _room(self) -> int:
        return max(self._link.threads, 1) * _WAITING_PER_THREAD

    def _hand_out(self, bundle: Bundle, tries: int) -> None:
        self._number += 1
        self.outstanding[self._number] = (bundle, tries)
        self._link.submit(bundle, self._done, self._number)

    def _next(self) -> Iterator[Result]:
        """Yield what is done just now; nothing, after a moment, if nothing is."""
        self._ask()
        self._link.check()
        try:
            number, future = self._done.get(timeout=_POLL_S)
        except Empty:
            self._give_up_without_machines()
            return
        bundle, tries = self.outstanding.pop(number)
        if future.cancelled():
            raise lost(self._link.address)
        error = future.exception()
        if error is not None:
            yield from self._failed(bundle, tries, error)
            return
        by_path = {found.path: found for found in bundle}
        for result in future.result():
            yield from self._judged(result, by_path)

    def _judged(self, result: Result, handed_out: dict[Path, FoundFile]) -> Iterator[Result]:
        """Yield a result; what this machine can read and the other cannot see waits a while.

        If none is ever seen, the folder is not shared, and that is one problem instead of many.
        """
        if isinstance(result, Fingerprint):
            self._any_seen = True
            yield replace(result, found=_as_seen_here(result.found, handed_out))
        elif result.reason in _UNSEEN and os.access(result.path, os.R_OK):
            self._unseen.append(not_shared(result.path))
        else:
            yield result
        if self._any_seen:
            unseen, self._unseen = self._unseen, []
            yield from unseen

    def _nothing_shared(self) -> bool:
        return not self._any_seen and len(self._unseen) >= _UNSEEN_LIMIT

    def _failed(self, bundle: Bundle, tries: int, error: BaseException) -> Iterator[FileProblem]:
        """Try files again one by one if they took machines down; blame one that was alone."""
        kind = type(error).__name__
        _log.info("a bundle failed on the cluster: %s", kind)
        self._link.check()
        if kind == "KilledWorker":
            if len(bundle) == 1:
                yield deadly(bundle[0])
                return
            for found in bundle:
                self._hand_out((found,), tries=1)
        elif kind == "FutureCancelledError" and tries < _MAX_TRIES:
            self._hand_out(bundle, tries + 1)
        else:
            raise broken_machine(error) from error

    def _give_up_without_machines(self) -> None:
        if time.monotonic() - self._link.empty_since > self._machines_limit_s:
            raise no_machine()

    def _ask(self) -> None:
        if self._cancelled():
            raise StoppedByUser


def _as_seen_here(read: FoundFile, handed_out: dict[Path, FoundFile]) -> FoundFile:
    """Return the file with the inode and time that it has here; another machine's may differ."""
    found = handed_out.get(read.path, read)
    moment_apart = abs(found.mtime_ns - read.mtime_ns)
    same = found.size_bytes == read.size_bytes and moment_apart < _SAME_MOMENT_NS
    return found if same else read
