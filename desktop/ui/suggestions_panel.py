"""What a work's file says of it: offered field by field, and held against the work's terms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.flows.suggesting import Offer, Said
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.suggestion_words import Line, ai_lines, field_word
from desktop.ui.words import breakable

_BUTTON_TOP = 6
UseOffers = Callable[[Sequence[int], Collection[str] | None], None]
"""Take over what the files of these works say; the keys of offers, or None for all."""


class SuggestionsPanel(QWidget):
    """ "The file says" of one work; empty, and without height, where the file says nothing new."""

    def __init__(self, said: Said, use: UseOffers) -> None:
        super().__init__()
        self._use = use
        self._column = column(spacing=6)
        self.setLayout(self._column)
        self.setAccessibleName("What the file says")
        if said.offers or said.suggestions.rights:
            self._caption("The file says")
        self._offers(said)
        lines = ai_lines(said.suggestions.ai_use, said.contradictions)
        if lines:
            self._caption("The file says about AI")
        for line in lines:
            self._line(line)

    def _offers(self, said: Said) -> None:
        for offer in said.offers:
            self._offer(said.work.work_id, offer)
        if said.suggestions.rights:
            self._column.addWidget(_worded("©", said.suggestions.rights))
        if sum(offer.usable for offer in said.offers) > 1:
            every = button("Use all", partial(self._use, (said.work.work_id,), None), look="quiet")
            every.setAccessibleName("Use everything the file says")
            self._column.addWidget(holder(row(every, None)))

    def _caption(self, text: str) -> None:
        self._column.addSpacing(8)
        self._column.addWidget(label(text, "caption"))

    def _offer(self, work_id: int, offer: Offer) -> None:
        word, value = field_word(offer.key), ", ".join(offer.values)
        use = None
        if offer.usable:
            use = button("Use", partial(self._use, (work_id,), (offer.key,)), look="quiet")
            use.setAccessibleName(f"Use {word}: {value}")
        self._column.addWidget(_worded(word, value, use))

    def _line(self, line: Line) -> None:
        said = label(
            breakable(line.sentence), "muted" if line.text else "", wrap=True, selectable=True
        )
        self._column.addWidget(said)
        if line.difference:
            differs = pill("Differs from your terms", Tone.NEEDS)
            self._column.addWidget(holder(row(differs, None)))
            self._column.addWidget(label(line.difference, "small", wrap=True))


def use_all_button(work_ids: Sequence[int], use: UseOffers) -> QPushButton:
    """Return the button by which several works take over what their files say."""
    return button("Use what their files say", partial(use, tuple(work_ids), None), look="quiet")


def _worded(word: str, value: str, use: QWidget | None = None) -> QWidget:
    """Return a muted word, the value beside it, and what can be done with it."""
    name = label(word, "muted")
    name.setMinimumWidth(58)
    name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    text = label(breakable(value), wrap=True, selectable=True)
    made = row(name, text, spacing=10)
    made.setStretch(1, 1)
    made.setAlignment(name, Qt.AlignmentFlag.AlignTop)
    made.setAlignment(text, Qt.AlignmentFlag.AlignTop)
    if use is not None:
        made.addWidget(use)
        made.setAlignment(use, Qt.AlignmentFlag.AlignTop)
        for beside in (name, text):  # on one line with the word on the button
            beside.setContentsMargins(0, _BUTTON_TOP, 0, 0)
    return holder(made)
