"""Files of any size are read row by row, and never held; what would fill the memory is refused."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path

import pytest

from desktop.errors import TableProblem
from desktop.tables.reading import read_table
from desktop.tables.streaming import RowProblem, look_at, rows_of, sheets_of

ROWS = "Title;Net\nÜber;1\n\nGrün;2\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_reads_alike(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert list(rows_of(look_at(path))) == [
        (1, ["Title", "Net"]),
        (2, ["Über", "1"]),
        (4, ["Grün", "2"]),
    ]


def test_a_missing_quotation_mark_hides_no_row_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,2\n"3,4\n5,6\n7,8\n')
    *rows, last = rows_of(look_at(path))
    assert rows == [(1, ["a", "b"]), (2, ["1", "2"])]
    assert isinstance(last, RowProblem)
    assert last.message.startswith("Lines 3 to 5 cannot be read")


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(500):
            part.write(bytes(1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TableProblem, match="would unpack to 524 MB"):
        sheets_of(look_at(path))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def test_a_large_file_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("a,b\n")
        for _ in range(200):
            file.write("some text of a row,1\n" * 10_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = look_at(path)
    assert sum(1 for _ in zip(rows_of(table), range(100_000), strict=False)) == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_a_cell_far_away_is_refused_before_all_in_between_is_held(tmp_path: Path) -> None:
    sheet = b'<worksheet><sheetData><row r="1"><c r="XFD1048576"/></row></sheetData></worksheet>'
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    for read in (sheets_of, lambda table: read_table(table.path.read_bytes())):
        with pytest.raises(TableProblem, match="1,048,576 rows and 16,384 columns"):
            read(look_at(path))


@pytest.mark.parametrize(
    ("start", "what"),
    [(b"%PDF-1.7\n", "a PDF"), (b"\n<HTML>", "a web page"), (b"\xff\xd8\xff\xe0", "a picture")],
)
def test_what_is_often_taken_for_a_table_is_named(tmp_path: Path, start: bytes, what: str) -> None:
    path = tmp_path / "statement.csv"
    path.write_bytes(start + b"anything")
    with pytest.raises(TableProblem, match=f"This is {what}, not a table"):
        look_at(path)


def test_a_line_without_end_is_refused_before_it_is_held(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(1 << 30)
    with pytest.raises(TableProblem, match="Line 3 is longer than 8 MB"):
        look_at(path)
