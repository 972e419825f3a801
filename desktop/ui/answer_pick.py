"""One question with a few answers side by side, of which one holds; arrow keys go between them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.model.terms import Answer
from desktop.ui.flow_layout import FlowLayout
from desktop.ui.parts import button
from desktop.ui.terms_words import ANSWERS

_STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
}


class AnswerPick(QWidget):
    """changed(): another answer holds."""

    changed = Signal()

    def __init__(self, question: str) -> None:
        super().__init__()
        self.setAccessibleName(question)
        self._group = QButtonGroup(self)
        self._buttons: dict[Answer, QPushButton] = {}
        self.setLayout(FlowLayout(spacing=6))
        for answer, word in ANSWERS.items():
            made = button(word, look="segment")
            made.setCheckable(True)
            made.setAccessibleName(f"{question}: {word}")
            made.setChecked(answer is Answer.UNSET)
            self._group.addButton(made)
            self._buttons[answer] = made
            layout = self.layout()
            if layout is not None:
                layout.addWidget(made)
        self._group.buttonClicked.connect(lambda _button: self.changed.emit())

    @property
    def answer(self) -> Answer:
        """What is answered."""
        return next(answer for answer, made in self._buttons.items() if made.isChecked())

    def put(self, answer: Answer) -> None:
        """Show an answer, without telling."""
        self._buttons[answer].setChecked(True)

    def choose(self, answer: Answer) -> None:
        """Answer as if it had been clicked."""
        self._buttons[answer].click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next answer, or the one before; the other way round right to left."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        across = event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left)
        if across and self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            step = -step
        order = list(self._buttons)
        chosen = order[(order.index(self.answer) + step) % len(order)]
        self.choose(chosen)
        self._buttons[chosen].setFocus(Qt.FocusReason.TabFocusReason)
