"""Guess what the columns of an unknown file mean; the user corrects it, once for all files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.errors import StatementProblem
from desktop.model.mappings import Field, Mapping, Span
from desktop.model.money import exponent
from desktop.payments.statement_files.columns import plain_heading
from desktop.payments.statement_files.mappings import name_for
from desktop.payments.statement_files.values import Amounts, Days

DATE_STYLES = (
    "YYYY-MM-DD", "YYYY-MM", "YYYYMMDD", "YYYYMM", "YYYY/MM/DD", "D.M.YYYY", "D.M.YY",
    "D/M/YYYY", "M/D/YYYY", "D/M/YY", "M/D/YY", "D-M-YYYY", "M-D-YYYY", "MM/YYYY", "MM.YYYY",
    "MM-YYYY", "MON YYYY", "MON-YY", "D MON YYYY", "D-MON-YY", "D-MON-YYYY", "MON D, YYYY",
    "YYYY-Q", "YYYY Q", "Q YYYY", "Q/YYYY", "YYYY-H", "H YYYY", "YYYY",
)  # fmt: skip
DATES = (
    Field.PERIOD, Field.PERIOD_START, Field.PERIOD_END, Field.STATEMENT_DATE, Field.ISSUED,
    Field.EXCHANGE_DATE,
)  # fmt: skip
AMOUNTS = (
    Field.NET, Field.GROSS, Field.USES, Field.RATE, Field.PAID_AMOUNT, Field.EXCHANGE_RATE,
    Field.WEIGHT, Field.CONFIDENCE,
)  # fmt: skip
_CODE = re.compile(r"\(([A-Z]{3})\)|\b([A-Z]{3})$|^([A-Z]{3})\b")
# In this order; the first that is found in the heading, and is not taken yet, counts.
_GUESSES: tuple[tuple[str, Field], ...] = (
    (r"\bisrc\b", Field.ISRC),
    (r"\b(e ?)?isbn( ?1[03])?\b", Field.ISBN),
    (r"\bissn\b", Field.ISSN),
    (r"\biswc\b", Field.ISWC),
    (r"\bismn\b", Field.ISMN),
    (r"\bisan\b", Field.ISAN),
    (r"\bdoi\b", Field.DOI),
    (r"\biscc\b", Field.ISCC),
    (r"\bsha ?256\b", Field.SHA256),
    (r"\b(exchange|fx|conversion) ?(rate|kurs)\b|\bwechselkurs\b", Field.EXCHANGE_RATE),
    (r"\b(original|source|sale|local) currency\b", Field.PAID_CURRENCY),
    (r"\b(original|source|local) (amount|value)\b", Field.PAID_AMOUNT),
    (r"\b(currency|wahrung|devise|moneda|valuta)\b", Field.CURRENCY),
    (r"\bclaim( (number|id|no))?\b", Field.CLAIM_NUMBER),
    (r"\bstatement (number|no|id)\b|\babrechnungsnummer\b", Field.STATEMENT_NUMBER),
    (
        r"\b(reporting|statement|accounting|payment) (date|month|period)\b|\babrechnungs\w*",
        Field.STATEMENT_DATE,
    ),
    (r"\b(start|from|begin\w*|von|period start)\b", Field.PERIOD_START),
    (r"\b(end|until|to|bis|period end)\b", Field.PERIOD_END),
    (
        r"\b(period|month|quarter|date|day|year|zeitraum|monat|quartal|datum|tag|jahr|periode"
        r"|mois|fecha|data|mes)\b",
        Field.PERIOD,
    ),
    (
        r"\b(net|netto|royalt\w*|earnings|payable|amount due|your share amount|tantiem\w*"
        r"|auszahlung|redevances?|regalias|droits|honorar)\b",
        Field.NET,
    ),
    (r"\b(gross|brutto|revenue|umsatz|sales value)\b", Field.GROSS),
    (r"\b(amount|betrag|montant|importe|total)\b", Field.NET),
    (r"\b(share|anteil|percentage|split)\b", Field.SHARE),
    (r"\b(unit price|rate|satz|price)\b", Field.RATE),
    (
        r"\b(units?|quantity|qty|plays|streams|uses|copies|sales|views|downloads|anzahl|menge|verkaufe)\b",
        Field.USES,
    ),
    (r"\b(territory|country|land|region|pays|pais|marketplace|gebiet)\b", Field.TERRITORY),
    (r"\b(ai )?model\b", Field.MODEL),
    (r"\b(licensee|source|store|retailer|service|platform|customer|shop|quelle)\b", Field.LICENSEE),
    (r"\b(use|usage|use type|type|income type|nutzung\w*|art)\b", Field.USE),
    (r"\b(rights?|rechte?)\b", Field.RIGHT),
    (
        r"\b(artists?|authors?|creators?|composers?|writers?|contributors?|autor\w*|urheber"
        r"|interpret)\b",
        Field.CREATORS,
    ),
    (r"\b(title|titel|titre|titulo|track|song|work|book|werk|product|asset)\b", Field.TITLE),
    (r"\b(upc|ean|asin|catalog\w*|sku|work id|product id|asset id|id)\b", Field.PAYER_ID),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The headings of an unknown file and its first rows. line: where the headings stand."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int
    sheet: str = ""

    def values(self, heading: str) -> list[str]:
        """Return what stands below a heading in the first rows, without what is empty."""
        place = self.header.index(heading)
        return [row[place].strip() for row in self.rows if row[place : place + 1] and row[place]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What is guessed of a file. columns: heading → field, None where nothing was guessed.

    styles: how its dates can be written, all that fit; several: the user must say which.
    """

    columns: Map[str, Field | None]
    decimal: str
    styles: tuple[str, ...]
    currency: str


def sheet_of(rows: Sequence[tuple[int, list[str]]], sheet: str = "") -> Sheet:
    """Return where the headings are: the first row that is nearly as full as the fullest."""
    filled = [sum(1 for cell in cells if cell.strip()) for _, cells in rows]
    if not filled or max(filled) < 2:
        raise StatementProblem("This file has no table of at least two columns.")
    first = next(n for n, count in enumerate(filled) if count >= 0.8 * max(filled))
    line, cells = rows[first]
    width = len(cells)
    header = _unique([" ".join(cell.split()) for cell in cells])
    below = tuple(tuple((*row, *[""] * width)[:width]) for _, row in rows[first + 1 :])
    return Sheet(header=header, rows=below, line=line, sheet=sheet)


def guess(sheet: Sheet) -> Guess:
    """Guess the meaning of every column by its heading, then by what stands below it."""
    columns: dict[str, Field | None] = {}
    taken: set[Field] = set()
    for heading in sheet.header:
        columns[heading] = None
        for pattern, field in _GUESSES:
            if field in taken or not re.search(pattern, _plain(heading)):
                continue
            if _fits(field, sheet.values(heading)):
                columns[heading] = field
                taken.add(field)
                break
    amounts = [
        text for heading, field in columns.items() if field in AMOUNTS
        for text in sheet.values(heading)
    ]  # fmt: skip
    return Guess(
        columns=columns,
        decimal=_decimal(amounts),
        styles=date_styles(sheet, columns),
        currency=_currency(columns),
    )


def date_styles(sheet: Sheet, columns: Map[str, Field | None]) -> tuple[str, ...]:
    """Return each way of writing dates that fits all dates of the first rows."""
    texts = [
        text for heading, field in columns.items() if field in DATES
        for text in sheet.values(heading)
    ]  # fmt: skip
    return tuple(style for style in DATE_STYLES if texts and _all_read(style, texts))


def mapping_from(
    sheet: Sheet,
    columns: Map[str, Field | None],
    *,
    title: str,
    payer: str,
    decimal: str,
    dates: Sequence[str],
    span: Span,
    constants: Map[Field, str],
) -> Mapping:
    """Return the user's own mapping; it knows its files by the headings that it uses."""
    found: dict[Field, tuple[str, ...]] = {}
    for heading in sheet.header:
        field = columns.get(heading)
        if field is not None:
            found[field] = (*found.get(field, ()), heading)
    return Mapping(
        name=name_for(title),
        title=title,
        payer=payer,
        columns=found,
        needs=tuple((heading,) for heading in sheet.header if columns.get(heading))[:20],
        constants={field: text for field, text in constants.items() if text},
        span=span,
        decimal=decimal,
        dates=tuple(dates),
        own=True,
    )


def _fits(field: Field, values: Sequence[str]) -> bool:
    if field in AMOUNTS:
        return all(_is_amount(text) for text in values)
    if field in DATES:
        return not values or any(_all_read(style, values) for style in DATE_STYLES)
    return True


def _is_amount(text: str) -> bool:
    return any(_reads(Amounts(point), text) for point in (".", ","))


def _reads(amounts: Amounts, text: str) -> bool:
    try:
        amounts.read(text)
    except ValueError:
        return False
    return True


def _decimal(texts: Sequence[str]) -> str:
    """Return what stands before the cents; a point unless only a comma reads every amount."""
    point = all(_reads(Amounts("."), text) for text in texts)
    comma = all(_reads(Amounts(","), text) for text in texts)
    return "," if comma and not point else "."


def _all_read(style: str, texts: Sequence[str]) -> bool:
    days = Days([style])
    try:
        for text in texts:
            days.period(text)
    except ValueError:
        return False
    return True


def _currency(columns: Map[str, Field | None]) -> str:
    """Return the currency that the heading of an amount names, if no column does."""
    if Field.CURRENCY in columns.values():
        return ""
    for heading, field in columns.items():
        found = _CODE.search(heading) if field in (Field.NET, Field.GROSS) else None
        code = next(filter(None, found.groups()), "") if found else ""
        if code and _is_currency(code):
            return code
    return ""


def _is_currency(code: str) -> bool:
    try:
        exponent(code)
    except ValueError:
        return False
    return True


def _plain(heading: str) -> str:
    bare = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    known: set[str] = set()
    for number, name in enumerate(names, start=1):
        unique = name or f"Column {number}"
        while plain_heading(unique) in known:
            unique += " (again)"
        known.add(plain_heading(unique))
        found.append(unique)
    return tuple(found)
