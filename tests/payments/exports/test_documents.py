"""PDF, OFX and the tax year, read back by other programs: the sums of the store, day by day."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ofxtools.Parser import OFXTree
from python_calamine import CalamineWorkbook

from desktop.errors import UsageProblem
from desktop.flows.exporting import export_payments, export_tax, open_ledger
from desktop.flows.importing_money import import_bank_file
from desktop.model.exports import ExportFormat, ExportWish, Ledger, Receipt, StatedPayment
from desktop.model.money import Money
from desktop.model.tax_years import TaxParts, TaxYear
from desktop.payments.exports.tax import tax_year
from desktop.services import Services
from tests.payments.exports.books import Books, fill

Library = tuple[Services, Books]


def pdf_pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def test_paper_has_totals_page_numbers_and_the_head_of_the_journal(
    library: Library, out: Path
) -> None:
    export_payments(out, ExportWish(format=ExportFormat.PDF), library[0])
    pages = pdf_pages(out)
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    head = pages[0].split("head ")[1][:64]
    assert all(head in text for text in pages)
    assert len(set(head)) > 8
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for one in library[1].statements:
        totals[one.currency] += one.payable
    table = pages[0].split("Totals per currency")[1].split("Payments")[0]
    for currency, total in totals.items():
        (line,) = [line for line in table.splitlines() if line.startswith(currency)]
        assert f"{total:,f}" in line
    assert "…" in pages[0]


def test_ofx_is_read_by_others_and_names_each_entry_once(studio: Services, out: Path) -> None:
    books = fill(studio, currencies=["EUR", "JPY", "KWD", "CLF", "USD"])
    for _ in range(2):
        export_payments(out, ExportWish(format=ExportFormat.OFX), studio, force=True)
    tree = OFXTree()
    with out.open("rb") as file:
        tree.parse(file)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    numbers = []
    for statement in tree.convert().statements:
        for one in statement.transactions:
            sums[statement.curdef] += one.trnamt
            numbers.append(one.fitid)
        assert statement.ledgerbal.balamt == sum(one.trnamt for one in statement.transactions)
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for entry in books.entries:
        expected[entry.amount.currency] += entry.amount.decimal
    assert sums == expected
    assert len(set(numbers)) == len(numbers) == len(books.entries)
    own = import_bank_file(out, studio, dry_run=True)
    assert own.problems == []
    assert Counter(one.entry.amount for one in own.entries) == Counter(
        entry.amount for entry in books.entries
    )


def test_a_tax_year_in_every_format(library: Library, tmp_path: Path) -> None:
    services, books = library
    for kind in (ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.PDF, ExportFormat.TEXT):
        export_tax(tmp_path / kind.value, 2026, kind, services)
    with (tmp_path / "csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    totals = {row["Currency"]: row for row in rows if row["Table"] == "Totals per currency"}
    paid = [one for number, one in enumerate(books.statements) if number not in (2, 3)]
    for name, column in (("gross", "Gross"), ("tax_withheld", "Tax withheld")):
        expected: dict[str, Decimal] = defaultdict(Decimal)
        for one in paid:
            expected[one.currency] += getattr(one, name)
        assert {key: Decimal(row[column]) for key, row in totals.items()} == expected
    assert Decimal(totals["USD"]["Received"]) == sum(
        one.payable for one in paid if one.currency == "USD"
    ) - Decimal("2.00")
    missing = {row["Currency"] for row in rows if row["Table"] == "Stated and not received"}
    assert missing == {"KWD", "CLF"}
    book = CalamineWorkbook.from_path(tmp_path / "xlsx")
    assert book.sheet_names[:2] == ["Totals per currency", "Received in 2026"]
    assert "Income of 2026" in pdf_pages(tmp_path / "pdf")[0]
    assert "Stated and not received" in (tmp_path / "text").read_text(encoding="utf-8")
    with pytest.raises(UsageProblem, match="ofx"):
        export_tax(tmp_path / "ofx", 2026, ExportFormat.OFX, services)


@pytest.fixture(scope="module")
def ledger(library: Library) -> Ledger:
    with open_ledger(library[0], ExportWish(format=ExportFormat.CSV)) as opened:
        return opened


def added(years: list[TaxYear]) -> dict[tuple[str, str], TaxParts]:
    sums: dict[tuple[str, str], TaxParts] = {}
    for year in years:
        for row in year.rows:
            key = (row.registry, row.currency)
            sums[key] = sums.get(key, TaxParts()) + row.parts
    return sums


def receipts_of(stated: StatedPayment, parts: list[int]) -> list[Receipt]:
    payment = stated.payment
    made = []
    for number, minor in enumerate(parts):
        money = Money(payment.stated.currency, minor)
        made.append(
            Receipt(
                match_id=number,
                entry_id=number,
                registry_id=1,
                registry=payment.registry,
                number=payment.number,
                revision=1,
                received_on=date(2025 + number, 6, 1),
                settled=money,
                arrived=money,
            )
        )
    return made


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=5), st.integers(0, 7))
def test_the_years_of_a_payment_in_parts_add_up_to_the_whole(
    ledger: Ledger, cuts: list[int], which: int
) -> None:
    """However a payment is spread over years, no cent is counted twice or left out."""
    stated = ledger.payments[which]
    whole = stated.payment.stated.minor
    parts = [int(Fraction(whole * cut, 7 * len(cuts))) for cut in cuts]
    parts.append(whole - sum(parts))
    one = replace(ledger, payments=(stated,), receipts=tuple(receipts_of(stated, parts)))
    years = [tax_year(one, year) for year in range(2025, 2026 + len(parts))]
    for year in years:
        for row in year.rows:
            p = row.parts
            kept = p.fees + p.tax + p.recouped + p.reserve
            assert p.gross + p.adjustments + p.carried + p.vat - kept == p.due == p.received
        for name in ("gross", "fees", "tax"):
            told = sum(getattr(row.parts, name) for row in year.rows)
            assert sum(getattr(row, name) for row in year.countries) == told
    (total,) = added(years).values()
    currency = stated.payment.stated.currency
    assert total.received == total.due == whole
    told = Money(currency, total.fees + total.tax - total.vat).decimal
    assert told == sum(d.amount for d in stated.deductions) + stated.tax_withheld
    assert years[-1].still_open == ()
