"""The first run: where to drop a portfolio, and what the next steps are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImageReader, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QWidget

from desktop.assets import asset
from desktop.model.fingerprints import Kind
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.pictures import paint_picture

_CARDS = (
    (Kind.IMAGE, "harbour-morning.jpg", -4),
    (Kind.SOUND, "low tide", 3),
    (Kind.IMAGE, "night-ferry.jpg", -2),
    (Kind.TEXT, "letter", 4),
)
_STEPS = ("Your works", "What AI may do", "Who you are", "Where to claim")


class DropZone(QWidget):
    """What an empty library shows."""

    def __init__(self, add_folder: Callable[[], None], try_samples: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("page")
        title = label("Drop your portfolio here", "figure")
        sentence = label(
            "Pictures, music, film, text. Files are fingerprinted on this computer and never "
            "leave it.",
            "muted",
            wrap=True,
        )
        for text in (title, sentence):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.add = button("Add folder…", add_folder, look="primary")
        self.samples = button("Try with sample works", try_samples)
        self._frame = QFrame()
        self._frame.setObjectName("dropZone")
        inner = column(_Pictures(), spacing=18, margins=(24, 36, 24, 36))
        inner.addLayout(row(None, self.add, self.samples, None, spacing=12))
        self._frame.setLayout(inner)
        self._frame.setMaximumWidth(760)
        steps = row(None, spacing=18)
        for number, step in enumerate(_STEPS, start=1):
            figure = pill(str(number), Tone.MINE if number == 1 else Tone.PLAIN)
            steps.addWidget(holder(row(figure, label(step, "muted"), spacing=8)))
        steps.addStretch(1)
        middle = row(None, self._frame, None)
        middle.setStretch(1, 10)
        layout = column(None, title, sentence, spacing=12, margins=(32, 32, 32, 32))
        layout.addSpacing(14)
        layout.addLayout(middle)
        layout.addSpacing(24)
        layout.addLayout(steps)
        layout.addStretch(1)
        self.setLayout(layout)

    def set_over(self, over: bool) -> None:
        """Show that what is dragged may be dropped here."""
        self._frame.setProperty("over", over)
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)


class _Pictures(QWidget):
    """Four sample works, a little askew."""

    def __init__(self) -> None:
        super().__init__()
        self._pictures = {name: _sample(name) for kind, name, _ in _CARDS if kind is Kind.IMAGE}

    def sizeHint(self) -> QSize:
        return QSize(560, 110)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 110)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        width = min(124.0, (self.width() - 60) / 4)
        step = width + 14
        left = self.width() / 2 - step * 1.5
        for place, (kind, seed, tilt) in enumerate(_CARDS):
            painter.save()
            painter.translate(left + place * step, self.height() / 2)
            painter.rotate(tilt)
            area = QRectF(-width / 2, -width * 0.36, width, width * 0.72)
            paint_picture(painter, area, self._pictures.get(seed), kind, seed)
            painter.restore()


def _sample(name: str) -> QPixmap:
    reader = QImageReader(str(asset(f"samples/works/{name}")))
    reader.setScaledSize(QSize(248, 186))
    return QPixmap.fromImage(reader.read())
