"""The selected payment explained, in sections; each section is a module of its own."""

from __future__ import annotations

from desktop.model.allocations import Balance
from desktop.model.ledger import LedgerLine
from desktop.model.payments import Payment, SignatureState
from desktop.ui import figures
from desktop.ui.attachments import Attachments
from desktop.ui.collaborator_details import CollaboratorDetails
from desktop.ui.line_details import LineDetails
from desktop.ui.parts import Tone, holder, label, pill, row
from desktop.ui.payer_details import PayerDetails
from desktop.ui.payment_counting import PaymentCounting
from desktop.ui.payment_findings import PaymentFindings
from desktop.ui.payment_history import PaymentHistory
from desktop.ui.payment_invoice import PaymentInvoice
from desktop.ui.payment_lines import PaymentLines
from desktop.ui.payment_money import PaymentMoney
from desktop.ui.payment_section import Jumps, PaymentDesk, PaymentSection
from desktop.ui.payment_splits import PaymentSplits
from desktop.ui.payment_sums import PaymentSums
from desktop.ui.payment_words import standing
from desktop.ui.split import Details

_SIGNATURES = {
    SignatureState.VERIFIED: ("Signature verified", Tone.CONFIRMED),
    SignatureState.INVALID: ("Signature does not hold", Tone.WRONG),
    SignatureState.UNSIGNED: ("Not signed", Tone.PLAIN),
}


def sections(desk: PaymentDesk, jumps: Jumps) -> tuple[PaymentSection, ...]:
    """Return the sections in their order, from what it is down to its lines."""
    return (
        PaymentHeading(),
        PaymentFindings(desk),
        PaymentSums(desk),
        PaymentInvoice(desk),
        PaymentMoney(desk),
        PaymentSplits(desk),
        Attachments(desk),
        PaymentLines(desk, jumps.lines),
        PaymentCounting(desk),
        PaymentHistory(desk),
    )


class PaymentDetails(Details):
    """The selected payment: sums, deductions, checks, lines; or one line, or a collaborator."""

    def __init__(self, desk: PaymentDesk, jumps: Jumps) -> None:
        super().__init__("Payment", 320)
        self._sections = sections(desk, jumps)
        self.line = LineDetails(desk, jumps.payment)
        self.collaborator = CollaboratorDetails(desk)
        self.payer = PayerDetails(desk)
        self.add(*self._sections, self.line, self.collaborator, self.payer)

    def show_payment(self, payment: Payment | None) -> None:
        """Show a payment; None hides the panel."""
        self.line.hide()
        self.collaborator.hide()
        self.payer.hide()
        for section in self._sections:
            section.show_payment(payment)
        self.setVisible(payment is not None)

    def show_line(self, line: LedgerLine) -> None:
        """Show one line of a statement."""
        self.show_payment(None)
        self.line.show_line(line)
        self.show()

    def show_balance(self, balance: Balance) -> None:
        """Show where a collaborator stands."""
        self.show_payment(None)
        self.collaborator.show_balance(balance)
        self.show()

    def show_payer(self, name: str) -> None:
        """Show where the user stands with a registry."""
        self.show_payment(None)
        self.payer.show_payer(name)
        self.show()


class PaymentHeading(PaymentSection):
    """Whose statement it is, for when, and how it stands."""

    def fill(self, payment: Payment) -> None:
        """Show registry, month, state and number."""
        title = f"{payment.registry}, {figures.month(payment.period.start)}"
        signature = pill(*_SIGNATURES[payment.signature])
        self.add(label(title, "title", wrap=True))
        self.add(holder(row(signature, pill(*standing(payment)), None)))
        self.add(label(f"Statement {payment.number}", "small", wrap=True, selectable=True))
