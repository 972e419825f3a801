"""Named licensees, one by one: who, and for which uses the answer to them is another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from desktop.model.terms import MOST_LICENSEES, Answer, Licensee, Use
from desktop.ui.asked_field import AskedField
from desktop.ui.dialog import typed_line
from desktop.ui.parts import button, card, column, holder, label, row
from desktop.ui.terms_words import ANSWERS, AS_EVERYBODY, USES


class LicenseeField(AskedField):
    """One licensee. changed(), removed()."""

    changed = Signal()
    removed = Signal()

    def __init__(self, known: Licensee | None) -> None:
        inside = column(spacing=8, margins=(14, 12, 14, 14))
        super().__init__("", card(inside))
        self.name = typed_line("Name, such as Northlight Models Ltd", "Name of the licensee")
        self.did = typed_line("did:… (if you know it)", "Public key of the licensee")
        self.uses: dict[Use, QComboBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for number, (use, (title, _)) in enumerate(USES.items()):
            pick = QComboBox()
            pick.setAccessibleName(f"{title} for this licensee")
            pick.addItem(AS_EVERYBODY, Answer.UNSET)
            for answer in (Answer.ALLOW, Answer.CONSTRAINED, Answer.DENY):
                pick.addItem(ANSWERS[answer], answer)
            grid.addWidget(label(title, "muted", wrap=True), number, 0)
            grid.addWidget(pick, number, 1)
            self.uses[use] = pick
        remove = button("Remove", self.removed.emit, look="quiet")
        remove.setAccessibleName("Remove this licensee")
        top = row(self.name, remove, spacing=10)
        top.setStretch(0, 1)
        inside.addLayout(top)
        inside.addWidget(self.did)
        inside.addLayout(grid)
        if known is not None:
            self._put(known)
        for line in (self.name, self.did):
            line.textChanged.connect(lambda _text: self.changed.emit())
        for pick in self.uses.values():
            pick.currentIndexChanged.connect(lambda _at: self.changed.emit())

    def licensee(self) -> Licensee:
        """Return what was typed. Raises ValueError that says what would be right."""
        name = " ".join(self.name.text().split())
        if not name:
            raise ValueError("Type the licensee’s name, or remove them.")
        uses = {use: Answer(pick.currentData()) for use, pick in self.uses.items()}
        if set(uses.values()) == {Answer.UNSET}:
            raise ValueError(f"Say what is different for {name}, or remove them.")
        return Licensee(name=name, uses=uses, did=self.did.text().strip())

    def _put(self, known: Licensee) -> None:
        self.name.setText(known.name)
        self.did.setText(known.did)
        for use, pick in self.uses.items():
            pick.setCurrentIndex(pick.findData(known.uses[use]))


class LicenseeFields(QWidget):
    """All of them, and a button for another. changed()."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Licensees")
        self.fields: list[LicenseeField] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.more = button("Add a licensee…", self._add_empty)
        layout = column(spacing=8)
        layout.addLayout(self._rows)
        layout.addWidget(holder(row(self.more, None)))
        self.setLayout(layout)

    def add(self, known: Licensee | None = None) -> LicenseeField:
        """Ask for one more."""
        field = LicenseeField(known)
        field.changed.connect(self.changed)
        field.removed.connect(lambda: self._remove(field))
        self.fields.append(field)
        self._rows.addWidget(field)
        self.more.setEnabled(len(self.fields) < MOST_LICENSEES)
        return field

    def put(self, licensees: Sequence[Licensee]) -> None:
        """Show these."""
        for field in list(self.fields):
            self._take_out(field)
        for one in licensees:
            self.add(one)

    def licensees(self) -> tuple[Licensee, ...] | None:
        """Return what was typed, or None after saying at each what cannot be."""
        read = [field.read(field.licensee) for field in self.fields]
        found = [one for one in read if one is not None]
        if len(found) < len(read):
            return None
        seen: set[str] = set()
        for field, one in zip(self.fields, found, strict=True):
            if one.name.casefold() in seen:
                field.say(f"{one.name} is named above already.")
                return None
            seen.add(one.name.casefold())
        return tuple(found)

    def _add_empty(self) -> None:
        self.add().name.setFocus()
        self.changed.emit()

    def _remove(self, field: LicenseeField) -> None:
        self._take_out(field)
        self.changed.emit()

    def _take_out(self, field: LicenseeField) -> None:
        self.fields.remove(field)
        self._rows.removeWidget(field)
        field.hide()
        field.deleteLater()
        self.more.setEnabled(True)
