"""Tables that are written: every digit stays, and no text becomes a formula, a link or a number."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from desktop.tables import writing, xlsx_writing
from desktop.tables.writing import Cell, Heading, Holds, Sheet, csv_bytes
from desktop.tables.xlsx_writing import write_xlsx

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6) | st.decimals(
    min_value=-1, max_value=1, places=18
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def one_column(cells: list[Cell], holds: Holds) -> Sheet:
    heading = Heading(title="=Heading", holds=holds)
    return Sheet(name="Sheet", headings=(heading,), rows=[(cell,) for cell in cells])


def read_back(sheet: Sheet) -> tuple[list[object], bytes]:
    target = io.BytesIO()
    write_xlsx(target, [sheet], NOW)
    book = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue()))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    with zipfile.ZipFile(io.BytesIO(target.getvalue())) as packed:
        return [row[0] for row in rows[1:]], packed.read("xl/worksheets/sheet1.xml")


@settings(max_examples=40, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=20))
@example([Decimal("9530305.76792762"), Decimal("73316048929912.4")])  # a float shows 16 digits
def test_an_amount_keeps_every_digit(cells: list[Decimal]) -> None:
    found, xml = read_back(one_column(list(cells), Holds.AMOUNT))
    assert [Decimal(str(cell)) for cell in found] == cells
    for cell, amount in zip(found, cells, strict=True):
        assert isinstance(cell, str) is (len(amount.as_tuple().digits) > 15)
        assert isinstance(cell, str) or f"<v>{amount:f}</v>".encode() in xml
    data, guarded = csv_bytes(one_column(list(cells), Holds.AMOUNT))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [Decimal(row[0]) for row in rows[1:]] == cells
    assert guarded == 1


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(["", *writing.FORMULA_STARTS]))
def test_foreign_text_is_marked_where_it_would_be_a_formula(text: str, start: str) -> None:
    data, guarded = csv_bytes(one_column([start + text], Holds.TEXT))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    said = rows[1][0] if len(rows) > 1 and rows[1] else ""
    risky = (start + text).startswith(writing.FORMULA_STARTS)
    assert said == ("'" if risky else "") + start + text
    assert guarded == 1 + risky
    _, xml = read_back(one_column([start + text], Holds.TEXT))
    assert etree.fromstring(xml).findall(".//{*}f") == []
    assert b"hyperlink" not in xml


def test_days_and_counts_are_typed_and_a_lone_surrogate_is_no_crash() -> None:
    assert read_back(one_column([date(2026, 2, 28), None], Holds.DAY))[0][0] == date(2026, 2, 28)
    assert read_back(one_column([7, 10**15], Holds.COUNT))[0] == [7.0, str(10**15)]
    assert read_back(one_column(["a\ud800b", "x" * 40_000], Holds.TEXT))[0][0] == "a?b"


def test_what_does_not_fit_one_sheet_goes_on_in_the_next() -> None:
    target = io.BytesIO()
    before, xlsx_writing.MAX_SHEET_ROWS = xlsx_writing.MAX_SHEET_ROWS, 4
    try:
        write_xlsx(target, [one_column(list(range(7)), Holds.COUNT)], NOW)
    finally:
        xlsx_writing.MAX_SHEET_ROWS = before
    book = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue()))
    assert book.sheet_names == ["Sheet", "Sheet 2", "Sheet 3"]
    found = [
        row[0] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()
    ]
    assert [cell for cell in found if cell != "=Heading"] == [float(n) for n in range(7)]
