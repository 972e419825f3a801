"""A collaborator's statement as PDF and CSV: plain words, and sums that anyone can follow."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO

from desktop.model.allocations import CollaboratorStatement, DueRow, Payout
from desktop.model.money import Money
from desktop.model.payments import Period
from desktop.payments.exports.pdf import Paper, write_pdf
from desktop.tables.writing import Cell, Heading, Holds, Sheet, write_csv

NO_SINGLE_WORK = "Not of a single work"
_NOTES = (
    "Every amount is your part by the shares that held on the day of use, after what was kept "
    "back: fees, tax and reserves are borne by all who share alike.",
    "Amounts are rounded once for each payment, so that all parts of it add up to it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a collaborator is given: a statement in each currency. journal: rows and head hash."""

    to: str
    by: str
    statements: tuple[CollaboratorStatement, ...]
    made: datetime
    journal: tuple[int, str]


def write_pdf_statement(target: BinaryIO, given: Given) -> None:
    """Write the account of every currency, then what it is made of."""
    first, last = given.statements[0].first, given.statements[0].last
    told = [f"{_day(first)} to {_day(last)}"]
    if given.by:
        told.append(f"From {given.by}")
    rows, head = given.journal
    paper = Paper(
        title=f"Statement for {given.to}",
        told=told,
        foot=f"Journal {rows} · {head}",
        made=given.made,
        notes=_NOTES,
    )
    write_pdf(target, paper, [sheet for one in given.statements for sheet in _sheets(one)])


def write_csv_statement(target: BinaryIO, given: Given) -> None:
    """Write every row of every currency in one table; opening + changed + due - paid = closing."""
    rows = [row for one in given.statements for row in _csv_rows(one)]
    text = io.StringIO(newline="")
    write_csv(text, Sheet(name="Statement", headings=_CSV, rows=rows))
    target.write(text.getvalue().encode("utf-8-sig"))


def works_of(statement: CollaboratorStatement) -> list[tuple[str, Money]]:
    """Return what came for each work, the most first; it adds up to what is due."""
    found: dict[str, int] = {}
    for row in statement.rows:
        title = row.title or NO_SINGLE_WORK
        found[title] = found.get(title, 0) + row.amount.minor
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [(title, Money(statement.currency, minor)) for title, minor in ordered]


def account_rows(statement: CollaboratorStatement) -> list[tuple[str, Money]]:
    """Return the account in words, from the opening balance to what is left."""
    before = statement.first - timedelta(days=1)
    found = [(f"Open on {_day(before)}", statement.opening)]
    if statement.changed.minor:
        found.append(("Changed since the last statement", statement.changed))
    found.append(("Came for you", statement.due))
    found.append(("Paid to you", -statement.paid))
    closing = statement.closing
    name = "Open" if closing.minor >= 0 else "Paid in advance"
    return [*found, (f"{name} on {_day(statement.last)}", closing)]


def _sheets(one: CollaboratorStatement) -> Iterator[Sheet]:
    currency = one.currency
    rows: list[Sequence[Cell]] = [(name, money.decimal) for name, money in account_rows(one)]
    yield Sheet(name=f"Account in {currency}", headings=_account(currency), rows=rows)
    if one.rows:
        works = [(title, money.decimal) for title, money in works_of(one)]
        if len(works) > 1:
            yield Sheet(name=f"By work, in {currency}", headings=_works(currency), rows=works)
        total: Sequence[Cell] = (None, "Total", None, None, None, one.due.decimal)
        rows = [*map(_due, one.rows), total]
        yield Sheet(name=f"What came for you, in {currency}", headings=_DUE, rows=rows)
    if one.payouts:
        paid: list[Sequence[Cell]] = [
            (each.paid_on, each.way, each.reference, _note(each), each.amount.decimal)
            for each in one.payouts
        ]
        total = (None, "Total", None, None, one.paid.decimal)
        yield Sheet(
            name=f"What was paid to you, in {currency}", headings=_PAID, rows=[*paid, total]
        )
    if one.awaited:
        yield Sheet(
            name=f"Stated, and still to arrive, in {currency}",
            headings=_AWAITED,
            rows=map(_due, one.awaited),
        )


def _due(row: DueRow) -> Sequence[Cell]:
    return (
        row.on,
        f"{row.registry} {row.number}",
        _months(row.period),
        row.title or NO_SINGLE_WORK,
        row.whole.decimal,
        row.amount.decimal,
    )


def _note(payout: Payout) -> str:
    if payout.reverses is None:
        return payout.note
    return f"Takes back payout {payout.reverses}. {payout.note}".strip()


def _csv_rows(one: CollaboratorStatement) -> Iterator[Sequence[Cell]]:
    currency, nothing = one.currency, (None,) * 5

    def row(kind: str, on: date, amount: Decimal, *more: Cell) -> Sequence[Cell]:
        return (kind, on, *(more or nothing), amount, currency)

    yield row("opening", one.first, one.opening.decimal)
    if one.changed.minor:
        yield row("changed", one.first, one.changed.decimal)
    for due in one.rows:
        said = (due.registry, due.number, _months(due.period), due.title, due.whole.decimal)
        yield row("due", due.on, due.amount.decimal, *said)
    for paid in one.payouts:
        way = (paid.way, paid.reference, None, _note(paid), None)
        yield row("paid", paid.paid_on, (-paid.amount).decimal, *way)
    yield row("closing", one.last, one.closing.decimal)


def _months(period: Period) -> str:
    last = period.end - timedelta(days=1)
    if (period.start.year, period.start.month) == (last.year, last.month):
        return f"{period.start:%B %Y}"
    return f"{period.start:%b %Y} to {last:%b %Y}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _account(currency: str) -> tuple[Heading, ...]:
    return (
        Heading(title="", width=40),
        Heading(title=currency, holds=Holds.AMOUNT),
    )


def _works(currency: str) -> tuple[Heading, ...]:
    return (
        Heading(title="Work", width=40),
        Heading(title=currency, holds=Holds.AMOUNT),
    )


_DUE = (
    Heading(title="Came on", holds=Holds.DAY),
    Heading(title="From", width=20),
    Heading(title="For", width=16),
    Heading(title="Work", width=24),
    Heading(title="For everybody", holds=Holds.AMOUNT),
    Heading(title="For you", holds=Holds.AMOUNT),
)
_AWAITED = (Heading(title="Stated on", holds=Holds.DAY), *_DUE[1:])
_PAID = (
    Heading(title="Paid on", holds=Holds.DAY),
    Heading(title="How", width=14),
    Heading(title="Reference", width=20),
    Heading(title="Note", width=24),
    Heading(title="Amount", holds=Holds.AMOUNT),
)
_CSV = (
    Heading(title="kind"),
    Heading(title="date", holds=Holds.DAY),
    Heading(title="from or way"),
    Heading(title="statement or reference"),
    Heading(title="period"),
    Heading(title="work or note"),
    Heading(title="for everybody", holds=Holds.AMOUNT),
    Heading(title="amount", holds=Holds.AMOUNT),
    Heading(title="currency"),
)
