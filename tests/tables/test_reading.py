"""Tables in every usual form: encodings, separators, spreadsheets, JSON; and what is refused."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO

import pytest

from desktop.errors import TableProblem
from desktop.tables import reading
from desktop.tables.reading import read_table

TEXT = "Titel;Künstler\r\nGöteborg;Åsa\r\n"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: str) -> bytes:
    """Return an XLSX with one sheet of these rows."""
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/"
        "content-types'><Default Extension='rels' ContentType='application/vnd.openxmlformats-"
        f"package.relationships+xml'/><Override PartName='/w.xml' ContentType='{kind}.sheet.main"
        f"+xml'/><Override PartName='/s.xml' ContentType='{kind}.worksheet+xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{rel}'><Relationship Id='r1' "
        f"Type='{office}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{SHEET}' xmlns:r='{office}'><sheets>"
        "<sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{rel}'><Relationship Id='r1' "
        f"Type='{office}/worksheet' Target='worksheets/s.xml'/></Relationships>",
        "xl/worksheets/s.xml": f"<worksheet xmlns='{SHEET}'><sheetData>{rows}</sheetData>"
        "</worksheet>",
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def cells(data: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_table(data).rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings(encoding: str) -> None:
    assert cells(TEXT.encode(encoding)) == [{"Titel": "Göteborg", "Künstler": "Åsa"}]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_quotes_and_line_numbers(separator: str) -> None:
    lines = ["", separator.join(["title", "by"]), separator.join(['"A\nB"', '"say ""hi"""']), ""]
    lines += [separator.join(["C", "D"])]
    table = read_table("\n".join(lines).encode())
    assert table.columns == ("title", "by")
    rows = list(table.rows)
    assert [dict(row.cells) for row in rows] == [
        {"title": "A\nB", "by": 'say "hi"'},
        {"title": "C", "by": "D"},
    ]
    assert [row.line for row in rows] == [3, 6]


def test_rows_of_any_length_and_columns_of_any_name() -> None:
    table = read_table(b"a,,a\n1\n1,2,3,4\n")
    assert table.columns == ("a", "Column 2", "a (again)")
    assert [list(row.cells.values()) for row in table.rows] == [["1", "", ""], ["1", "2", "3"]]


def test_a_spreadsheet() -> None:
    rows = (
        "<row r='1'/><row r='2'><c r='A2' t='inlineStr'><is><t>isbn</t></is></c>"
        "<c r='B2' t='inlineStr'><is><t>price</t></is></c></row>"
        "<row r='3'><c r='A3'><v>9783161484100</v></c><c r='B3'><v>0.25</v></c></row>"
    )
    assert cells(workbook(rows)) == [{"isbn": "9783161484100", "price": "0.25"}]


@pytest.mark.parametrize("form", ["list", "object", "lines"])
def test_json(form: str) -> None:
    records = [{"title": "A", "isbn": 12, "by": ["x", "y"]}, {"title": None, "more": True}]
    text = {
        "list": json.dumps(records),
        "object": json.dumps({"meta": [], "works": records}),
        "lines": "\n".join(json.dumps(record) for record in records),
    }[form]
    assert cells(text.encode()) == [
        {"title": "A", "isbn": "12", "by": "x; y", "more": ""},
        {"title": "", "isbn": "", "by": "", "more": "true"},
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\x81\x8d\x8f\x90\x9d", "encoding"),
        (b"\xff\xfea", "damaged"),
        (b"PK\x03\x04 and no more", "spreadsheet"),
        (workbook(""), "empty"),
        (b"[1, 2]", "no list of records"),
        (b"{" * 5000, "no list of records"),
        (b"a," * 2000, "1000 columns"),
    ],
)
def test_what_is_no_table(data: bytes, words: str) -> None:
    with pytest.raises(TableProblem, match=words):
        list(read_table(data).rows)


def test_a_cell_without_end_names_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CELL_CHARACTERS", 50)
    table = read_table(b'a,b\n1,2\n3,"' + b"x" * 500)
    rows = table.rows
    limit = csv.field_size_limit()
    try:
        assert next(rows).line == 2
        with pytest.raises(TableProblem, match="Line 3"):
            next(rows)
    finally:
        csv.field_size_limit(limit)  # of the whole process
