"""Decisions about a finding: why it is nothing, what to ask, what was answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QDate
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDateEdit, QFileDialog, QPlainTextEdit, QWidget

from desktop.flows.questioning import DisputeOffer
from desktop.model.findings import KeptFinding
from desktop.model.queries import Letter
from desktop.ui.dialog import Dialog
from desktop.ui.parts import button, label, row


class DismissDialog(Dialog):
    """Asks why a finding is nothing to act on; without a reason there is no dismissing."""

    def __init__(self, about: KeptFinding, parent: QWidget | None = None) -> None:
        super().__init__(
            "Dismiss this finding?",
            f"{about.finding.sentence} It stays visible under “Show all”, with your reason, and "
            "you can open it again.",
            "Dismiss",
            parent,
        )
        self.setMinimumWidth(520)
        self.reason = _several_lines("Why it is nothing to act on", "Reason")
        self.reason.textChanged.connect(self._look)
        self.body.addWidget(self.reason)
        self.end()
        self._look()

    @property
    def text(self) -> str:
        """The reason."""
        return self.reason.toPlainText().strip()

    def _look(self) -> None:
        self.yes.setEnabled(bool(self.text))


class AskDialog(Dialog):
    """Shows the letter to a registry, to copy or to save; or leads to a dispute instead."""

    DISPUTE = 2

    def __init__(
        self, registry: str, letter: Letter, *, can_dispute: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            f"Ask {registry}",
            "The app sends nothing: copy this letter into an e-mail, or save it and print it. When "
            "you say that you sent it, the finding waits for the answer.",
            "I send it",
            parent,
        )
        self.resize(640, 560)
        self._letter = letter
        self.text = QPlainTextEdit(letter.text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Letter")
        self.body.addWidget(label(letter.subject, "strong", wrap=True))
        self.body.addWidget(self.text, 1)
        self.copy = button("Copy", self._copy)
        ways = row(self.copy, button("Save to print…", self._save), None, spacing=8)
        if can_dispute:
            ways.addWidget(
                button("Open a dispute instead…", lambda: self.done(self.DISPUTE), look="quiet")
            )
        self.body.addLayout(ways)
        self.end()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._letter.text)
        self.copy.setText("Copied")

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the letter", f"{self._letter.subject}.html", "Page to print (*.html)"
        )
        if not chosen:
            return
        try:
            Path(chosen).write_text(self._letter.page, encoding="utf-8")
        except OSError as error:
            self.say(f"The letter cannot be written there: {error.strerror}.")


class DisputeAboutDialog(Dialog):
    """Shows what a dispute says before it is signed."""

    def __init__(self, registry: str, offer: DisputeOffer, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Open a dispute about {offer.title}?",
            f"{registry} holds all money for this work until the dispute is resolved. It is signed "
            "with your key and stays on record. This is what will be sent, with the statement's "
            "hash as evidence:",
            "Sign and send",
            parent,
        )
        self.setMinimumWidth(560)
        said = label(offer.note, wrap=True, selectable=True)
        self.body.addWidget(said)
        self.end()


class AnswerDialog(Dialog):
    """Asks what the registry answered, and when."""

    def __init__(self, about: KeptFinding, today: date, parent: QWidget | None = None) -> None:
        super().__init__(
            f"What did {about.registry} answer?",
            f"{about.finding.sentence} A corrected statement settles this by itself once it is "
            "here.",
            "Keep",
            parent,
        )
        self.setMinimumWidth(520)
        self.answer = _several_lines("Their words, or yours for them", "Answer")
        self.answer.textChanged.connect(self._look)
        self._day = QDateEdit(QDate(today.year, today.month, today.day))
        self._day.setCalendarPopup(True)
        self._day.setMaximumDate(QDate(today.year, today.month, today.day))
        self._day.setAccessibleName("Day of the answer")
        self.file: Path | None = None
        self._file = button("Attach their letter…", self._choose, look="quiet")
        self.body.addWidget(self.answer)
        self.body.addLayout(row(label("Answered on", "muted"), self._day, None, self._file))
        self.end()
        self._look()

    @property
    def text(self) -> str:
        """The answer."""
        return self.answer.toPlainText().strip()

    @property
    def day(self) -> date:
        """The day of the answer."""
        chosen = self._day.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Attach their letter")
        if chosen:
            self.file = Path(chosen)
            self._file.setText(self.file.name)

    def _look(self) -> None:
        self.yes.setEnabled(bool(self.text))


def _several_lines(hint: str, name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    made.setFixedHeight(96)
    return made
