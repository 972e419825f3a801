"""Runs a flow off the main thread. Holds the app's one broad except: a bug becomes a message."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from desktop.errors import AppError, Cancelled
from desktop.model.progress import Cancelled as CancelledFunction
from desktop.model.progress import Progress, Report

_log = logging.getLogger(__name__)
FAREWELL_S = 1.0

Work = Callable[[Report, CancelledFunction], Any]


class Job(QObject):
    """One run of one flow.

    progressed(Progress), succeeded(result), failed(AppError), finished(); all arrive on the
    thread that made the job. A cancelled flow that returns has succeeded with what it did.
    """

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()
    _went = Signal(bool, object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._went.connect(self._tell)
        self.ended = False
        self.hushed = False  # nobody is left to hear how it went
        # Qt holds on to nobody whose method it calls: who waits for the answer is kept here.
        self.waiting: tuple[Callable[..., None] | None, ...] = ()
        self._work = work
        self._cancel = threading.Event()
        self._resume = threading.Event()
        self._resume.set()
        self._thread = threading.Thread(target=self._run, daemon=True, name="job")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask it to stop; it answers soon, and keeps what is done."""
        self._cancel.set()
        self._resume.set()

    def set_paused(self, paused: bool) -> None:
        """Hold it between two files, or let it go on."""
        if paused:
            self._resume.clear()
        else:
            self._resume.set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._cancel.is_set()

    def wait(self, limit_s: float) -> bool:
        """Wait for the end, at most limit_s; tells whether it ended."""
        if self._thread.ident is not None:
            self._thread.join(limit_s)
        return not self._thread.is_alive()

    def _is_cancelled(self) -> bool:
        # Held here while paused; cancel() lets go as well.
        self._resume.wait()
        return self._cancel.is_set()

    def _report(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _run(self) -> None:
        try:
            result = self._work(self._report, self._is_cancelled)
        except Cancelled:
            pass
        except AppError as problem:
            self._went.emit(False, problem)
        except Exception as bug:  # noqa: BLE001 - the one place; see the module's docstring
            _log.error("a job failed: %s", type(bug).__name__, exc_info=bug)
            unexpected = AppError(
                "Something went wrong inside the app. Your library is as it was.",
                advice=f"Please tell us: {type(bug).__name__}: {bug}",
            )
            self._went.emit(False, unexpected)
        else:
            self._went.emit(True, result)
        finally:
            self.ended = True
            self.finished.emit()

    @Slot(bool, object)
    def _tell(self, well: bool, told: object) -> None:
        """Say how it went, unless it was hushed, be it after the thread had said it."""
        if not self.hushed:
            (self.succeeded if well else self.failed).emit(told)


class Jobs(QObject):
    """The jobs that run now. busy(bool) when the first starts and the last ends."""

    busy = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Job] = []

    def run(
        self,
        work: Work,
        *,
        succeeded: Callable[[Any], None] | None = None,
        failed: Callable[[AppError], None] | None = None,
        finished: Callable[[], None] | None = None,
    ) -> Job:
        """Start a flow and return its job."""
        job = Job(work, self)
        if succeeded is not None:
            job.succeeded.connect(succeeded)
        if failed is not None:
            job.failed.connect(failed)
        if finished is not None:
            job.finished.connect(finished)
        job.waiting = (succeeded, failed, finished)
        job.finished.connect(self._reap)
        self._running.append(job)
        if len(self._running) == 1:
            self.busy.emit(True)
        job.start()
        return job

    def stop_all(self, limit_s: float) -> bool:
        """Cancel everything and wait, at most limit_s in all; tells whether all ended.

        How it went is told to nobody: the window and its library are on their way out.
        """
        deadline = time.monotonic() + limit_s
        for job in list(self._running):
            job.hushed = True
            job.cancel()
        return all(job.wait(max(0.0, deadline - time.monotonic())) for job in list(self._running))

    @Slot()
    def _reap(self) -> None:
        """Let go of jobs that have ended; connected without a closure, so that no cycle is left."""
        for job in [job for job in self._running if job.ended]:
            self._running.remove(job)
            # finished is the thread's last word: let it finish saying it before the object goes.
            job.wait(FAREWELL_S)
            job.deleteLater()
        if not self._running:
            self.busy.emit(False)
