"""Read a table from bytes: delimited text in any usual encoding, a spreadsheet, or JSON.

Cells are text as it stands; an empty cell is "". What cannot be read is refused in words.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from desktop.errors import TableProblem

MAX_BYTES = 512 * 1024 * 1024
MAX_COLUMNS = 1000
MAX_CELL_CHARACTERS = 32_767
_DELIMITERS = ",;\t|"
_SNIFFED_CHARACTERS = 16_384
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX and ODS are zips; XLS is OLE
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. line: where it stands, counted from 1 with the header; for JSON the record."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns by name, and the rows, once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_table(data: bytes) -> Table:
    """Return the table in data, whatever its form. Raises TableProblem, also while rows are read.

    Of a spreadsheet the first sheet with a header counts.
    """
    if len(data) > MAX_BYTES:
        raise TableProblem("This file is larger than 512 MB.", advice="Split it, then try again.")
    if data.startswith(_WORKBOOKS):
        return _from_workbook(data)
    text = decoded(data)
    if text.lstrip()[:1] in ("[", "{"):
        return _from_json(text)
    return _from_delimited(text)


def decoded(data: bytes) -> str:
    """Return text in UTF-8, UTF-16 with or without a mark, or Windows-1252. Raises TableProblem."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data, encoding)
    for encoding in _likely_encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableProblem(
        "The text of this file is in an encoding that is not known.",
        advice="Save it as UTF-8 in the program it came from, then try again.",
    )


def _likely_encodings(data: bytes) -> Iterator[str]:
    """Text with a zero in every other byte is UTF-16; zeros are nowhere in other text."""
    start = data[:4096]
    if b"\0" in start:
        even, odd = start[::2].count(0), start[1::2].count(0)
        yield "utf-16-le" if odd >= even else "utf-16-be"
        return
    yield "utf-8"
    yield "cp1252"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableProblem(
            f"The text of this file is damaged at byte {error.start}.",
            advice="Ask for the file again.",
        ) from error


def _from_delimited(text: str) -> Table:
    lines = _records(text, _delimiter(text))
    header: list[str] = []
    for _, cells in lines:
        if sum(1 for cell in cells if cell.strip()) > 0:
            header = cells
            break
    columns = _columns(header)

    def rows() -> Iterator[Row]:
        for line, cells in lines:
            if any(cell.strip() for cell in cells):
                yield _row(line, columns, cells)

    return Table(columns, rows())


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    csv.field_size_limit(MAX_CELL_CHARACTERS * 4)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableProblem(
                f"Line {line} cannot be read: {error}.",
                advice="Look at that line; a quotation mark may be missing.",
            ) from error
        yield line, cells


def _delimiter(text: str) -> str:
    """Return what separates the cells: what the first lines have most, and all alike."""
    start = text[:_SNIFFED_CHARACTERS]
    try:
        return csv.Sniffer().sniff(start, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        first = start.splitlines()[0] if start else ""
        return max(_DELIMITERS, key=first.count)


def _from_workbook(data: bytes) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    from desktop.tables.workbooks import refuse_bombs  # which reads cells as this module does

    refuse_bombs(io.BytesIO(data), len(data))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python()
            start = next((n for n, row in enumerate(cells) if any(map(cell_text, row))), None)
            if start is not None:
                return _from_sheet(cells, start)
    except (CalamineError, OSError, ValueError) as error:
        raise TableProblem(
            "This spreadsheet cannot be read; it is damaged or has a password.",
            advice="Open it in its own program and save it as CSV or XLSX.",
        ) from error
    raise TableProblem("This spreadsheet is empty.")


def _from_sheet(cells: Sequence[Sequence[Any]], start: int) -> Table:
    columns = _columns([cell_text(cell) for cell in cells[start]])

    def rows() -> Iterator[Row]:
        for line, row in enumerate(cells[start + 1 :], start=start + 2):
            texts = [cell_text(cell) for cell in row]
            if any(texts):
                yield _row(line, columns, texts)

    return Table(columns, rows())


def _from_json(text: str) -> Table:
    records = _json_records(text)
    names: dict[str, None] = {}
    for record in records:
        names.update(dict.fromkeys(str(name) for name in record))
        if len(names) > MAX_COLUMNS:
            raise _too_wide()
    columns = tuple(names)
    rows = (
        Row(number, {name: cell_text(record.get(name)) for name in columns})
        for number, record in enumerate(records, start=1)
    )
    return Table(columns, rows)


def _json_records(text: str) -> list[dict[str, Any]]:
    """Return a list of objects: an array, the longest array in an object, or one object a line."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = _json_lines(text)
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        document = max(lists, key=len, default=[document])
    if not isinstance(document, list):
        raise _no_json()
    records = [record for record in document if isinstance(record, dict)]
    if not records:
        raise _no_json()
    return records


def _json_lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise _no_json() from error


def _no_json() -> TableProblem:
    return TableProblem(
        "This JSON holds no list of records.", advice="Ask for the list as CSV, then try again."
    )


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return names for the columns, each once; one without a name is called by its number."""
    if len(header) > MAX_COLUMNS:
        raise _too_wide()
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"Column {number}"
        while name in names:
            name += " (again)"
        names.append(name)
    if not names:
        raise TableProblem("This file is empty.")
    return tuple(names)


def _too_wide() -> TableProblem:
    return TableProblem(f"This table has more than {MAX_COLUMNS} columns.")


def _row(line: int, columns: tuple[str, ...], cells: Sequence[str]) -> Row:
    texts = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
    return Row(line, dict(zip(columns, (text.strip() for text in texts), strict=True)))


def cell_text(cell: Any) -> str:
    """Return a cell as text; a whole number without a point, for spreadsheets know no integers."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, list):
        return "; ".join(cell_text(item) for item in cell)
    if isinstance(cell, dict):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).strip()[:MAX_CELL_CHARACTERS]
