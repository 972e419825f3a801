"""A page and its details side by side; where there is no room for both, one at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.parts import button, clear, column, holder, label, row, scrolled

NARROW = 860


class Details(QFrame):
    """The panel at the right: a column of captions and widgets that is filled anew each time."""

    def __init__(self, name: str, width: int = 312) -> None:
        super().__init__()
        self.setObjectName("details")
        self.setAccessibleName(name)
        self.panel_width = width
        self.back = button("‹ Back", look="quiet")
        self.back.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self.body.setContentsMargins(0, 0, 0, 0)
        content = QWidget()
        self.inner = column(holder(row(self.back, None)), spacing=0, margins=(18, 16, 18, 20))
        self.inner.addLayout(self.body)
        self.inner.addStretch(1)
        content.setLayout(self.inner)
        self.setLayout(column(scrolled(content), spacing=0))
        self.hide()

    def empty(self) -> None:
        """Take everything out."""
        clear(self.body)

    def caption(self, text: str) -> None:
        """Start a part."""
        self.body.addSpacing(8)
        self.body.addWidget(label(text, "caption"))

    def add(self, *widgets: QWidget) -> None:
        """Add widgets below each other."""
        for widget in widgets:
            self.body.addWidget(widget)


class Split(QWidget):
    """main at the left, details at the right while they are shown."""

    def __init__(self, main: QWidget, details: Details, back: Callable[[], None]) -> None:
        super().__init__()
        self._main, self._details = main, details
        both = row(main, details, spacing=0)
        both.setStretch(0, 1)
        self.setLayout(both)
        details.back.clicked.connect(lambda _checked=False: back())
        details.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Make room when the details come, and give it back when they go."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide again whether both fit."""
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        shown = not self._details.isHidden()
        narrow = self.width() < NARROW
        self._main.setVisible(not (shown and narrow))
        self._details.back.setVisible(narrow)
        if narrow:
            self._details.setMinimumWidth(0)
            self._details.setMaximumWidth(16_777_215)
        else:
            self._details.setFixedWidth(self._details.panel_width)
