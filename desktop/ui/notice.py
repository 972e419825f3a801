"""One line above the strip that says what happened and offers what to do; no message boxes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from desktop.errors import AppError
from desktop.ui.parts import button, label, row
from desktop.ui.problems import explain

SHOWN_MS = 12_000


class Notice(QFrame):
    """Hidden until there is something to say; problems stay until they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._words = label("", wrap=True, selectable=True)
        self._action = button("", look="quiet")
        self._close = button("Close", self.hide, look="quiet")
        self._do: Callable[[], None] | None = None
        self._quiet = False
        self._action.clicked.connect(self._act)
        layout = row(self._words, self._action, self._close, spacing=12, margins=(24, 8, 24, 8))
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, sentence: str, action: str = "", do: Callable[[], None] | None = None) -> None:
        """Say what was done; goes away by itself."""
        self._show(sentence, action, do)
        self._timer.start(SHOWN_MS)

    def say_quietly(self, sentence: str) -> None:
        """Say what happened by itself, unless something that the user did is being said."""
        if self.isHidden() or self._quiet:
            self.say(sentence)
            self._quiet = True

    def problem(
        self, error: AppError, action: str = "", do: Callable[[], None] | None = None
    ) -> None:
        """Say what went wrong and what to do."""
        explained = explain(error)
        self._show(f"{explained.sentence} {explained.advice}".strip(), action, do)
        if explained.calm:
            self._timer.start(SHOWN_MS)

    def text(self) -> str:
        """Return what is said now."""
        return "" if self.isHidden() else self._words.text()

    def _show(self, sentence: str, action: str, do: Callable[[], None] | None) -> None:
        self._timer.stop()
        self._quiet = False
        self._words.setText(sentence)
        self._do = do
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.show()

    def _act(self) -> None:
        self.hide()
        if self._do is not None:
            self._do()
