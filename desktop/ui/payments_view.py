"""Payments: what was stated, what arrived, what is missing; every number leads to its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.flows.reconciling import list_payments
from desktop.model.payments import GroupTotal
from desktop.services import Services
from desktop.store import payments as payments_store
from desktop.store.payments import Grouping
from desktop.ui.changes import Change
from desktop.ui.chart import Bar, IncomeChart
from desktop.ui.menus import MenuLine, menu_button
from desktop.ui.parts import Chips, Head, card, column, holder, label, row
from desktop.ui.payment_cards import Headlines, PaymentCards
from desktop.ui.payment_columns import HISTORY, History, history_of, searchable, totals_columns
from desktop.ui.payment_details import PaymentDetails
from desktop.ui.payment_section import PaymentDesk
from desktop.ui.split import Split
from desktop.ui.table import Table, TableModel

SHOWS = Change.PAYMENTS
CHART_FROM_HEIGHT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything the view shows, read in one go off the main thread."""

    headlines: Headlines = field(default_factory=Headlines)
    totals: dict[Grouping, list[GroupTotal]] = field(default_factory=dict)


class PaymentsView(QWidget):
    """Cards, chart, history and totals; the details of a payment at the right."""

    def __init__(
        self, desk: PaymentDesk, *, imports: Sequence[MenuLine], exports: Sequence[MenuLine]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._desk = desk
        self._books = Books()
        self.head = Head("Payments", "Search payments, works")
        self.head.searched.connect(lambda _text: self._show_table())
        self.head.add(menu_button("Export…", exports))
        self.head.add(menu_button("Import…", imports, look="primary"))
        self.cards = PaymentCards()
        self.chart = IncomeChart(desk.theme)
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
        self.model: TableModel[Any] = TableModel(HISTORY, self)
        self.table = Table(self.model, desk.theme, "Payments")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.details = PaymentDetails(desk)
        self.details.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(holder(self._laid_out()))
        self._stack.addWidget(_empty(menu_button("Import…", imports, look="primary")))
        split = Split(self._stack, self.details, self.table.clearSelection)
        self.setLayout(column(split, spacing=0))

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed, without holding up the window."""
        services = self._desk.services
        self._desk.jobs.run(lambda _report, _cancelled: read_books(services), succeeded=self.put)

    def put(self, books: Books) -> None:
        """Show what was read."""
        self._books = books
        self._stack.setCurrentIndex(0 if books.headlines.payments else 1)
        self.cards.put(books.headlines)
        self.chart.put(_bars(books.totals.get(Grouping.MONTH, [])))
        self._show_table()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the figures and the table matter more than the chart."""
        self._chart_card.setVisible(self.height() >= CHART_FROM_HEIGHT)
        super().resizeEvent(event)

    def _laid_out(self) -> QVBoxLayout:
        self._chart_card = card(column(self.chart, spacing=0))
        table = card(column(self.table, spacing=0, margins=(1, 1, 1, 1)))
        layout = column(
            *(self.head, self.cards, self._chart_card, self.chips),
            spacing=14,
            margins=(24, 16, 24, 20),
        )
        layout.addWidget(table, 1)
        return layout

    def _show_table(self) -> None:
        key = self.chips.key
        text = self.head.search.text().casefold() if self.head.search else ""
        if isinstance(key, Grouping):
            totals = [
                total
                for total in self._books.totals.get(key, [])
                if not text or text in f"{total.label} {total.currency}".casefold()
            ]
            self.model.put(totals, totals_columns(key))
        else:
            history = [
                entry
                for entry in history_of(self._books.headlines.payments)
                if not text or text in searchable(entry.payment)
            ]
            self.model.put(history, HISTORY)
        self._show_details()

    def _show_details(self) -> None:
        chosen = self.table.chosen()
        self.details.show_payment(chosen.payment if isinstance(chosen, History) else None)


def read_books(services: Services) -> Books:
    """Read everything the view shows."""
    payments = list_payments(services)
    year = services.now().year
    with services.store.read() as connection:
        totals = {grouping: payments_store.totals(connection, grouping) for grouping in Grouping}
        received = payments_store.received_between(
            connection, date(year, 1, 1), date(year + 1, 1, 1)
        )
    return Books(headlines=Headlines(payments=payments, received=received), totals=totals)


def _empty(bring_in: QWidget) -> QWidget:
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
    layout.addLayout(row(None, bring_in, None))
    layout.addStretch(1)
    return holder(layout)


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
