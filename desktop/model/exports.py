"""What an export holds: payments with their sums, lines, bank entries and matches of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop.model.advances import Advance
from desktop.model.money import Money
from desktop.model.payments import BankEntry, Deduction, Payment, StatementLine
from desktop.model.tax_numbers import TaxNumbers


class ExportFormat(StrEnum):
    """How an export is written."""

    CSV = "csv"
    XLSX = "xlsx"
    HLEDGER = "hledger"
    BEANCOUNT = "beancount"
    PDF = "pdf"
    OFX = "ofx"
    TEXT = "text"


class ExportTable(StrEnum):
    """One table of an export; a CSV file holds one, a workbook all of them."""

    PAYMENTS = "payments"
    LINES = "lines"
    DEDUCTIONS = "deductions"
    BANK_ENTRIES = "bank_entries"
    MATCHES = "matches"
    SHARES = "shares"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What is to be exported, and how. table: which one, where the format holds only one.

    start, end: half open; registry: empty for all.
    """

    format: ExportFormat
    table: ExportTable = ExportTable.PAYMENTS
    start: date | None = None
    end: date | None = None
    registry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseTotal:
    """The exact sum of a statement's lines of one use, territory and currency."""

    use: str
    territory: str
    currency: str
    net: Decimal
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPayment:
    """A payment and what its statement is made of, as the registry stated it."""

    payment: Payment
    registry_id: int
    opening: Decimal
    gross: Decimal
    adjustments: Decimal
    tax_withheld: Decimal
    recouped: Decimal
    reserve: Decimal
    closing: Decimal
    deductions: tuple[Deduction, ...]
    uses: tuple[UseTotal, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLine:
    """A line of a statement, and the work it is about where that is known."""

    registry: str
    number: str
    revision: int
    line: StatementLine
    work_id: int | None = None
    work: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntry:
    """A bank entry under its number."""

    entry_id: int
    entry: BankEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a part of a bank entry is to a payer, and for which statement where that is said.

    kind: payment or returned, or what explains a gap (fee, tax, exchange, other). settled: what it
    pays of the statement, in its currency; arrived: what of the entry it is, in the entry's.
    """

    match_id: int
    entry_id: int
    registry_id: int
    registry: str
    number: str
    revision: int
    received_on: date
    settled: Money
    arrived: Money
    kind: str = "payment"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDue:
    """What a collaborator is due of what arrived for a payment, in the currency it arrived in."""

    party: str
    registry: str
    number: str
    dated: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """Money that was paid to a collaborator."""

    party: str
    paid_on: date
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything an export can hold. lines: read anew each time it is called, never all at once.

    start, end: half open, None where it is not narrowed. journal: its number of rows and head hash.
    """

    made: datetime
    payments: tuple[StatedPayment, ...]
    entries: tuple[ExportedEntry, ...]
    receipts: tuple[Receipt, ...]
    lines: Callable[[], Iterator[ExportedLine]]
    journal: tuple[int, str]
    owner: str = ""
    registry: str = ""
    start: date | None = None
    end: date | None = None
    shares: tuple[ShareDue, ...] = ()
    paid_out: tuple[PaidOut, ...] = ()
    advances: tuple[Advance, ...] = ()
    numbers: TaxNumbers = field(default_factory=TaxNumbers)
