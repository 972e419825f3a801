"""What lines and payments can be filtered by, in a small panel below its button."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QWidget

from desktop.model.ledger import LineFilter
from desktop.model.line_columns import Dimension
from desktop.model.payments import PaymentState
from desktop.payments.ledger import Ledger
from desktop.ui import figures, words
from desktop.ui.parts import button, column, label, row

DIMENSION_WORDS: dict[Dimension, str] = {
    Dimension.WORK: "Work",
    Dimension.REGISTRY: "From",
    Dimension.STATEMENT: "Statement",
    Dimension.MONTH: "Month",
    Dimension.LICENSEE: "Licensee",
    Dimension.MODEL: "Model",
    Dimension.USE: "Use",
    Dimension.RIGHT: "Right",
    Dimension.TERRITORY: "Territory",
    Dimension.CURRENCY: "Currency",
    Dimension.TITLE: "Title",
}
OFFERED = (
    Dimension.REGISTRY, Dimension.LICENSEE, Dimension.MODEL, Dimension.USE, Dimension.RIGHT,
    Dimension.TERRITORY, Dimension.CURRENCY,
)  # fmt: skip
MOST_OFFERED = 2000
WIDTH = 190


class FilterPopup(QFrame):
    """changed(LineFilter) at every choice; closes when something else is clicked."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAccessibleName("Filter")
        self._wanted = LineFilter()
        self.choices = {dimension: _choice(DIMENSION_WORDS[dimension]) for dimension in OFFERED}
        self.state = _choice("State")
        self.start, self.end = _choice("From month"), _choice("To month")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        boxes = [*self.choices.values(), self.state, self.start, self.end]
        for number, box in enumerate(boxes):
            line, side = divmod(number, 2)
            cell = column(label(box.accessibleName(), "small"), box, spacing=2)
            grid.addLayout(cell, line, side)
            box.activated.connect(lambda _index: self._chosen())
        whole = column(spacing=12, margins=(16, 14, 16, 14))
        whole.addLayout(grid)
        clear = button("Clear", self._clear, look="quiet")
        whole.addLayout(row(clear, None, button("Done", self.hide)))
        self.setLayout(whole)

    def show_below(self, anchor: QWidget, ledger: Ledger, wanted: LineFilter) -> None:
        """Offer the values that the ledger has, with what is chosen now."""
        self._wanted = wanted
        for dimension, box in self.choices.items():
            _fill(box, ledger.values(dimension)[:MOST_OFFERED], wanted.where.get(dimension, ()))
        states = [(state.value, words.PAYMENTS[state][0]) for state in PaymentState]
        _fill(self.state, states, [state.value for state in wanted.states])
        months = [date.fromisoformat(f"{key}-01") for key, _ in ledger.values(Dimension.MONTH)]
        offered = [(month.isoformat(), figures.month(month)) for month in reversed(months)]
        _fill(self.start, offered, [wanted.start.isoformat()] if wanted.start else ())
        last = last_month(wanted.end) if wanted.end else None
        _fill(self.end, offered, [last.isoformat()] if last else ())
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        self.move(corner)
        self.show()
        self.choices[OFFERED[0]].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes it; what was chosen stays."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _chosen(self) -> None:
        wanted = self._wanted
        for dimension, box in self.choices.items():
            held = wanted.where.get(dimension, ())
            key = box.currentData()
            if key is None and len(held) > 1:
                continue  # several are held, which the box cannot show
            wanted = wanted.narrowed(dimension, *([key] if key is not None else []))
        state = self.state.currentData()
        start, end = self.start.currentData(), self.end.currentData()
        self._wanted = replace(
            wanted,
            states=(PaymentState(state),) if state else (),
            start=date.fromisoformat(start) if start else None,
            end=_after(date.fromisoformat(end)) if end else None,
        )
        self.changed.emit(self._wanted)

    def _clear(self) -> None:
        self._wanted = LineFilter(text=self._wanted.text)
        for box in (*self.choices.values(), self.state, self.start, self.end):
            box.setCurrentIndex(0)
        self.changed.emit(self._wanted)


def last_month(end: date) -> date:
    """Return the first day of the last month before an end."""
    return (end - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _choice(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setFixedWidth(WIDTH)
    box.setMaxVisibleItems(14)
    return box


def _fill(box: QComboBox, values: list[tuple[str, str]], held: object) -> None:
    box.clear()
    box.addItem("All", None)
    for key, shown in values:
        box.addItem(" ".join(shown.split()) or "not said", key)
    keys = list(held) if isinstance(held, (list, tuple)) else []
    index = box.findData(keys[0]) if len(keys) == 1 else -1
    box.setCurrentIndex(max(index, 0))
