"""tax: numbers for the tax office, and the invoices that payers issue in the user's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.flows.taxing import invoices, known_numbers, set_own_numbers, set_payer_tax
from desktop.model.tax_numbers import Invoice, OwnNumbers, PayerTax, SelfBilling


@click.group()
def tax() -> None:
    """VAT and tax numbers, and who issues the invoices for what you earn."""


@tax.command("payer")
@click.argument("registry")
@click.option("--vat-number", help="Their VAT number, such as DE136695976; empty takes it back.")
@click.option(
    "--self-billing",
    type=click.Choice([one.value for one in SelfBilling]),
    help="Whether they issue the invoices in your name.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Since when that is agreed; 1 January of this year if left out.",
)
@command
def payer(
    session: Session, registry: str, vat_number: str | None, self_billing: str | None, since: Any
) -> None:
    """Say the VAT number of who pays, and whether they issue the invoices."""
    with session.open() as services:
        said, doubt = set_payer_tax(
            registry,
            services,
            vat_number=vat_number,
            self_billing=SelfBilling(self_billing) if self_billing else None,
            since=since.date() if since else None,
        )
    session.out.row(*_with_doubts(_payer_json(said), _payer_text(said), [doubt] if doubt else []))


@tax.command("mine")
@click.argument("country")
@click.option("--vat-number", help="Your VAT number there; empty takes it back.")
@click.option("--tax-number", help="Your number for the income tax there; empty takes it back.")
@command
def mine(session: Session, country: str, vat_number: str | None, tax_number: str | None) -> None:
    """Say your own numbers in a country (two letters)."""
    with session.open() as services:
        said, doubts = set_own_numbers(
            country, services, vat_number=vat_number, tax_number=tax_number
        )
    session.out.row(*_with_doubts(_own_json(said), _own_text(said), doubts))


@tax.command("list")
@command
def list_(session: Session) -> None:
    """List your numbers, then those of who pays you."""
    with session.open(read_only=True) as services:
        found = known_numbers(services)
    for own in found.own:
        session.out.row(_own_json(own), _own_text(own))
    for name in sorted({one.registry for one in found.payers}):
        said = found.payer(name)
        session.out.row(_payer_json(said), _payer_text(said))


@tax.command("invoices")
@click.option("--registry", default="", help="Only of this registry or payer.")
@command
def invoices_(session: Session, registry: str) -> None:
    """List the statements that are invoices: net, VAT and gross, and what they lack."""
    with session.open(read_only=True) as services:
        found = invoices(services, registry)
    for one in found:
        session.out.row(_invoice_json(one), "\n".join(_invoice_lines(one)))


def _with_doubts(
    row: dict[str, Any], text: str, doubts: Iterable[str]
) -> tuple[dict[str, Any], str]:
    said = list(doubts)
    return {**row, "doubts": said}, "\n".join([text, *(f"  {one}" for one in said)])


def _payer_json(one: PayerTax) -> dict[str, Any]:
    return {
        "registry": one.registry,
        "vat_number": one.vat_number,
        "self_billing": one.self_billing.value,
        "since": one.since.isoformat() if one.since else None,
    }


def _payer_text(one: PayerTax) -> str:
    number = one.vat_number or "VAT number not known"
    who = {
        SelfBilling.YES: f"they issue the invoices since {one.since}",
        SelfBilling.NO: f"you issue the invoices since {one.since}",
        SelfBilling.UNKNOWN: "who issues the invoices is not said",
    }[one.self_billing]
    return f"{one.registry}: {number}; {who}"


def _own_json(one: OwnNumbers) -> dict[str, Any]:
    return {
        "country": one.country,
        "vat_number": one.vat_number,
        "tax_number": one.tax_number,
    }


def _own_text(one: OwnNumbers) -> str:
    vat, tax_ = one.vat_number or "none", one.tax_number or "none"
    return f"You in {one.country}: VAT number {vat}, tax number {tax_}"


def _invoice_json(one: Invoice) -> dict[str, Any]:
    return {
        "registry": one.registry,
        "invoice": one.number,
        "tax_point": one.tax_point.isoformat(),
        "currency": one.net.currency,
        "net": str(one.net),
        "vat_rate": one.rate or None,
        "vat": str(one.vat),
        "gross": str(one.gross),
        "their_number": one.their_number,
        "own_number": one.own_number,
        "missing": list(one.missing),
    }


def _invoice_lines(one: Invoice) -> list[str]:
    rate = f" ({one.rate})" if one.rate else ""
    sums = f"net {one.net}, VAT {one.vat}{rate}, gross {one.gross} {one.net.currency}"
    first = f"{one.tax_point}  {one.registry}, invoice {one.number}: {sums}"
    return [first, *(f"  {said}" for said in one.missing)]
