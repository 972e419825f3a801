"""The sums of a statement, from what was earned to what is to be paid."""

from __future__ import annotations

from decimal import Decimal

from desktop.model.payments import Payment
from desktop.store import statements as statements_store
from desktop.ui import figures
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentSums(PaymentSection):
    """Opening, gross, what was kept back, and what remains."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services

    def fill(self, payment: Payment) -> None:
        """Show the sums that are not nothing."""
        with self._services.store.read() as connection:
            statement = statements_store.get(connection, payment.payment_id, lines=False)

        def text(amount: Decimal) -> str:
            return figures.line_money(amount, statement.currency)

        self.caption("Statement")
        if statement.opening:
            self.sum("Carried over", text(statement.opening))
        self.sum("Your part of what was earned", text(statement.gross))
        for deduction in statement.deductions:
            self.sum(deduction.kind.replace("_", " ").capitalize(), text(-deduction.amount))
        for name, amount in (
            ("Tax withheld", statement.tax_withheld),
            ("Advance repaid", statement.recouped),
            ("Held in reserve", statement.reserve),
        ):
            if amount:
                self.sum(name, text(-amount))
        if statement.closing:
            self.sum("Carried to the next", text(-statement.closing))
        self.sum("To be paid", text(statement.payable), strong=True)
