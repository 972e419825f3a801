"""The strip at the bottom: what is going on, how far, at what rate, and how to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QProgressBar

from desktop.model.progress import Progress
from desktop.ui import figures
from desktop.ui.job import Job
from desktop.ui.parts import Elided, button, label, row

STEADY_S = 3.0


class Strip(QFrame):
    """Shows one job at a time; hidden when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAccessibleName("Progress")
        self._what = label("", "strong")
        self._where = Elided("", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(80)
        self.pause = button("Pause", self._toggle)
        self.cancel = button("Cancel", self._cancel)
        self._job: Job | None = None
        self._paused = False
        self._started = 0.0
        layout = row(
            self._what, self._where, self._bar, self.pause, self.cancel, spacing=14,
            margins=(24, 9, 24, 9),
        )  # fmt: skip
        layout.setStretch(1, 3)
        layout.setStretch(2, 3)
        self.setLayout(layout)
        self.hide()

    def follow(self, job: Job, what: str) -> None:
        """Show a job until it ends."""
        self._job, self._started, self._paused = job, time.monotonic(), False
        self._what.setText(what)
        self._where.set_whole("")
        self._bar.setRange(0, 0)
        self.pause.setText("Pause")
        self.cancel.setEnabled(True)
        job.progressed.connect(self._show)
        job.finished.connect(self._end)
        self.show()

    @Slot(object)
    def _show(self, progress: Progress) -> None:
        if progress.total == 0:
            self._bar.setRange(0, 0)
            self._where.set_whole(progress.label)
            return
        # A range in thousandths: totals may exceed the 32 bits of QProgressBar.
        self._bar.setRange(0, 1000)
        self._bar.setValue(progress.done * 1000 // progress.total)
        self._where.set_whole(self._words(progress))

    def _words(self, progress: Progress) -> str:
        spent = max(time.monotonic() - self._started, 0.001)
        rate = progress.done / spent
        parts = [progress.label] if progress.label else []
        parts.append(f"{figures.count(progress.done)} of {figures.count(progress.total)}")
        if progress.bytes_done:
            parts.append(figures.size(progress.bytes_done))
        if spent > STEADY_S and not self._paused and rate > 0:
            parts.append(f"{rate:,.0f} files/s" if rate >= 1 else "under 1 file/s")
            left = (progress.total - progress.done) / rate
            if left > 1:
                parts.append(figures.remaining(left))
        return " · ".join(parts)

    @Slot()
    def _end(self) -> None:
        self._job = None
        self.hide()

    def _toggle(self) -> None:
        if self._job is None:
            return
        self._paused = not self._paused
        self._job.set_paused(self._paused)
        self.pause.setText("Go on" if self._paused else "Pause")

    def _cancel(self) -> None:
        if self._job is not None:
            self.cancel.setEnabled(False)
            self._where.set_whole("Stopping; what is done is kept")
            self._job.cancel()
