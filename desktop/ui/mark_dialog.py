"""Asks why a payment is held, disputed, or will never come: later the user will want to know."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.model.matches import Mark
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import label

_WORDS: dict[Mark, tuple[str, str]] = {
    Mark.HELD: (
        "They hold this payment",
        "It is owed to you, but does not count as overdue until you lift this.",
    ),
    Mark.DISPUTED: (
        "This payment is in dispute",
        "It is owed to you, but does not count as overdue until you lift this.",
    ),
    Mark.VOID: (
        "This payment will never come",
        "It no longer counts as owed to you. The statement stays, and you can lift this.",
    ),
}


class MarkDialog(Dialog):
    """One line for the reason."""

    def __init__(self, mark: Mark, parent: QWidget | None) -> None:
        title, sentence = _WORDS[mark]
        super().__init__(title, sentence, "Keep it", parent)
        self.setMinimumWidth(440)
        self.reason = typed_line("Such as: they wrote that …", "Why")
        self.body.addWidget(label("Why", "caption"))
        self.body.addWidget(self.reason)
        self.end()

    def accept(self) -> None:
        """Close only with a reason."""
        if not self.reason.text().strip():
            self.say("Say why in a few words.")
            return
        super().accept()
