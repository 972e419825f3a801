"""What may AI do? At the left the answers, at the right what they change and what machines read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.errors import AppError
from desktop.model.terms import Terms
from desktop.model.terms_changes import Change, Choice
from desktop.model.vocabularies import Said
from desktop.ui.dialog import Dialog
from desktop.ui.parts import button, column, holder, label, row, scrolled
from desktop.ui.terms_change import ChangeView
from desktop.ui.terms_form import TermsForm
from desktop.ui.vocabulary_list import VocabularyList

_PAUSE_MS = 200
TAKE_BACK = "Take back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsAsked:
    """Of what is asked. terms None: they differ, or nothing was said.

    sentence: what such an answer means; about: of what, in words; yes: what the button says.
    said: there may be an answer to take back.
    """

    choice: Choice
    title: str
    about: str
    sentence: str
    yes: str
    terms: Terms | None = None
    said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What an answer would change, and what each vocabulary will say then."""

    change: Change
    said: tuple[Said, ...]


Foresee = Callable[
    [Choice, Terms | None, Callable[[Foreseen], None], Callable[[AppError], None]], None
]


class TermsDialog(Dialog):
    """answer: what was decided (None: to take back what was said), once it is accepted."""

    def __init__(
        self, asked: TermsAsked, foresee: Foresee, today: date, parent: QWidget | None
    ) -> None:
        super().__init__(asked.title, asked.sentence, asked.yes, parent)
        self.setMinimumSize(760, 460)
        self.resize(1000, 700)
        self._asked, self._foresee = asked, foresee
        self._number = 0
        self._touched = self._back = False
        self.answer: Terms | None = None
        self.form = TermsForm(today)
        self.change = ChangeView()
        self.vocabularies = VocabularyList()
        self.take_back = button("Take back what was said here", self._take_back, look="quiet")
        self.take_back.setToolTip("Then holds what the next rule says")
        self.take_back.setVisible(asked.said)
        self._place()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PAUSE_MS)
        self._wait.timeout.connect(self._look)
        self.form.put(asked.terms)
        self.form.changed.connect(self._changed)
        self.yes.setEnabled(False)
        self._look()

    def accept(self) -> None:
        """Close only with an answer whose consequences were shown."""
        if self.yes.isEnabled():
            super().accept()

    def _place(self) -> None:
        left = column(self.form, holder(row(self.take_back, None)), spacing=10)
        left.setContentsMargins(2, 2, 14, 8)
        self._read_by = label("What machines will read", "title")
        right = column(self.change, spacing=8, margins=(18, 16, 18, 16))
        right.addSpacing(10)
        right.addWidget(self._read_by)
        right.addWidget(self.vocabularies)
        right.addStretch(1)
        asking, seeing = scrolled(holder(left)), scrolled(holder(right))
        panel = holder(column(seeing, spacing=0), "consequences")
        both = row(asking, panel, spacing=10)
        both.setStretch(0, 6)
        both.setStretch(1, 5)
        self.body.addLayout(both, 1)
        self.end()

    def _changed(self) -> None:
        self._touched, self._back = True, False
        self.yes.setText(self._asked.yes)
        self._later()

    def _take_back(self) -> None:
        self.form.put(None)
        self._touched = self._back = True
        self.yes.setText(TAKE_BACK)
        self._later()

    def _later(self) -> None:
        self.yes.setEnabled(False)
        self._number += 1
        self._wait.start()

    def _look(self) -> None:
        """Find out what the answer changes, away from this thread."""
        self._number += 1
        number = self._number
        terms = None if self._back else self.form.terms()
        if not self._back and (terms is None or not self.form.answered):
            self._wait_for_answer(wrong=terms is None)
            return
        if not self._touched:
            self.change.say("Nothing is changed yet.")

        def shown(found: Foreseen) -> None:
            if number == self._number:
                self._show(found, terms)

        def failed(problem: AppError) -> None:
            if number == self._number:
                self.change.say(problem.message)
                self.say(str(problem))

        self._foresee(self._asked.choice, terms, shown, failed)

    def _wait_for_answer(self, *, wrong: bool) -> None:
        words = "Something at the left cannot be as it is." if wrong else "Choose an answer first."
        self.change.say(words)
        self._show_vocabularies(())

    def _show(self, found: Foreseen, terms: Terms | None) -> None:
        self.say("")
        if self._touched:
            self.change.put(found.change)
            self.answer = terms
            self.yes.setEnabled(not found.change.refusals)
        self._show_vocabularies(found.said)

    def _show_vocabularies(self, said: tuple[Said, ...]) -> None:
        self._read_by.setVisible(bool(said))
        self.vocabularies.setVisible(bool(said))
        if said:
            self.vocabularies.put(said)
