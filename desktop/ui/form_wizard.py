"""Makes a form of an office's own spreadsheet: headings are matched, and the user corrects it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from desktop.flows.templating import Wishes
from desktop.forms.facts import FACTS
from desktop.model.fingerprints import Kind
from desktop.model.forms import Column, Fact
from desktop.ui import words
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import Elided, card, column, holder, label, row, scrolled

EMPTY, ALWAYS = "Leave empty", "Always this text"
_HEADING_WIDTH = 190


def fact_words(fact: Fact) -> str:
    """Return what a fact is called in a list of choices."""
    known = FACTS[fact].words
    if fact in (Fact.CREATORS_WITH_ROLES, Fact.SHARE_FRACTION):
        known += " with roles" if fact is Fact.CREATORS_WITH_ROLES else " as a fraction"
    return known[:1].upper() + known[1:]


class ColumnRow(QWidget):
    """One heading and what goes under it."""

    def __init__(self, guessed: Column) -> None:
        super().__init__()
        self._guessed = guessed
        heading = Elided(guessed.heading)
        heading.setFixedWidth(_HEADING_WIDTH)
        self.holds = QComboBox()
        self.holds.setAccessibleName(f"What goes under {guessed.heading}")
        self.holds.addItem(EMPTY, None)
        self.holds.addItem(ALWAYS, ALWAYS)
        for fact in Fact:
            self.holds.addItem(fact_words(fact), fact.value)
        self.holds.setMinimumContentsLength(16)
        self.text = typed_line("The text", f"Text under {guessed.heading}")
        self.required = QCheckBox("Needed")
        line = row(heading, self.holds, self.text, self.required, spacing=10)
        line.setStretch(1, 1)
        line.setStretch(2, 1)
        self.setLayout(line)
        self.holds.currentIndexChanged.connect(lambda _index: self._show())
        if guessed.holds is not None:
            self.holds.setCurrentIndex(self.holds.findData(guessed.holds.value))
        self._show()

    def column(self) -> Column:
        """Return the column as the user wants it."""
        chosen = self.holds.currentData()
        if chosen is None:
            return Column(heading=self._guessed.heading)
        if chosen == ALWAYS:
            return Column(heading=self._guessed.heading, always=self.text.text().strip())
        fact = Fact(chosen)
        kept = (
            self._guessed if fact is self._guessed.holds else Column(heading=self._guessed.heading)
        )
        return replace(kept, holds=fact, required=self.required.isChecked())

    def _show(self) -> None:
        chosen = self.holds.currentData()
        self.text.setVisible(chosen == ALWAYS)
        self.required.setEnabled(chosen not in (None, ALWAYS))


class FormWizard(Dialog):
    """Asks how a form is called, what its columns hold, how many works, until when, where to."""

    def __init__(
        self, columns: Sequence[Column], name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "A form of your own",
            "These are the headings of the spreadsheet. Say what goes under each; what was "
            "guessed can be wrong.",
            "Add the form",
            parent,
        )
        self.resize(760, 660)
        self.setMinimumSize(560, 420)
        form = column(spacing=8, margins=(16, 14, 16, 16))
        self.name = typed_line("Whose form it is", "Name")
        self.name.setText(name)
        form.addWidget(label("Name", "caption"))
        form.addWidget(self.name)
        form.addWidget(label("Columns", "caption"))
        self.columns = [ColumnRow(guessed) for guessed in columns]
        for one in self.columns:
            form.addWidget(one)
        for caption, field in self._fields():
            form.addWidget(label(caption, "caption"))
            form.addWidget(field)
        form.addStretch(1)
        self.body.addWidget(card(column(scrolled(holder(form)), spacing=0)), 1)
        self.end()

    def _fields(self) -> tuple[tuple[str, QWidget], ...]:
        """Return what is asked beside the columns: limit, deadline, address, kinds and steps."""
        self.works = typed_line("Any number", "Works a sheet")
        self.deadline = typed_line("2026-12-31, or nothing", "Deadline")
        self.address = typed_line("Where it is handed in, for you to read", "Where it goes")
        self.steps = QPlainTextEdit()
        self.steps.setPlaceholderText("One step a line, or nothing")
        self.steps.setAccessibleName("Steps")
        self.kinds = {kind: QCheckBox(words.KINDS[kind]) for kind in Kind}
        for box in self.kinds.values():
            box.setChecked(True)
        return (
            ("At most so many works a sheet", self.works),
            ("Deadline", self.deadline),
            ("Where it goes", self.address),
            ("Works it takes", holder(row(*self.kinds.values(), None, spacing=14))),
            ("What to do, step by step", self.steps),
        )

    def chosen(self) -> tuple[list[Column], Wishes]:
        """Return what was typed. Raises ValueError that says what would be right."""
        if not self.name.text().strip():
            raise ValueError("Give the form a name first.")
        return [one.column() for one in self.columns], Wishes(
            name=self.name.text().strip(),
            address=self.address.text().strip(),
            deadline=_day(self.deadline),
            kinds=tuple(kind for kind, box in self.kinds.items() if box.isChecked()),
            works=_number(self.works),
            steps=tuple(
                line.strip() for line in self.steps.toPlainText().splitlines() if line.strip()
            ),
        )

    def accept(self) -> None:
        """Close only if everything typed can be read."""
        try:
            columns, wishes = self.chosen()
        except ValueError as error:
            self.say(str(error))
            return
        if not wishes.kinds:
            self.say("Tick at least one kind of work that the form takes.")
        elif not any(one.holds or one.always for one in columns):
            self.say("Say of at least one heading what goes under it.")
        else:
            super().accept()


def _day(line: QLineEdit) -> date | None:
    text = line.text().strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValueError("Write the deadline as 2026-12-31.") from error


def _number(line: QLineEdit) -> int:
    text = line.text().strip()
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise ValueError("Write the number of works a sheet takes in digits, such as 750.")
    return int(text or 0)
