"""Payments handed to others: reads the ledger in one consistent view and writes it whole."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from desktop.errors import Cancelled, UsageProblem
from desktop.flows.dividing import allocations
from desktop.flows.identifying import who_am_i
from desktop.flows.reconciling import list_payments
from desktop.flows.whole_files import write_whole
from desktop.model.exports import (
    ExportedEntry,
    ExportedLine,
    ExportFormat,
    ExportWish,
    Ledger,
    PaidOut,
    Receipt,
    ShareDue,
)
from desktop.model.matches import MoneyMatch
from desktop.model.money import Money
from desktop.model.payments import Payment
from desktop.model.progress import Cancelled as CancelledFunction
from desktop.model.progress import Progress, Report, never, silent
from desktop.model.tax_years import TaxYear
from desktop.payments.exports.beancount import beancount_text
from desktop.payments.exports.hledger import hledger_text
from desktop.payments.exports.ofx_statement import ofx_text
from desktop.payments.exports.paper import write_ledger_pdf, write_tax_pdf
from desktop.payments.exports.sheets import sheet_of, workbook_of
from desktop.payments.exports.tax import tax_year
from desktop.payments.exports.tax_tables import NOTES, one_table, tax_sheets, tax_text, tax_told
from desktop.payments.states import received_parts
from desktop.services import Services
from desktop.store import (
    advances,
    bank,
    collaborators,
    exports,
    journal,
    matches,
    registries,
    tax_numbers,
)
from desktop.store.database import Connection
from desktop.tables.writing import Heading, Sheet, write_csv
from desktop.tables.xlsx_writing import write_xlsx

_REPORT_EVERY = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    path: Path
    size_bytes: int
    payments: int
    entries: int


def export_payments(
    target: Path,
    wish: ExportWish,
    services: Services,
    report: Report = silent,
    cancelled: CancelledFunction = never,
    *,
    force: bool = False,
) -> Exported:
    """Write payments of a period and registry into a file, whole or not at all.

    Raises UsageProblem: the name is taken, the registry unknown, the place not writable; Cancelled.
    """
    write = _WRITERS.get(wish.format)
    if write is None:
        raise UsageProblem(f"Payments cannot be written as {wish.format.value}.")
    with open_ledger(services, wish, report, cancelled) as ledger:
        size_bytes = write_whole(target, lambda file: write(file, ledger, wish), force=force)
    return Exported(
        path=target,
        size_bytes=size_bytes,
        payments=len(ledger.payments),
        entries=len(ledger.entries),
    )


def export_tax(
    target: Path, year: int, written_as: ExportFormat, services: Services, *, force: bool = False
) -> Exported:
    """Write a calendar year's income for the tax, whole or not at all. Raises UsageProblem."""
    write = _TAX_WRITERS.get(written_as)
    if write is None:
        raise UsageProblem(f"A year for the tax cannot be written as {written_as.value}.")
    if not 1900 <= year <= 9998:
        raise UsageProblem(f"{year} is not a year that this app can add up.")
    # The whole ledger: what was paid before the year decides what belongs to it.
    with open_ledger(services, ExportWish(format=written_as)) as ledger:
        made = tax_year(ledger, year)
    size_bytes = write_whole(target, lambda file: write(file, made), force=force)
    return Exported(
        path=target,
        size_bytes=size_bytes,
        payments=len(made.rows),
        entries=len(made.days),
    )


@contextlib.contextmanager
def open_ledger(
    services: Services,
    wish: ExportWish,
    report: Report = silent,
    cancelled: CancelledFunction = never,
) -> Iterator[Ledger]:
    """Read what an export holds; its lines can be read as long as it is open."""
    if wish.start and wish.end and wish.end <= wish.start:
        raise UsageProblem("The period ends before it starts.")
    me = who_am_i(services)
    with services.store.read() as connection:
        if wish.registry:
            registries.by_name(connection, wish.registry)
        payments = list_payments(services, start=wish.start, end=wish.end, registry=wish.registry)
        narrowed = bool(wish.start or wish.end or wish.registry)
        everything = list_payments(services) if narrowed else payments
        stated = tuple(exports.with_figures(connection, payments))
        receipts = [
            receipt
            for receipt in _receipts(connection, everything)
            if _within(receipt.received_on, wish) and wish.registry in ("", receipt.registry)
        ]
        total = sum(use.lines for one in stated for use in one.uses)

        def lines() -> Iterator[ExportedLine]:
            return _watched(exports.lines(connection, payments), total, report, cancelled)

        yield Ledger(
            made=services.now(),
            owner=me.party.name if me else "",
            registry=wish.registry,
            start=wish.start,
            end=wish.end,
            payments=stated,
            entries=tuple(_entries(connection, wish, receipts)),
            receipts=tuple(receipts),
            lines=lines,
            shares=tuple(_shares(services, wish)),
            paid_out=() if wish.registry else tuple(_paid_out(connection, wish)),
            advances=tuple(
                one
                for one in advances.everything(connection)
                if _within(one.granted_on, wish) and wish.registry in ("", one.registry)
            ),
            numbers=tax_numbers.known(connection),
            journal=journal.head(connection),
        )


def _watched(
    lines: Iterable[ExportedLine], total: int, report: Report, cancelled: CancelledFunction
) -> Iterator[ExportedLine]:
    for number, line in enumerate(lines):
        if number % _REPORT_EVERY == 0:
            if cancelled():
                raise Cancelled
            report(Progress(done=number, total=total, label="lines"))
        yield line


def _entries(
    connection: Connection, wish: ExportWish, receipts: Sequence[Receipt]
) -> Iterator[ExportedEntry]:
    """Yield what the bank booked in the period; of one registry, only what is matched to it."""
    only = {receipt.entry_id for receipt in receipts} if wish.registry else None
    for kept in bank.booked(connection, start=wish.start, end=wish.end):
        if only is None or kept.entry_id in only:
            yield ExportedEntry(entry_id=kept.entry_id, entry=kept.entry)


def _receipts(connection: Connection, payments: Sequence[Payment]) -> Iterator[Receipt]:
    """Yield every match that holds, divided among the statements it pays.

    What no statement that counts accounts for is yielded without one: it arrived all the same.
    """
    payers = exports.payers_of_matches(connection)
    parts: dict[int, list[tuple[Payment, MoneyMatch]]] = {}
    for payment in payments:
        for one in payment.money:
            parts.setdefault(one.match_id, []).append((payment, one))
    for match in matches.live(connection):
        registry_id, registry = payers.get(match.match_id, (0, ""))
        named = parts.get(match.match_id, [])
        settled = [one.settled.minor for _, one in named]
        settled.append(match.settled.minor - sum(settled))
        arrived = received_parts(settled, match.amount.minor)
        numbers = [*((payment.number, payment.revision) for payment, _ in named), ("", 0)]
        for (number, revision), minor, came in zip(numbers, settled, arrived, strict=True):
            if minor or came:
                yield Receipt(
                    match_id=match.match_id,
                    entry_id=match.entry_id,
                    registry_id=registry_id,
                    registry=registry,
                    number=number,
                    revision=revision,
                    received_on=match.booked_on,
                    settled=Money(match.settled.currency, minor),
                    arrived=Money(match.amount.currency, came),
                    kind=match.kind.value,
                    reason=match.reason,
                )


def _shares(services: Services, wish: ExportWish) -> Iterator[ShareDue]:
    """Yield what others are due of what arrived, one row a party, payment and currency."""
    due: dict[tuple[str, int, str], ShareDue] = {}
    for one in allocations(services):
        day = one.arrived_on
        if one.is_me or day is None or not _within(day, wish):
            continue
        for came in one.came if wish.registry in ("", one.registry) else ():
            key = (one.party, one.payment_id, came.currency)
            before = due[key].amount if key in due else Money(came.currency, 0)
            due[key] = ShareDue(
                party=one.party,
                registry=one.registry,
                number=one.number,
                dated=day,
                amount=before + came,
            )
    yield from (one for one in due.values() if one.amount.minor)


def _paid_out(connection: Connection, wish: ExportWish) -> Iterator[PaidOut]:
    for one in collaborators.payouts(connection):
        if _within(one.paid_on, wish):
            yield PaidOut(
                party=one.party, paid_on=one.paid_on, amount=one.amount, note=one.reference
            )


def _within(day: date, wish: ExportWish) -> bool:
    return (wish.start is None or day >= wish.start) and (wish.end is None or day < wish.end)


def _csv(file: BinaryIO, ledger: Ledger, wish: ExportWish) -> None:
    with _text(file, "utf-8-sig", newline="") as text:
        write_csv(text, sheet_of(ledger, wish.table))


def _xlsx(file: BinaryIO, ledger: Ledger, _wish: ExportWish) -> None:
    write_xlsx(file, workbook_of(ledger), ledger.made)


def _hledger(file: BinaryIO, ledger: Ledger, _wish: ExportWish) -> None:
    with _text(file) as text:
        text.writelines(hledger_text(ledger))


def _beancount(file: BinaryIO, ledger: Ledger, _wish: ExportWish) -> None:
    with _text(file) as text:
        text.writelines(beancount_text(ledger))


@contextlib.contextmanager
def _text(
    file: BinaryIO, encoding: str = "utf-8", newline: str = "\n"
) -> Iterator[io.TextIOWrapper]:
    """Write text into a file that stays open; what no UTF-8 can hold becomes a question mark."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=newline)
    try:
        yield text
    finally:
        text.flush()
        text.detach()


def _ofx(file: BinaryIO, ledger: Ledger, _wish: ExportWish) -> None:
    with _text(file) as text:
        text.writelines(ofx_text(ledger))


def _pdf(file: BinaryIO, ledger: Ledger, _wish: ExportWish) -> None:
    write_ledger_pdf(file, ledger)


_WRITERS: dict[ExportFormat, Callable[[BinaryIO, Ledger, ExportWish], None]] = {
    ExportFormat.CSV: _csv,
    ExportFormat.XLSX: _xlsx,
    ExportFormat.HLEDGER: _hledger,
    ExportFormat.BEANCOUNT: _beancount,
    ExportFormat.OFX: _ofx,
    ExportFormat.PDF: _pdf,
}


def _tax_csv(file: BinaryIO, year: TaxYear) -> None:
    with _text(file, "utf-8-sig", newline="") as text:
        write_csv(text, one_table(tax_sheets(year)))


def _tax_xlsx(file: BinaryIO, year: TaxYear) -> None:
    about = Sheet(
        name="About",
        headings=(Heading(title="About this file", width=60),),
        rows=[(line,) for line in (*tax_told(year), *NOTES)],
    )
    write_xlsx(file, [*tax_sheets(year), about], year.made)


def _tax_text(file: BinaryIO, year: TaxYear) -> None:
    with _text(file) as text:
        text.writelines(tax_text(year))


_TAX_WRITERS: dict[ExportFormat, Callable[[BinaryIO, TaxYear], None]] = {
    ExportFormat.CSV: _tax_csv,
    ExportFormat.XLSX: _tax_xlsx,
    ExportFormat.PDF: write_tax_pdf,
    ExportFormat.TEXT: _tax_text,
}
