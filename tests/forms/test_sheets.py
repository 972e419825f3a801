"""Sheets as strangers' programs read them: every cell text, nothing a formula, nothing lost."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from desktop.forms.filling import fill, numbered
from desktop.forms.sheets import write_sheets
from desktop.tables.writing import looks_like_formula
from tests.forms.making import HEAD, form_of, source

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+351 123",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    "\t=1",
    "\r=1",
]
PLAIN = ["Tide", "00042", "1/2", 'He said "no"', "a;b,c", "http://x.example", "3.14", "שלום"]
COLUMN = 'heading = "Title"\nholds = "title"'


def sheets(titles: list[str], head: str = HEAD) -> dict[str, bytes]:
    form = form_of(COLUMN, 'heading = "=Note"\nnote = "hint"', head=head)
    rows, left_out = fill(form, [source(title, n) for n, title in enumerate(titles, 1)])
    assert left_out == []
    return {one.name: one.data for one in write_sheets(form, numbered(form, rows), "works", NOW)}


def csv_rows(data: bytes, delimiter: str = ",") -> list[list[str]]:
    text = data.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def test_a_workbook_holds_text_and_nothing_else() -> None:
    data = sheets(FORMULAS + PLAIN)["works.xlsx"]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    read = [row[0] for row in cells[1:]]
    assert read == [title.strip() for title in FORMULAS + PLAIN]
    assert cells[0] == ["Title", "=Note"]
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml.lower()


def test_csv_marks_what_a_spreadsheet_would_take_for_a_formula() -> None:
    read = csv_rows(sheets(FORMULAS + PLAIN)["works.csv"])
    assert [row[0] for row in read[1:]] == [f"'{title.strip()}" for title in FORMULAS] + PLAIN
    assert not any(looks_like_formula(cell) for row in read for cell in row)


def test_every_cell_of_csv_is_quoted_so_that_no_other_separator_splits_it() -> None:
    """A spreadsheet that splits at semicolons would find =1+1 at the start of a cell."""
    raw = sheets(["a;=1+1"])["works.csv"].decode("utf-8-sig")
    assert raw == '"Title","\'=Note"\r\n"a;=1+1",""\r\n'


@pytest.mark.parametrize(("choice", "first"), [("space", " =1+1"), ("as_is", "=1+1")])
def test_the_form_chooses_the_mark(choice: str, first: str) -> None:
    head = HEAD + f'csv_formulas = "{choice}"\n'
    assert csv_rows(sheets(["=1+1"], head)["works.csv"])[1][0] == first


def test_marked_cells_are_counted_for_the_checklist() -> None:
    form = form_of(COLUMN)
    counts = [one.guarded for one in write_sheets(form, [("=1",), ("Tide",), ("@x",)], "w", NOW)]
    assert counts == [2, 0]


def test_separator_and_mark_of_utf8() -> None:
    head = HEAD + 'csv_separator = ";"\ncsv_bom = false\n'
    data = sheets(["a;b"], head)["works.csv"]
    assert not data.startswith(b"\xef\xbb\xbf")
    assert csv_rows(data, ";")[1] == ["a;b", ""]
    assert sheets(["a"])["works.csv"].startswith(b"\xef\xbb\xbf")


def test_the_longest_cell_a_spreadsheet_takes() -> None:
    data = sheets(["x" * 32_767])["works.xlsx"]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert cells[1][0] == "x" * 32_767
