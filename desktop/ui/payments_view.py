"""Payments: what was stated, what arrived, what is missing; every number leads to its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.flows.handing_on import balances
from desktop.flows.ledger import Books, open_books, saved_searches
from desktop.flows.owing import expected_next
from desktop.model.allocations import Balance
from desktop.model.ledger import LedgerLine, LineFilter, SavedSearch
from desktop.model.line_columns import Dimension
from desktop.model.payments import GroupTotal
from desktop.payments.owed import owed_by_age
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.chart_card import ChartCard
from desktop.ui.charts import CHARTS
from desktop.ui.filter_bar import FilterBar, Looks
from desktop.ui.home_line import HomeActions, HomeLine
from desktop.ui.menus import MenuLine, menu_button
from desktop.ui.original_dialog import show_original
from desktop.ui.parts import Head, button, card, column, holder, label, row
from desktop.ui.payment_cards import Headlines, PaymentCards
from desktop.ui.payment_columns import HISTORY, History
from desktop.ui.payment_details import PaymentDetails
from desktop.ui.payment_looks import (
    HISTORY_LOOK,
    LINES_LOOK,
    LOOKS,
    Answer,
    Question,
    answer,
    identity,
)
from desktop.ui.payment_section import Jumps, PaymentDesk
from desktop.ui.search_actions import SearchActions
from desktop.ui.split import Split
from desktop.ui.table import Table, TableModel

SHOWS = Change.PAYMENTS
CHART_FROM_HEIGHT = 620
AT_ONCE_LINES = 30_000
LOOKED_THROUGH = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything the view shows, read in one go off the main thread."""

    books: Books
    searches: Sequence[SavedSearch]
    headlines: Headlines


class PaymentsView(QWidget):
    """Cards, chart, history, lines and totals; the details of what is selected at the right."""

    def __init__(
        self, desk: PaymentDesk, *, imports: Sequence[MenuLine], exports: Sequence[MenuLine]
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._desk = desk
        self._page: Page | None = None
        self._question, self._asked = Question(), 0
        self._answer: Answer | None = None
        self._reads = 0
        self._to_select: object = None
        self.head = Head("Payments", "Search payments, works, models")
        self.head.searched.connect(self._searched)
        self.head.add(menu_button("Export…", exports))
        self.head.add(menu_button("Import…", imports, look="primary"))
        self.cards = PaymentCards()
        self.home = HomeLine(desk)
        in_one = HomeActions(desk, self).choose
        self.at_home = button("In one currency…", in_one, look="quiet")
        self.chart = ChartCard(
            desk.theme,
            desk.notice,
            charts=tuple(CHARTS),
            chosen=lambda name: self._ask(replace(self._question, chart=name)),
            currency_chosen=lambda name: self._ask(replace(self._question, currency=name)),
        )
        self.looks = Looks(LOOKS)
        self.looks.chosen.connect(
            lambda key: self._ask(replace(self._question, look=key, order=""))
        )
        self.filters = FilterBar(self.looks)
        self.filters.changed.connect(self._filtered)
        self.searches = SearchActions(desk, self.filters, self)
        self._build_table()
        self._stack = QStackedWidget()
        self._stack.addWidget(holder(self._laid_out()))
        self._stack.addWidget(_empty(menu_button("Import…", imports, look="primary")))
        split = Split(self._stack, self.details, self.table.clearSelection)
        self.setLayout(column(split, spacing=0))

    def refresh(self, what: Change = SHOWS) -> None:
        """Read again what changed, without holding up the window."""
        services, before = self._desk.services, self._page.books if self._page else None
        self._reads += 1
        number = self._reads

        def read(page: Page) -> None:
            if number == self._reads:  # else it was read again meanwhile
                self.put(page)

        self._desk.jobs.run(lambda _report, _cancelled: read_page(services, before), succeeded=read)

    def put(self, page: Page) -> None:
        """Show what was read, and then what is to be handed on, which takes longer."""
        self._page = page
        services, jobs = self._desk.services, self._desk.jobs
        jobs.run(
            lambda _report, _cancelled: balances(services),
            succeeded=self.cards.put_collaborators,
        )
        self._stack.setCurrentIndex(0 if page.headlines.payments else 1)
        self.cards.put(page.headlines)
        self.home.put(page.books.payments)
        payments = page.books.payments
        currencies = {payment.stated.currency for payment in payments}
        currencies |= {match.amount.currency for payment in payments for match in payment.money}
        self.at_home.setVisible(len(currencies) > 1)
        self.filters.know(page.books.ledger, page.searches)
        self._ask(self._question)

    def show_lines(self, wanted: LineFilter) -> None:
        """List the lines that a filter means."""
        self._question = replace(self._question, look=LINES_LOOK)
        self.filters.put(wanted)
        self.looks.choose(LINES_LOOK)

    def show_payment(self, payment_id: int) -> None:
        """Select one payment in the history, whatever is filtered now."""
        self.filters.put(LineFilter())
        self._to_select = ("payment", payment_id)
        self.looks.choose(HISTORY_LOOK)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the figures and the table matter more than the chart."""
        high = self.height() >= CHART_FROM_HEIGHT
        self.chart.setVisible(high)
        self.home.set_room(high)
        super().resizeEvent(event)

    def _build_table(self) -> None:
        self.model: TableModel[Any] = TableModel(HISTORY, self)
        self.table = Table(self.model, self._desk.theme, "Payments")
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.table.doubleClicked.connect(self._open)
        self.table.horizontalHeader().sectionClicked.connect(self._reorder)
        enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self.table)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(lambda: self._open(self.table.currentIndex()))
        self.summary = label("", "small", wrap=True, selectable=True)
        jumps = Jumps(
            lines=lambda number: self.show_lines(
                LineFilter().narrowed(Dimension.STATEMENT, str(number))
            ),
            payment=self.show_payment,
        )
        self.details = PaymentDetails(self._desk, jumps)
        self.details.hide()

    def _laid_out(self) -> QVBoxLayout:
        whole = row(self.summary, self.at_home, spacing=12, margins=(12, 3, 12, 3))
        whole.setStretch(0, 1)
        sums = holder(whole, "totals")
        table = card(column(self.table, sums, spacing=0, margins=(1, 1, 1, 1)))
        layout = column(
            *(self.head, self.cards, self.home, self.chart, self.filters),
            spacing=14,
            margins=(24, 16, 24, 20),
        )
        layout.addWidget(table, 1)
        return layout

    def _searched(self, text: str) -> None:
        self.filters.put(replace(self.filters.wanted, text=text))

    def _filtered(self, wanted: LineFilter) -> None:
        search = self.head.search
        if search is not None and search.text() != wanted.text:
            blocked = search.blockSignals(True)
            search.setText(wanted.text)
            search.blockSignals(blocked)
        self._ask(replace(self._question, wanted=wanted))

    def _ask(self, question: Question) -> None:
        """Show what is asked for: at once, or off the main thread where there are many lines."""
        self._question = question
        self._asked += 1
        if self._page is None:
            return
        books, services, number = self._page.books, self._desk.services, self._asked
        before = self._answer
        if books.ledger.columns.count < AT_ONCE_LINES:
            self._show(number, answer(books, question, services, before))
            return
        self._desk.jobs.run(
            lambda _report, _cancelled: answer(books, question, services, before),
            succeeded=lambda found: self._show(number, found),
            failed=self._desk.notice.problem,
        )

    def _show(self, number: int, found: Answer) -> None:
        if number != self._asked:
            return  # something else was asked for meanwhile
        same = self._answer is not None and self._answer.is_like(found)
        alike = self._answer is not None and self._answer.question.look == found.question.look
        chosen = self._to_select or (identity(self.table.chosen()) if alike else None)
        row_before = self.table.currentIndex().row()
        scrolled = self.table.verticalScrollBar().value()
        self._answer, self._to_select = found, None
        self.chart.put(found.chart, found.currencies)
        self.model.put(found.rows, found.columns)
        self.summary.setText(found.summary)
        if same:
            self.table.verticalScrollBar().setValue(scrolled)
        self._select(chosen, row_before)
        self._show_details()

    def _select(self, wanted: object, row_before: int) -> None:
        """Select again what was selected, if it is still there: where it was, or near the top."""
        if wanted is None:
            return
        last = min(self.model.rowCount(), LOOKED_THROUGH)
        for number in (*([row_before] if 0 <= row_before < self.model.rowCount() else ()),
                       *range(last)):  # fmt: skip
            if identity(self.model.item(number)) == wanted:
                self.table.selectRow(number)
                self.table.scrollTo(self.model.index(number, 0))
                return

    def _show_details(self) -> None:
        chosen = self.table.chosen()
        if isinstance(chosen, LedgerLine):
            self.details.show_line(chosen)
        elif isinstance(chosen, Balance):
            self.details.show_balance(chosen)
        elif isinstance(chosen, GroupTotal) and self._question.look is Dimension.REGISTRY:
            self.details.show_payer(chosen.key)
        else:
            self.details.show_payment(chosen.payment if isinstance(chosen, History) else None)

    def _reorder(self, number: int) -> None:
        """A title was clicked: order by it, if that can be."""
        if order := self.model.columns[number].order:
            self._ask(self._question.reordered(order))

    def _open(self, index: QModelIndex) -> None:
        """Go down: from a total to its lines, from a payment too, from a line to its document."""
        if not index.isValid():
            return
        chosen, look = self.model.item(index.row()), self._question.look
        if isinstance(chosen, GroupTotal) and isinstance(look, Dimension):
            wanted = self.filters.wanted.narrowed(look, chosen.key)
            self.show_lines(wanted.narrowed(Dimension.CURRENCY, chosen.currency))
        elif isinstance(chosen, LedgerLine):
            show_original(chosen.statement_id, self._desk, self.window(), chosen.position)
        elif isinstance(chosen, History):
            number = str(chosen.payment.payment_id)
            self.show_lines(LineFilter().narrowed(Dimension.STATEMENT, number))


def read_page(services: Services, before: Books | None = None) -> Page:
    """Read everything the view shows."""
    books = open_books(services, before)
    now = services.now()
    return Page(
        books=books,
        searches=saved_searches(services),
        headlines=Headlines(
            year=now.year,
            payments=books.payments,
            owed=owed_by_age(books.payments, now.date()),
            expected=expected_next(services),
        ),
    )


def _empty(bring_in: QWidget) -> QWidget:
    title = label("No statements yet", "title")
    sentence = label(
        "A sync brings the statements of your registries here and checks their signatures and "
        "sums. Everybody else's come as files: import them, and the files of your bank too.",
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
