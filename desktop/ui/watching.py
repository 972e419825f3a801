"""Keeps the watched folders scanned while the window is open: quietly, and says what came of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.assets import asset
from desktop.errors import AppError
from desktop.flows.watching import (
    Noticed,
    is_watched,
    keep_watching,
    unwatch,
    watch_folder,
    watched_folders,
)
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.changes import Change, Changes
from desktop.ui.job import Job, Jobs
from desktop.ui.notice import Notice
from desktop.ui.watched_list import WatchedList
from desktop.ui.words import file_name

TRY_AGAIN_MS = 60_000


class Watching(QObject):
    """Bound to one window: its jobs, its notice line, the list in its side bar."""

    _noticed = Signal(object)
    _here = Signal(object)

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        listed: WatchedList,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._listed = listed
        self._job: Job | None = None
        self._problem = ""
        self._closing = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(TRY_AGAIN_MS)
        self._again.timeout.connect(self.start)
        self._noticed.connect(self._say)
        self._here.connect(listed.set_here)
        listed.stop_asked.connect(self.unwatch)

    @Slot()
    def start(self) -> None:
        """Show the list, and watch what is on it; with nothing on it, nothing runs."""
        folders = watched_folders(self._services)
        self._listed.show_folders(folders)
        if folders and self._job is None:
            self._job = self._jobs.run(
                lambda _report, cancelled: keep_watching(
                    self._services, self._noticed.emit, cancelled, here=self._here.emit
                ),
                failed=self._failed,
                finished=self._ended,
            )
        elif not folders and self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """Watch no longer, because the window closes."""
        self._closing = True
        self._again.stop()
        if self._job is not None:
            self._job.cancel()

    def may_offer(self, paths: Sequence[Path]) -> bool:
        """Say whether these are one folder of the user's that is not watched yet."""
        if len(paths) != 1 or not paths[0].is_dir():
            return False
        ours = os.path.samefile(paths[0], asset("samples/works"))
        return not ours and not is_watched(paths[0], self._services)

    def watch(self, folder: Path) -> None:
        """Watch a folder from now on."""
        try:
            watch_folder(folder, self._services)
        except AppError as problem:
            self._notice.problem(problem)
            return
        self.start()
        self._notice.say(
            f"{file_name(folder)} is watched: what you add to it is scanned by itself."
        )

    @Slot(object)
    def unwatch(self, folder: Path) -> None:
        """Watch a folder no longer; its works stay."""
        unwatch(folder, self._services)
        self.start()
        self._notice.say(
            f"{file_name(folder)} is not watched any more. Its works stay.",
            "Undo",
            lambda: self.watch(folder),
        )

    @Slot(object)
    def _say(self, noticed: Noticed) -> None:
        self._problem = ""
        self._changes.tell(Change.WORKS | Change.PROBLEMS)
        words = news_of(noticed)
        if words:
            self._notice.say_quietly(words)

    def _failed(self, problem: AppError) -> None:
        """Say it once, and try again after a while."""
        if problem.message != self._problem:
            self._problem = problem.message
            self._notice.problem(problem)
        self._again.start()

    def _ended(self) -> None:
        """Begin again if a folder was added while the last one was being let go."""
        cancelled = self._job is not None and self._job.cancelled
        self._job = None
        if cancelled and not self._closing:
            self.start()


def news_of(noticed: Noticed) -> str:
    """Return one sentence on what changed in a watched folder; "" where it is not worth one."""
    counts = noticed.imported.counts
    parts = [
        f"{figures.count(number)} {one if number == 1 else several}"
        for number, one, several in (
            (counts[Outcome.ADDED], "new work", "new works"),
            (counts[Outcome.UPDATED], "new version", "new versions"),
            (counts[Outcome.MOVED], "file moved", "files moved"),
            (counts[Outcome.DUPLICATE], "copy of what is here", "copies of what is here"),
            (len(noticed.gone) + noticed.imported.missing, "file missing", "files missing"),
        )
        if number
    ]
    word = "from" if parts and parts == parts[:1] and counts[Outcome.ADDED] else "in"
    return f"{', '.join(parts)} {word} {file_name(noticed.root)}." if parts else ""
