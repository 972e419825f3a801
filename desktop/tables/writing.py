"""Write tables as CSV (RFC 4180) and XLSX: foreign text is never a formula, amounts stay exact.

Text that a spreadsheet would take for a formula gets a mark in CSV (an apostrophe), and in XLSX is
a text cell with the spreadsheet's own "this is text" mark. Amounts are ours and never marked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO, TextIO

# Wide forms of the first four are taken for a formula as well where East Asian text is typed.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
MAX_SHEET_ROWS = 1_048_576
MAX_CELL_CHARS = 32_767
# A spreadsheet keeps 15 digits of a number; an amount of more would silently become another one.
EXACT_DIGITS = 15
_MIN_WIDTH, _MAX_WIDTH = 8, 60
_PLAIN_BOOK = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cell = str | int | Decimal | date | None


class Holds(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    AMOUNT = "amount"
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a column. note: a comment on it; width: in characters."""

    title: str
    holds: Holds = Holds.TEXT
    note: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to write. rows may be a stream: they are read once."""

    name: str
    headings: tuple[Heading, ...]
    rows: Iterable[Sequence[Cell]]


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(FORMULA_STARTS)


def write_csv(
    target: TextIO, sheet: Sheet, *, separator: str = ",", guard: str = "'", quote_all: bool = False
) -> int:
    """Write a sheet; returns how many cells had the guard put before them.

    target: opened with newline="" and UTF-8. guard: "" marks nothing.
    """
    writer = csv.writer(
        target,
        delimiter=separator,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    guarded = 0

    def text_of(cell: Cell) -> str:
        nonlocal guarded
        if not isinstance(cell, str):
            return _said(cell)
        if guard and cell.startswith(FORMULA_STARTS):
            guarded += 1
            return guard + cell
        return cell

    writer.writerow([text_of(heading.title) for heading in sheet.headings])
    writer.writerows([text_of(cell) for cell in row] for row in sheet.rows)
    return guarded


def csv_bytes(
    sheet: Sheet,
    *,
    separator: str = ",",
    guard: str = "'",
    quote_all: bool = False,
    bom: bool = True,
) -> tuple[bytes, int]:
    """Return a whole CSV file and how many of its cells were marked."""
    out = io.StringIO(newline="")
    guarded = write_csv(out, sheet, separator=separator, guard=guard, quote_all=quote_all)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8", "replace"), guarded


def write_xlsx(
    target: BinaryIO, sheets: Sequence[Sheet], made: datetime, *, all_text: bool = False
) -> None:
    """Write a workbook with typed cells; a table that is too long goes on in a sheet of its own.

    all_text: every cell is formatted as text, for forms that others' programs read.
    """
    import xlsxwriter

    # Rows go to disk as they come: a million lines need no memory.
    options = {**_PLAIN_BOOK, "constant_memory": not all_text, "in_memory": all_text}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"created": made.astimezone(UTC).replace(tzinfo=None)})
    looks = {
        Holds.TEXT: book.add_format({"num_format": "@"} if all_text else {}),
        Holds.AMOUNT: book.add_format({"num_format": "#,##0.00################"}),
        Holds.COUNT: book.add_format({"num_format": "0"}),
        Holds.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    marked = book.add_format({"quote_prefix": True, **({"num_format": "@"} if all_text else {})})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        rows, number, more = iter(sheet.rows), 1, True
        while more:
            name = sheet.name if number == 1 else f"{sheet.name} {number}"
            page = book.add_worksheet(name, worksheet_class=_exact_worksheet())
            more = _fill_page(page, sheet, rows, looks, marked, head)
            number += 1
    book.close()


def _fill_page(
    page: Any,
    sheet: Sheet,
    rows: Iterator[Sequence[Cell]],
    looks: dict[Holds, Any],
    marked: Any,
    head: Any,
) -> bool:
    """Write rows until the sheet is full; returns whether any may be left."""
    page.freeze_panes(1, 0)
    # An amount of many digits is text on purpose; a green corner would only worry people.
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_SHEET_ROWS}"})
    for at, heading in enumerate(sheet.headings):
        page.set_column(
            at, at, min(max(heading.width, _MIN_WIDTH), _MAX_WIDTH), looks[heading.holds]
        )
        page.write_string(0, at, heading.title, head)
        if heading.note:
            page.write_comment(0, at, heading.note)
    kinds = [looks[heading.holds] for heading in sheet.headings]
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                text = _sound(cell[:MAX_CELL_CHARS])
                risky = text.startswith(FORMULA_STARTS)
                page.write_string(number, at, text, marked if risky else kinds[at])
            elif isinstance(cell, date):
                page.write_datetime(number, at, cell, kinds[at])
            elif _fits(cell):
                page.write_number(number, at, cell, kinds[at])
            else:
                page.write_string(number, at, _said(cell), kinds[at])
        if number + 1 == MAX_SHEET_ROWS:
            return True
    return False


def _exact_worksheet() -> type[Any]:
    """Return a worksheet that writes a decimal's own digits, where a float would add noise."""
    from xlsxwriter.worksheet import Worksheet

    class ExactWorksheet(Worksheet):  # type: ignore[misc,unused-ignore]
        def _xml_number_element(self, number: Any, attributes: Any = ()) -> None:
            said = "".join(f' {key}="{value}"' for key, value in attributes)
            text = f"{number:f}" if isinstance(number, Decimal) else f"{number:.16G}"
            self.fh.write(f"<c{said}><v>{text}</v></c>")

    return ExactWorksheet


def _fits(number: int | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(number, int):
        return abs(number) < 1_000_000_000_000_000
    digits: int = len(number.as_tuple().digits)
    return digits <= EXACT_DIGITS


def _sound(text: str) -> str:
    """Return text that can be written as UTF-8, whatever a stranger sent."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
