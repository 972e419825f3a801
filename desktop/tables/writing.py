"""Tables to be written, and CSV (RFC 4180): foreign text is never a formula, amounts stay exact.

Text that a spreadsheet would take for a formula gets a mark in CSV (an apostrophe), and in XLSX is
a text cell with the spreadsheet's own "this is text" mark. Amounts are ours and never marked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TextIO

# Wide forms of the first four are taken for a formula as well where East Asian text is typed.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
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
            return cell_text(cell)
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


def cell_text(cell: Cell) -> str:
    """Return a cell as text, every digit of it."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
