"""Small pieces that every view is made of: labels, pills, cards, buttons, heads."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

Layout = TypeVar("Layout", bound=QBoxLayout)
Margins = tuple[int, int, int, int]


class Tone(StrEnum):
    """What a colour means (LOOK.md); a word always stands with it."""

    PLAIN = ""
    CONFIRMED = "confirmed"
    NEEDS = "needs"
    WRONG = "wrong"
    MINE = "mine"


def label(
    text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False
) -> QLabel:
    """Return plain text; a stranger's markup is never rendered."""
    result = QLabel()
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setText(text)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    if selectable:
        result.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return result


def pill(text: str, tone: Tone = Tone.PLAIN) -> QLabel:
    """Return a short word on its colour's ground."""
    result = label(text)
    result.setProperty("pill", True)
    result.setProperty("tone", tone.value)
    result.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return result


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Change a widget's tone and let the style sheet see it."""
    widget.setProperty("tone", tone.value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    # A label remembers the size it had without the tone's padding until it is told.
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


def button(text: str, clicked: Callable[[], None] | None = None, *, look: str = "") -> QPushButton:
    """Return a button. look: primary, quiet, chip, segment, or nothing."""
    result = QPushButton(text)
    if look:
        result.setProperty(look, True)
    result.setAutoDefault(False)
    # A click leaves the focus where it was; the ring is for those who come by keyboard.
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        result.clicked.connect(lambda _checked=False: clicked())
    return result


def rule() -> QFrame:
    """Return a thin line across."""
    result = QFrame()
    result.setObjectName("rule")
    return result


def row(*widgets: QWidget | None, spacing: int = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return widgets side by side; None is a stretch."""
    return _fill(QHBoxLayout(), widgets, spacing, margins)


def column(
    *widgets: QWidget | None, spacing: int = 8, margins: Margins = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Return widgets one below the other; None is a stretch."""
    return _fill(QVBoxLayout(), widgets, spacing, margins)


def _fill(
    layout: Layout, widgets: tuple[QWidget | None, ...], spacing: int, margins: Margins
) -> Layout:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget)
    return layout


def holder(layout: QBoxLayout, name: str = "plain") -> QWidget:
    """Return a widget around a layout."""
    result = QWidget()
    result.setObjectName(name)
    result.setLayout(layout)
    return result


def card(layout: QBoxLayout) -> QFrame:
    """Return a bordered surface around a layout."""
    result = QFrame()
    result.setObjectName("card")
    result.setLayout(layout)
    return result


def scrolled(content: QWidget) -> QScrollArea:
    """Return content in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    content.setObjectName("scrolled")
    area.setWidget(content)
    return area


class Head(QWidget):
    """The top of a page: one heading, at most one search, the buttons."""

    searched = Signal(str)

    def __init__(self, title: str, search: str = "") -> None:
        super().__init__()
        self.title = Elided(title, "heading")
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._layout = row(self.title, None, spacing=12)
        self.search: QLineEdit | None = None
        if search:
            self.search = QLineEdit()
            self.search.setPlaceholderText(search)
            self.search.setAccessibleName(search)
            self.search.setClearButtonEnabled(True)
            self.search.setMinimumWidth(140)
            self.search.setMaximumWidth(260)
            self.search.textChanged.connect(self.searched)
            self._layout.addWidget(self.search, 2)
        self.setLayout(self._layout)

    def add(self, widget: QWidget) -> None:
        """Add a button at the right."""
        self._layout.addWidget(widget)


class Chips(QWidget):
    """Choices of which one holds. chosen carries the key."""

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[object, QPushButton] = {}
        self._layout = row(spacing=8)
        self._layout.addStretch(1)
        self.setLayout(self._layout)

    def put(self, key: object, text: str, *, shown: bool = True) -> None:
        """Add a choice, or change its text."""
        chip = self._buttons.get(key)
        if chip is None:
            chip = button(text, look="chip")
            chip.setCheckable(True)
            chip.setChecked(not self._buttons)
            chip.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(chip)
            self._layout.insertWidget(self._layout.count() - 1, chip)
            self._buttons[key] = chip
        chip.setText(text)
        chip.setVisible(shown or chip.isChecked())

    def choose(self, key: object) -> None:
        """Choose as if it had been clicked."""
        self._buttons[key].setChecked(True)
        self.chosen.emit(key)

    @property
    def key(self) -> object:
        """The choice that holds."""
        return next(key for key, chip in self._buttons.items() if chip.isChecked())


class Elided(QLabel):
    """One line of plain text that ends in … where there is no room; the whole is its tooltip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._whole = text
        self.setMinimumWidth(20)
        if role:
            self.setProperty("role", role)
        self.set_whole(text)

    @property
    def whole(self) -> str:
        """The text, whatever is shown of it."""
        return self._whole

    def set_whole(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setToolTip("")
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: object) -> None:
        """Fit the text again."""
        self._elide()

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 4, hint.height())

    def _elide(self) -> None:
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


def clear(layout: QBoxLayout) -> None:
    """Remove and delete everything in a layout."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            return
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)
