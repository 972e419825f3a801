"""Tables as XLSX workbooks: typed cells, every digit as it is, a million rows in little memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

from desktop.tables.writing import FORMULA_STARTS, Cell, Holds, Sheet, cell_text

MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARS = 32_767
# A spreadsheet keeps 15 digits of a number; an amount of more would silently become another one.
EXACT_DIGITS = 15
_MIN_WIDTH, _MAX_WIDTH = 8, 60
# The day that spreadsheets call 0, for every day since March 1900.
_DAY_0 = date(1899, 12, 30).toordinal()

PutRow = Callable[[Any, int, Sequence[Cell]], None]


def write_xlsx(
    target: BinaryIO, sheets: Sequence[Sheet], made: datetime, *, all_text: bool = False
) -> None:
    """Write a workbook with typed cells; a table that is too long goes on in a sheet of its own.

    all_text: every cell is formatted as text, for forms that others' programs read.
    """
    # What fails in the middle, such as a full disk, must leave no half-open archive on the target.
    with tempfile.TemporaryFile() as whole:
        _write(whole, sheets, made, all_text=all_text)
        whole.seek(0)
        shutil.copyfileobj(whole, target)


def _write(whole: BinaryIO, sheets: Sequence[Sheet], made: datetime, *, all_text: bool) -> None:
    import xlsxwriter

    # Rows go to disk as they come: a million lines need no memory.
    book = xlsxwriter.Workbook(whole, {"constant_memory": not all_text, "in_memory": all_text})
    book.set_properties({"created": made.astimezone(UTC).replace(tzinfo=None)})
    form = {"num_format": "@"} if all_text else {}
    looks = {
        Holds.TEXT: book.add_format(form),
        Holds.AMOUNT: book.add_format({"num_format": "#,##0.00################"}),
        Holds.COUNT: book.add_format({"num_format": "0"}),
        Holds.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    marked = book.add_format({"quote_prefix": True, **form})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        rows, number, more = iter(sheet.rows), 1, True
        kinds = [looks[heading.holds] for heading in sheet.headings]
        put = _text_row(kinds, marked) if all_text else _typed_row(kinds, marked)
        while more:
            name = sheet.name if number == 1 else f"{sheet.name} {number}"
            page = book.add_worksheet(name, worksheet_class=_quick_worksheet())
            _begin(page, sheet, kinds, head)
            more = _fill(page, rows, put)
            number += 1
    book.close()


def _begin(page: Any, sheet: Sheet, kinds: Sequence[Any], head: Any) -> None:
    page.freeze_panes(1, 0)
    # An amount of many digits is text on purpose; a green corner would only worry people.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_SHEET_ROWS}"})
    for at, heading in enumerate(sheet.headings):
        page.set_column(at, at, min(max(heading.width, _MIN_WIDTH), _MAX_WIDTH), kinds[at])
        page.write_string(0, at, heading.title, head)
        if heading.note:
            page.write_comment(0, at, heading.note)


def _fill(page: Any, rows: Iterator[Sequence[Cell]], put: PutRow) -> bool:
    """Write rows until the sheet is full; returns whether any may be left."""
    number = 0
    for number, row in enumerate(islice(rows, MAX_SHEET_ROWS - 1), start=1):
        put(page, number, row)
    return number == MAX_SHEET_ROWS - 1


def _text_row(kinds: Sequence[Any], marked: Any) -> PutRow:
    """Return what writes a row in which everything is text."""

    def put(page: Any, number: int, row: Sequence[Cell]) -> None:
        for at, cell in enumerate(row):
            if text := _sound(cell_text(cell)):
                page.write_string(number, at, text, marked if _risky(text) else kinds[at])

    return put


def _typed_row(kinds: Sequence[Any], marked: Any) -> PutRow:
    """Return what writes a row as XML at once: cell by cell takes five times as long."""
    from xlsxwriter.utility import xl_col_to_name

    styles = [f's="{kind._get_xf_index()}"' for kind in kinds]
    mark = f's="{marked._get_xf_index()}"'
    names = [xl_col_to_name(at) for at in range(len(kinds))]

    def put(page: Any, number: int, row: Sequence[Cell]) -> None:
        cells = []
        for name, style, cell in zip(names, styles, row, strict=True):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str) or not _fits(cell):
                text = _sound(cell_text(cell))
                style = mark if isinstance(cell, str) and _risky(text) else style
                cells.append(
                    f'<c r="{name}{number + 1}" {style} t="inlineStr"><is>'
                    f'<t xml:space="preserve">{_escaped(page, text)}</t></is></c>'
                )
            else:
                cells.append(f'<c r="{name}{number + 1}" {style}><v>{_number(cell)}</v></c>')
        page.put_cells(number, "".join(cells))

    return put


def _quick_worksheet() -> type[Any]:
    """Return a worksheet that takes whole rows of XML; a decimal keeps its own digits there."""
    from xlsxwriter.worksheet import Worksheet

    class QuickWorksheet(Worksheet):  # type: ignore[misc,unused-ignore]
        def put_cells(self, number: int, cells: str) -> None:
            if self.previous_row < number:
                self._write_single_row(number)
            self.dim_rowmax = number
            self.fh.write(f'<row r="{number + 1}">{cells}</row>')

    return QuickWorksheet


def _escaped(page: Any, text: str) -> str:
    text = page._escape_control_characters(text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return str(text)


def _number(cell: int | Decimal | date) -> str:
    if isinstance(cell, date):
        return str(cell.toordinal() - _DAY_0)
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _risky(text: str) -> bool:
    return text.startswith(FORMULA_STARTS)


def _fits(cell: int | Decimal | date) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(cell, Decimal):
        digits: int = len(cell.as_tuple().digits)
        return digits <= EXACT_DIGITS
    return isinstance(cell, date) or abs(cell) < 1_000_000_000_000_000


def _sound(text: str) -> str:
    """Return text that fits a cell and can be written as UTF-8, whatever a stranger sent."""
    text = text[:MAX_CELL_CHARS]
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
