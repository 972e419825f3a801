"""Payments: what was stated, what arrived, what is missing; every number leads to its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from desktop.flows.reconciling import list_payments
from desktop.model.money import Money
from desktop.model.payments import GroupTotal, Payment, PaymentState
from desktop.services import Services
from desktop.store import payments as payments_store
from desktop.store.payments import Grouping
from desktop.ui import figures, words
from desktop.ui.changes import Change
from desktop.ui.chart import Bar, IncomeChart
from desktop.ui.job import Jobs
from desktop.ui.parts import (
    Chips,
    Head,
    Tone,
    button,
    card,
    column,
    holder,
    label,
    row,
    set_tone,
)
from desktop.ui.payment_details import PaymentDetails
from desktop.ui.split import Split
from desktop.ui.table import Column, Table, TableModel
from desktop.ui.theme import Theme, font

SHOWS = Change.PAYMENTS
CHART_FROM_HEIGHT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A payment with the running total of its currency up to it."""

    payment: Payment
    running: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything the view shows, read in one go off the main thread."""

    payments: list[Payment]
    totals: dict[Grouping, list[GroupTotal]]


class PaymentsView(QWidget):
    """Cards, chart, history and totals; the details of a payment at the right."""

    def __init__(
        self, services: Services, theme: Theme, jobs: Jobs, *, import_bank: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._services, self._jobs = services, jobs
        self._books = Books(payments=[], totals={})
        self.head = Head("Payments", "Search payments, works")
        self.head.searched.connect(lambda _text: self._show_table())
        self.import_bank = button("Import bank file…", import_bank, look="primary")
        self.head.add(self.import_bank)
        self.received = _Figure("Received")
        self.owed = _Figure("Owed to you")
        self.stated = _Figure("Stated in all")
        self.chart = IncomeChart(theme)
        self.chips = Chips("How to look at it")
        for key, name in (
            ("history", "History"),
            (Grouping.WORK, "By work"),
            (Grouping.REGISTRY, "By registry"),
            (Grouping.MONTH, "By month"),
            (Grouping.LICENSEE, "By licensee"),
        ):
            self.chips.put(key, name)
        self.chips.chosen.connect(lambda _key: self._show_table())
        self.model: TableModel[Any] = TableModel(_HISTORY, self)
        self.table = Table(self.model, theme, "Payments")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.details = PaymentDetails(services)
        self.details.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(holder(self._laid_out()))
        self._stack.addWidget(_empty())
        split = Split(self._stack, self.details, self.table.clearSelection)
        self.setLayout(column(split, spacing=0))

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed, without holding up the window."""
        self._jobs.run(lambda _report, _cancelled: read_books(self._services), succeeded=self.put)

    def put(self, books: Books) -> None:
        """Show what was read."""
        self._books = books
        self._stack.setCurrentIndex(0 if books.payments else 1)
        self._show_cards()
        self.chart.put(_bars(books.totals.get(Grouping.MONTH, [])))
        self._show_table()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the figures and the table matter more than the chart."""
        self._chart_card.setVisible(self.height() >= CHART_FROM_HEIGHT)
        super().resizeEvent(event)

    def _laid_out(self) -> QVBoxLayout:
        cards = row(self.received, self.owed, self.stated, spacing=14)
        self._chart_card = card(column(self.chart, spacing=0))
        table = card(column(self.table, spacing=0, margins=(1, 1, 1, 1)))
        layout = column(self.head, spacing=14, margins=(24, 16, 24, 20))
        layout.addLayout(cards)
        layout.addWidget(self._chart_card)
        layout.addWidget(self.chips)
        layout.addWidget(table, 1)
        return layout

    def _show_cards(self) -> None:
        payments = self._books.payments
        self.received.put(
            _by_currency(payment.received for payment in payments),
            f"from {_count_of({p.registry for p in payments}, 'registry', 'registries')}, "
            "seen on your account",
        )
        waiting = [
            payment
            for payment in payments
            if payment.state not in (PaymentState.RECONCILED, PaymentState.NOTHING_DUE)
        ]
        overdue = sum(1 for payment in waiting if payment.state is PaymentState.OVERDUE)
        words_ = _count_of(waiting, "statement", "statements") + " not yet on your account"
        if overdue:
            words_ = f"{figures.count(overdue)} overdue"
        self.owed.put(
            _by_currency(payment.stated - payment.received for payment in waiting),
            words_ if waiting else "nothing is missing",
            Tone.WRONG if overdue else Tone.NEEDS if waiting else Tone.PLAIN,
        )
        self.stated.put(
            _by_currency(payment.stated for payment in payments),
            f"in {_count_of(payments, 'statement', 'statements')}, after deductions",
        )

    def _show_table(self) -> None:
        key = self.chips.key
        text = self.head.search.text().casefold() if self.head.search else ""
        if isinstance(key, Grouping):
            totals = [
                total
                for total in self._books.totals.get(key, [])
                if not text or text in f"{total.label} {total.currency}".casefold()
            ]
            self.model.put(totals, _totals_columns(key))
        else:
            history = [
                entry
                for entry in _history(self._books.payments)
                if not text or text in _searchable(entry.payment)
            ]
            self.model.put(history, _HISTORY)
        self._show_details()

    def _show_details(self) -> None:
        chosen = self.table.chosen()
        self.details.show_payment(chosen.payment if isinstance(chosen, History) else None)


def read_books(services: Services) -> Books:
    """Read everything the view shows."""
    payments = list_payments(services)
    with services.store.read() as connection:
        totals = {grouping: payments_store.totals(connection, grouping) for grouping in Grouping}
    return Books(payments=payments, totals=totals)


class _Figure(QFrame):
    """A headline number and the line that explains it."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._figure = label("—", "figure")
        self._figure.setFont(font("figure", 600, figures=True))
        self._why = label("", "small", wrap=True)
        self.setLayout(
            column(label(caption, "muted"), self._figure, self._why, None, spacing=4,
                   margins=(16, 13, 16, 13))
        )  # fmt: skip

    def put(self, amounts: Sequence[Money], why: str, tone: Tone = Tone.PLAIN) -> None:
        """Show amounts, one line a currency: currencies are never added up."""
        shown = [amount for amount in amounts if amount.minor] or list(amounts)[:1]
        self._figure.setText("\n".join(figures.money(amount) for amount in shown) or "—")
        set_tone(self._figure, tone if any(amount.minor for amount in amounts) else Tone.PLAIN)
        self._why.setText(why)


def _empty() -> QWidget:
    title = label("No statements yet", "title")
    sentence = label(
        "When a registry issues a statement, a sync brings it here, checks its signature and its "
        "sums, and waits for the money to arrive on your account.",
        "muted",
        wrap=True,
    )
    sentence.setMaximumWidth(460)
    for text in (title, sentence):
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    middle = row(None, sentence, None)
    middle.setStretch(1, 5)
    layout = column(label("Payments", "heading"), None, title, spacing=10, margins=(24, 22, 24, 24))
    layout.addLayout(middle)
    layout.addStretch(1)
    return holder(layout)


def _history(payments: Sequence[Payment]) -> list[History]:
    """Newest first; the running total counts what arrived, up to and with each payment."""
    totals: dict[str, Money] = {}
    result = []
    for payment in sorted(payments, key=lambda p: (p.period.start, p.payment_id)):
        currency = payment.stated.currency
        totals[currency] = totals.get(currency, Money(currency, 0)) + payment.received
        result.append(History(payment=payment, running=totals[currency]))
    return result[::-1]


def _bars(totals: Sequence[GroupTotal]) -> list[Bar]:
    """Bars of the currency with the most lines: currencies never share an axis."""
    if not totals:
        return []
    lines: dict[str, int] = {}
    for total in totals:
        lines[total.currency] = lines.get(total.currency, 0) + total.lines
    currency = max(lines, key=lambda name: lines[name])
    bars = [
        Bar(
            month=date.fromisoformat(f"{total.key}-01"),
            currency=currency,
            training=total.training,
            output=total.output,
            other=total.other,
        )
        for total in totals
        if total.currency == currency
    ]
    return sorted(bars, key=lambda bar: bar.month)


def _by_currency(amounts: Any) -> list[Money]:
    totals: dict[str, Money] = {}
    for amount in amounts:
        totals[amount.currency] = totals.get(amount.currency, Money(amount.currency, 0)) + amount
    return sorted(totals.values(), key=lambda total: -total.minor)


def _count_of(things: Any, one: str, many: str) -> str:
    count = len(things)
    return f"{figures.count(count)} {one if count == 1 else many}"


def _searchable(payment: Payment) -> str:
    word = words.PAYMENTS[payment.state][0]
    when = figures.month(payment.period.start)
    return f"{payment.registry} {payment.number} {when} {word}".casefold()


def _state(entry: History) -> tuple[str, Tone]:
    if entry.payment.findings:
        return "Does not add up", Tone.WRONG
    return words.PAYMENTS[entry.payment.state]


_HISTORY: list[Column[History]] = [
    Column(title="Date", text=lambda e: figures.day(e.payment.issued), width=112, optional=True),
    Column(title="From", text=lambda e: e.payment.registry),
    Column(
        title="For",
        text=lambda e: (
            f"{figures.month(e.payment.period.start)} · {words.works_count(e.payment.works)}"
        ),
        muted=True,
    ),
    Column(title="Stated", text=lambda e: figures.money(e.payment.stated), figures=True, width=96),
    Column(
        title="Received",
        text=lambda e: figures.money(e.payment.received) if e.payment.received.minor else "—",
        figures=True,
        width=96,
    ),
    Column(
        title="Total",
        text=lambda e: figures.money(e.running),
        figures=True,
        muted=True,
        optional=True,
        width=100,
    ),
    Column(title="State", text=lambda e: _state(e)[0], tone=lambda e: _state(e)[1], width=140),
]


def _totals_columns(grouping: Grouping) -> list[Column[GroupTotal]]:
    def name(total: GroupTotal) -> str:
        if grouping is Grouping.MONTH:
            return figures.month(date.fromisoformat(f"{total.key}-01"))
        return total.label

    def money(amount: Decimal, total: GroupTotal) -> str:
        return figures.exact_money(amount, total.currency, 2) if amount else "—"

    return [
        Column(title=grouping.value.capitalize(), text=name),
        Column(
            title="Lines",
            text=lambda t: figures.count(t.lines),
            figures=True,
            optional=True,
            width=70,
        ),
        Column(title="Training", text=lambda t: money(t.training, t), figures=True, width=100),
        Column(title="Output", text=lambda t: money(t.output, t), figures=True, width=100),
        Column(
            title="Other",
            text=lambda t: money(t.other, t),
            figures=True,
            optional=True,
            width=90,
        ),
        Column(title="Before deductions", text=lambda t: money(t.net, t), figures=True, width=140),
    ]
