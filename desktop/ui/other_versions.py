"""Works that are like the selected one: looked up off the main thread, shown if there are any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QRectF, QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.errors import AppError
from desktop.model.progress import Cancelled, Report
from desktop.model.similar import Relation, SimilarWork
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.job import Job, Jobs
from desktop.ui.parts import Elided, button, column, holder, label, row
from desktop.ui.pictures import Pictures, paint_picture

SHOWN = 6
# Those who walk through the works by keyboard do not wait for what they pass over.
DELAY_MS = 120
STOP_S = 1.0
WORDS = {
    Relation.SAME_BYTES: "The same file",
    Relation.SAME_CONTENT: "The same content",
    Relation.VERSION: "Another version",
    Relation.SIMILAR: "Similar, worth a look",
}
_SIDE = 36

Found = Callable[[int, list[SimilarWork]], None]


class Lookup(QObject):
    """Finds what is like one work at a time; a newer question replaces an older one."""

    def __init__(self, services: Services, found: Found, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._found = found
        self._jobs = Jobs(self)
        self._job: Job | None = None
        self._asked = 0
        self._work_id = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._timer.isActive() or self._job is not None

    def ask(self, work_id: int) -> None:
        """Look for works like this one; found is told of them, unless something else is asked."""
        self._give_up()
        self._work_id = work_id
        self._timer.start()

    def stop(self) -> bool:
        """Give up what is being looked for; tells whether there was anything."""
        was_busy = self.busy
        self._give_up()
        self._jobs.stop_all(STOP_S)
        return was_busy

    def _give_up(self) -> None:
        self._timer.stop()
        self._asked += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _look(self) -> None:
        work_id = self._work_id

        def look(report: Report, cancelled: Cancelled) -> list[SimilarWork]:
            from desktop.flows.comparing import find_similar

            return find_similar(work_id, self._services, None, report, cancelled)

        self._job = self._jobs.run(
            look,
            succeeded=partial(self._answer, self._asked, work_id),
            failed=partial(self._failed, self._asked),
        )

    def _answer(self, asked: int, work_id: int, found: list[SimilarWork]) -> None:
        if asked == self._asked:
            self._job = None
            self._found(work_id, found)

    def _failed(self, asked: int, _problem: AppError) -> None:
        """Show nothing: this is a hint, and the work itself is there all the same."""
        if asked == self._asked:
            self._job = None


def section(
    found: Sequence[SimilarWork], pictures: Pictures, show: Callable[[int], None]
) -> list[QWidget]:
    """Return the lines that name the works, nearest first; show is called with a work's number."""
    lines = [_line(other, pictures, show) for other in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(label(f"and {figures.count(len(found) - SHOWN)} more", "small"))
    return lines


def _line(other: SimilarWork, pictures: Pictures, show: Callable[[int], None]) -> QWidget:
    words = column(Elided(other.title), label(WORDS[other.relation], "small"), spacing=1)
    open_it = button("Show", partial(show, other.work_id), look="quiet")
    open_it.setAccessibleName(f"Show {other.title}, {WORDS[other.relation].lower()}")
    line = row(_Thumbnail(other, pictures), holder(words), open_it, spacing=10)
    line.setStretch(1, 1)
    return holder(line)


class _Thumbnail(QWidget):
    def __init__(self, other: SimilarWork, pictures: Pictures) -> None:
        super().__init__()
        self._other, self._pictures = other, pictures
        self.setFixedSize(self.sizeHint())
        pictures.arrived.connect(self._arrived)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = self._pictures.get(self._other.datahash)
        painter = QPainter(self)
        area = QRectF(self.rect())
        paint_picture(painter, area, picture, self._other.kind, self._other.datahash, 4)

    def _arrived(self, datahash: str) -> None:
        if datahash == self._other.datahash:
            self.update()
