"""What each vocabulary will say of terms: its meaning in a line, what gets lost, and its text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.model.vocabularies import Said, Target
from desktop.ui.parts import button, card, clear, column, label, row, rule
from desktop.ui.terms_words import answers_line, lost_line
from desktop.ui.theme import mono_font

TITLES = {
    Target.ROBOTS: "robots.txt",
    Target.CONTENT_SIGNALS: "Content Signals",
    Target.HEADERS: "HTTP header",
    Target.META: "Head of a page",
    Target.TDMREP: "TDMRep",
    Target.TDMAI: "TDM·AI",
    Target.RSL: "RSL",
    Target.AITXT: "ai.txt",
    Target.IPTC: "IPTC",
    Target.C2PA: "C2PA",
}
_GROUPS = (
    (
        "On your web site",
        (
            *(Target.ROBOTS, Target.CONTENT_SIGNALS, Target.HEADERS, Target.META),
            *(Target.TDMREP, Target.RSL, Target.AITXT),
        ),
    ),
    ("In the copies you publish", (Target.IPTC, Target.C2PA)),
    ("For registries, bound to the fingerprint", (Target.TDMAI,)),
)
_MOST_SHOWN = 4_000


class VocabularyRow(QWidget):
    """One vocabulary; its text is behind a button."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        title = TITLES[target]
        self.setAccessibleName(title)
        self.meaning = label("", wrap=True)
        self.lost = label("", "small", wrap=True)
        self.show_text = button("Text", self._toggle, look="quiet")
        self.show_text.setAccessibleName(f"The text of {title}")
        self._sentences = label("", "small", wrap=True, selectable=True)
        self.text = label("", wrap=True, selectable=True)
        self.text.setFont(mono_font())
        inside = column(self._sentences, self.text, spacing=8, margins=(12, 10, 12, 10))
        self._more = card(inside)
        self._more.hide()
        top = row(label(title, "strong"), None, self.show_text)
        layout = column(spacing=0)
        layout.addLayout(top)
        for widget in (self.meaning, self.lost):
            layout.addWidget(widget)
        layout.addLayout(column(self._more, margins=(0, 6, 0, 4)))
        self.setLayout(layout)

    def put(self, said: Said) -> None:
        """Show what will be written."""
        self.meaning.setText(answers_line(said.means) or "Says nothing.")
        self.lost.setText(lost_line(said))
        self.lost.setVisible(bool(said.losses))
        sentences = list(dict.fromkeys(loss.sentence for loss in said.losses))
        self._sentences.setText("\n".join(sentences) or "Everything you said is in it.")
        text = said.text[:_MOST_SHOWN].rstrip()
        self.text.setText(text + ("\n…" if len(said.text) > _MOST_SHOWN else ""))
        self.text.setVisible(bool(said.text))

    def _toggle(self) -> None:
        self._more.setVisible(self._more.isHidden())
        self.show_text.setText("Text" if self._more.isHidden() else "Hide")


class VocabularyList(QWidget):
    """All of them, by where they are read. Texts that are open stay open."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What each vocabulary will say")
        self.rows: dict[Target, VocabularyRow] = {}
        self._body = QVBoxLayout()
        self._body.setSpacing(8)
        self._body.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._body)

    def put(self, said: Sequence[Said]) -> None:
        """Show what will be written everywhere."""
        by_target = {one.target: one for one in said}
        if set(by_target) != set(self.rows):
            self._lay_out(by_target)
        for target, row_ in self.rows.items():
            row_.put(by_target[target])

    def _lay_out(self, said: dict[Target, Said]) -> None:
        clear(self._body)
        self.rows.clear()
        for name, targets in _GROUPS:
            here = [one for one in targets if one in said]
            if not here:
                continue
            self._body.addSpacing(6)
            self._body.addWidget(label(name, "caption"))
            for number, target in enumerate(here):
                if number:
                    self._body.addWidget(rule())
                self.rows[target] = VocabularyRow(target)
                self._body.addWidget(self.rows[target])
