"""What happened to a payment, folded until it is asked for."""

from __future__ import annotations

from desktop.model.payments import Payment
from desktop.ui.history import History
from desktop.ui.parts import button, holder, row
from desktop.ui.payment_section import PaymentDesk


class PaymentHistory(History):
    """Stays unfolded while it is the same payment."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__(desk)
        self._payment: Payment | None = None
        self._open = False

    def show_payment(self, payment: Payment | None) -> None:
        """Show a payment; the history stays unfolded while it is the same one."""
        before = self._payment.payment_id if self._payment else None
        if payment is None or payment.payment_id != before:
            self._open = False
        self._payment = payment
        super().show_payment(payment)

    def fill(self, payment: Payment) -> None:
        """Show the button, and the history below it once it was asked for."""
        text = "Hide history" if self._open else "History…"
        self.add(holder(row(button(text, self._toggle, look="quiet"), None)))
        if self._open:
            super().fill(payment)

    def _toggle(self) -> None:
        self._open = not self._open
        super().show_payment(self._payment)
