"""What a text was found to say about AI: its meaning, where it differs, and line by line why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.flows.reading_terms import TITLES, Reading, is_beside
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Use
from desktop.terms.contradictions import Contradiction
from desktop.ui.figures import many
from desktop.ui.parts import Tone, clear, label, pill, row, rule
from desktop.ui.suggestion_words import answer_words
from desktop.ui.terms_words import answers_line
from desktop.ui.words import breakable, printable

NOTHING_YET = "What it means is told here, in plain words, as soon as something is there."
SHOWN = 300
Against = Mapping[int, Sequence[Contradiction]]


class FoundView(QWidget):
    """Filled anew for each text; everything in it is plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What it says")
        self._body = QVBoxLayout()
        self._body.setSpacing(6)
        self._body.setContentsMargins(16, 14, 16, 14)
        self.setLayout(self._body)
        self.forget()

    def forget(self) -> None:
        """Show that nothing was read."""
        clear(self._body)
        self._add(label(NOTHING_YET, "muted", wrap=True))
        self._body.addStretch(1)

    def put(self, readings: Sequence[Reading], against: Against) -> None:
        """Show what was found; against: by work, where its terms say otherwise."""
        clear(self._body)
        self._differs(against)
        for number, reading in enumerate(readings):
            if number:
                self._add(rule())
            self._add(label(f"This is {TITLES[reading.kind]}. It says", "caption", wrap=True))
            meaning = answers_line(reading.means) or "Nothing about AI."
            self._add(label(meaning, "strong", wrap=True, selectable=True))
            for one in reading.statements[:SHOWN]:
                self._add(label(_line(one), "small", wrap=True, selectable=True))
            if len(reading.statements) > SHOWN:
                rest = many(len(reading.statements) - SHOWN, "more line")
                self._add(label(f"and {rest}", "small"))
        self._body.addStretch(1)

    def text(self) -> str:
        """Return all that is shown, one thing a line."""
        shown = [one for one in self.findChildren(QLabel) if not one.isHidden()]
        return "\n".join(one.text().replace("\u200b", "") for one in shown)

    def _differs(self, against: Against) -> None:
        found = {one.use: one.terms_say for some in against.values() for one in some}
        if not found:
            return
        works = sum(1 for some in against.values() if some)
        whose = f" of {many(works, 'work')}" if works > 1 else ""
        self._body.addLayout(row(pill(f"Differs from your terms{whose}", Tone.NEEDS), None))
        said = ", ".join(answer_words(use, found[use]) for use in Use if use in found)
        self._add(label(f"Your terms: {said}.", wrap=True))
        self._add(rule())

    def _add(self, widget: QWidget) -> None:
        self._body.addWidget(widget)


def _line(one: AiStatement) -> str:
    meaning = ", ".join(answer_words(use, answer) for use, answer in one.meaning)
    silent = "answers nothing itself" if is_beside(one) else "not understood, and not guessed"
    said = f"{one.property} = {one.value}"
    return breakable(printable(f"{said}: {meaning or silent}"))
