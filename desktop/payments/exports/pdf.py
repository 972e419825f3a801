"""Tables on paper: A4, Inter, page numbers, and the journal's head hash on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from desktop.assets import asset
from desktop.payments.exports.naming import plain_text
from desktop.tables.writing import Cell, Heading, Holds, Sheet

_INK, _MUTED, _LINE = (31, 29, 26), (107, 101, 92), (228, 223, 215)
_MARGIN, _ROW, _GAP = 16.0, 5.6, 2.0
_WIDTHS = {Holds.AMOUNT: 12.0, Holds.COUNT: 6.0, Holds.DAY: 11.5}
_RIGHT = (Holds.AMOUNT, Holds.COUNT)
_WIDE_FROM = 8
_MISSING = "□"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands around the tables. told: lines under the title; notes: at the end."""

    title: str
    told: Sequence[str]
    foot: str
    made: Any
    notes: Sequence[str] = ()


def write_pdf(target: BinaryIO, paper: Paper, sheets: Sequence[Sheet]) -> None:
    """Write tables one below the other; what does not fit its column ends in dots."""
    wide = any(len(sheet.headings) > _WIDE_FROM for sheet in sheets)
    page = _page(paper, wide)
    page.set_font("Inter", "B", 18)
    page.multi_cell(0, 9, page.shown(paper.title), new_x="LMARGIN", new_y="NEXT")
    page.set_font("Inter", "", 8.5)
    page.set_text_color(*_MUTED)
    for line in paper.told:
        page.multi_cell(0, 4.6, page.shown(line), new_x="LMARGIN", new_y="NEXT")
    for sheet in sheets:
        _table(page, sheet)
    page.ln(4)
    page.set_font("Inter", "", 8)
    page.set_text_color(*_MUTED)
    notes = [
        *paper.notes,
        *([f"{_MISSING} is a sign that this font lacks."] if page.lacked else []),
    ]
    for line in notes:
        page.multi_cell(0, 4.4, page.shown(line), new_x="LMARGIN", new_y="NEXT")
    target.write(bytes(page.output()))


def _page(paper: Paper, wide: bool) -> Any:
    from fpdf import FPDF

    class Page(FPDF):  # type: ignore[misc,unused-ignore]
        lacked = False
        has: frozenset[int] = frozenset()

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("Inter", "", 7)
            self.set_text_color(*_MUTED)
            number = f"Page {self.page_no()} of {{nb}}"
            self.cell(self.epw - 30, 5, self.shown(paper.foot))
            self.cell(30, 5, number, align="R")

        def shown(self, text: str) -> str:
            """Return text in signs that the font has."""
            kept = "".join(char if ord(char) in self.has else _MISSING for char in text)
            self.lacked = self.lacked or _MISSING in kept
            return kept

    page = Page(orientation="landscape" if wide else "portrait", format="A4")
    page.set_creation_date(paper.made)
    page.set_title(paper.title)
    page.set_margins(_MARGIN, _MARGIN)
    page.set_auto_page_break(True, 16)
    page.add_font("Inter", "", str(asset("fonts/Inter-Regular.ttf")))
    page.add_font("Inter", "B", str(asset("fonts/Inter-SemiBold.ttf")))
    fonts: Any = page.fonts
    page.has = frozenset(fonts["inter"].cmap) & frozenset(fonts["interB"].cmap)
    page.c_margin = 0
    page.set_text_color(*_INK)
    page.set_draw_color(*_LINE)
    page.set_line_width(0.2)
    page.add_page()
    return page


def _table(page: Any, sheet: Sheet) -> None:
    shares = [_WIDTHS.get(heading.holds, float(heading.width)) for heading in sheet.headings]
    widths = [page.epw * share / sum(shares) for share in shares]
    page.ln(5)
    if page.will_page_break(_ROW * 4):
        page.add_page()
    page.set_text_color(*_INK)
    page.set_font("Inter", "B", 11)
    page.cell(0, 7, page.shown(sheet.name), new_x="LMARGIN", new_y="NEXT")
    _head(page, sheet.headings, widths)
    empty = True
    for row in sheet.rows:
        empty = False
        if page.will_page_break(_ROW):
            page.add_page()
            _head(page, sheet.headings, widths)
        _row(page, sheet.headings, widths, row)
    if empty:
        page.set_font("Inter", "", 8)
        page.set_text_color(*_MUTED)
        page.cell(0, _ROW, "None", new_x="LMARGIN", new_y="NEXT")


def _head(page: Any, headings: Sequence[Heading], widths: Sequence[float]) -> None:
    page.set_font("Inter", "B", 7)
    page.set_text_color(*_MUTED)
    for heading, width in zip(headings, widths, strict=True):
        _whole(page, heading.title, width, 7.0, right=heading.holds in _RIGHT)
    page.ln(_ROW)
    page.line(page.l_margin, page.get_y(), page.l_margin + page.epw, page.get_y())


def _row(
    page: Any, headings: Sequence[Heading], widths: Sequence[float], row: Sequence[Cell]
) -> None:
    page.set_font("Inter", "", 8)
    page.set_text_color(*_INK)
    for heading, width, cell in zip(headings, widths, row, strict=True):
        if heading.holds is Holds.TEXT:
            page.cell(width, _ROW, _cut(page, _text(cell), width))
        else:
            _whole(page, _text(cell), width, 8.0, right=heading.holds in _RIGHT)
    page.ln(_ROW)


def _whole(page: Any, text: str, width: float, size: float, *, right: bool) -> None:
    """Write all of a text, smaller if it must be: half a number would be another one."""
    small = size
    while small > 3 and page.get_string_width(text) > width - _GAP:
        small -= 0.5
        page.set_font_size(small)
    page.cell(width - _GAP, _ROW, text, align="R" if right else "L")
    page.cell(_GAP, _ROW, "")
    page.set_font_size(size)


def _cut(page: Any, text: str, width: float) -> str:
    shown: str = page.shown(text)
    while shown and page.get_string_width(shown) > width - _GAP:
        shown = shown[: max(len(shown) - 2, 0) * 9 // 10].rstrip() + "…"
        if shown == "…":
            break
    return shown


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:,f}"
    return cell.isoformat() if isinstance(cell, date) else plain_text(str(cell), 120)
