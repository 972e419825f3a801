"""What every dialog is made of: a heading, a sentence, two buttons, a place for problems."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from desktop.ui.parts import button, column, label, row


class Dialog(QDialog):
    """A decision with a heading, a sentence, and two buttons at the end."""

    def __init__(self, title: str, sentence: str, yes: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.yes = button(yes, self.accept, look="primary")
        self.yes.setDefault(True)
        self.no = button("Not now", self.reject)
        self.problem = label("", wrap=True)
        self.problem.setProperty("pill", False)
        self.problem.hide()
        self.body = column(label(title, "heading"), spacing=12, margins=(28, 24, 28, 22))
        if sentence:
            self.body.addWidget(label(sentence, "muted", wrap=True))
        self.setLayout(self.body)

    def end(self) -> None:
        """Add the buttons, after everything else."""
        self.body.addWidget(self.problem)
        self.body.addSpacing(6)
        self.body.addLayout(row(None, self.no, self.yes, spacing=10))

    def say(self, problem: str) -> None:
        """Say what is wrong with what was typed."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def typed_line(hint: str, name: str, *, secret: bool = False) -> QLineEdit:
    """Return a line to type in; secret: what is typed is not shown."""
    line = QLineEdit()
    line.setPlaceholderText(hint)
    line.setAccessibleName(name)
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line
