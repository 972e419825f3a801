"""VAT in a year for the tax: what each payer paid on top, and the invoices that payers issued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from desktop.model.exports import Ledger
from desktop.model.tax_numbers import Invoice, SelfBilling, TaxNumbers
from desktop.model.tax_years import TaxParts, VatRow
from desktop.payments.invoices import missing_of, self_billed

_DAY = timedelta(days=1)


def vat_rows(
    parts: Mapping[tuple[str, str], TaxParts], numbers: TaxNumbers, end: date
) -> Iterator[VatRow]:
    """Yield the VAT of each payer and currency, with both numbers and what is not known."""
    for (registry, currency), found in sorted(parts.items()):
        if not found.vat:
            continue
        billing = numbers.self_billing(registry, end - _DAY)
        notes = missing_of(registry, numbers)
        if billing is SelfBilling.UNKNOWN:
            notes.append("It is not said who issues the invoices.")
        yield VatRow(
            registry=registry,
            currency=currency,
            vat=found.vat,
            self_billing=billing,
            their_number=numbers.payer(registry).vat_number,
            own_number=numbers.own_vat(registry),
            note=" ".join(notes),
        )


def invoices_between(ledger: Ledger, start: date, end: date) -> list[Invoice]:
    """Return the invoices that payers issued from start until before end, oldest first."""
    found = (self_billed(one, ledger.numbers) for one in ledger.payments)
    within = [one for one in found if one is not None and start <= one.tax_point < end]
    return sorted(within, key=lambda one: (one.tax_point, one.registry, one.number))
