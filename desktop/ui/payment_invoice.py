"""A statement as the invoice that its payer issued in the user's name."""

from __future__ import annotations

from desktop.flows.taxing import invoice_of
from desktop.model.payments import Payment
from desktop.ui import figures
from desktop.ui.parts import label
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentInvoice(PaymentSection):
    """Its number and day, net, VAT and gross; hidden where the payer issues no invoice."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services

    def fill(self, payment: Payment) -> None:
        """Show the invoice, and what it lacks."""
        found = invoice_of(payment, self._services)
        if found is None:
            return
        self.caption("Their invoice in your name")
        self.sum("Number", found.number)
        self.sum("Tax point", figures.day(found.tax_point))
        self.sum("Net", figures.money(found.net))
        self.sum(f"VAT {found.rate}".strip(), figures.money(found.vat))
        self.sum("With VAT", figures.money(found.gross), strong=True)
        if found.their_number:
            self.sum("Their VAT number", found.their_number)
        if found.own_number:
            self.sum("Your VAT number", found.own_number)
        for said in found.missing:
            self.add(label(said, "small", wrap=True))
