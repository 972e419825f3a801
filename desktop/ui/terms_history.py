"""Which terms a work had since when, whose word they were, and which claims told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.model.terms import Preset
from desktop.model.terms_history import Carrier, Held, Why
from desktop.terms.presets import TITLES, preset_of
from desktop.ui import figures, words
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.terms_words import answers_line, besides

SHOWN = 30
WHOSE = {
    Why.OWN: "said of the work itself",
    Why.HELD: "kept when its file moved",
    Why.RULE: "said of its collection or folder",
    Why.ALL: "said of all works",
    Why.DEFAULT: "the default for new works",
    Why.NOTHING: "",
}
Prove = Callable[[datetime, Callable[[str], None]], None]
"""Ask what proves that the terms of a moment were these; the sentence comes later."""


class TermsHistory(QWidget):
    """Newest first, behind a button."""

    def __init__(self, history: tuple[Held, ...], prove: Prove) -> None:
        super().__init__()
        self._history, self._prove = history, prove
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        self._held = QWidget()
        self._held.setLayout(self._lines)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._held.hide()
        self.unfold = button("", self._toggle, look="quiet")
        self.unfold.setAccessibleName("History of what AI may do")
        layout = column(holder(row(self.unfold, None)), self._held, spacing=0)
        self.setLayout(layout)
        self._name()

    def _toggle(self) -> None:
        if not self._lines.count():
            for held in self._history[:SHOWN]:
                self._lines.addWidget(self._line(held))
            rest = len(self._history) - SHOWN
            if rest > 0:
                self._lines.addWidget(label(f"and {figures.many(rest, 'older answer')}", "small"))
        self._held.setVisible(self._held.isHidden())
        self._name()

    def _name(self) -> None:
        arrow = "▾" if self._held.isHidden() else "▴"
        self.unfold.setText(f"History of {figures.many(len(self._history), 'answer')}  {arrow}")

    def _line(self, held: Held) -> QWidget:
        preset = preset_of(held.terms)
        made = column(spacing=2)
        proven = label("", "small", wrap=True, selectable=True)
        proven.hide()
        top: list[QWidget | None] = [label(TITLES[preset], "strong"), None]
        if held.since is not None:
            ask = partial(self._ask, held.since, proven)
            proof = button("Proof", ask, look="quiet")
            proof.setToolTip("What shows that it was so, and that nobody changed it since")
            top.append(proof)
        made.addLayout(row(*top))
        made.addWidget(label(_span(held), "small", wrap=True))
        if preset is Preset.CUSTOM and held.until is not None:  # what holds now stands above
            said = (answers_line(held.terms.uses), besides(held.terms))
            made.addWidget(label(" · ".join(filter(None, said)), "small", wrap=True))
        for carrier in held.carriers:
            made.addLayout(_told(carrier))
        made.addWidget(proven)
        return holder(made)

    def _ask(self, moment: datetime, proven: QLabel) -> None:
        def tell(sentence: str) -> None:
            proven.setText(sentence)
            proven.show()

        self._prove(moment, tell)


def _span(held: Held) -> str:
    """Return from when until when, and whose word it was."""
    if held.since is None:
        when = "From the beginning"
    elif held.until is None:
        when = f"Since {figures.moment(held.since)}"
    else:
        when = f"{figures.moment(held.since)} until {figures.moment(held.until)}"
    return ", ".join(filter(None, (when, WHOSE[held.why])))


def _told(carrier: Carrier) -> QVBoxLayout:
    """Return one claim: who was told, and whether they confirmed it."""
    made = column(spacing=2)
    said = label(words.printable(carrier.registry) or "Signed, for nobody yet", "small")
    if carrier.received is not None:
        state = pill("Receipt verified", Tone.CONFIRMED)
        when = f"{words.printable(carrier.receipt)} · {figures.moment(carrier.received)}"
    else:
        state = pill(words.claim_word(carrier.state)[0] if carrier.state else "Said")
        when = f"Signed {figures.moment(carrier.signed)}"
    line = row(said, None, state, spacing=8)
    line.setAlignment(state, Qt.AlignmentFlag.AlignVCenter)
    made.addLayout(line)
    made.addWidget(label(when, "small", wrap=True))
    return made
