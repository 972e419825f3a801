"""The ledger and a tax year on paper: totals per currency first, then what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import BinaryIO

from desktop.model.exports import Ledger
from desktop.model.money import EXACT
from desktop.model.payments import Period
from desktop.model.tax_years import TaxYear
from desktop.payments.exports.pdf import Paper, write_pdf
from desktop.payments.exports.tax_tables import NOTES, tax_sheets, tax_told
from desktop.payments.exports.told import told
from desktop.tables.writing import Cell, Heading, Holds, Sheet


def write_ledger_pdf(target: BinaryIO, ledger: Ledger) -> None:
    """Write totals, payments, deductions and money of a ledger."""
    paper = Paper(
        title="Payments",
        told=told(ledger),
        foot=_foot(ledger.journal),
        made=ledger.made,
        notes=("Every line of every statement is in the CSV and XLSX exports.",),
    )
    sheets = [
        Sheet(name="Totals per currency", headings=_TOTALS, rows=_totals(ledger)),
        Sheet(name="Payments", headings=_PAYMENTS, rows=_payments(ledger)),
        Sheet(name="Kept back", headings=_KEPT, rows=_kept(ledger)),
        Sheet(name="On the account", headings=_ENTRIES, rows=_entries(ledger)),
    ]
    write_pdf(target, paper, sheets)


def write_tax_pdf(target: BinaryIO, year: TaxYear) -> None:
    """Write a year for the tax."""
    paper = Paper(
        title=f"Income of {year.year}",
        told=tax_told(year),
        foot=_foot(year.journal),
        made=year.made,
        notes=NOTES,
    )
    write_pdf(target, paper, tax_sheets(year))


def _foot(journal: tuple[int, str]) -> str:
    rows, head = journal
    return f"Journal {rows} · {head}"


def _totals(ledger: Ledger) -> Iterator[Sequence[Cell]]:
    totals: dict[str, list[Decimal]] = {}
    for one in ledger.payments:
        payment = one.payment
        kept = EXACT.subtract(one.gross, payment.stated.decimal)
        settled = (payment.stated, payment.received, payment.open)
        amounts = (one.gross, kept, *(money.decimal for money in settled))
        before = totals.get(payment.stated.currency, [Decimal(0)] * len(amounts))
        totals[payment.stated.currency] = [
            EXACT.add(was, more) for was, more in zip(before, amounts, strict=True)
        ]
    for currency, amounts_ in sorted(totals.items()):
        yield (currency, *amounts_)


def _payments(ledger: Ledger) -> Iterator[Sequence[Cell]]:
    for one in ledger.payments:
        payment = one.payment
        yield (
            payment.issued,
            payment.registry,
            payment.number,
            _months(payment.period),
            payment.stated.currency,
            payment.stated.decimal,
            payment.received.decimal,
            payment.state.value.replace("_", " "),
        )


def _months(period: Period) -> str:
    first = f"{period.start:%b %Y}"
    last = f"{period.end - timedelta(days=1):%b %Y}"
    return first if first == last else f"{first} – {last}"


def _kept(ledger: Ledger) -> Iterator[Sequence[Cell]]:
    """Yield what was kept back, by payer, kind and currency."""
    sums: dict[tuple[str, str, str], Decimal] = {}
    for one in ledger.payments:
        kinds = [(deduction.kind, deduction.amount) for deduction in one.deductions]
        kinds += [
            ("tax withheld", one.tax_withheld),
            ("advance repaid", one.recouped),
            ("held in reserve", one.reserve),
        ]
        for kind, amount in kinds:
            key = (one.payment.registry, kind, one.payment.stated.currency)
            sums[key] = EXACT.add(sums.get(key, Decimal(0)), amount)
    for (registry, kind, currency), amount in sorted(sums.items()):
        if amount:
            yield (registry, kind.replace("_", " "), currency, amount)


def _entries(ledger: Ledger) -> Iterator[Sequence[Cell]]:
    matched = {receipt.entry_id for receipt in ledger.receipts}
    for one in ledger.entries:
        entry = one.entry
        if one.entry_id in matched:
            money = (entry.amount.currency, entry.amount.decimal)
            yield (entry.booked_on, entry.account, entry.counterparty, entry.reference, *money)


def _text(title: str, width: int) -> Heading:
    return Heading(title=title, width=width)


def _amounts(*titles: str) -> tuple[Heading, ...]:
    return tuple(Heading(title=title, holds=Holds.AMOUNT) for title in titles)


_CURRENCY = _text("Currency", 8)
_TOTALS = (_CURRENCY, *_amounts("Gross", "Kept back", "To be paid", "Received", "Still open"))
_PAYMENTS = (
    Heading(title="Issued", holds=Holds.DAY),
    _text("From", 18),
    _text("Statement", 14),
    _text("For", 18),
    _CURRENCY,
    *_amounts("To be paid", "Received"),
    _text("State", 13),
)
_KEPT = (_text("From", 24), _text("What", 24), _CURRENCY, *_amounts("Amount"))
_ENTRIES = (
    Heading(title="Booked", holds=Holds.DAY),
    _text("Account", 18),
    _text("Who", 18),
    _text("Reference", 24),
    _CURRENCY,
    *_amounts("Amount"),
)
