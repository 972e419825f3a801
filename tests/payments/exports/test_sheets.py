"""Tables as strangers' programs read them: the sums of the store, and nothing is a formula."""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from desktop.errors import Cancelled, UsageProblem
from desktop.flows.exporting import export_payments
from desktop.model.exports import ExportFormat, ExportTable, ExportWish
from desktop.model.money import exact_sum
from desktop.services import Services
from desktop.tables.writing import looks_like_formula
from tests.payments.exports.books import Books

Library = tuple[Services, Books]
Records = list[dict[str, Any]]
WORDS = {"From", "Statement", "Title there", "Licensee", "Use", "Kind", "Who", "Reference"}


def read_csv(library: Library, table: ExportTable, out: Path) -> Records:
    export_payments(out, ExportWish(format=ExportFormat.CSV, table=table), library[0], force=True)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def read_xlsx(out: Path) -> dict[str, Records]:
    book = CalamineWorkbook.from_path(out)
    pages = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    return {
        name: [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
        for name, rows in pages.items()
    }


def sums(records: Records, column: str) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for record in records:
        total[record["Currency"]] += Decimal(str(record[column]))
    return {currency: amount for currency, amount in total.items() if amount}


def stated(books: Books, name: str) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for one in books.statements:
        total[one.currency] += getattr(one, name)
    return dict(total)


def of_lines(books: Books) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for one in books.statements:
        total[one.currency] += exact_sum(line.net for line in one.lines)
    return dict(total)


def of_bank(books: Books) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for entry in books.entries:
        total[entry.amount.currency] += entry.amount.decimal
    return dict(total)


def test_csv_has_the_sums_of_the_store(library: Library, out: Path) -> None:
    payments = read_csv(library, ExportTable.PAYMENTS, out)
    for column, name in (("To be paid", "payable"), ("Gross", "gross"), ("Reserve", "reserve")):
        assert sums(payments, column) == stated(library[1], name)
    assert sums(read_csv(library, ExportTable.LINES, out), "Net") == of_lines(library[1])
    entries = read_csv(library, ExportTable.BANK_ENTRIES, out)
    assert sums(entries, "Amount") == of_bank(library[1])
    matches = read_csv(library, ExportTable.MATCHES, out)
    came = [one for one in matches if one["Kind"] == "payment" and one["Statement"]]
    assert sums(came, "Settles") == sums(payments, "Received")
    assert sum(record["Kind"] == "fee" for record in matches) == 1


def test_csv_marks_foreign_words_and_never_an_amount(library: Library, out: Path) -> None:
    marked = 0
    for table in ExportTable:
        for record in read_csv(library, table, out):
            for column, cell in record.items():
                if column in WORDS:
                    assert not looks_like_formula(cell)
                    marked += cell.startswith("'")
                elif column in ("Amount", "Net", "Adjustments", "Reserve"):
                    Decimal(cell)
    assert marked > 5


def test_a_workbook_has_the_same_and_no_formula(library: Library, out: Path) -> None:
    export_payments(out, ExportWish(format=ExportFormat.XLSX), library[0])
    pages = read_xlsx(out)
    assert list(pages) == ["Payments", "Lines", "Deductions", "Bank entries", "Matches", "About"]
    for column, name in (("To be paid", "payable"), ("Gross", "gross"), ("Reserve", "reserve")):
        assert sums(pages["Payments"], column) == stated(library[1], name)
    assert sums(pages["Lines"], "Net") == of_lines(library[1])
    assert sums(pages["Bank entries"], "Amount") == of_bank(library[1])
    assert pages["Payments"][0]["Issued"].year == 2026
    assert isinstance(pages["Bank entries"][0]["Amount"], float)
    assert any(row["Title there"].startswith("=HYPERLINK") for row in pages["Lines"])
    with zipfile.ZipFile(out) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in packed.read(name)


def test_what_is_there_stays(library: Library, tmp_path: Path) -> None:
    """Taken names are kept, and nothing half written is left behind."""
    wish = ExportWish(format=ExportFormat.CSV, table=ExportTable.LINES)
    out = tmp_path / "mine.csv"
    out.write_text("mine")
    with pytest.raises(UsageProblem, match="exists already"):
        export_payments(out, wish, library[0])
    with pytest.raises(Cancelled):
        export_payments(out, wish, library[0], cancelled=lambda: True, force=True)
    with pytest.raises(UsageProblem, match="cannot be written"):
        export_payments(tmp_path / "nowhere" / "x.csv", wish, library[0])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]
    assert out.read_text() == "mine"
    export_payments(out, wish, library[0], force=True)
    assert out.read_bytes().startswith(b"\xef\xbb\xbfFrom,")


def test_one_registry_and_one_period(library: Library, out: Path) -> None:
    from datetime import date

    registry = "Nobody"
    wish = ExportWish(
        format=ExportFormat.CSV,
        registry=registry,
        start=date(2025, 12, 31),
        end=date(2026, 1, 1),
    )
    assert export_payments(out, wish, library[0]).payments == 1
    later = ExportWish(format=ExportFormat.CSV, start=date(2026, 1, 1))
    assert export_payments(out, later, library[0], force=True).payments == 0
    with pytest.raises(UsageProblem, match="registry"):
        export_payments(
            out, ExportWish(format=ExportFormat.CSV, registry="?"), library[0], force=True
        )
