"""What the user can say of a registry: an advance that was paid, and the tax that is expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError
from desktop.flows.advancing import add_advance, set_withholding, take_back_advance
from desktop.flows.holding_back import check_recouped, check_withheld
from desktop.model.advances import Advance, Withholding
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.dialog import Dialog, typed_line
from desktop.ui.parts import column, label, row
from desktop.ui.payment_section import PaymentDesk

_DAY = "Write the day as 2026-12-31."


class AdvanceDialog(Dialog):
    """How much was advanced, when, and on which terms."""

    def __init__(self, payer: str, today: date, parent: QWidget | None) -> None:
        super().__init__(
            "An advance",
            f"Money that {payer} paid you before it was earned. Statements that keep back more "
            "than it are found.",
            "Keep it",
            parent,
        )
        self.setMinimumWidth(460)
        self.amount = typed_line("1000.00", "Amount")
        self.currency = typed_line("EUR", "Currency")
        self.currency.setText("EUR")
        self.currency.setMaximumWidth(90)
        self.currency.setMaxLength(3)
        self.on = typed_line("2026-12-31", "The day it was paid")
        self.on.setText(today.isoformat())
        self.terms = typed_line("What was agreed", "Terms")
        amounts = column(label("Amount", "caption"), spacing=4)
        amounts.addLayout(row(self.amount, self.currency, spacing=10))
        self.body.addLayout(amounts)
        self.body.addLayout(column(label("Paid on", "caption"), self.on, spacing=4))
        self.body.addLayout(column(label("Terms", "caption"), self.terms, spacing=4))
        self.end()
        self.day: date | None = None

    def accept(self) -> None:
        """Close only if the day can be read."""
        try:
            self.day = date.fromisoformat(self.on.text().strip())
        except ValueError:
            self.say(_DAY)
            return
        super().accept()


class TaxDialog(Dialog):
    """Which rate is expected, from which country, since when."""

    def __init__(self, payer: str, today: date, parent: QWidget | None) -> None:
        super().__init__(
            "Expected tax",
            f"The tax that {payer} may withhold. Statements that withhold more are found.",
            "Keep it",
            parent,
        )
        self.setMinimumWidth(460)
        self.rate = typed_line("15%, or none", "Rate")
        self.country = typed_line("US; empty is any other", "Country")
        self.country.setMaxLength(2)
        self.since = typed_line("2026-01-01", "Since")
        self.since.setText(date(today.year, 1, 1).isoformat())
        for caption, field in (
            ("Rate", self.rate),
            ("Country of the tax", self.country),
            ("Since", self.since),
        ):
            self.body.addLayout(column(label(caption, "caption"), field, spacing=4))
        self.end()
        self.day: date | None = None

    def accept(self) -> None:
        """Close only if the day can be read."""
        try:
            self.day = date.fromisoformat(self.since.text().strip())
        except ValueError:
            self.say(_DAY)
            return
        super().accept()


class AdvanceActions:
    """The dialogs, and the flows behind them; what cannot be is asked again."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def add_advance(self, payer: str) -> None:
        """Ask what was advanced, and keep it."""
        self._ask_advance(payer, AdvanceDialog(payer, self._today(), self._window))

    def set_tax(self, payer: str) -> None:
        """Ask which tax is expected, and keep it."""
        self._ask_tax(payer, TaxDialog(payer, self._today(), self._window))

    def take_back(self, advance_id: int) -> None:
        """Take back an advance that was recorded by mistake."""
        services = self._desk.services
        self._run(
            lambda: _checked(take_back_advance(advance_id, services), services),
            lambda _made: self._said("The advance is taken back. Both rows stay visible."),
            self._desk.notice.problem,
        )

    def _ask_advance(self, payer: str, dialog: AdvanceDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        amount, currency, terms = dialog.amount.text(), dialog.currency.text(), dialog.terms.text()
        services, day = self._desk.services, dialog.day

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask_advance(payer, dialog)

        def kept(made: tuple[Advance, int]) -> None:
            amount = figures.money(made[0].amount)
            self._said(f"{amount} advanced by {payer} is kept.{_found(made[1])}")

        self._run(
            lambda: _checked(
                add_advance(payer, amount, currency, services, on=day, terms=terms), services
            ),
            kept,
            failed,
        )

    def _ask_tax(self, payer: str, dialog: TaxDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        rate, country = dialog.rate.text(), dialog.country.text()
        services, day = self._desk.services, dialog.day

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask_tax(payer, dialog)

        def kept(made: tuple[Withholding, int]) -> None:
            where = f" in {made[0].country}" if made[0].country else ""
            self._said(f"The tax expected of {payer}{where} is kept.{_found(made[1])}")

        def keep() -> tuple[Withholding, int]:
            said = set_withholding(payer, rate, services, country=country, since=day)
            return said, len(check_withheld(payer, services))

        self._run(
            keep,
            kept,
            failed,
        )

    def _run(
        self,
        do: Callable[[], Any],
        succeeded: Callable[[Any], None],
        failed: Callable[[AppError], None],
    ) -> None:
        self._desk.jobs.run(lambda _report, _cancelled: do(), succeeded=succeeded, failed=failed)

    def _said(self, sentence: str) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(sentence)

    def _today(self) -> date:
        return self._desk.services.now().astimezone().date()


def _checked(made: Advance, services: Services) -> tuple[Advance, int]:
    """Check what is here by it; returns it with how many statements kept back too much."""
    return made, len(check_recouped(made.registry, services))


def _found(count: int) -> str:
    if not count:
        return ""
    return f" {figures.many(count, 'statement')} kept back more than is right: see the findings."
