"""What the checks found in a payment's statement."""

from __future__ import annotations

from desktop.model.payments import Payment
from desktop.store import statements as statements_store
from desktop.ui.parts import label
from desktop.ui.payment_section import PaymentDesk, PaymentSection


class PaymentFindings(PaymentSection):
    """Each finding with what was expected and what stands there."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._services = desk.services

    def fill(self, payment: Payment) -> None:
        """Show the findings."""
        if not payment.findings:
            return
        with self._services.store.read() as connection:
            findings = statements_store.findings(connection, payment.payment_id)
        for finding in findings:
            self.caption(f"Does not hold: {finding.check}")
            self.add(label(finding.sentence, wrap=True))
            text = f"Expected {finding.expected}, found {finding.actual}."
            self.add(label(text, "small", wrap=True))
