"""The strip at the bottom: what is going on, how far, at what rate, and how to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QProgressBar

from desktop.errors import FileProblemKind
from desktop.model.progress import Progress
from desktop.ui import figures, words
from desktop.ui.job import Job
from desktop.ui.pace import Pace
from desktop.ui.parts import Elided, button, label, row


class Strip(QFrame):
    """Shows one job at a time; hidden when there is none. problems_asked(): show them."""

    problems_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAccessibleName("Progress")
        self._what = label("", "strong")
        self._where = Elided("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(80)
        self.problems = button("", self.problems_asked.emit, look="quiet")
        self.problems.setToolTip("Show the files that have problems")
        self.pause = button("Pause", self._toggle)
        self.cancel = button("Cancel", self._cancel)
        self._job: Job | None = None
        self._paused = False
        self._pace = Pace()
        layout = row(
            self._what, self._where, self._bar, self.problems, self.pause, self.cancel,
            spacing=14, margins=(24, 9, 24, 9),
        )  # fmt: skip
        layout.setStretch(1, 3)
        layout.setStretch(2, 3)
        self.setLayout(layout)
        self.hide()

    def follow(self, job: Job, what: str) -> None:
        """Show a job until it ends."""
        self._job, self._pace, self._paused = job, Pace(), False
        self._what.setText(what)
        self._where.set_whole("")
        self._bar.setRange(0, 0)
        self.pause.setText("Pause")
        self.cancel.setEnabled(True)
        self.problems.hide()
        job.progressed.connect(self._show)
        job.finished.connect(self._end)
        self.show()

    @Slot(object)
    def _show(self, progress: Progress) -> None:
        self._pace.add(time.monotonic(), progress)
        self._show_problems(progress)
        if not self.cancel.isEnabled():
            return
        if progress.total == 0:
            self._bar.setRange(0, 0)
            self._where.set_whole(progress.label)
            return
        # A range in thousandths: totals may exceed the 32 bits of QProgressBar.
        self._bar.setRange(0, 1000)
        self._bar.setValue(_thousandths(progress))
        self._where.set_whole(self._words(progress))

    def _show_problems(self, progress: Progress) -> None:
        counted = [(FileProblemKind(cause), count) for cause, count in progress.problems]
        self.problems.setText(words.causes(counted))
        self.problems.setVisible(bool(counted))

    def _words(self, progress: Progress) -> str:
        parts = [f"{figures.count(progress.done)} of {figures.count(progress.total)}"]
        if progress.bytes_total:
            done, total = figures.size(progress.bytes_done), figures.size(progress.bytes_total)
            parts.append(f"{done} of {total}")
        if not self._paused:
            parts += self._pace_words()
        if progress.label:
            parts.append(progress.label)
        return " · ".join(parts)

    def _pace_words(self) -> list[str]:
        parts = []
        rate, speed, left = self._pace.files_per_s(), self._pace.bytes_per_s(), self._pace.left_s()
        if rate:
            parts.append(f"{rate:,.0f} files/s" if rate >= 1 else "under 1 file/s")
        if speed:
            parts.append(f"{figures.size(round(speed))}/s")
        if left is not None and left > 1:
            parts.append(figures.remaining(left))
        return parts

    @Slot()
    def _end(self) -> None:
        self._job = None
        self.hide()

    def _toggle(self) -> None:
        if self._job is None:
            return
        self._paused = not self._paused
        self._pace.forget()
        self._job.set_paused(self._paused)
        self.pause.setText("Go on" if self._paused else "Pause")

    def _cancel(self) -> None:
        if self._job is not None:
            self.cancel.setEnabled(False)
            self._where.set_whole("Stopping; what is done is kept")
            self._job.cancel()


def _thousandths(progress: Progress) -> int:
    """Return how much is done: of the bytes to be read, or of the items where none are."""
    if progress.bytes_total:
        return progress.bytes_done * 1000 // progress.bytes_total
    return progress.done * 1000 // progress.total
