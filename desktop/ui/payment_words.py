"""How a payment stands, in words that say how much is missing and for how long."""

from __future__ import annotations

from desktop.model.matches import MatchKind
from desktop.model.payments import Payment, PaymentState
from desktop.ui import figures, words
from desktop.ui.parts import Tone

DIFFERENCES: dict[MatchKind, str] = {
    MatchKind.FEE: "Fee",
    MatchKind.TAX: "Tax withheld",
    MatchKind.EXCHANGE: "Exchange",
    MatchKind.OTHER: "Other difference",
}


def standing(payment: Payment) -> tuple[str, Tone]:
    """Return word and tone of a payment: Short by 50,00 kr, Overdue 8 days, Reconciled."""
    word, tone = words.PAYMENTS[payment.state]
    missing = payment.open
    if payment.state is PaymentState.PART_PAID:
        if not payment.received.minor and not payment.named.minor:
            return "Part sent, they say", Tone.PLAIN
        late = Tone.WRONG if payment.late_days else Tone.NEEDS
        return f"Short by {figures.money(missing)}", late
    if payment.state is PaymentState.PAID and missing.minor < 0:
        return f"{figures.money(-missing)} too much", Tone.NEEDS
    if payment.state is PaymentState.PAID and payment.late_days:
        return "Sent, they say", Tone.NEEDS
    if payment.state is PaymentState.OVERDUE and payment.late_days:
        return f"Overdue {figures.many(payment.late_days, 'day')}", tone
    return word, tone
