"""Recovery phrases in the window: shown once, asked back; typed in again on another computer.

Words on screen are never selectable and there is no button to copy them: a clipboard is read by
others and kept by some.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QWidget,
)

from desktop.errors import KeyProblem
from desktop.identity.phrase import key_of_phrase
from desktop.model.identities import IdentityKind
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.identity_dialogs import KEY_FILE, WithPassword, chosen_kind, kind_choice
from desktop.ui.parts import button, column, holder, label, row

ASKED_BACK = 3
COLUMNS = 4


class PhraseDialog(Dialog):
    """Shows the words, then asks three of them back; accepted only if all three are right."""

    def __init__(self, name: str, words: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(
            "Your recovery words",
            f"These {len(words)} words are the key of {name}. Write them on paper, in this order, "
            "and keep the paper where nobody else reads it: whoever has the words can sign as you.",
            "I have written them down",
            parent,
        )
        self.setMinimumWidth(600)
        self._words = tuple(words)
        self.places = sorted(random.SystemRandom().sample(range(len(words)), ASKED_BACK))
        self.asked: list[QLineEdit] = []
        self._pages = QStackedWidget()
        self._pages.addWidget(self._words_page())
        self._pages.addWidget(self._question_page())
        self.body.addWidget(self._pages)
        self.back = button("Show the words again", self._show_words)
        self.back.hide()
        self.body.addLayout(row(self.back, None))
        self.end()

    def accept(self) -> None:
        """Go on to the question, then close only if the answers are right."""
        if self._pages.currentIndex() == 0:
            self._ask()
            return
        wrong = [
            place + 1
            for place, line in zip(self.places, self.asked, strict=True)
            if line.text().strip().casefold() != self._words[place]
        ]
        if wrong:
            numbers = " and ".join(str(number) for number in wrong)
            self.say(f"Word {numbers} is not what stands on the list. Look at your paper again.")
        else:
            super().accept()

    def _ask(self) -> None:
        self._pages.setCurrentIndex(1)
        self.yes.setText("Done")
        self.back.show()
        self.asked[0].setFocus()

    def _show_words(self) -> None:
        self._pages.setCurrentIndex(0)
        self.yes.setText("I have written them down")
        self.back.hide()
        self.say("")

    def _words_page(self) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        rows = -(-len(self._words) // COLUMNS)
        for place, word in enumerate(self._words):
            number = label(f"{place + 1}", "muted")
            number.setFixedWidth(20)
            pair = holder(row(number, label(word, "strong"), None, spacing=8))
            grid.addWidget(pair, place % rows, place // rows)
        result = QWidget()
        result.setObjectName("card")
        result.setLayout(grid)
        return result

    def _question_page(self) -> QWidget:
        inner = column(label("To be sure that the paper is right:", "muted"), spacing=10)
        for place in self.places:
            line = typed_line("", f"Word {place + 1}")
            line.setMaximumWidth(260)
            inner.addWidget(label(f"Word {place + 1}", "caption"))
            inner.addWidget(line)
            self.asked.append(line)
        inner.addStretch(1)
        return holder(inner)


class TypePhraseDialog(WithPassword):
    """Asks for the words of a key made before, and whose it is."""

    def __init__(self, *, needs_password: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "Bring a key back",
            "Type the 24 words from your paper. Capitals, spacing and numbers do not matter.",
            "Bring it back",
            parent,
            needs_password=needs_password,
        )
        self.setMinimumWidth(520)
        self.words = QPlainTextEdit()
        self.words.setAccessibleName("Recovery words")
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(110)
        self.name = typed_line("Your name, or your band's", "Name")
        self._kind: QComboBox = kind_choice()
        parts: list[tuple[str, QWidget]] = [
            ("Recovery words", self.words),
            ("Whose key is it?", self.name),
            ("Who is that?", self._kind),
        ]
        for caption, widget in parts:
            self.body.addWidget(label(caption, "caption"))
            self.body.addWidget(widget)
        self.ask_password("A password for the key file on this computer", KEY_FILE)
        self.end()

    @property
    def kind(self) -> IdentityKind:
        """What stands behind the name."""
        return chosen_kind(self._kind)

    def accept(self) -> None:
        """Close only if the words are a key; says which of them is wrong."""
        try:
            key_of_phrase(self.words.toPlainText())
        except KeyProblem as problem:
            self.say(str(problem))
            return
        super().accept()
