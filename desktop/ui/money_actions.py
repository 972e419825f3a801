"""What the user can do about money that came: type it in, and find whose it is."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from desktop.errors import AppError
from desktop.flows.typed_money import add_entry
from desktop.store import bank
from desktop.store.bank import KeptEntry
from desktop.ui import figures
from desktop.ui.changes import Change
from desktop.ui.find_money import FindMoney
from desktop.ui.menus import MenuLine
from desktop.ui.money_dialogs import TypedMoneyDialog
from desktop.ui.payment_section import PaymentDesk

_USUAL_CURRENCY = "EUR"


class MoneyActions:
    """Dialogs about money, and the flows behind them."""

    def __init__(self, desk: PaymentDesk, window: QWidget) -> None:
        self._desk, self._window = desk, window

    def lines(self) -> tuple[MenuLine, ...]:
        """Return what the Import menu of the Payments page offers beside files."""
        return (
            ("Money received by hand…", self.type_in),
            ("Find the money…", self.find),
        )

    def find(self) -> None:
        """Show what came beside what was stated."""
        FindMoney(self._desk, self._window).exec()

    def type_in(self) -> None:
        """Ask for money that no file tells of, and keep it."""
        today = self._desk.services.now().astimezone().date()
        self._ask(TypedMoneyDialog(self._currency(), today, self._window))

    def _ask(self, dialog: TypedMoneyDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted or dialog.typed is None:
            return
        typed, services = dialog.typed, self._desk.services

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._ask(dialog)

        self._desk.jobs.run(
            lambda _report, _cancelled: add_entry(
                typed.amount,
                typed.on,
                services,
                account=typed.account,
                counterparty=typed.counterparty,
                reference=typed.reference,
            ),
            succeeded=self._kept,
            failed=failed,
        )

    def _kept(self, kept: KeptEntry) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            f"{figures.money(kept.entry.amount)} is kept.", "Find what it is for…", self.find
        )

    def _currency(self) -> str:
        """Return the currency of the newest entry: most people have one."""
        with self._desk.services.store.read() as connection:
            known = bank.everything(connection)
        return known[-1].entry.amount.currency if known else _USUAL_CURRENCY
