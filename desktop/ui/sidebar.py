"""The side bar: places, collections, watched folders; at its foot who I am and what waits."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QWidget

from desktop.ui import figures
from desktop.ui.collections_list import CollectionsList
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    column,
    label,
    row,
    rule,
    scrolled,
    set_tone,
)
from desktop.ui.watched_list import WatchedList

WIDTH = 208


class Place(Enum):
    """Where one can be in the window."""

    WORKS = "Works"
    CLAIMS = "Claims"
    PAYMENTS = "Payments"
    REGISTRIES = "Registries"
    NEEDS_YOU = "Needs you"


class Sidebar(QFrame):
    """chosen(Place): where the user wants to go. identity_asked(): to see who they are."""

    chosen = Signal(object)
    identity_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sideBar")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Places")
        self._counts: dict[Place, QLabel] = {}
        self._buttons: dict[Place, QPushButton] = {}
        self._group = QButtonGroup(self)
        brand = label("Residuals", "brand")
        brand.setContentsMargins(10, 0, 0, 16)
        layout = column(brand, spacing=2, margins=(12, 22, 12, 16))
        for number, place in enumerate(Place, start=1):
            made = self._button(place, number)
            self._group.addButton(made)
            layout.addWidget(made)
        self.collections = CollectionsList(WIDTH - 64)
        self.watched = WatchedList(WIDTH - 52)
        lists = QWidget()
        lists.setLayout(column(self.collections, self.watched, None, spacing=0))
        layout.addWidget(scrolled(lists), 1)
        layout.addWidget(rule())
        self.name = Elided("", "strong")
        self.key = Elided("", "small")
        self.outbox = Elided("", "small")
        self.who = button("Who you are…", self.identity_asked.emit, look="quiet")
        foot = column(self.name, self.key, self.outbox, spacing=3, margins=(10, 10, 4, 0))
        foot.addLayout(row(self.who, None))
        layout.addLayout(foot)
        self.setLayout(layout)

    def go(self, place: Place, collection_id: int = 0) -> None:
        """Show that the user is at a place, or at a collection of works."""
        self._group.setExclusive(False)
        for one, made in self._buttons.items():
            made.setChecked(one is place and not collection_id)
        self._group.setExclusive(True)
        self.collections.hold(collection_id)

    def set_count(self, place: Place, count: int, *, needs: bool = False) -> None:
        """Show a number beside a place; 0 shows nothing."""
        shown = self._counts[place]
        shown.setText(figures.count(count) if count else "")
        shown.setVisible(bool(count))
        set_tone(shown, Tone.NEEDS if needs else Tone.PLAIN)
        words = f"{place.value}, {count}" if count else place.value
        self._buttons[place].setAccessibleName(words)

    def set_foot(self, name: str, key: str, outbox: str, did: str = "") -> None:
        """Show who I am, and what waits; the whole key is the tooltip of its end."""
        self.name.set_whole(name)
        self.key.set_whole(key)
        self.key.setToolTip(did)
        self.outbox.set_whole(outbox)

    def _button(self, place: Place, number: int) -> QPushButton:
        made = QPushButton(place.value)
        made.setProperty("nav", True)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setToolTip(f"Ctrl+{number}")
        made.setAccessibleName(place.value)
        made.clicked.connect(lambda _checked=False: self.chosen.emit(place))
        count = QLabel()
        count.setProperty("count", True)
        count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inner = column(count, margins=(10, 0, 10, 0))
        inner.setAlignment(count, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setLayout(inner)
        self._buttons[place], self._counts[place] = made, count
        return made
