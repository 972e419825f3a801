"""The ledger as tables: payments, lines, deductions, bank entries, matches and shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from desktop.model.exports import ExportTable, Ledger
from desktop.model.money import exact_sum
from desktop.model.payments import Period
from desktop.payments.exports.told import told
from desktop.tables.writing import Cell, Heading, Holds, Sheet

Rows = Iterator[Sequence[Cell]]


def sheet_of(ledger: Ledger, table: ExportTable) -> Sheet:
    """Return one table of the ledger; its rows are read once."""
    name, headings, rows = _TABLES[table]
    return Sheet(name=name, headings=headings, rows=rows(ledger))


def workbook_of(ledger: Ledger) -> list[Sheet]:
    """Return every table, and a last one that says what the file is."""
    tables = [table for table in ExportTable if table is not ExportTable.SHARES or ledger.shares]
    about = Sheet(
        name="About", headings=(Heading(title="About this file", width=60),), rows=_about(ledger)
    )
    return [*(sheet_of(ledger, table) for table in tables), about]


def _about(ledger: Ledger) -> Rows:
    yield from ((line,) for line in told(ledger))
    yield (
        "Amounts are exact. One of more than 15 digits is text, for a spreadsheet would cut it.",
    )


def _payments(ledger: Ledger) -> Rows:
    for one in ledger.payments:
        payment = one.payment
        yield (
            payment.payment_id,
            payment.registry,
            payment.number,
            payment.revision,
            *_days(payment.period),
            payment.issued,
            payment.due,
            payment.stated.currency,
            one.opening,
            one.gross,
            one.adjustments,
            exact_sum(deduction.amount for deduction in one.deductions),
            one.tax_withheld,
            one.recouped,
            one.reserve,
            one.closing,
            payment.stated.decimal,
            payment.remitted.decimal,
            payment.received.decimal,
            payment.open.decimal,
            payment.state.value.replace("_", " "),
            payment.signature.value,
            payment.findings,
            payment.works,
            one.sha256,
        )


def _lines(ledger: Ledger) -> Rows:
    for one in ledger.lines():
        line = one.line
        yield (
            one.registry,
            one.number,
            one.revision,
            line.external_id,
            one.work_id,
            one.work,
            line.title,
            line.licensee,
            line.model,
            line.use,
            line.right,
            line.territory,
            *_days(line.period),
            line.uses,
            line.weight,
            line.confidence,
            line.rate,
            line.gross,
            line.share,
            line.net,
            line.currency,
            line.claim_number,
            line.iscc,
            line.adjusts,
            line.called.stated if line.called else "",
            line.exchange.amount if line.exchange else None,
            line.exchange.currency if line.exchange else "",
            line.exchange.rate if line.exchange else None,
        )


def _deductions(ledger: Ledger) -> Rows:
    for one in ledger.payments:
        for deduction in one.deductions:
            yield (
                one.payment.registry,
                one.payment.number,
                one.payment.revision,
                deduction.kind,
                deduction.rate,
                deduction.base,
                deduction.amount,
                one.payment.stated.currency,
                deduction.jurisdiction,
            )


def _bank_entries(ledger: Ledger) -> Rows:
    for one in ledger.entries:
        entry = one.entry
        yield (
            one.entry_id,
            entry.account,
            entry.booked_on,
            entry.amount.decimal,
            entry.amount.currency,
            entry.fee.decimal if entry.fee else None,
            entry.counterparty,
            entry.reference,
            entry.end_to_end_id,
            entry.bank_reference,
            entry.occurrence,
        )


def _matches(ledger: Ledger) -> Rows:
    for one in ledger.receipts:
        yield (
            one.match_id,
            one.entry_id,
            one.received_on,
            one.registry,
            one.number,
            one.revision or None,
            one.kind,
            one.settled.decimal,
            one.settled.currency,
            one.arrived.decimal,
            one.arrived.currency,
            one.reason,
        )


def _shares(ledger: Ledger) -> Rows:
    for one in ledger.shares:
        yield (
            one.party,
            one.registry,
            one.number,
            one.dated,
            one.amount.decimal,
            one.amount.currency,
        )


def _days(period: Period) -> tuple[date, date]:
    """Return the first and the last day, as people say a period."""
    return period.start, period.end - timedelta(days=1)


def _text(title: str, width: int = 14) -> Heading:
    return Heading(title=title, width=width)


def _amount(title: str) -> Heading:
    return Heading(title=title, holds=Holds.AMOUNT)


def _count(title: str) -> Heading:
    return Heading(title=title, holds=Holds.COUNT, width=10)


def _day(title: str) -> Heading:
    return Heading(title=title, holds=Holds.DAY, width=12)


_STATEMENT = (_text("From", 24), _text("Statement", 20), _count("Revision"))
_PERIOD = (_day("First day"), _day("Last day"))

_TABLES: dict[ExportTable, tuple[str, tuple[Heading, ...], Callable[[Ledger], Rows]]] = {
    ExportTable.PAYMENTS: (
        "Payments",
        (
            _count("Payment"),
            *_STATEMENT,
            *_PERIOD,
            _day("Issued"),
            _day("Due"),
            _text("Currency", 9),
            _amount("Carried over"),
            _amount("Gross"),
            _amount("Adjustments"),
            _amount("Deductions"),
            _amount("Tax withheld"),
            _amount("Advance repaid"),
            _amount("Reserve"),
            _amount("Carried to next"),
            _amount("To be paid"),
            _amount("Announced"),
            _amount("Received"),
            _amount("Still open"),
            _text("State"),
            _text("Signature", 10),
            _count("Findings"),
            _count("Works"),
            _text("SHA-256 of what was read", 24),
        ),
        _payments,
    ),
    ExportTable.LINES: (
        "Lines",
        (
            *_STATEMENT,
            _text("Line"),
            _count("Work"),
            _text("Title here", 28),
            _text("Title there", 28),
            _text("Licensee", 20),
            _text("Model"),
            _text("Use", 12),
            _text("Right", 12),
            _text("Territory", 10),
            *_PERIOD,
            Heading(title="Uses", holds=Holds.AMOUNT, width=10),
            _amount("Weight"),
            _amount("Confidence"),
            _amount("Rate"),
            _amount("Gross"),
            _text("Share", 10),
            _amount("Net"),
            _text("Currency", 9),
            _text("Claim"),
            _text("ISCC", 24),
            _text("Adjusts"),
            _text("Identifier"),
            _amount("Sold for"),
            _text("Sold in", 9),
            _amount("Exchange rate"),
        ),
        _lines,
    ),
    ExportTable.DEDUCTIONS: (
        "Deductions",
        (
            *_STATEMENT,
            _text("Kind", 20),
            _amount("Rate"),
            _amount("Base"),
            _amount("Amount"),
            _text("Currency", 9),
            _text("Country", 10),
        ),
        _deductions,
    ),
    ExportTable.BANK_ENTRIES: (
        "Bank entries",
        (
            _count("Entry"),
            _text("Account", 24),
            _day("Booked"),
            _amount("Amount"),
            _text("Currency", 9),
            _amount("Fee kept"),
            _text("Who", 28),
            _text("Reference", 36),
            _text("End-to-end number", 20),
            _text("Bank's number", 20),
            _count("Occurrence"),
        ),
        _bank_entries,
    ),
    ExportTable.MATCHES: (
        "Matches",
        (
            _count("Match"),
            _count("Entry"),
            _day("Booked"),
            *_STATEMENT,
            _text("Kind", 12),
            _amount("Settles"),
            _text("Currency", 9),
            _amount("Arrived"),
            _text("Currency of the bank", 9),
            _text("Why", 36),
        ),
        _matches,
    ),
    ExportTable.SHARES: (
        "Shares",
        (
            _text("Collaborator", 24),
            *_STATEMENT[:2],
            _day("Arrived"),
            _amount("Due"),
            _text("Currency", 9),
        ),
        _shares,
    ),
}
