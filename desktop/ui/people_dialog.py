"""Asks what forms want to know of people: the user's own numbers, and how to reach the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.flows.describing import ME
from desktop.model.identifiers import checked
from desktop.model.works import Party, Reach
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import card, column, holder, label, row, scrolled

_NUMBERS = (
    ("ipi", "IPI name number", "11 digits; your society tells you yours"),
    ("isni", "ISNI", "0000 0001 2103 2683"),
    ("orcid", "ORCID", "0000-0002-1825-0097"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was typed of one person; None: left as it was. name: or DID, or "me"."""

    name: str
    ipi: str | None = None
    isni: str | None = None
    orcid: str | None = None
    contact: str | None = None
    reach: Reach | None = None


class _Other(QWidget):
    """One co-owner: how to reach them, or that they cannot be reached."""

    def __init__(self, party: Party) -> None:
        super().__init__()
        self.party = party
        self.contact = typed_line("E-mail or address", f"How to reach {party.name}")
        self.contact.setText(party.contact)
        self.gone = QCheckBox("Cannot be reached")
        self.gone.setChecked(party.reach is Reach.UNREACHABLE)
        line = row(self.contact, self.gone, spacing=12)
        line.setStretch(0, 1)
        self.setLayout(column(label(party.name, "caption"), holder(line), spacing=4))

    def said(self) -> Said | None:
        """Return what changed, or None."""
        contact = self.contact.text().strip()
        was_gone = self.party.reach is Reach.UNREACHABLE
        if (contact, self.gone.isChecked()) == (self.party.contact, was_gone):
            return None
        reach = Reach.UNREACHABLE if self.gone.isChecked() else None
        if was_gone and not self.gone.isChecked():
            reach = Reach.REACHABLE if contact else Reach.UNKNOWN
        return Said(name=self.party.did or self.party.name, contact=contact, reach=reach)


class PeopleDialog(Dialog):
    """me: who signs; others: who shares in the works that the form is about."""

    def __init__(self, me: Party, others: Sequence[Party], parent: QWidget | None = None) -> None:
        super().__init__(
            "People in this form",
            "Numbers become part of the next claim. How to reach others stays in your library, and "
            "goes only into the folders of forms that ask for it.",
            "Keep",
            parent,
        )
        self.resize(600, 520)
        self.setMinimumSize(460, 360)
        self._me = me
        lines = column(spacing=10, margins=(16, 14, 16, 16))
        lines.addWidget(label(f"{me.name} (you)", "strong"))
        self.numbers = {}
        for scheme, name, hint in _NUMBERS:
            line = self.numbers[scheme] = typed_line(hint, name)
            line.setText(getattr(me, scheme))
            lines.addWidget(holder(column(label(name, "caption"), line, spacing=4)))
        self.others = [_Other(party) for party in others]
        if self.others:
            lines.addWidget(label("Co-owners", "strong"))
        for other in self.others:
            lines.addWidget(other)
        lines.addStretch(1)
        self.body.addWidget(card(column(scrolled(holder(lines)), spacing=0)), 1)
        self.end()

    def changes(self) -> list[Said]:
        """Return what changed. Raises ValueError that says what would be right."""
        typed = {scheme: line.text().strip() for scheme, line in self.numbers.items()}
        new = {scheme: text for scheme, text in typed.items() if text != getattr(self._me, scheme)}
        for scheme, text in new.items():
            if text:
                checked(scheme, text)
        mine = Said(name=ME, ipi=new.get("ipi"), isni=new.get("isni"), orcid=new.get("orcid"))
        others = [said for other in self.others if (said := other.said()) is not None]
        return [*([mine] if new else []), *others]

    def accept(self) -> None:
        """Close only if every number can be one."""
        try:
            self.changes()
        except ValueError as error:
            self.say(str(error))
            return
        super().accept()
