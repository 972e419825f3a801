"""Tax numbers of payers and of the user, who issues the invoice, and the invoices that are so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.model.payments import Payment
from desktop.model.tax_numbers import (
    Invoice,
    OwnNumbers,
    PayerTax,
    SelfBilling,
    TaxNumbers,
    checked_tax,
    checked_vat,
)
from desktop.payments.invoices import missing_of, self_billed
from desktop.services import Services
from desktop.store import advances, exports, journal, registries, tax_numbers

_LONGEST_MONTHS = 600


def set_payer_tax(
    registry: str,
    services: Services,
    *,
    vat_number: str | None = None,
    self_billing: SelfBilling | None = None,
    since: date | None = None,
) -> tuple[PayerTax, str]:
    """Keep a payer's VAT number and whether it issues the invoice; None: as it was.

    Returns what holds now, and a sentence where the number is in doubt. Raises UsageProblem.
    """
    if vat_number is None and self_billing is None and since is None:
        raise UsageProblem("Say a VAT number, or whether they issue the invoices.")
    number, doubt = _checked_vat(vat_number or "")
    with services.store.write() as tx:
        payer = registries.by_name(tx, registry)
        before = tax_numbers.known(tx).payer(payer.name)
        said = replace(before, vat_number=before.vat_number if vat_number is None else number)
        said = _billing(said, self_billing, since, services)
        tax_numbers.say_payer(tx, payer.registry_id, said, services.now_s())
        detail = {
            "self_billing": said.self_billing.value,
            "since": said.since.isoformat() if said.since else None,
            "numbers": int(bool(said.vat_number)),
        }
        journal.add(tx, services.now_s(), "payer.tax", str(payer.registry_id), detail)
    return said, doubt


def set_own_numbers(
    country: str,
    services: Services,
    *,
    vat_number: str | None = None,
    tax_number: str | None = None,
) -> tuple[OwnNumbers, list[str]]:
    """Keep the user's numbers in a country; None: as it was, "": there is none any more.

    Returns what holds now, and a sentence for each number in doubt. Raises UsageProblem.
    """
    code = country.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise UsageProblem(
            f"{country!r} is no country.", advice="Write its two letters, such as DE."
        )
    vat, vat_doubt = _checked_vat(vat_number or "", code)
    try:
        tax, tax_doubt = checked_tax(tax_number or "", code)
    except ValueError as error:
        raise UsageProblem(str(error)) from error
    with services.store.write() as tx:
        found = (one for one in tax_numbers.known(tx).own if one.country == code)
        said = next(found, OwnNumbers(country=code))
        said = said if vat_number is None else replace(said, vat_number=vat)
        said = said if tax_number is None else replace(said, tax_number=tax)
        tax_numbers.say_own(tx, said, services.now_s())
        journal.add(tx, services.now_s(), "own.tax_numbers", code, {})
    return said, [doubt for doubt in (vat_doubt, tax_doubt) if doubt]


def set_reserve_months(registry: str, months: int, services: Services) -> None:
    """Keep after how many months a payer must release a reserve. Raises UsageProblem."""
    if not 1 <= months <= _LONGEST_MONTHS:
        raise UsageProblem(f"A reserve is held from 1 to {_LONGEST_MONTHS} months.")
    with services.store.write() as tx:
        payer = registries.by_name(tx, registry)
        advances.set_reserve_months(tx, payer.registry_id, months, services.now_s())
        detail = {"months": months}
        journal.add(tx, services.now_s(), "reserve.months", str(payer.registry_id), detail)


def known_numbers(services: Services) -> TaxNumbers:
    """Return every tax number that was said, and who issues the invoices."""
    with services.store.read() as connection:
        return tax_numbers.known(connection)


def invoices(services: Services, registry: str = "") -> list[Invoice]:
    """Return the statements that are invoices their payers issued, oldest first."""
    payments = list_payments(services, registry=registry)
    with services.store.read() as connection:
        numbers = tax_numbers.known(connection)
        found = [self_billed(one, numbers) for one in exports.with_figures(connection, payments)]
    return sorted((one for one in found if one), key=lambda one: (one.tax_point, one.number))


def invoice_of(payment: Payment, services: Services) -> Invoice | None:
    """Return the invoice that a payment's statement is, or None where its payer issues none."""
    with services.store.read() as connection:
        numbers = tax_numbers.known(connection)
        if numbers.self_billing(payment.registry, payment.issued) is not SelfBilling.YES:
            return None
        [stated] = exports.with_figures(connection, [payment])
    return self_billed(stated, numbers)


def missing_numbers(registry: str, services: Services) -> list[str]:
    """Return a sentence for each number that VAT of a payer needs and that is not known."""
    return missing_of(registry, known_numbers(services))


def _billing(
    said: PayerTax, self_billing: SelfBilling | None, since: date | None, services: Services
) -> PayerTax:
    if self_billing is SelfBilling.UNKNOWN:
        return replace(said, self_billing=self_billing, since=None)
    if self_billing is None and since is None:
        return said
    if (self_billing or said.self_billing) is SelfBilling.UNKNOWN:
        raise UsageProblem("Say whether they issue the invoices since that day: yes or no.")
    first = services.now().astimezone().date().replace(month=1, day=1)
    return replace(said, self_billing=self_billing or said.self_billing, since=since or first)


def _checked_vat(number: str, country: str = "") -> tuple[str, str]:
    try:
        return checked_vat(number, country)
    except ValueError as error:
        raise UsageProblem(str(error)) from error
