"""What came and what is owed in the user's own currency: one line, with its rates; never kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError
from desktop.flows.converting import (
    HomeTotals,
    home_currency,
    payments_at_home,
    set_home_currency,
)
from desktop.model.payments import Payment
from desktop.model.rates import AtHome, Rate, RateSource
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, label
from desktop.ui.payment_section import PaymentDesk

RATES_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHomeNow:
    """The chosen currency, "" for none, and the totals in it."""

    currency: str
    totals: HomeTotals | None


class HomeLine(QWidget):
    """Hidden where no currency was chosen, or everything is in it anyway."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk, self._room = desk, True
        self._text = label("", "small", wrap=True, selectable=True)
        self.setLayout(column(self._text, spacing=0))
        self.hide()

    def put(self, payments: Sequence[Payment]) -> None:
        """Show totals of these payments, when the rates are read."""
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: read_home(payments, services), succeeded=self._show
        )

    def set_room(self, there: bool) -> None:
        """Say whether there is room for it: in a low window the figures matter more."""
        self._room = there
        self.setVisible(there and bool(self._text.text()))

    def _show(self, now: AtHomeNow) -> None:
        text = sentence(now) if now.totals is not None else ""
        self._text.setText(text)
        self.set_room(self._room)


class HomeDialog(Dialog):
    """Which currency; empty is none."""

    def __init__(self, currency: str, parent: QWidget | None) -> None:
        super().__init__(
            "Your own currency",
            "Totals are also shown in it, at your bank's rate or the European Central Bank's of "
            "the day, with the rate and its day. Every amount stays in its own currency.",
            "Use it",
            parent,
        )
        self.setMinimumWidth(420)
        self.currency = typed_line("EUR; empty is none", "Currency")
        self.currency.setText(currency)
        self.currency.setMaxLength(3)
        self.body.addLayout(column(label("Currency", "caption"), self.currency, spacing=4))
        self.end()


class HomeActions:
    """The choice of the currency, and the flow behind it."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def choose(self) -> None:
        """Ask for the currency, and keep it."""
        self._ask(HomeDialog(home_currency(self._desk.services), self._window))

    def _ask(self, dialog: HomeDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        typed, services = dialog.currency.text(), self._desk.services

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask(dialog)

        self._desk.jobs.run(
            lambda _report, _cancelled: set_home_currency(typed, services),
            succeeded=lambda _code: self._desk.changes.tell(Change.PAYMENTS),
            failed=failed,
        )


def read_home(payments: Sequence[Payment], services: Services) -> AtHomeNow:
    """Convert what needs it; nothing is read where no currency was chosen."""
    currency = home_currency(services)
    amounts = (
        amount for one in payments for amount in (one.stated, *(each.amount for each in one.money))
    )
    if not currency or all(amount.currency == currency for amount in amounts):
        return AtHomeNow(currency=currency, totals=None)
    today = services.now().date()
    return AtHomeNow(currency=currency, totals=payments_at_home(payments, currency, today))


def sentence(now: AtHomeNow) -> str:
    """Say both totals, their rates with source and day, and what has none."""
    if now.totals is None:
        return ""
    received, owed = now.totals.received, now.totals.owed
    said = f"In {now.currency}: {figures.money(received.total)} received"
    said += f", {figures.money(owed.total)} owed to you."
    parts = (*received.parts, *owed.parts)
    return " ".join(one for one in (said, _rates(parts), _left_out(parts)) if one)


def _rates(parts: Sequence[AtHome]) -> str:
    used = {
        (one.rate.base, one.rate.source, one.rate.on): one.rate
        for one in parts
        if isinstance(one.rate, Rate) and one.rate.source is not RateSource.SAME
    }
    if not used:
        return ""
    newest = sorted(used.values(), key=lambda rate: rate.on, reverse=True)
    told = "; ".join(_rate(rate) for rate in newest[:RATES_TOLD])
    if len(newest) > RATES_TOLD:
        more = figures.many(len(newest) - RATES_TOLD, "more rate")
        told += f"; {more} since {figures.day(newest[-1].on)}"
    return f"{told}."


def _rate(rate: Rate) -> str:
    day: date = rate.on
    return f"1 {rate.base} = {rate.shown} {rate.quote} ({rate.source.value}, {figures.day(day)})"


def _left_out(parts: Sequence[AtHome]) -> str:
    missing = sorted({one.amount.currency for one in parts if one.home is None})
    if not missing:
        return ""
    return f"Left out, for there is no rate: {', '.join(missing)}."
