"""A plain table of a few columns: figures to the right, states as pills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.ui.parts import Tone
from desktop.ui.theme import Theme, font, metrics
from desktop.ui.works_model import Index

ITEM = Qt.ItemDataRole.UserRole + 1
TONE = Qt.ItemDataRole.UserRole + 2
ROW_HEIGHT = 39
STRETCH_MIN = 130
_NOWHERE = QModelIndex()
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Item]):
    """One column. tone: shown as a pill; figures: to the right; width in pixels, 0 stretches.

    optional: left out where there is no room for it, a higher number before a lower. order: what
    a click on its title asks for.
    """

    title: str
    text: Callable[[Item], str]
    tone: Callable[[Item], Tone] | None = None
    figures: bool = False
    muted: bool = False
    optional: int = 0
    width: int = 0
    order: str = ""


class TableModel(QAbstractTableModel, Generic[Item]):
    """Shows a list of values through columns."""

    def __init__(self, columns: Sequence[Column[Item]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = list(columns)
        self._items: Sequence[Item] = ()
        self._made: tuple[int, Item] | None = None

    def put(self, items: Sequence[Item], columns: Sequence[Column[Item]] | None = None) -> None:
        """Show other values, perhaps through other columns.

        items may make each value when it is asked for: there may be a million.
        """
        self.beginResetModel()
        self._items = list(items) if isinstance(items, list) else items
        self._made = None
        if columns is not None:
            self._columns = list(columns)
        self.endResetModel()

    @property
    def columns(self) -> list[Column[Item]]:
        """The columns shown."""
        return self._columns

    def item(self, number: int) -> Item:
        """Return the value of a row; the last one is remembered, for a row has many cells."""
        if self._made is None or self._made[0] != number:
            self._made = number, self._items[number]
        return self._made[1]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many values there are."""
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a role asks of a cell."""
        if not index.isValid():
            return None
        item, column = self.item(index.row()), self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(item)
        if role == TONE:
            return column.tone(item) if column.tone else None
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.figures else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.ToolTipRole and self._columns[section].order:
            return "Click to order by this"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = self._columns[section].figures
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class CellDelegate(QStyledItemDelegate):
    """Paints cells: text in ink or muted, figures tabular, states as pills."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        model = index.model()
        if not isinstance(model, TableModel):
            return
        column: Column[Any] = model.columns[index.column()]
        area = QRectF(option.rect).adjusted(10, 0, -10, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & option.state.State_Selected:
            painter.fillRect(option.rect, self._theme.color("accent_ground"))
        painter.setPen(self._theme.color("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        tone = index.data(TONE)
        text = " ".join(str(index.data() or "").split())
        if tone is not None and text:
            self._pill(painter, area, text, tone)
        else:
            weight, room = 500 if column.figures else 400, int(area.width())
            measures = metrics("body", weight, figures=True)
            # A figure that lost its end would be another figure: it is written smaller instead.
            small = column.figures and measures.horizontalAdvance(text) > room
            size = "small" if small else "body"
            painter.setFont(font(size, weight, figures=True))
            painter.setPen(self._theme.color("muted" if column.muted else "text"))
            shown = metrics(size, weight, figures=True).elidedText(
                text, Qt.TextElideMode.ElideRight, room
            )
            painter.drawText(area, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All rows are alike."""
        return QSize(80, ROW_HEIGHT)

    def _pill(self, painter: QPainter, area: QRectF, text: str, tone: Tone) -> None:
        grounds = {
            Tone.CONFIRMED: ("confirmed_ground", "confirmed"),
            Tone.NEEDS: ("needs_ground", "needs"),
            Tone.WRONG: ("wrong_ground", "wrong"),
            Tone.MINE: ("accent_ground", "accent"),
            Tone.PLAIN: ("sidebar", "muted"),
        }
        ground, ink = grounds[tone]
        used = font("small", 600)
        measures = metrics("small", 600)
        room = int(area.width()) - 18
        shown = measures.elidedText(text, Qt.TextElideMode.ElideRight, room)
        width = measures.horizontalAdvance(shown) + 18
        place = QRectF(area.left(), area.center().y() - 10, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(place, 10, 10)
        painter.setPen(self._theme.color(ink))
        painter.setFont(used)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), shown)


class Table(QTableView):
    """A table that reads as paper: no grid, one row selected, columns that fit."""

    def __init__(self, model: TableModel[Any], theme: Theme, name: str) -> None:
        super().__init__()
        self._model = model
        self._cells = CellDelegate(theme)
        self.setItemDelegate(self._cells)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        model.modelReset.connect(self.fit)
        theme.changed.connect(self.viewport().update)
        self.fit()

    def fit(self) -> None:
        """Give every column its width; those without one share the rest."""
        header = self.horizontalHeader()
        header.setMinimumSectionSize(60)
        header.setSectionsClickable(any(column.order for column in self._model.columns))
        for number, column in enumerate(self._model.columns):
            if column.width:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self._leave_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out or bring back what is optional."""
        self._leave_out()
        super().resizeEvent(event)

    def _leave_out(self) -> None:
        columns = self._model.columns
        wanted = sum(column.width or STRETCH_MIN for column in columns)
        first_to_go = sorted(enumerate(columns), key=lambda pair: (-pair[1].optional, -pair[0]))
        for number, column in first_to_go:
            hide = column.optional > 0 and wanted > self.width()
            self.setColumnHidden(number, hide)
            wanted -= column.width if hide else 0

    def chosen(self) -> Any | None:
        """Return the value of the selected row, or None."""
        indexes = self.selectionModel().selectedRows()
        return self._model.item(indexes[0].row()) if indexes else None
