"""How the columns of a payer's file become lines of statements."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """What a column of a statement file can say."""

    TITLE = "title"
    CREATORS = "creators"
    NET = "net"
    GROSS = "gross"
    CURRENCY = "currency"
    PERIOD = "period"
    PERIOD_START = "period_start"
    PERIOD_END = "period_end"
    STATEMENT_DATE = "statement_date"
    STATEMENT_NUMBER = "statement_number"
    ISSUED = "issued"
    EXTERNAL_ID = "external_id"
    CLAIM_NUMBER = "claim_number"
    ISCC = "iscc"
    ISRC = "isrc"
    ISBN = "isbn"
    ISSN = "issn"
    ISWC = "iswc"
    ISMN = "ismn"
    ISAN = "isan"
    DOI = "doi"
    SHA256 = "sha256"
    PAYER_ID = "payer_id"
    LICENSEE = "licensee"
    MODEL = "model"
    USE = "use"
    RIGHT = "right"
    TERRITORY = "territory"
    USES = "uses"
    RATE = "rate"
    SHARE = "share"
    WEIGHT = "weight"
    CONFIDENCE = "confidence"
    ADJUSTS = "adjusts"
    PAID_AMOUNT = "paid_amount"
    PAID_CURRENCY = "paid_currency"
    EXCHANGE_RATE = "exchange_rate"
    EXCHANGE_SOURCE = "exchange_source"
    EXCHANGE_DATE = "exchange_date"


class Span(StrEnum):
    """Which rows of a file are one statement: those of one of these, in one currency."""

    FILE = "file"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """A file of several kinds of records (DDEX DSR): the cells of each kind, by its first cell.

    money: kinds whose records are lines. once: kinds that hold for the whole file. by_key: kinds
    that others point to, with the cell that is pointed at. footer: kind and cell with the number of
    lines.
    """

    cells: Map[str, tuple[str, ...]]
    money: frozenset[str]
    once: frozenset[str]
    by_key: Map[str, str]
    footer: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One way to read a payer's files.

    needs: headings it is known by, each with the names it may have. columns: for each field the
    headings that may hold it. dates: how days and periods are written. values: for a field, what
    the payer's words mean. deductions: kind → headings; what is kept back of each row. negative:
    fields whose amounts are written without their minus sign. own: made by the user.
    """

    name: str
    title: str
    payer: str
    columns: Map[Field, tuple[str, ...]]
    about: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    constants: Map[Field, str] = field(default_factory=dict)
    span: Span = Span.MONTH
    due_days: int = 90
    decimal: str = "."
    dates: tuple[str, ...] = ()
    values: Map[Field, Map[str, str]] = field(default_factory=dict)
    deductions: Map[str, tuple[str, ...]] = field(default_factory=dict)
    negative: frozenset[str] = frozenset()
    records: Records | None = None
    own: bool = False
