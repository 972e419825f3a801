"""What AI may do with the selected works: the answer as the details show it, and its change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.model.terms import Preset, Terms
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import SENTENCES, TITLES, preset_of
from desktop.ui.parts import Tone, button, column, holder, label, pill, row
from desktop.ui.terms_words import answers_line, besides, licensee_words

AskTerms = Callable[[Choice], None]
_TONES = {Preset.ASK_ME: Tone.NEEDS}


class WorkTerms(QWidget):
    """Of one work, or of several that may differ."""

    def __init__(self, work_ids: Sequence[int], services: Services, ask: AskTerms) -> None:
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
        self._add(holder(row(self.change, None)))

    def _add(self, widget: QWidget) -> None:
        self._body.addWidget(widget)

    def _answer(self, terms: Terms) -> None:
        preset = preset_of(terms)
        self._add(holder(row(pill(TITLES[preset], _TONES.get(preset, Tone.PLAIN)), None)))
        own = preset is Preset.CUSTOM
        said = answers_line(terms.uses) if own else SENTENCES[preset]
        self._add(label(said, "small", wrap=True))
        more = besides(terms)
        if more and own:
            self._add(label(more, "small", wrap=True))
        for one in terms.licensees:
            self._add(label(licensee_words(one), "small", wrap=True))
        if terms.note:
            self._add(label(terms.note, "small", wrap=True, selectable=True))
