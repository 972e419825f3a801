"""A statement as the invoice that its payer issued in the creator's name (self-billing)."""

from __future__ import annotations

from desktop.model.exports import StatedPayment
from desktop.model.money import EXACT, Money, exact_sum
from desktop.model.payments import PaymentState
from desktop.model.tax_numbers import Invoice, SelfBilling, TaxNumbers

_TAXES = frozenset({"tax", "withholding"})
_VAT = "vat"


def self_billed(stated: StatedPayment, numbers: TaxNumbers) -> Invoice | None:
    """Return the invoice that a statement is, or None where its payer issues none.

    Its number and day are the statement's. VAT that the payer charges for its own work is no part
    of it; nor are tax withheld, an advance repaid and a reserve, which change only what is paid.
    """
    payment = stated.payment
    billing = numbers.self_billing(payment.registry, payment.issued)
    if billing is not SelfBilling.YES or payment.state is PaymentState.VOID:
        return None
    fees = [one.amount for one in stated.deductions if one.kind.lower() not in {*_TAXES, _VAT}]
    net = EXACT.subtract(exact_sum((stated.gross, stated.adjustments)), exact_sum(fees))
    charged = [
        one
        for one in stated.deductions
        if one.kind.lower() == _VAT and (one.amount < 0) == (net > 0)
    ]
    rates = {one.rate for one in charged}
    rate = next(iter(rates)) if len(rates) == 1 else None
    currency = payment.stated.currency
    vat = Money.rounded(-exact_sum(one.amount for one in charged), currency)
    return Invoice(
        registry=payment.registry,
        number=payment.number,
        tax_point=payment.issued,
        net=Money.rounded(net, currency),
        vat=vat,
        rate="" if rate is None else f"{(rate * 100).normalize():f} %",
        their_number=numbers.payer(payment.registry).vat_number,
        own_number=numbers.own_vat(payment.registry),
        missing=tuple(missing_of(payment.registry, numbers)) if vat.minor else (),
    )


def missing_of(registry: str, numbers: TaxNumbers) -> list[str]:
    """Return a sentence for each number that VAT of a payer needs and that is not known."""
    said = []
    if not numbers.payer(registry).vat_number:
        said.append(f"The VAT number of {registry} is not known here: ask for it.")
    if not numbers.own_vat(registry):
        said.append("Your own VAT number is not known here.")
    return said
