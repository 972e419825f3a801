"""A field with its name above, and below it, where what was typed cannot be, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.ui.parts import column, label

Value = TypeVar("Value")


class AskedField(QWidget):
    """A question: its caption, its field, and the sentence on what is wrong."""

    def __init__(self, caption: str, field: QWidget, hint: str = "") -> None:
        super().__init__()
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        made = column(spacing=5)
        if caption:
            made.addWidget(label(caption, "caption"))
        made.addWidget(field)
        if hint:
            made.addWidget(label(hint, "small", wrap=True))
        made.addWidget(self.problem)
        self.setLayout(made)

    def read(self, typed: Callable[[], Value]) -> Value | None:
        """Return what was typed, or None after saying why it cannot be."""
        try:
            value = typed()
        except ValueError as error:
            self.say(str(error))
            return None
        self.say("")
        return value

    @property
    def wrong(self) -> bool:
        """Whether something is said to be wrong."""
        return not self.problem.isHidden()

    def say(self, problem: str) -> None:
        """Say what is wrong, or that nothing is."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
