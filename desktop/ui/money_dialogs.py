"""Asks for money that no file tells of, such as cash or a cheque."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.flows.typed_money import CASH
from desktop.model.money import Money, exponent
from desktop.payments.bank_file import read_money
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the user typed of money that came."""

    amount: Money
    on: date
    counterparty: str
    reference: str
    account: str


class TypedMoneyDialog(Dialog):
    """Amount, currency, day, who paid, and where the money is now."""

    def __init__(self, currency: str, today: date, parent: QWidget | None) -> None:
        super().__init__(
            "Money that came",
            "For cash, a cheque, or an account without files. It counts as your word, and can be "
            "taken back.",
            "Keep it",
            parent,
        )
        self.setMinimumWidth(460)
        self.amount = typed_line("50.00", "Amount")
        self.currency = typed_line("EUR", "Currency")
        self.currency.setText(currency)
        self.currency.setMaximumWidth(90)
        self.currency.setMaxLength(3)
        self.on = typed_line("2026-12-31", "The day it came")
        self.on.setText(today.isoformat())
        self.who = typed_line("Who paid", "Who paid")
        self.reference = typed_line("Number of the statement, if it was said", "Reference")
        self.account = typed_line(CASH, "Where it is now")
        amounts = column(label("Amount", "caption"), spacing=4)
        amounts.addLayout(row(self.amount, self.currency, spacing=10))
        self.body.addLayout(amounts)
        for caption, field in (
            ("Day", self.on),
            ("From", self.who),
            ("What was written on it", self.reference),
            ("Where it is now", self.account),
        ):
            self.body.addLayout(column(label(caption, "caption"), field, spacing=4))
        self.end()
        self.typed: Typed | None = None

    def accept(self) -> None:
        """Close only if the amount can be read."""
        currency = self.currency.text().strip().upper()
        try:
            exponent(currency)
            amount = read_money(self.amount.text(), currency)
        except ValueError as error:
            self.say(_sentence(str(error), self.amount.text(), currency))
            return
        if amount.minor == 0:
            self.say("Type the amount that came, such as 50.00.")
            return
        try:
            on = date.fromisoformat(self.on.text().strip())
        except ValueError:
            self.say("Write the day as 2026-12-31.")
            return
        self.typed = Typed(
            amount=amount,
            on=on,
            counterparty=self.who.text(),
            reference=self.reference.text(),
            account=self.account.text() or CASH,
        )
        super().accept()


def _sentence(problem: str, amount: str, currency: str) -> str:
    if "ISO 4217" in problem:
        return f"{currency or 'Nothing'} is no currency; write three letters such as EUR."
    return f"{amount.strip() or 'Nothing'} is no amount; write it as 50.00."
