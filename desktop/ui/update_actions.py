"""Lets registries know of newer terms: updates that are sent, or a letter the user writes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from desktop.flows.updating import Older, Way, letter, told_by_hand
from desktop.services import Services
from desktop.ui.changes import Change, Changes
from desktop.ui.dialog import Dialog
from desktop.ui.figures import many
from desktop.ui.job import Jobs
from desktop.ui.notice import Notice
from desktop.ui.parts import button, row


class LetterDialog(Dialog):
    """Shows what to write to whoever took a form, and asks whether it was written."""

    def __init__(self, registry: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Tell {registry} what holds now",
            "The app sends nothing: whoever took the form learns it from you. Write them this, in "
            "the way they ask for. That you did is kept as your own word.",
            "I have told them",
            parent,
        )
        self.resize(620, 460)
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("What to write")
        self.body.addWidget(self.text, 1)
        self.copy = button("Copy the text", self._copy)
        self.body.addLayout(row(self.copy, None))
        self.yes.setDefault(False)
        self.end()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText("Copied")


class UpdateActions:
    """Bound to one window. send: shows the updates for a registry, then signs and queues them."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        send: Callable[[str], None],
        window: QWidget,
    ) -> None:
        self._services, self._jobs, self._changes = services, jobs, changes
        self._notice, self._send, self._window = notice, send, window

    def tell(self, older: Older) -> None:
        """Let a registry know: shown first, in either way."""
        name = older.registry.name
        if older.way is not Way.BY_HAND:
            self._send(name)
            return
        self._jobs.run(
            lambda _report, _cancelled: letter(older, self._services),
            succeeded=lambda text: self._show(name, text),
            failed=self._notice.problem,
        )

    def _show(self, name: str, text: str) -> None:
        if LetterDialog(name, text, self._window).exec() != QDialog.DialogCode.Accepted:
            return
        self._jobs.run(
            lambda _report, _cancelled: told_by_hand(name, self._services),
            succeeded=lambda count: self._notice.say(
                f"Kept, as you say: {name} knows it of {many(count, 'claim')}."
            ),
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(Change.CLAIMS),
        )
