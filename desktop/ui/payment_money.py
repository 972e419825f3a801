"""The money of a payment: what was announced and what came."""

from __future__ import annotations

from desktop.model.payments import Payment
from desktop.ui import figures
from desktop.ui.parts import label
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentMoney(PaymentSection):
    """What they say they sent, beside what is on the account."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services

    def fill(self, payment: Payment) -> None:
        """Show both sums and the day it is due."""
        self.caption("Money")
        self.sum("They say they sent", figures.money(payment.remitted))
        self.sum("On your account", figures.money(payment.received), strong=True)
        self.add(label(f"Due {figures.day(payment.due)}", "small"))
