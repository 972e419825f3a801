"""Paints one work: as a picture with two lines in the grid, as one line in the list."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.model.works import WorkRow
from desktop.ui import words
from desktop.ui.parts import Tone
from desktop.ui.pictures import Pictures
from desktop.ui.theme import Theme, font, metrics
from desktop.ui.works_model import ROW, Index, WorksModel

PICTURE_HEIGHT = 112
CELL_HEIGHT = PICTURE_HEIGHT + 56
CELL_MIN_WIDTH = 146
LIST_HEIGHT = 52
GAP = 8
KIND_FROM_WIDTH = 520
# Put together once: a frame uses them hundreds of times.
_ONE_LINE = int(
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
)
_DOTS = {
    Tone.CONFIRMED: "confirmed",
    Tone.NEEDS: "needs",
    Tone.WRONG: "wrong",
    Tone.MINE: "accent",
    Tone.PLAIN: "muted",
}


class WorkDelegate(QStyledItemDelegate):
    """Draws works for the grid, or when as_list is set, for the list."""

    def __init__(self, theme: Theme, pictures: Pictures) -> None:
        super().__init__()
        self._theme = theme
        self._pictures = pictures
        self.as_list = False
        self.cell = QSize(CELL_MIN_WIDTH, CELL_HEIGHT)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Every cell is as large as the others."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one work."""
        work = index.data(ROW)
        model = index.model()
        if not isinstance(work, WorkRow) or not isinstance(model, WorksModel):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.as_list:
            self._paint_line(painter, option, work, model.terms_of(work))
        else:
            self._paint_cell(painter, option, work, model.terms_of(work))
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, option: QStyleOptionViewItem, work: WorkRow, terms: str
    ) -> None:
        area = _rect(option)
        width = area.width() - 2 * GAP
        picture = QRectF(area.left() + GAP, area.top() + 5, width, PICTURE_HEIGHT)
        self._paint_picture(painter, picture, work)
        self._paint_frame(painter, picture, option)
        line = QRectF(picture.left() + 1, picture.bottom() + 6, width, 18)
        self._text(painter, line, work.title, "text", 500)
        self._state(painter, QRectF(line.left(), line.bottom() + 1, width, 16), work, terms)

    def _paint_line(
        self, painter: QPainter, option: QStyleOptionViewItem, work: WorkRow, terms: str
    ) -> None:
        area = QRectF(_rect(option))
        if _has(option, QStyle.StateFlag.State_Selected):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_ground"))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 6, 6)
        picture = QRectF(area.left() + 10, area.top() + 6, 56, area.height() - 12)
        self._paint_picture(painter, picture, work, radius=5)
        if _has(option, QStyle.StateFlag.State_HasFocus):
            self._paint_frame(painter, picture, option)
        left = picture.right() + 14
        roomy = area.width() >= KIND_FROM_WIDTH
        states = 220.0 if roomy else area.width() * 0.4
        kind = QRectF(area.right() - states - (80 if roomy else 0), area.top(), 70, area.height())
        title = QRectF(left, area.top(), max(20.0, kind.left() - left - 8), area.height())
        self._text(painter, title, work.title, "text", 500)
        if roomy:
            self._text(painter, kind, words.KINDS[work.kind], "muted", 400)
        place = QRectF(area.right() - states, area.center().y() - 8, states - 10, 16)
        self._state(painter, place, work, terms)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawLine(area.bottomLeft() + QPointF(8, 0), area.bottomRight() - QPointF(8, 0))

    def _paint_picture(
        self, painter: QPainter, area: QRectF, work: WorkRow, radius: float = 8
    ) -> None:
        if work.missing:
            painter.setOpacity(0.45)
        self._pictures.paint(painter, area, work.datahash, work.kind, radius)
        painter.setOpacity(1.0)

    def _paint_frame(
        self, painter: QPainter, picture: QRectF, option: QStyleOptionViewItem
    ) -> None:
        selected = _has(option, QStyle.StateFlag.State_Selected)
        focused = _has(option, QStyle.StateFlag.State_HasFocus)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if selected or focused:
            pen = QPen(self._theme.color("accent"), 2)
            if not selected:
                pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawRoundedRect(picture.adjusted(-4, -4, 4, 4), 10, 10)
        else:
            painter.setPen(QPen(self._theme.color("line"), 1))
            painter.drawRoundedRect(picture.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _state(self, painter: QPainter, area: QRectF, work: WorkRow, terms: str) -> None:
        word, tone = words.claim_word(work.claim_state)
        if work.missing:
            word, tone = "File missing", Tone.NEEDS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._dot(tone))
        painter.drawEllipse(QPointF(area.left() + 4, area.center().y() + 0.5), 3.5, 3.5)
        text = QRectF(area.left() + 13, area.top(), area.width() - 13, area.height())
        self._text(painter, text, f"{word} · {terms}", "muted", 400, size="small")

    def _dot(self, tone: Tone) -> QColor:
        return self._theme.color(_DOTS[tone])

    def _text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        color: str,
        weight: int,
        *,
        size: str = "body",
    ) -> None:
        painter.setFont(font(size, weight))
        painter.setPen(self._theme.color(color))
        shown = metrics(size, weight).elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, int(area.width())
        )
        painter.drawText(area, _ONE_LINE, shown)


def _rect(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = option.rect
    return rect


def _has(option: QStyleOptionViewItem, flag: QStyle.StateFlag) -> bool:
    return bool(option.state & flag)
