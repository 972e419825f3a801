"""Decisions about a collection: its name, and whether works may permit more than before."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.model.collections import MOST_NAME_CHARACTERS, collection_name
from desktop.model.terms_changes import Change
from desktop.ui.asked_field import AskedField
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import card, column, scrolled
from desktop.ui.terms_change import ChangeView


class CollectionNameDialog(Dialog):
    """Asks for a name. text: the name, once it is accepted."""

    def __init__(self, title: str, yes: str, known: str, parent: QWidget | None) -> None:
        sentence = "" if known else "A collection is a name for works that belong together."
        super().__init__(title, sentence, yes, parent)
        self.setMinimumWidth(420)
        self.name = typed_line("Such as Harbour series", "Name of the collection")
        self.name.setMaxLength(2 * MOST_NAME_CHARACTERS)
        self.name.setText(known)
        self.name.selectAll()
        self._field = AskedField("Name", self.name)
        self.body.addWidget(self._field)
        self.end()
        self.name.setFocus()

    @property
    def text(self) -> str:
        """The name that was typed."""
        return self.name.text()

    def accept(self) -> None:
        """Close only with a name that can be one."""
        if self._field.read(lambda: collection_name(self.text)) is not None:
            super().accept()


class PermitsMoreDialog(Dialog):
    """Asks before works permit more, because they come into a collection or leave one."""

    def __init__(self, what: str, yes: str, change: Change, parent: QWidget | None) -> None:
        sentence = (
            "Some works would then permit more than now. Nothing is changed before you agree."
        )
        super().__init__(what, sentence, yes, parent)
        self.setMinimumSize(520, 320)
        self.change = ChangeView()
        self.change.put(change)
        inside = column(self.change, None, margins=(16, 14, 16, 14))
        held = QWidget()
        held.setLayout(inside)
        self.body.addWidget(card(column(scrolled(held), spacing=0)), 1)
        self.yes.setDefault(False)
        self.no.setDefault(True)
        self.end()
