"""Income by month as stacked bars. Money is exact until the last moment, when it becomes pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.ui import figures
from desktop.ui.theme import Theme, font

MONTHS = 12
HEIGHT = 176


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One month's income in one currency, by what it was for."""

    month: date
    currency: str
    training: Decimal
    output: Decimal
    other: Decimal

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.training + self.output + self.other


_PARTS = (
    ("training", "Training", "accent"),
    ("output", "Output", "confirmed"),
    ("other", "Other", "muted"),
)


class IncomeChart(QWidget):
    """The last twelve months that have income."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: list[Bar] = []
        self._places: list[tuple[QRectF, Bar]] = []
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def put(self, bars: Sequence[Bar]) -> None:
        """Show months, oldest first."""
        self._bars = list(bars)[-MONTHS:]
        spoken = ", ".join(
            f"{figures.month(bar.month)} {figures.exact_money(bar.total, bar.currency, 2)}"
            for bar in self._bars
        )
        self.setAccessibleName("Income by month")
        self.setAccessibleDescription(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as in the drawing."""
        return QSize(400, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw heading, legend, bars and months."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("body", 600))
        painter.setPen(self._theme.color("text"))
        painter.drawText(QPointF(18, 28), "Income by month, as stated")
        self._legend(painter)
        self._places = []
        largest = max((bar.total for bar in self._bars), default=Decimal(0))
        if largest <= 0:
            return
        base, top = self.height() - 34.0, 52.0
        slots = max(len(self._bars), 6)
        step = (self.width() - 36) / slots
        for number, bar in enumerate(self._bars):
            middle = 18 + step * (number + 0.5)
            self._bar(painter, bar, middle, min(34.0, step * 0.6), base, (base - top), largest)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say the figures of the bar below the pointer."""
        for place, bar in self._places:
            if place.contains(event.position()):
                parts = [
                    f"{name}: {figures.exact_money(getattr(bar, key), bar.currency, 2)}"
                    for key, name, _ in _PARTS
                    if getattr(bar, key)
                ]
                head = f"{figures.month(bar.month)}"
                text = "\n".join([head, *parts])
                QToolTip.showText(event.globalPosition().toPoint(), text, self)
                return
        QToolTip.hideText()

    def _bar(
        self,
        painter: QPainter,
        bar: Bar,
        middle: float,
        width: float,
        base: float,
        room: float,
        largest: Decimal,
    ) -> None:
        bottom = base
        painter.setPen(Qt.PenStyle.NoPen)
        for key, _, color in _PARTS:
            height = float(getattr(bar, key) / largest) * room
            if height <= 0:
                continue
            painter.setBrush(self._theme.color(color))
            drawn = max(height - 1.5, 1.0)
            painter.drawRoundedRect(QRectF(middle - width / 2, bottom - drawn, width, drawn), 2, 2)
            bottom -= height
        self._places.append((QRectF(middle - width / 2, bottom, width, base - bottom), bar))
        painter.setPen(self._theme.color("muted"))
        painter.setFont(font("small"))
        label = QRectF(middle - 40, base + 6, 80, 18)
        text = figures.short_month(bar.month)
        if bar.month.month == 1:
            text = figures.month(bar.month)
        painter.drawText(label, int(Qt.AlignmentFlag.AlignCenter), text)

    def _legend(self, painter: QPainter) -> None:
        painter.setFont(font("small"))
        shown = [part for part in _PARTS if any(getattr(bar, part[0]) for bar in self._bars)]
        right = self.width() - 18.0
        for _, name, color in reversed(shown):
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(QPointF(right - width, 28), name)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(color))
            painter.drawEllipse(QPointF(right - width - 10, 24), 3.5, 3.5)
            right -= width + 30
