"""Asks what was handed on to a collaborator, and for which time a statement is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop.errors import UsageProblem
from desktop.flows.handing_on import read_money
from desktop.model.allocations import NOBODY, Balance
from desktop.ui import figures, words
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, holder, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPayout:
    """What the user typed of a payout."""

    party_id: int
    amount: str
    currency: str
    on: date
    way: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPeriod:
    """For whom a statement is, and its first and last day."""

    party_id: int
    party: str
    first: date
    last: date


class PayoutDialog(Dialog):
    """Whom, how much, when and how; what is due stands beside it."""

    def __init__(
        self, stands: Sequence[Balance], today: date, parent: QWidget | None, party_id: int = 0
    ) -> None:
        super().__init__(
            "Record a payout",
            "Money that you handed on. It counts as your word, and can be taken back.",
            "Record it",
            parent,
        )
        self.setMinimumWidth(460)
        self._stands = [one for one in stands if one.party_id != NOBODY and not one.is_me]
        self.who = _people(self._stands, party_id)
        self.amount = typed_line("50.00", "Amount")
        self.currency = typed_line("EUR", "Currency")
        self.currency.setMaximumWidth(90)
        self.currency.setMaxLength(3)
        self.due = label("", "small")
        self.on = typed_line("2026-12-31", "The day you paid")
        self.on.setText(today.isoformat())
        self.way = typed_line("Bank, cash …", "How you paid")
        self.reference = typed_line("What stands on the transfer", "Reference")
        self.note = typed_line("For you both", "Note")
        self.body.addLayout(column(label("To", "caption"), self.who, spacing=4))
        self.body.addWidget(self.due)
        amounts = column(label("Amount", "caption"), spacing=4)
        amounts.addLayout(row(self.amount, self.currency, spacing=10))
        self.body.addLayout(amounts)
        for caption, field in (
            ("Day", self.on),
            ("How", self.way),
            ("Reference", self.reference),
            ("Note", self.note),
        ):
            self.body.addLayout(column(label(caption, "caption"), field, spacing=4))
        self.end()
        self.typed: TypedPayout | None = None
        self.who.currentIndexChanged.connect(lambda _index: self._offer())
        self._offer()

    def accept(self) -> None:
        """Close only if the amount and the day can be read."""
        try:
            money = read_money(self.amount.text(), self.currency.text())
            on = date.fromisoformat(self.on.text().strip())
        except UsageProblem as problem:
            self.say(str(problem))
            return
        except ValueError:
            self.say("Write the day as 2026-12-31.")
            return
        if not money.minor:
            self.say("Type how much you paid, such as 50.00.")
            return
        self.typed = TypedPayout(
            party_id=self.who.currentData(),
            amount=str(money),
            currency=money.currency,
            on=on,
            way=self.way.text(),
            reference=self.reference.text(),
            note=self.note.text(),
        )
        super().accept()

    def _offer(self) -> None:
        """Offer what is due to whom was chosen."""
        mine = [one for one in self._stands if one.party_id == self.who.currentData()]
        mine.sort(key=lambda one: -one.open.minor)
        self.due.setText("\n".join(standing(one) for one in mine))
        if mine:
            first = mine[0]
            self.currency.setText(first.due.currency)
            self.amount.setText(str(first.open) if first.open.minor > 0 else "")


class StatementDialog(Dialog):
    """For whom and for which time."""

    def __init__(
        self, stands: Sequence[Balance], today: date, parent: QWidget | None, party_id: int = 0
    ) -> None:
        super().__init__(
            "A collaborator's statement",
            "What came for them, what you paid, and what is left, to the cent. It stays as it is: "
            "what changes later is told by the next one.",
            "Choose the file…",
            parent,
        )
        self.setMinimumWidth(460)
        stands = [one for one in stands if one.party_id != NOBODY and not one.is_me]
        self.who = _people(stands, party_id)
        self.first = typed_line("2026-01-01", "First day")
        self.first.setText(date(today.year, 1, 1).isoformat())
        self.last = typed_line("2026-12-31", "Last day")
        self.last.setText(today.isoformat())
        self.body.addLayout(column(label("For", "caption"), self.who, spacing=4))
        self.body.addLayout(
            row(
                _holding("First day", self.first),
                _holding("Last day", self.last),
                spacing=10,
            )
        )
        self.end()
        self.typed: TypedPeriod | None = None

    def accept(self) -> None:
        """Close only if both days can be read."""
        try:
            first = date.fromisoformat(self.first.text().strip())
            last = date.fromisoformat(self.last.text().strip())
        except ValueError:
            self.say("Write the days as 2026-12-31.")
            return
        if last < first:
            self.say("The last day is before the first.")
            return
        self.typed = TypedPeriod(
            party_id=self.who.currentData(),
            party=self.who.currentText(),
            first=first,
            last=last,
        )
        super().accept()


def standing(one: Balance) -> str:
    """Say where a collaborator stands in one currency."""
    if one.open.minor < 0:
        return f"{figures.money(-one.open)} more than is due was paid"
    text = f"{figures.money(one.open)} to hand on now"
    if one.awaited.minor:
        text += f", {figures.money(one.awaited)} when it arrives"
    return text


def _people(stands: Sequence[Balance], party_id: int) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName("Collaborator")
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for number, name in {one.party_id: one.party for one in stands}.items():
        made.addItem(words.printable(name), number)
    made.setCurrentIndex(max(made.findData(party_id), 0))
    return made


def _holding(caption: str, field: QWidget) -> QWidget:
    return holder(column(label(caption, "caption"), field, spacing=4))
