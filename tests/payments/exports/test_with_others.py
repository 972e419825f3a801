"""Collaborators, advances and VAT in double entry: what is owed to others is what the app says."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core.data import Transaction

from desktop.flows.advancing import add_advance
from desktop.flows.exporting import export_payments, open_ledger
from desktop.flows.handing_on import balances, record_payout
from desktop.model.exports import ExportFormat, ExportTable, ExportWish
from desktop.model.payments import Deduction
from desktop.payments.exports.tax import tax_year
from desktop.services import Services
from tests.flows.sharing import pay, receive, shared_work


def account_sums(path: Path) -> dict[str, Decimal]:
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    sums: dict[str, Decimal] = {}
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            assert posting.units is not None
            assert posting.units.number is not None
            sums[posting.account] = sums.get(posting.account, Decimal(0)) + posting.units.number
    return sums


def test_what_others_are_due_is_owed_in_the_books(studio: Services, out: Path) -> None:
    song = shared_work(studio, {"me": "2/3", "Ben": "1/3"})
    receive(studio, pay(studio, {song: "90"}), "90")
    vat = Deduction(kind="VAT", amount=Decimal("-19.00"))
    with_vat = pay(
        studio,
        {song: "100"},
        number="S-2",
        month=date(2026, 2, 1),
        deductions=[Decimal("-19.00")],
        deductions_=(vat,),
    )
    receive(studio, with_vat, "119")
    add_advance("Lumen", "1000", "EUR", studio, on=date(2026, 1, 2))
    record_payout("Ben", "20.00", "EUR", studio, on=date(2026, 4, 1))
    (ben,) = balances(studio)
    assert ben.open.minor > 0
    export_payments(out, ExportWish(format=ExportFormat.BEANCOUNT), studio)
    sums = account_sums(out)
    assert sums["Liabilities:Collaborators:Ben"] == -ben.open.decimal
    assert sums["Liabilities:VAT:Lumen"] == Decimal("-19.00")
    assert sums["Liabilities:Advance:Lumen"] == Decimal(-1000)
    assert sums["Assets:Bank:A"] == Decimal("209.00")
    assert sums["Equity:Not-matched"] == Decimal("980.00")
    assert sum(sums.values()) == 0
    wish = ExportWish(format=ExportFormat.CSV, table=ExportTable.SHARES)
    export_payments(out, wish, studio, force=True)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(Decimal(row["Due"]) for row in rows) == ben.due.decimal
    with open_ledger(studio, ExportWish(format=ExportFormat.CSV)) as ledger:
        (row,) = tax_year(ledger, 2026).rows
    assert (row.parts.vat, row.parts.gross, row.parts.due) == (1900, 19000, 20900)
