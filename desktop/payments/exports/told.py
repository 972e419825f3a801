"""What every export says of itself: when it was made, of what, and the journal's head hash."""

from __future__ import annotations

from desktop.model.exports import Ledger
from desktop.payments.exports.naming import plain_text


def told(ledger: Ledger) -> list[str]:
    """Return the lines that stand above an export."""
    rows, head = ledger.journal
    lines = [f"Payments, made by Residuals on {ledger.made:%Y-%m-%d %H:%M} UTC"]
    if ledger.owner:
        lines.append(f"Of: {plain_text(ledger.owner)}")
    lines.append(f"Contains: {contains(ledger)}")
    lines.append(f"Journal of the library: {rows} rows, head {head}")
    return lines


def contains(ledger: Ledger) -> str:
    """Return what an export holds, in words."""
    if ledger.start and ledger.end:
        when = f"whose period touches {ledger.start} to before {ledger.end}"
    elif ledger.start:
        when = f"whose period ends after {ledger.start}"
    elif ledger.end:
        when = f"whose period begins before {ledger.end}"
    else:
        when = ""
    payer = f" of {plain_text(ledger.registry)}" if ledger.registry else ""
    bank = ", and bank entries booked in that time" if when else ", and every bank entry"
    bank = ", and the bank entries that paid them" if payer and not when else bank
    return " ".join(f"statements{payer} {when}".split()) + bank
