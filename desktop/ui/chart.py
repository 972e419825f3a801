"""Bars on paper: drawn the same on the screen and in a picture. Money becomes pixels last."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.ui import figures
from desktop.ui.theme import Theme, font, metrics

HEIGHT = 150
NAMES_WIDTH = 150
_EDGE = 18.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One kind of part. color: a token of the theme; strength: how much of it on the paper."""

    name: str
    color: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: a short name below it, its whole name, and its parts in the order of the series."""

    short: str
    name: str
    parts: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """Bars of one currency. across: they lie, with their names before them; beside: parts stand
    beside each other instead of on each other.
    """

    title: str
    currency: str
    series: tuple[Series, ...] = ()
    bars: tuple[Bar, ...] = ()
    across: bool = False
    beside: bool = False

    def spoken(self, bar: Bar) -> str:
        """Return the figures of a bar as a sentence."""
        parts = [
            f"{series.name} {figures.rounded_money(amount, self.currency)}"
            for series, amount in zip(self.series, bar.parts, strict=True)
            if amount
        ]
        return f"{bar.name}: {', '.join(parts) or 'nothing'}"


class Chart(QWidget):
    """A chart that can be walked through with the arrow keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown = ChartData(title="", currency="")
        self._places: list[QRectF] = []
        self._at: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def put(self, data: ChartData) -> None:
        """Show other bars."""
        self.shown, self._at = data, None
        self.setAccessibleName(f"{data.title}, in {data.currency}")
        self.setAccessibleDescription("; ".join(data.spoken(bar) for bar in data.bars))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as in the drawing."""
        return QSize(400, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars, and a ring around the one that the keys have come to."""
        painter = QPainter(self)
        self._places = draw(painter, QRectF(self.rect()), self.shown, self._theme)
        if self._at is not None and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("text"), 1.5))
            painter.drawRoundedRect(self._places[self._at].adjusted(-3, -3, 3, 3), 4, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say the figures of the bar below the pointer."""
        for number, place in enumerate(self._places):
            if place.contains(event.position()):
                self._say(number, event.globalPosition().toPoint())
                return
        QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the bar before or after, and say its figures."""
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._places:
            super().keyPressEvent(event)
            return
        before = self._at if self._at is not None else (-1 if step > 0 else len(self._places))
        self._at = max(0, min(len(self._places) - 1, before + step))
        place = self._places[self._at]
        self._say(self._at, self.mapToGlobal(place.bottomRight().toPoint()))
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave no ring behind."""
        self._at = None
        super().focusOutEvent(event)
        self.update()

    def _say(self, number: int, where: QPoint) -> None:
        head, _, parts = self.shown.spoken(self.shown.bars[number]).partition(": ")
        QToolTip.showText(where, "\n".join([head, *parts.split(", ")]), self)


def draw(
    painter: QPainter, area: QRectF, data: ChartData, theme: Theme, *, sums: bool = False
) -> list[QRectF]:
    """Draw bars into an area of any painter; return the place of each.

    sums: write what standing bars come to above them, for a picture has no pointer to ask with.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not data.bars:
        return []
    if data.across:
        return _lying(painter, area, data, theme)
    places = _standing(painter, area, data, theme)
    if sums and not data.beside:
        for place, bar in zip(places, data.bars, strict=True):
            above = QRectF(place.center().x() - 48, place.top() - 20, 96, 18)
            whole = sum(bar.parts, Decimal(0))
            _name(painter, above, figures.rounded_money(whole, data.currency), theme)
    return places


def ink(theme: Theme, series: Series) -> QColor:
    """Return a series' colour: its token, mixed with paper."""
    full, paper = theme.color(series.color), theme.color("surface")
    part = series.strength
    return QColor(
        *(
            round(of * part + on * (1 - part))
            for of, on in (
                (full.red(), paper.red()),
                (full.green(), paper.green()),
                (full.blue(), paper.blue()),
            )
        )
    )


def _standing(painter: QPainter, area: QRectF, data: ChartData, theme: Theme) -> list[QRectF]:
    top, bottom = area.top() + 8, area.bottom() - 28
    low, high = _span(data)
    zero = top + (bottom - top) * _share(high, high - low)
    slots = max(len(data.bars), 6)
    step = (area.width() - 2 * _EDGE) / slots
    wide = min(34.0, step * 0.6)
    places = []
    for number, bar in enumerate(data.bars):
        left = area.left() + _EDGE + step * (number + 0.5) - wide / 2
        up, down = zero, zero
        across = wide / len(bar.parts) if data.beside else wide
        for place, amount in enumerate(bar.parts):
            long = (bottom - top) * _share(abs(amount), high - low)
            if long <= 0:
                continue
            x = left + across * place if data.beside else left
            start = zero if data.beside else (up if amount > 0 else down)
            end = start - long if amount > 0 else start + long
            _block(painter, QRectF(x, min(start, end), across, long), theme, data.series[place])
            if amount > 0:
                up = min(up, end) if data.beside else end
            else:
                down = max(down, end) if data.beside else end
        places.append(QRectF(left, up, wide, max(down - up, 3.0)))
        _name(painter, QRectF(left + wide / 2 - step / 2, bottom + 6, step, 18), bar.short, theme)
    if low < 0:
        painter.setPen(theme.color("line"))
        painter.drawLine(QPointF(area.left() + _EDGE, zero), QPointF(area.right() - _EDGE, zero))
    return places


def _lying(painter: QPainter, area: QRectF, data: ChartData, theme: Theme) -> list[QRectF]:
    left = area.left() + _EDGE + NAMES_WIDTH
    right = area.right() - _EDGE - 96
    low, high = _span(data)
    zero = left + (right - left) * _share(-low, high - low)
    step = min((area.height() - 14) / len(data.bars), 52.0)
    places = []
    for number, bar in enumerate(data.bars):
        y = area.top() + 4 + step * number
        ahead, behind = zero, zero
        for place, amount in enumerate(bar.parts):
            long = (right - left) * _share(abs(amount), high - low)
            if long <= 0:
                continue
            x = ahead if amount > 0 else behind - long
            height = step * 0.62
            _block(painter, QRectF(x, y + step * 0.19, long, height), theme, data.series[place])
            ahead, behind = (x + long, behind) if amount > 0 else (ahead, x)
        places.append(QRectF(behind, y + step * 0.19, max(ahead - behind, 3.0), step * 0.62))
        name = QRectF(area.left() + _EDGE, y, NAMES_WIDTH - 10, step)
        _name(painter, name, bar.short, theme, Qt.AlignmentFlag.AlignLeft)
        whole = figures.rounded_money(sum(bar.parts, Decimal(0)), data.currency)
        beyond = QRectF(ahead + 8, y, area.right() - ahead - 8, step)
        _name(painter, beyond, whole, theme, Qt.AlignmentFlag.AlignLeft)
    return places


def _block(painter: QPainter, place: QRectF, theme: Theme, series: Series) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink(theme, series))
    # A hair of paper between parts, so that they are told apart without their colours.
    inner = place.adjusted(0.75, 0.75, -0.75, -0.75)
    painter.drawRoundedRect(inner if inner.width() > 1 and inner.height() > 1 else place, 2, 2)


def _name(
    painter: QPainter,
    place: QRectF,
    text: str,
    theme: Theme,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
) -> None:
    painter.setPen(theme.color("muted"))
    painter.setFont(font("small", figures=True))
    shown = metrics("small").elidedText(
        " ".join(text.split()), Qt.TextElideMode.ElideRight, int(place.width())
    )
    painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


def _span(data: ChartData) -> tuple[Decimal, Decimal]:
    """Return the lowest and highest end of any bar; zero is between them."""
    low, high = Decimal(0), Decimal(0)
    for bar in data.bars:
        up = [part for part in bar.parts if part > 0]
        down = [part for part in bar.parts if part < 0]
        high = max(high, *(up if data.beside else [sum(up, Decimal(0))]), Decimal(0))
        low = min(low, *(down if data.beside else [sum(down, Decimal(0))]), Decimal(0))
    return low, high


def _share(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else 0.0
