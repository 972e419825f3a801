"""People and companies who share in works: their public numbers, and how to reach them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.errors import AppError
from desktop.model.identifiers import PARTY_SCHEMES
from desktop.model.works import Party, Reach
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import label

_REACH = {
    Reach.UNKNOWN: "I don't know",
    Reach.REACHABLE: "I can reach them",
    Reach.UNREACHABLE: "Nobody can reach them",
}
Keep = Callable[[str, dict[str, str], Reach], None]
"""name, {isni, orcid, ipi, contact}, reach; raises AppError."""


class PeopleDialog(Dialog):
    """Choose or type a name, and say what is known; stays open for the next."""

    def __init__(
        self, read: Callable[[], Sequence[Party]], keep: Keep, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "Numbers and contacts",
            "Numbers go into claims, so that registries know who is meant. How to reach somebody "
            "never leaves this computer in a claim.",
            "Keep",
            parent,
        )
        self.setMinimumWidth(520)
        self._read, self._keep = read, keep
        self.no.setText("Close")
        self.name = QComboBox()
        self.name.setEditable(True)
        self.name.setAccessibleName("Name")
        self.fields = {
            "isni": typed_line(_example("isni"), "ISNI"),
            "orcid": typed_line(_example("orcid"), "ORCID"),
            "ipi": typed_line(_example("ipi"), "IPI name number"),
            "contact": typed_line("E-mail, telephone or address", "How to reach them"),
        }
        self.reach = QComboBox()
        self.reach.setAccessibleName("Can they be reached?")
        for reach, words in _REACH.items():
            self.reach.addItem(words, reach)
        self._ask("Name", self.name)
        for field in self.fields.values():
            self._ask(field.accessibleName(), field)
        self._ask("Can they be reached?", self.reach)
        self.end()
        self._known: dict[str, Party] = {}
        self._fill_names()
        self.name.currentTextChanged.connect(self._show)
        self._show(self.name.currentText())

    def accept(self) -> None:
        """Keep what is typed; the dialog stays."""
        name = self.name.currentText().strip()
        typed = {key: field.text().strip() for key, field in self.fields.items()}
        try:
            self._keep(name, typed, Reach(self.reach.currentData()))
        except AppError as problem:
            self.say(str(problem))
            return
        self._fill_names()
        self.name.setCurrentText(name)
        self._show(name)
        self.say(f"Kept for {name}.")

    def _fill_names(self) -> None:
        self._known = {party.name: party for party in self._read()}
        shown = self.name.currentText()
        self.name.blockSignals(True)
        self.name.clear()
        self.name.addItems(list(self._known))
        if shown:
            self.name.setCurrentText(shown)
        self.name.blockSignals(False)

    def _show(self, name: str) -> None:
        self.say("")
        party = self._known.get(name.strip(), Party(name=name))
        for key, field in self.fields.items():
            field.setText(getattr(party, key))
        self.reach.setCurrentIndex(list(_REACH).index(party.reach))
        self.reach.setEnabled(not party.is_self)

    def _ask(self, caption: str, field: QWidget) -> None:
        self.body.addWidget(label(caption, "caption"))
        self.body.addWidget(field)


def _example(scheme: str) -> str:
    return PARTY_SCHEMES[scheme].rpartition("such as ")[2]
