"""The way out for a statement that should not count, such as one imported by mistake."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialog

from desktop.flows.setting_aside import count_again, set_aside
from desktop.model.payments import Payment
from desktop.ui import words
from desktop.ui.aside_dialogs import AsideReasonDialog
from desktop.ui.changes import Change
from desktop.ui.parts import button, holder, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentCounting(PaymentSection):
    """One quiet button, which asks why before anything is done."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk

    def fill(self, payment: Payment) -> None:
        """Offer to set the statement aside."""
        ask = button("It should not count…", partial(self._ask, payment), look="quiet")
        self.add(holder(row(ask, None)))

    def _ask(self, payment: Payment) -> None:
        dialog = AsideReasonDialog(f"Statement {payment.number}", self.window())
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        reason, services = dialog.reason.text(), self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: set_aside(payment.payment_id, reason, services),
            succeeded=lambda _done: self._set_aside(payment),
            failed=self._desk.notice.problem,
        )

    def _set_aside(self, payment: Payment) -> None:
        self._desk.changes.tell(Change.PAYMENTS)
        self._desk.notice.say(
            f"{words.printable(payment.number)} does not count now. It stays in your library: "
            "Import, Statements that do not count.",
            "Count it again",
            partial(self._again, payment.payment_id),
        )

    def _again(self, statement_id: int) -> None:
        services = self._desk.services
        self._desk.jobs.run(
            lambda _report, _cancelled: count_again(statement_id, services),
            succeeded=lambda _done: self._desk.changes.tell(Change.PAYMENTS),
            failed=self._desk.notice.problem,
        )
