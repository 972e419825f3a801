"""What AI may do with the selected works: the answer, why it holds, its history, and its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.flows.terms_history import history_of, why_of
from desktop.model.terms import Preset, Terms
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import SENTENCES, TITLES, preset_of
from desktop.ui import figures
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.terms_history import TermsHistory
from desktop.ui.terms_words import ANSWERS, answer_groups, licensee_words, price_words
from desktop.ui.words import breakable, printable

AskTerms = Callable[[Choice], None]
ProveTerms = Callable[[int, datetime, Callable[[str], None]], None]
_TONES = {Preset.ASK_ME: Tone.NEEDS}


class WorkTerms(QWidget):
    """Of one work, or of several that may differ."""

    def __init__(
        self, work_ids: Sequence[int], services: Services, ask: AskTerms, prove: ProveTerms
    ) -> None:
        super().__init__()
        self._body = column(spacing=6)
        self.setLayout(self._body)
        self.setAccessibleName("What AI may do")
        self._services = services
        with services.store.read() as connection:
            alike = len(terms_store.versions_among(connection, work_ids)) == 1
            same = terms_store.of_work(connection, work_ids[0]) if alike else None
        if same is None:
            self._add(label("They differ.", wrap=True))
        else:
            self._answer(same)
        self.change = button("Change…", partial(ask, Choice.works(work_ids)))
        self.change.setAccessibleName("Change what AI may do")
        if len(work_ids) == 1:
            self._why(work_ids[0], prove)
        else:
            self._add(holder(row(self.change, None)))

    def _add(self, widget: QWidget) -> None:
        self._body.addWidget(widget)

    def _answer(self, terms: Terms) -> None:
        preset = preset_of(terms)
        top = row(pill(TITLES[preset], _TONES.get(preset, Tone.PLAIN)), None)
        if terms.expires is not None:
            top.insertWidget(1, _ends(terms.expires, self._services.now().date()))
        self._add(holder(top))
        if preset is Preset.CUSTOM:
            self._add(_facts(terms))
        else:
            self._add(label(SENTENCES[preset], "small", wrap=True))

    def _why(self, work_id: int, prove: ProveTerms) -> None:
        """Tell whose word it is, since when, and what it was before."""
        history = history_of(work_id, self._services)
        since = history[0].since if history else None
        sentence = printable(why_of(work_id, self._services).sentence)
        if since is not None:
            sentence += f" Since {figures.day(since.astimezone().date())}."
        self._add(label(sentence, "small", wrap=True))
        self._add(holder(row(self.change, None)))
        if history:
            self._add(TermsHistory(history, partial(prove, work_id)))


def _facts(terms: Terms) -> QWidget:
    """Return own answers as a small table: each answer with its uses, then what is said besides."""
    lines = [(ANSWERS[answer], uses) for answer, uses in answer_groups(terms.uses)]
    if terms.price is not None:
        lines.append(("Price", price_words(terms.price)))
    lines += [("Licensee", licensee_words(one)) for one in terms.licensees]
    if terms.address:
        lines.append(("Full terms", breakable(terms.address)))
    if terms.note:
        lines.append(("Note", breakable(terms.note)))
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(10)
    made.setVerticalSpacing(4)
    made.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(lines):
        left = label(name, "small")
        left.setAlignment(Qt.AlignmentFlag.AlignTop)
        made.addWidget(left, number, 0)
        made.addWidget(label(value, wrap=True, selectable=True), number, 1)
    held = QWidget()
    held.setLayout(made)
    return held


def _ends(last: date, today: date) -> QWidget:
    if last < today:
        return pill(f"Ended {figures.day(last)}: every yes is a no", Tone.WRONG)
    return pill(f"Until {figures.day(last)}")
