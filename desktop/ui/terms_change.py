"""What an answer would change: how many works, from what to what, and who keeps their own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.model.terms import Preset, Terms
from desktop.model.terms_changes import Change, Scope, Step
from desktop.terms.presets import TITLES, preset_of
from desktop.ui import figures
from desktop.ui.parts import Tone, clear, column, label, pill, row
from desktop.ui.terms_words import answers_line, besides

SHOWN = 8


class ChangeView(QWidget):
    """Filled anew for each answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What changes")
        self.headline = label("", "title", wrap=True)
        self._body = QVBoxLayout()
        self._body.setSpacing(6)
        self._body.setContentsMargins(0, 0, 0, 0)
        layout = column(self.headline, spacing=6)
        layout.addLayout(self._body)
        self.setLayout(layout)

    def say(self, sentence: str) -> None:
        """Say one thing, and nothing else."""
        clear(self._body)
        self.headline.setText(sentence)

    def put(self, change: Change) -> None:
        """Show what would change."""
        self.say(headline(change))
        for sentence in change.refusals:
            self._body.addWidget(label(sentence, "problem", wrap=True))
        for step in change.steps[:SHOWN]:
            self._body.addLayout(self._step(step))
        rest = change.steps[SHOWN:]
        if rest:
            count = figures.many(sum(one.works for one in rest), "more work")
            self._body.addWidget(label(f"and {count}, from other answers", "small"))
        for sentence in change.notes:
            self._body.addWidget(label(sentence, "small", wrap=True))

    def _step(self, step: Step) -> QVBoxLayout:
        number = label(figures.count(step.works), "strong")
        number.setMinimumWidth(28)
        before, after = terms_name(step.before), terms_name(step.after)
        same = before == after
        words = f"{before}, with other details" if same else f"{before}  →  {after}"
        line = row(number, label(words, wrap=True), spacing=8)
        line.setStretch(1, 1)
        if step.looser:
            line.addWidget(pill("Permits more", Tone.NEEDS))
        made = column(spacing=2)
        made.addLayout(line)
        return made


def headline(change: Change) -> str:
    """Return how many works change, in a sentence."""
    if change.refusals:
        return "This cannot be kept as it is."
    if change.changed:
        verb = "changes" if change.changed == 1 else "change"
        if change.works > change.changed:
            number = f"{figures.count(change.changed)} of {figures.count(change.works)} works"
            return f"{number} {verb}."
        return f"{figures.many(change.changed, 'work')} {verb}."
    if change.choice.scope is Scope.DEFAULT:
        return "No work that is here changes."
    return "No work changes." if change.works else "No work yet. It holds for those that come."


def terms_name(terms: Terms) -> str:
    """Return terms in a few words: the name of a plain answer, or the answers themselves."""
    preset = preset_of(terms)
    if preset is not Preset.CUSTOM:
        return TITLES[preset]
    return " · ".join(filter(None, (answers_line(terms.uses), besides(terms))))
