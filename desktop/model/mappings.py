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
    """A file of several kinds of records (DDEX DSR), told apart by the first cell of each.

    cells: of each kind, with its version. The others name kinds without their version. once: holds
    for the whole file. money: those that say what is due, and in which cell. summaries: those that
    others point to, and the cell with what all of them come to; summaries_without: those that have
    no such cell. sales: uses whose money is in the records that follow. uses: those that tell uses
    and no money. described: what a sale is of, and the cell by which it is pointed at. passed:
    nothing of them is needed. first: of these cells the first that says something. named: by the
    first letters of the kind, other names of cells. footers: kind → cell with the number of lines.
    """

    cells: Map[str, tuple[str, ...]]
    once: str
    money: Map[str, str]
    summaries: Map[str, str] = field(default_factory=dict)
    summaries_without: frozenset[str] = frozenset()
    sales: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    described: Map[str, str] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    first: Map[str, tuple[str, ...]] = field(default_factory=dict)
    named: Map[str, Map[str, str]] = field(default_factory=dict)
    footers: Map[str, str] = field(default_factory=dict)


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
