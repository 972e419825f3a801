"""The ways to look at payments: as history, line by line, or added up; each as rows and a sum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from desktop.flows.handing_on import balances
from desktop.flows.ledger import Books
from desktop.model.allocations import NOBODY, Balance
from desktop.model.ledger import LedgerLine, LineFilter
from desktop.model.line_columns import Dimension
from desktop.model.money import Money
from desktop.model.payments import GroupTotal, Payment
from desktop.payments.ledger import Rows
from desktop.services import Services
from desktop.ui import figures
from desktop.ui.chart import ChartData
from desktop.ui.charts import Asked, chart_of, currencies_of
from desktop.ui.figures import many
from desktop.ui.payment_cards import by_currency
from desktop.ui.payment_columns import (
    BY_NAME,
    BY_TIME,
    COLLABORATORS,
    HISTORY,
    LARGEST,
    LINES,
    OLDEST,
    History,
    history_of,
    searchable,
    totals_columns,
)
from desktop.ui.table import Column

HISTORY_LOOK, LINES_LOOK, PARTY_LOOK = "history", "lines", "party"
LOOKS: tuple[tuple[object, str], ...] = (
    (HISTORY_LOOK, "History"),
    (LINES_LOOK, "Lines"),
    (Dimension.WORK, "By work"),
    (Dimension.LICENSEE, "By licensee"),
    (Dimension.MODEL, "By model"),
    (Dimension.USE, "By use"),
    (Dimension.TERRITORY, "By territory"),
    (Dimension.REGISTRY, "By registry"),
    (Dimension.MONTH, "By month"),
    (PARTY_LOOK, "By collaborator"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the user wants to see: a look, a filter with its text, a chart and its currency.

    order: of the rows; empty: as the look has it.
    """

    look: object = HISTORY_LOOK
    wanted: LineFilter = field(default_factory=LineFilter)
    chart: str = "Income by month"
    currency: str = ""
    order: str = ""

    def reordered(self, by: str) -> Question:
        """Return it with the order of a title that was clicked; the one of time turns round."""
        if by == BY_TIME:
            by = "" if self.order == OLDEST else OLDEST
        return replace(self, order=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is shown for it. summary: what all rows come to; lines: that the filter means."""

    books: Books
    question: Question
    lines: Rows | None
    rows: Sequence[Any]
    columns: Sequence[Column[Any]]
    summary: str
    chart: ChartData
    currencies: Sequence[str]

    def is_like(self, other: Answer) -> bool:
        """Whether another answer is to the same question, as after something changed."""
        return self.question == other.question

    def holds_for(self, books: Books, question: Question) -> bool:
        """Whether the chart is the same for another question: only the table is another."""
        asked = replace(question, look=self.question.look, order=self.question.order)
        return self.books is books and self.question == asked


def answer(
    books: Books, question: Question, services: Services, before: Answer | None = None
) -> Answer:
    """Return what a question asks for; takes a moment where there are a million lines.

    before: what was shown last, of which is kept what still holds.
    """
    if before is not None and before.holds_for(books, question):
        rows, chart, currencies = before.lines, before.chart, before.currencies
        payments = _payments(books, question.wanted, rows)
    else:
        ledger = books.ledger
        rows = ledger.rows(question.wanted)
        payments = _payments(books, question.wanted, rows)
        currencies = currencies_of(ledger, rows)
        currency = question.currency if question.currency in currencies else ""
        asked = Asked(ledger, rows, payments, currency or (currencies or [""])[0])
        chart = chart_of(question.chart, asked)
    shown, columns, summary = _table(books, question, rows, payments, services)
    if not shown and not question.wanted.is_empty:
        summary = "Nothing fits. Take a filter away, or search for something else."
    return Answer(
        books=books,
        question=question,
        lines=rows,
        rows=shown,
        columns=columns,
        summary=summary,
        chart=chart,
        currencies=currencies,
    )


def identity(row: object) -> object:
    """Return what a row is told by when everything is read again; None for no row."""
    if isinstance(row, History):
        return "payment", row.payment.payment_id
    if isinstance(row, LedgerLine):
        return "line", row.statement_id, row.position
    if isinstance(row, GroupTotal):
        return "total", row.key, row.currency
    if isinstance(row, Balance):
        return "balance", row.party_id, row.due.currency
    return None


def _table(
    books: Books,
    question: Question,
    rows: Rows | None,
    payments: Sequence[Payment],
    services: Services,
) -> tuple[Sequence[Any], Sequence[Column[Any]], str]:
    if isinstance(question.look, Dimension):
        totals = books.ledger.totals(question.look, rows)
        lines = books.ledger.columns.count if rows is None else len(rows)
        summary = f"{many(len(totals), 'row')} · {many(lines, 'line')} · {exact(totals.in_all())}"
        if question.order == BY_NAME and question.look is not Dimension.MONTH:
            totals = totals.by_name()
        elif question.order == LARGEST:
            totals = totals.largest_first()
        return totals, totals_columns(question.look), summary
    if question.look == LINES_LOOK:
        page = books.ledger.page(rows)
        if question.order != OLDEST:
            page = page.largest_first() if question.order == LARGEST else page.newest_first()
        return page, LINES, f"{many(len(page), 'line')} · {exact(page.in_all())}"
    if question.look == PARTY_LOOK:
        found = balances(services)
        open_ = _sums(balance.open for balance in found if balance.party_id != NOBODY)
        return found, COLLABORATORS, f"To hand on now: {open_}" if found else "Nobody shares yet"
    summary = (
        f"{many(len(payments), 'payment')} · stated {_sums(p.stated for p in payments)} · "
        f"received {_sums(p.received for p in payments)}"
    )
    return history_of(payments), HISTORY, summary


def _payments(books: Books, wanted: LineFilter, rows: Rows | None) -> Sequence[Payment]:
    """Return the payments with a line that a filter means, or whose own words have its text."""
    if wanted.is_empty:
        return books.payments
    ledger = books.ledger
    found = {int(total.key) for total in ledger.totals(Dimension.STATEMENT, rows)}
    text = wanted.text.strip().casefold()
    rest = replace(wanted, text="")
    if text:
        named = {p.payment_id for p in books.payments if text in searchable(p)}
        if not rest.is_empty:
            others = ledger.totals(Dimension.STATEMENT, ledger.rows(rest))
            named &= {int(total.key) for total in others}
        found |= named
    return [payment for payment in books.payments if payment.payment_id in found]


def exact(amounts: dict[str, Decimal]) -> str:
    """Return amounts of several currencies, the largest first."""
    if not amounts:
        return "nothing"
    ordered = sorted(amounts.items(), key=lambda pair: -pair[1])
    return " · ".join(figures.line_money(amount, currency) for currency, amount in ordered)


def _sums(amounts: Iterable[Money]) -> str:
    return ", ".join(figures.money(total) for total in by_currency(amounts)) or "nothing"
