"""A tax year as tables: by payer, by country, day by day, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from desktop.model.money import Money
from desktop.model.tax_numbers import SelfBilling
from desktop.model.tax_years import TaxParts, TaxYear
from desktop.payments.exports.naming import plain_text
from desktop.tables.writing import Cell, Heading, Holds, Sheet

_NOT_SAID = "not said"
_MOST = 40
NOTES = (
    "Counted by the day on which the bank booked the money. Of a statement paid in part, the same "
    "part of each of its sums counts.",
    "Gross belongs to the country of the use; fees and tax to the one that the statement names.",
    "A statement that leaves nothing to pay counts on the day it was issued. Each currency stands "
    "by itself. This is a summary of what payers stated and the bank booked, not tax advice.",
)


def tax_told(year: TaxYear) -> list[str]:
    """Return the lines that stand above the tables."""
    rows, head = year.journal
    owner = [f"Of: {plain_text(year.owner)}"] if year.owner else []
    return [
        f"Made by Residuals on {year.made:%Y-%m-%d %H:%M} UTC",
        *owner,
        f"Journal of the library: {rows} rows, head {head}",
    ]


def tax_sheets(year: TaxYear) -> list[Sheet]:
    """Return the tables of a year."""
    return [
        Sheet(name="Totals per currency", headings=_ROWS[1:], rows=_totals(year)),
        Sheet(name=f"Received in {year.year}", headings=_ROWS, rows=_rows(year)),
        Sheet(name="By country", headings=_COUNTRIES, rows=_countries(year)),
        Sheet(name="Day by day", headings=_DAYS, rows=_days(year)),
        Sheet(name="Stated and not received", headings=_OPEN, rows=_open(year)),
        *_vat_sheets(year),
    ]


def _vat_sheets(year: TaxYear) -> list[Sheet]:
    """Return the tables of VAT and of invoices that payers issued, where there are any."""
    made = []
    if year.vat:
        made.append(Sheet(name="VAT on top, by payer", headings=_VAT, rows=_vat(year)))
    if year.invoices:
        rows = _invoices(year)
        made.append(Sheet(name="Invoices that payers issued", headings=_INVOICES, rows=rows))
    return made


def one_table(sheets: Sequence[Sheet]) -> Sheet:
    """Return tables as one, for a file that holds only one: a first column says which it was."""
    columns: dict[str, Heading] = {}
    for sheet in sheets:
        for heading in sheet.headings:
            columns.setdefault(heading.title, heading)

    def rows() -> Iterator[Sequence[Cell]]:
        for sheet in sheets:
            titles = [heading.title for heading in sheet.headings]
            for row in sheet.rows:
                said = dict(zip(titles, row, strict=True))
                yield (sheet.name, *(said.get(title) for title in columns))

    return Sheet(
        name="Year", headings=(Heading(title="Table", width=24), *columns.values()), rows=rows()
    )


def tax_text(year: TaxYear) -> Iterator[str]:
    """Yield the year as text to read."""
    yield f"{_title(year)}\n"
    yield from (f"{line}\n" for line in tax_told(year))
    for sheet in tax_sheets(year):
        yield f"\n{sheet.name}\n"
        most = [_MOST if heading is not _NOTE else 4 * _MOST for heading in sheet.headings]
        rows = [[_said(*pair) for pair in zip(row, most, strict=True)] for row in sheet.rows]
        titles = [heading.title for heading in sheet.headings]
        if not rows:
            yield "  none\n"
            continue
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
        right = [heading.holds is Holds.AMOUNT for heading in sheet.headings]
        for row in [titles, *rows]:
            cells = (
                cell.rjust(width) if at else cell.ljust(width)
                for cell, width, at in zip(row, widths, right, strict=True)
            )
            yield f"  {'  '.join(cells).rstrip()}\n"
    yield "\n" + "".join(f"{note}\n" for note in NOTES)


def _title(year: TaxYear) -> str:
    return f"Income of {year.year}"


def _said(cell: Cell, most: int) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else plain_text(str(cell), most)


def _money(currency: str, *minors: int) -> list[Decimal]:
    return [Money(currency, minor).decimal for minor in minors]


def _totals(year: TaxYear) -> Iterator[Sequence[Cell]]:
    totals: dict[str, TaxParts] = {}
    for row in year.rows:
        totals[row.currency] = totals.get(row.currency, TaxParts()) + row.parts
    for currency, parts in sorted(totals.items()):
        yield (currency, *_parts(currency, parts))


def _rows(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for row in year.rows:
        yield (row.registry, row.currency, *_parts(row.currency, row.parts))


def _parts(currency: str, one: TaxParts) -> list[Decimal]:
    return _money(
        currency,
        *(one.gross, one.adjustments, one.carried, one.vat, one.fees, one.tax),
        *(one.recouped, one.reserve, one.due, one.kept, one.tax_on_way),
        *(one.over, one.received),
    )


def _countries(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for row in year.countries:
        country = row.country or _NOT_SAID
        money = _money(row.currency, row.gross, row.fees, row.tax)
        yield (row.registry, country, row.currency, *money)


def _days(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for row in year.days:
        yield (
            row.day,
            row.registry,
            row.number or _NOT_SAID,
            row.kind,
            row.settled.currency,
            row.settled.decimal,
            row.arrived.currency,
            row.arrived.decimal,
        )


def _open(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for row in year.still_open:
        yield (
            row.registry,
            row.number,
            row.period.start,
            row.period.end - timedelta(days=1),
            row.issued,
            row.due,
            row.stated.currency,
            row.stated.decimal,
            row.open.decimal,
        )


def _vat(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for row in year.vat:
        numbers = (row.their_number or _NOT_SAID, row.own_number or _NOT_SAID)
        money = _money(row.currency, row.vat)
        yield (row.registry, *numbers, _ISSUERS[row.self_billing], row.currency, *money, row.note)


def _invoices(year: TaxYear) -> Iterator[Sequence[Cell]]:
    for one in year.invoices:
        yield (
            one.registry,
            one.number,
            one.tax_point,
            one.their_number or _NOT_SAID,
            one.own_number or _NOT_SAID,
            one.net.currency,
            one.net.decimal,
            one.rate or _NOT_SAID,
            one.vat.decimal,
            one.gross.decimal,
            " ".join(one.missing),
        )


def _text(title: str, width: int = 14) -> Heading:
    return Heading(title=title, width=width)


def _amounts(*titles: str) -> tuple[Heading, ...]:
    return tuple(Heading(title=title, holds=Holds.AMOUNT, width=12) for title in titles)


def _days_of(*titles: str) -> tuple[Heading, ...]:
    return tuple(Heading(title=title, holds=Holds.DAY, width=12) for title in titles)


_FROM, _CURRENCY = _text("From", 24), _text("Currency", 9)
_ROWS = (
    _FROM,
    _CURRENCY,
    *_amounts(
        *("Gross", "Adjustments", "Carried over", "VAT on top", "Fees", "Tax withheld"),
        *(
            "Advance repaid",
            "Reserve",
            "To be paid",
            "Kept on the way",
            "Tax on the way",
            "Not stated",
            "Received",
        ),
    ),
)
_COUNTRIES = (_FROM, _text("Country", 12), _CURRENCY, *_amounts("Gross", "Fees", "Tax withheld"))
_DAYS = (
    *_days_of("Day"),
    _FROM,
    _text("Statement", 20),
    _text("What", 12),
    _CURRENCY,
    *_amounts("Received"),
    _text("Bank's currency", 9),
    *_amounts("Arrived"),
)
_OPEN = (
    _FROM,
    _text("Statement", 20),
    *_days_of("First day", "Last day", "Issued", "Due"),
    _CURRENCY,
    *_amounts("To be paid", "Still open"),
)
_ISSUERS = {SelfBilling.YES: "them", SelfBilling.NO: "you", SelfBilling.UNKNOWN: _NOT_SAID}
_NUMBERS = (_text("Their VAT number", 18), _text("Your VAT number", 18))
_NOTE = _text("What is missing", 40)
_VAT = (
    _FROM,
    *_NUMBERS,
    _text("Invoices by", 12),
    _CURRENCY,
    *_amounts("VAT on top"),
    _NOTE,
)
_INVOICES = (
    _FROM,
    _text("Invoice", 20),
    *_days_of("Tax point"),
    *_NUMBERS,
    _CURRENCY,
    *_amounts("Net"),
    _text("VAT rate", 10),
    *_amounts("VAT", "With VAT"),
    _NOTE,
)
