"""Asks what the columns of a bank's table are; what was guessed is shown, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop.errors import BankFileProblem
from desktop.flows.importing_money import TableSeen, would_keep
from desktop.model.bank_mappings import BankFact, BankMapping
from desktop.payments.bank_tables import SAMPLE_ROWS, BankTable
from desktop.services import Services
from desktop.store.bank import Status
from desktop.ui import figures, words
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import Elided, card, clear, column, holder, label, row, scrolled

FACTS: dict[BankFact, str] = {
    BankFact.DATE: "Day",
    BankFact.AMOUNT: "Amount, with its sign",
    BankFact.MONEY_IN: "Money that came",
    BankFact.MONEY_OUT: "Money that went",
    BankFact.CURRENCY: "Currency",
    BankFact.COUNTERPARTY: "Who paid, or was paid",
    BankFact.REFERENCE: "What was written on it",
    BankFact.BANK_REFERENCE: "The bank's own number",
    BankFact.ACCOUNT: "Account",
    BankFact.FEE: "Fee that was kept",
}
_DAYS = {
    "": "Found out from the days",
    "DMY": "Day first: 31.12.2026",
    "MDY": "Month first: 12/31/2026",
    "YMD": "Year first: 2026-12-31",
}
_COMMAS: dict[bool | None, str] = {
    None: "Found out from the amounts",
    True: "A comma: 1.234,50",
    False: "A point: 1,234.50",
}
Key = TypeVar("Key")
_SHOWN = 6
_HEADING_WIDTH = 190


class BankWizard(Dialog):
    """One row a column, and below what would be read: nothing is kept before that is seen."""

    def __init__(
        self, file_name: str, seen: TableSeen, services: Services, parent: QWidget | None
    ) -> None:
        super().__init__(
            "A table of your bank",
            f"Say once what the columns of {words.printable(file_name)} are; the next file of this "
            "bank is then read by itself.",
            "Import",
            parent,
        )
        self._services, self._seen = services, seen
        # A look at the first rows is enough to see whether the columns are right.
        self._sample = replace(seen.table, rows=seen.table.rows[:SAMPLE_ROWS])
        self.resize(780, 680)
        self.setMinimumSize(560, 460)
        self.name = typed_line("My bank", "Name of the bank")
        self.name.setText(seen.mapping.name)
        self.currency = typed_line("EUR", "Currency of the amounts")
        self.currency.setText(seen.mapping.currency)
        self.currency.setMaxLength(3)
        self.days = _choice("How days are written", _DAYS, seen.mapping.day_order)
        self.comma = _choice("What stands before the decimals", _COMMAS, seen.mapping.comma)
        self.holds = {name: self._column(name) for name in seen.table.columns}
        self._preview = QVBoxLayout()
        self._preview.setSpacing(3)
        self._lay_out(seen.table)
        self.name.textChanged.connect(lambda _text: self.look())
        self.currency.textChanged.connect(lambda _text: self.look())
        for one in (self.days, self.comma, *self.holds.values()):
            one.currentIndexChanged.connect(lambda _index: self.look())
        self.look()

    def mapping(self) -> BankMapping:
        """Return what the user said."""
        columns: dict[BankFact, str] = {}
        for heading, choice in self.holds.items():
            if choice.currentData():
                columns.setdefault(BankFact(choice.currentData()), heading)
        return replace(
            self._seen.mapping,
            name=self.name.text().strip(),
            columns=columns,
            currency=self.currency.text().strip().upper(),
            day_order=self.days.currentData(),
            comma=self.comma.currentData(),
        )

    def look(self) -> None:
        """Show what would be read of the first rows."""
        clear(self._preview)
        chosen = [choice.currentData() for choice in self.holds.values() if choice.currentData()]
        self.yes.setEnabled(False)
        if len(chosen) != len(set(chosen)):
            self._tell("Two columns hold the same; choose one of them.")
            return
        self.currency.setEnabled(BankFact.CURRENCY.value not in chosen)
        try:
            found = would_keep(self._sample, self.mapping(), self._services)
        except BankFileProblem as problem:
            self._tell(str(problem))
            return
        for kept in found.entries[:_SHOWN]:
            entry = kept.entry
            texts = [words.printable(one) for one in (entry.counterparty, entry.reference) if one]
            amount = label(figures.money(entry.amount), "strong")
            line = row(
                label(figures.day(entry.booked_on), "muted"),
                Elided("  ·  ".join(texts)),
                amount,
                spacing=12,
            )
            line.setStretch(1, 1)
            self._preview.addWidget(holder(line))
        self._tell(_counted(found.count(Status.NEW), len(found.entries), found.problems))
        self.yes.setEnabled(bool(found.entries))

    def accept(self) -> None:
        """Close only with a name: by it the bank's next file is known."""
        if not self.name.text().strip():
            self.say("Give the bank a name, such as My bank.")
            return
        super().accept()

    def _tell(self, text: str) -> None:
        self._preview.addWidget(label(text, "small", wrap=True))

    def _column(self, heading: str) -> QComboBox:
        known = {name: fact for fact, name in self._seen.mapping.columns.items()}
        choices: dict[str | None, str] = {None: "Leave out"}
        choices.update({fact.value: name for fact, name in FACTS.items()})
        fact = known.get(heading)
        name = f"What {words.printable(heading)} holds"
        return _choice(name, choices, fact.value if fact else None)

    def _lay_out(self, table: BankTable) -> None:
        form = column(spacing=8, margins=(16, 14, 16, 16))
        for heading, choice in self.holds.items():
            shown = Elided(words.printable(heading), "strong")
            shown.setFixedWidth(_HEADING_WIDTH)
            sample = next((text for one in table.rows if (text := one.cells[heading])), "")
            line = row(shown, Elided(words.printable(sample), "muted"), choice, spacing=12)
            line.setStretch(1, 1)
            form.addLayout(line)
        form.addWidget(label("How it is written", "caption"))
        for caption, field in (
            ("Currency, where no column holds it", self.currency),
            ("Days", self.days),
            ("Decimals", self.comma),
        ):
            line = row(label(caption, "muted"), None, field, spacing=12)
            field.setFixedWidth(240)
            form.addLayout(line)
        form.addStretch(1)
        named = column(label("Name of the bank", "caption"), self.name, spacing=4)
        self.body.addLayout(named)
        self.body.addWidget(card(column(scrolled(holder(form)), spacing=0)), 1)
        self.body.addWidget(label("What would be read", "caption"))
        self.body.addLayout(self._preview)
        self.end()


def _choice(name: str, choices: Mapping[Key, str], chosen: Key) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for key, text in choices.items():
        made.addItem(text, key)
    made.setCurrentIndex(list(choices).index(chosen))
    made.setMinimumContentsLength(20)
    return made


def _counted(new: int, entries: int, problems: list[BankFileProblem]) -> str:
    said = f"{figures.many(new, 'entry', 'entries')} new, {figures.count(entries - new)} already "
    said += "here, of the first rows."
    if problems:
        first = problems[0]
        said += f" {figures.many(len(problems), 'row')} cannot be read. "
        said += f"Line {first.line}: {words.printable(first.message)}"
    return said
