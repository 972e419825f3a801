"""What an answer would change: how many works, from what to what, and who keeps their own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.model.terms_changes import Change, Scope, Step
from desktop.terms.presets import TITLES, preset_of
from desktop.ui import figures
from desktop.ui.parts import Tone, clear, column, label, pill, row
from desktop.ui.terms_words import ANSWERS, price_words, uses_words

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
        before, after = (TITLES[preset_of(one)] for one in (step.before, step.after))
        words = f"{before}, with other details" if before == after else f"{before}  →  {after}"
        line = row(number, label(words, wrap=True), spacing=8)
        line.setStretch(1, 1)
        if step.looser:
            line.addWidget(pill("Permits more", Tone.NEEDS))
        made = column(spacing=2)
        made.addLayout(line)
        if Preset.CUSTOM in (preset_of(step.before), preset_of(step.after)):
            told = label(" · ".join(differences(step.before, step.after)), "small", wrap=True)
            told.setContentsMargins(36, 0, 0, 0)
            made.addWidget(told)
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


def differences(before: Terms, after: Terms) -> list[str]:
    """Return in what terms differ, such as "output: No → On conditions"."""
    changed: dict[tuple[Answer, Answer], list[Use]] = {}
    for use in Use:
        if before.uses[use] is not after.uses[use]:
            changed.setdefault((before.uses[use], after.uses[use]), []).append(use)
    found = [
        f"{uses_words(uses)}: {ANSWERS[was]} → {ANSWERS[now]}"
        for (was, now), uses in changed.items()
    ]
    for name, was, now in (
        ("price", _price(before), _price(after)),
        ("last day", _day(before), _day(after)),
    ):
        if was != now:
            found.append(f"{name}: {was} → {now}")
    for name, same in (
        ("licensees", before.licensees == after.licensees),
        ("full terms", before.address == after.address),
        ("note", before.note == after.note),
    ):
        found += [] if same else [f"other {name}"]
    return found


def _price(terms: Terms) -> str:
    return price_words(terms.price) if terms.price is not None else "none"


def _day(terms: Terms) -> str:
    return figures.day(terms.expires) if terms.expires is not None else "none"
