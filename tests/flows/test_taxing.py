"""Tax numbers are doubted and never refused; a statement is an invoice where its payer says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.exporting import export_tax
from desktop.flows.holding_back import check_reserves
from desktop.flows.taxing import (
    invoices,
    known_numbers,
    set_own_numbers,
    set_payer_tax,
    set_reserve_months,
)
from desktop.model.exports import ExportFormat
from desktop.model.payments import Deduction
from desktop.model.tax_numbers import SelfBilling, checked_tax, checked_vat
from desktop.services import Services
from desktop.store import journal
from tests.flows.sharing import PAYER, eur, pay, receive

VAT = Deduction(kind="VAT", amount=Decimal(-18), rate=Decimal("0.2"), base=Decimal(-90))
FEE = Deduction(kind="commission", amount=Decimal(10))


@pytest.mark.parametrize(
    ("number", "country", "kept", "doubted"),
    [
        ("de 136 695 976", "", "DE136695976", ""),
        ("136695976", "DE", "DE136695976", ""),
        ("DE136695977", "", "DE136695977", "is not how DE writes"),
        ("EL 094259216", "", "EL094259216", ""),
        ("CHE-107.787.577 IVA", "", "CHE107787577IVA", ""),
        ("GB 980 7806 84", "", "GB980780684", ""),
        ("US12", "", "US12", "cannot be checked"),
        ("136695976", "", "136695976", "does not begin with a country"),
        ("", "", "", ""),
    ],
)
def test_a_vat_number(number: str, country: str, kept: str, doubted: str) -> None:
    found, doubt = checked_vat(number, country)
    assert (found, bool(doubt)) == (kept, bool(doubted))
    assert doubted in doubt


def test_a_tax_number() -> None:
    assert checked_tax("36 574 261 809", "DE") == ("36574261809", "")
    assert "not how GB" in checked_tax("2955839661", "GB")[1]
    assert "cannot be checked" in checked_tax("1", "XK")[1]
    with pytest.raises(ValueError, match="too long"):
        checked_tax("1" * 41, "DE")


def test_who_issues_the_invoice_by_the_day(studio: Services) -> None:
    for month in (1, 6, 9):
        pay(studio, {0: "100"}, number=f"S-{month}", month=date(2026, month, 1), deductions=(
            Decimal(10), Decimal(-18)), deductions_=(FEE, VAT))  # fmt: skip
    assert invoices(studio) == []
    set_payer_tax(PAYER, studio, self_billing=SelfBilling.YES, since=date(2026, 3, 1))
    said, doubt = set_payer_tax(PAYER, studio, vat_number="FR 40303265045")
    assert (said.self_billing, said.since, doubt) == (SelfBilling.YES, date(2026, 3, 1), "")
    set_payer_tax(PAYER, studio, self_billing=SelfBilling.NO, since=date(2026, 9, 1))
    [one] = invoices(studio)
    assert (one.number, one.tax_point, one.rate) == ("S-6", date(2026, 7, 1), "20 %")
    assert (one.net, one.vat, one.gross) == (eur("90"), eur("18"), eur("108"))
    assert one.missing == ("Your own VAT number is not known here.",)
    set_own_numbers("DE", studio, vat_number="DE136695976")
    set_own_numbers("FR", studio, vat_number="FR83404833048", tax_number="1")
    [one] = invoices(studio)
    assert (one.their_number, one.own_number) == ("FR40303265045", "FR83404833048")
    assert one.missing == ()
    set_own_numbers("FR", studio, vat_number="")
    assert invoices(studio)[0].own_number == "DE136695976"
    assert [one.tax_number for one in known_numbers(studio).own if one.country == "FR"] == ["1"]
    set_payer_tax(PAYER, studio, self_billing=SelfBilling.UNKNOWN)
    assert invoices(studio) == []
    with studio.store.read() as connection:
        assert journal.first_break(connection) is None
    for changes, why in (
        ({}, "Say a VAT number"),
        ({"since": date(2026, 1, 1)}, "yes or no"),
        ({"vat_number": "1" * 41}, "too long"),
    ):
        with pytest.raises(UsageProblem, match=why):
            set_payer_tax(PAYER, studio, **changes)
    with pytest.raises(UsageProblem, match="no country"):
        set_own_numbers("Germany", studio)


def test_the_year_tells_vat_and_invoices(studio: Services, tmp_path: Path) -> None:
    paid = pay(studio, {0: "100"}, deductions=(Decimal(10), Decimal(-18)), deductions_=(FEE, VAT))
    receive(studio, paid, "108.00")

    def told() -> str:
        export_tax(tmp_path / "year", 2026, ExportFormat.TEXT, studio, force=True)
        return " ".join((tmp_path / "year").read_text("utf-8").split())

    text = told()
    assert "VAT on top, by payer" in text
    assert "18.00 The VAT number of Lumen is not known here: ask for it. Your own" in text
    assert "It is not said who issues the invoices." in text
    assert "Invoices that payers issued" not in text
    set_payer_tax(PAYER, studio, vat_number="FR40303265045", self_billing=SelfBilling.YES,
                  since=date(2026, 1, 1))  # fmt: skip
    set_own_numbers("DE", studio, vat_number="DE136695976")
    text = told()
    assert f"{PAYER} FR40303265045 DE136695976 them EUR 18.00" in text
    assert "2026-02-01 FR40303265045 DE136695976 EUR 90.00 20 % 18.00 108.00" in text
    for kind in (ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.PDF):
        export_tax(tmp_path / kind.value, 2026, kind, studio)
    assert b"FR40303265045" in (tmp_path / "csv").read_bytes()


def test_a_reserve_is_held_as_long_as_was_agreed(studio: Services) -> None:
    for month in range(1, 8):
        held = "2" if month == 1 else "0"
        pay(studio, {0: "10"}, number=f"R-{month}", month=date(2026, month, 1), reserve=held)
    assert check_reserves(PAYER, studio) == []
    set_reserve_months(PAYER, 6, studio)
    assert [one.finding.check for one in check_reserves(PAYER, studio)] == ["T4"]
    set_reserve_months(PAYER, 12, studio)
    assert check_reserves(PAYER, studio) == []
    with pytest.raises(UsageProblem, match="1 to 600"):
        set_reserve_months(PAYER, 0, studio)
