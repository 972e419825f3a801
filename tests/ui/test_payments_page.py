"""The Payments page: from a total to its lines, from a line to its document; charts as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.model.line_columns import Dimension
from desktop.model.payments import Period
from desktop.services import Services
from desktop.ui import payments_view
from desktop.ui.original_dialog import OriginalDialog
from desktop.ui.payment_looks import LINES_LOOK, Question, answer, identity
from desktop.ui.payments_view import PaymentsView
from desktop.ui.search_actions import SearchDialog
from desktop.ui.sidebar import Place
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.ledgers import keep
from tests.payments.making import line
from tests.ui.conftest import Answers

WAIT_MS = 10_000


def fill(services: Services) -> None:
    """Two months of two licensees, in euros and yen."""
    for month in (1, 2):
        period = Period(start=date(2026, month, 1), end=date(2026, month + 1, 1))
        lines = [
            line(1, Decimal("1.105"), period=period),
            line(2, Decimal("2.5"), use="output", title="Kites", period=period),
            line(3, Decimal("-0.5"), licensee="Atlas", model="A-1", period=period),
            line(4, Decimal("700"), licensee="Atlas", currency="JPY", period=period),
        ]
        document = b'{"number": "S-%d", "lines": ["L-1", "L-2"]}' % month
        keep(services, lines, number=f"S-{month}", period=period, document=document)


@pytest.fixture
def page(qtbot: QtBot, library: Services, theme: Theme) -> Iterator[PaymentsView]:
    """The Payments page of a window with these statements."""
    fill(library)
    window = MainWindow(library, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.go(Place.PAYMENTS)
    qtbot.waitUntil(lambda: window.payments.model.rowCount() == 2, timeout=WAIT_MS)
    yield window.payments
    window.close()


def column(page: PaymentsView, number: int) -> list[str]:
    """Return the texts of a column."""
    return [str(page.model.index(row, number).data()) for row in range(page.model.rowCount())]


def test_from_a_total_to_its_lines_to_the_document(
    qtbot: QtBot, page: PaymentsView, answers: Answers
) -> None:
    page.looks.choose(Dimension.LICENSEE)
    assert sorted(column(page, 0)) == ["Atlas", "Atlas", "Lumen"]
    lumen = column(page, 0).index("Lumen")
    page.table.doubleClicked.emit(page.model.index(lumen, 0))
    assert page.looks.key == LINES_LOOK
    assert [page.model.item(row).title for row in range(4)] == [
        "Kites", "Picture 1", "Kites", "Picture 1",
    ]  # fmt: skip
    assert page.summary.text() == "4 lines · €7.21"
    assert page.filters.wanted.where[Dimension.LICENSEE] == ("Lumen",)

    order = page.table.horizontalHeader().sectionClicked
    order.emit(5)
    assert column(page, 5)[0] == "€2.50"
    order.emit(0)
    assert column(page, 0) == ["Jan 2026", "Jan 2026", "Feb 2026", "Feb 2026"]
    order.emit(0)
    page.table.selectRow(0)
    assert page.details.isVisible()
    texts: list[str] = []

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, OriginalDialog)
        texts.append(dialog.text.toPlainText())
        texts.append(dialog.text.textCursor().selectedText())
        dialog.reject()

    answers.add(read)
    page.table.doubleClicked.emit(page.model.index(0, 0))
    qtbot.waitUntil(lambda: bool(texts), timeout=WAIT_MS)
    assert '"number": "S-2"' in texts[0]
    assert texts[1] == "L-2"


def test_filters_narrow_everything_and_are_saved(
    qtbot: QtBot, page: PaymentsView, answers: Answers
) -> None:
    page.filters._open()
    popup = page.filters.popup
    use = popup.choices[Dimension.USE]
    use.setCurrentIndex(use.findText("output"))
    use.activated.emit(use.currentIndex())
    popup.start.setCurrentIndex(popup.start.findText("Feb 2026"))
    popup.start.activated.emit(0)
    popup.hide()
    page.looks.choose(Dimension.WORK)
    assert column(page, 0) == ["Kites"]
    assert page.summary.text() == "1 row · 1 line · €2.50"
    assert page.chart.chart.shown.bars[0].parts == (Decimal(0), Decimal("2.5"), Decimal(0))
    page.looks.choose("history")
    assert page.model.rowCount() == 1

    def name(dialog: QDialog) -> None:
        assert isinstance(dialog, SearchDialog)
        dialog.name.setText("Made with it")
        dialog.accept()

    answers.add(name)
    wanted = page.filters.wanted
    page.filters.save_asked.emit()
    qtbot.waitUntil(lambda: [s.name for s in page.filters._saved] == ["Made with it"])
    assert page.head.search is not None
    page.head.search.setText("kites")
    assert page.filters.wanted != wanted
    page.filters._take(page.filters._saved[0])
    assert page.head.search.text() == ""
    assert page.filters.wanted == wanted
    page.filters.forget_asked.emit("Made with it")
    qtbot.waitUntil(lambda: not page.filters._saved, timeout=WAIT_MS)


def test_what_is_selected_stays_so_when_something_changes(qtbot: QtBot, page: PaymentsView) -> None:
    page.show_payment(1)
    assert identity(page.table.chosen()) == ("payment", 1)
    page.looks.choose(LINES_LOOK)
    assert page.table.chosen() is None
    page.table.selectRow(2)
    chosen = identity(page.table.chosen())
    period = Period(start=date(2026, 3, 1), end=date(2026, 4, 1))
    keep(page._desk.services, [line(9, Decimal(1), period=period)], number="S-3", period=period)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 9, timeout=WAIT_MS)
    assert identity(page.table.chosen()) == chosen
    assert page.details.isVisible()
    assert page.table.currentIndex().row() == 3


def test_with_many_lines_the_last_question_wins(
    qtbot: QtBot, page: PaymentsView, monkeypatch: Any
) -> None:
    """A million lines are added up off the main thread: what was asked before is not shown."""
    monkeypatch.setattr(payments_view, "AT_ONCE_LINES", 0)
    page.looks.choose(Dimension.WORK)
    page.looks.choose(Dimension.MONTH)
    qtbot.waitUntil(lambda: "Feb 2026" in column(page, 0), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not page._desk.jobs._running, timeout=WAIT_MS)
    months = ["Feb 2026", "Feb 2026", "Jan 2026", "Jan 2026"]
    assert column(page, 0) == months
    assert page._page is not None
    late = answer(page._page.books, Question(look=Dimension.WORK), page._desk.services)
    page._show(page._asked - 1, late)
    assert column(page, 0) == months


def test_charts_are_walked_through_copied_and_saved(
    qtbot: QtBot, page: PaymentsView, tmp_path: Path
) -> None:
    chart = page.chart.chart
    for name, bars in (
        ("Income by month and registry", 2),
        ("Income by work", 3),
        ("Income by licensee", 2),
        ("Expected and received", 2),
        ("Income by month", 2),
    ):
        action = next(a for a in page.chart.which.menu().actions() if a.text() == name)
        action.trigger()
        assert (chart.shown.title, len(chart.shown.bars), chart.shown.currency) == (
            name, bars, "EUR",
        )  # fmt: skip
        assert not page.grab().isNull()
    assert chart.accessibleName() == "Income by month, in EUR"
    assert "Feb 2026: Training €0.60" in chart.accessibleDescription()
    chart.setFocus()
    for _ in range(2):
        QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart._at == 1
    page.chart._currency_chosen("JPY")
    assert (chart.shown.currency, chart.shown.bars[0].parts[0]) == ("JPY", Decimal(700))
    page.chart.copy()
    assert QGuiApplication.clipboard().image().width() == 2400
    page.chart.save(tmp_path / "chart.svg")
    page.chart.save(tmp_path / "chart.png")
    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "Income by month, JPY" in svg
    assert "<desc>Jan 2026: Training" in svg
    assert QImage(str(tmp_path / "chart.png")).width() == 2400
