"""Write a form's filled rows as CSV and XLSX. Every cell is text: no formula, no link, no number.

What a spreadsheet would take for a formula is left as text in XLSX, and marked in CSV.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.model.forms import Form, Formulas, SheetFormat
from desktop.tables.writing import Heading, Sheet, csv_bytes
from desktop.tables.xlsx_writing import write_xlsx

_GUARDS = {Formulas.APOSTROPHE: "'", Formulas.SPACE: " ", Formulas.AS_IS: ""}

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


def _csv(form: Form, cells: Cells, name: str) -> Written:
    data, guarded = csv_bytes(
        _sheet(form, cells),
        separator=form.sheet.csv_separator,
        guard=_GUARDS[form.sheet.csv_formulas],
        quote_all=True,
        bom=form.sheet.csv_bom,
    )
    return Written(f"{name}.csv", data, guarded)


def _xlsx(form: Form, cells: Cells, name: str, made: datetime) -> Written:
    target = io.BytesIO()
    write_xlsx(target, [_sheet(form, cells)], made, all_text=True)
    return Written(f"{name}.xlsx", target.getvalue())


def _sheet(form: Form, cells: Cells) -> Sheet:
    headings = tuple(
        Heading(
            title=column.heading,
            note=column.note,
            width=max([len(column.heading), *(len(row[n]) for row in cells)]) + 2,
        )
        for n, column in enumerate(form.columns)
    )
    return Sheet(name="Works", headings=headings, rows=cells)
