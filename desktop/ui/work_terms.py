"""What AI may do with the selected works: the answer, why it holds, its history, and its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.flows.terms_history import history_of, why_of
from desktop.model.terms import Preset, Terms
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import SENTENCES, TITLES, preset_of
from desktop.ui import figures
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.terms_history import TermsHistory
from desktop.ui.terms_words import answers_line, besides, licensee_words
from desktop.ui.words import printable

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
            versions = {found for _, _, found in terms_store.versions_of(connection, work_ids)}
            same = terms_store.of_work(connection, work_ids[0]) if len(versions) == 1 else None
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
        self._add(holder(top))
        own = preset is Preset.CUSTOM
        said = answers_line(terms.uses) if own else SENTENCES[preset]
        self._add(label(said, "small", wrap=True))
        if terms.expires is not None:
            top.insertWidget(1, _ends(terms.expires, self._services.now().date()))
        if own and (more := besides(terms)):
            self._add(label(more, "small", wrap=True))
        for one in terms.licensees:
            self._add(label(licensee_words(one), "small", wrap=True))
        if terms.note:
            self._add(label(terms.note, "small", wrap=True, selectable=True))

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


def _ends(last: date, today: date) -> QWidget:
    if last < today:
        return pill(f"Ended {figures.day(last)}: every yes is a no", Tone.WRONG)
    return pill(f"Until {figures.day(last)}")
