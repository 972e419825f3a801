"""The collections in the side bar: a name and a number each; works can be dropped on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget

from desktop.model.collections import Collection
from desktop.model.terms import Terms
from desktop.terms.presets import TITLES, preset_of
from desktop.ui import figures
from desktop.ui.parts import button, clear, column, label, row
from desktop.ui.words import printable
from desktop.ui.works_drag import dragged_works

SHOWN = 60


class CollectionRow(QPushButton):
    """One collection. menu_asked(where on the screen), dropped(work_ids)."""

    menu_asked = Signal(object)
    dropped = Signal(object)

    def __init__(self, collection: Collection, width: int) -> None:
        super().__init__()
        self.collection = collection
        self.setProperty("nav", True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAcceptDrops(True)
        name, works = printable(collection.name), figures.many(collection.works, "work")
        self.setAccessibleName(f"Collection {name}, {works}")
        self.setAccessibleDescription("The menu key opens what can be done with it")
        count = QLabel(figures.count(collection.works) if collection.works else "")
        count.setProperty("count", True)
        count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = row(None, count, margins=(10, 0, 10, 0))
        self.setLayout(inside)
        room = width - count.sizeHint().width()
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&"))
        said = "nothing said of it" if collection.terms is None else _said(collection.terms)
        self.setToolTip(f"{name}: {said}".replace("<", "&lt;"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, by mouse where it was clicked, by keyboard below the name."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        at = event.globalPos() if by_mouse else self.mapToGlobal(QPoint(10, self.height()))
        self.menu_asked.emit(at)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take works, and show it."""
        if dragged_works(event.mimeData()):
            event.acceptProposedAction()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag went on."""
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the works."""
        self._show_over(False)
        works = dragged_works(event.mimeData())
        if works:
            event.acceptProposedAction()
            self.dropped.emit(works)

    def _show_over(self, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)


def _said(terms: Terms) -> str:
    return TITLES[preset_of(terms)]


class CollectionsList(QWidget):
    """chosen(Collection), menu_asked(Collection, where), dropped(Collection, work_ids).

    new_asked(): shown also while there is none, so that one can be made.
    """

    chosen = Signal(object)
    menu_asked = Signal(object, object)
    dropped = Signal(object, object)
    new_asked = Signal()

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setAccessibleName("Collections")
        self._width = width
        self._collections: tuple[Collection, ...] | None = None
        self._held = 0
        self.rows: list[CollectionRow] = []
        caption = label("Collections", "small")
        caption.setContentsMargins(10, 0, 0, 0)
        self.new = button("New…", self.new_asked.emit, look="quiet")
        self.new.setAccessibleName("New collection")
        self._lines = column(spacing=0)
        layout = column(spacing=0, margins=(0, 10, 0, 0))
        layout.addLayout(row(caption, None, self.new, margins=(0, 0, 8, 0)))
        layout.addLayout(self._lines)
        self.setLayout(layout)

    @property
    def collections(self) -> tuple[Collection, ...]:
        """What is shown."""
        return self._collections or ()

    def show_collections(self, collections: Sequence[Collection]) -> None:
        """Show these."""
        if tuple(collections) != self._collections:
            self._collections = tuple(collections)
            self._fill()

    def hold(self, collection_id: int) -> None:
        """Show which one the works are narrowed to; 0: none."""
        self._held = collection_id
        for line in self.rows:
            line.setChecked(line.collection.collection_id == collection_id)

    def _fill(self) -> None:
        clear(self._lines)
        self.rows.clear()
        for collection in self.collections[:SHOWN]:
            line = CollectionRow(collection, self._width)
            line.clicked.connect(lambda _checked=False, one=collection: self._click(one))
            line.menu_asked.connect(lambda at, one=collection: self.menu_asked.emit(one, at))
            line.dropped.connect(lambda works, one=collection: self.dropped.emit(one, works))
            self._lines.addWidget(line)
            self.rows.append(line)
        rest = self.collections[SHOWN:]
        if rest:
            self._lines.addWidget(self._more(rest))
        if not self.collections:
            nothing = label("None yet. Put works together, and answer for all.", "small", wrap=True)
            nothing.setContentsMargins(10, 4, 8, 4)
            self._lines.addWidget(nothing)
        self.hold(self._held)

    def _more(self, rest: Sequence[Collection]) -> QPushButton:
        more = button(f"{len(rest)} more", look="quiet")
        menu = QMenu(more)
        for collection in rest:
            name = printable(collection.name).replace("&", "&&")
            menu.addAction(name).triggered.connect(
                lambda _checked=False, one=collection: self.chosen.emit(one)
            )
        more.setMenu(menu)
        return more

    def _click(self, collection: Collection) -> None:
        self.hold(self._held)  # what is narrowed to is told by who narrows
        self.chosen.emit(collection)
