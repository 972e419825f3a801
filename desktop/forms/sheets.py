"""Write filled rows as CSV (RFC 4180) and XLSX. Every cell is text: no formula, no link, no number.

What a spreadsheet would take for a formula is left as text in XLSX, and marked in CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop.model.forms import Form, Formulas, SheetFormat

# Wide forms of the first four are taken for a formula as well where East Asian text is typed.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_GUARDS = {Formulas.APOSTROPHE: "'", Formulas.SPACE: " ", Formulas.AS_IS: ""}
_MIN_WIDTH, _MAX_WIDTH = 8, 60

Cells = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """One file. guarded: cells that had a mark put before them."""

    name: str
    data: bytes
    guarded: int = 0


def write_sheets(form: Form, cells: Cells, name: str, made: datetime) -> list[Written]:
    """Return the sheet in every format of the form. name: without its ending."""
    return [
        _csv(form, cells, name) if kind is SheetFormat.CSV else _xlsx(form, cells, name, made)
        for kind in form.sheet.formats
    ]


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(FORMULA_STARTS)


def _csv(form: Form, cells: Cells, name: str) -> Written:
    guard = _GUARDS[form.sheet.csv_formulas]
    guarded = 0
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=form.sheet.csv_separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    for row in [tuple(column.heading for column in form.columns), *cells]:
        risky = [looks_like_formula(cell) for cell in row]
        guarded += sum(risky) if guard else 0
        writer.writerow(
            [guard + cell if bad else cell for cell, bad in zip(row, risky, strict=True)]
        )
    data = out.getvalue().encode("utf-8-sig" if form.sheet.csv_bom else "utf-8")
    return Written(f"{name}.csv", data, guarded)


def _xlsx(form: Form, cells: Cells, name: str, made: datetime) -> Written:
    import xlsxwriter
    from xlsxwriter.utility import xl_range

    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": made.astimezone(UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet("Works")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    for n, column in enumerate(form.columns):
        longest = max([len(column.heading), *(len(row[n]) for row in cells)])
        sheet.set_column(n, n, min(max(longest + 2, _MIN_WIDTH), _MAX_WIDTH), text)
        sheet.write_string(0, n, column.heading, head)
        if column.note:
            sheet.write_comment(0, n, column.note)
    for number, row in enumerate(cells, start=1):
        for n, cell in enumerate(row):
            if cell:
                sheet.write_string(number, n, cell, text)
    sheet.freeze_panes(1, 0)
    # Numbers are text on purpose; a green corner in every cell would only worry people.
    whole = xl_range(0, 0, len(cells), len(form.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": whole})
    book.close()
    return Written(f"{name}.xlsx", target.getvalue())
