"""Collaborators on the Payments page: who gets what, payouts kept and taken back, statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.flows.advancing import payer_balances
from desktop.flows.converting import set_home_currency
from desktop.flows.handing_on import record_payout
from desktop.flows.unshared import not_given
from desktop.model.allocations import NOBODY
from desktop.model.line_columns import Dimension
from desktop.services import Services
from desktop.store import collaborators
from desktop.ui.advance_actions import AdvanceDialog, TaxDialog
from desktop.ui.changes import Change
from desktop.ui.collaborator_dialogs import PayoutDialog, StatementDialog
from desktop.ui.describe_dialog import DescribeDialog
from desktop.ui.home_line import HomeActions, HomeDialog
from desktop.ui.kept_dialog import KeptDialog
from desktop.ui.payment_looks import PARTY_LOOK
from desktop.ui.payments_view import PaymentsView
from desktop.ui.sidebar import Place
from desktop.ui.tax_dialogs import ReserveDialog, TaxNumbersDialog
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.flows.sharing import pay, receive, shared_work
from tests.studio import settle
from tests.ui.conftest import Answers

WAIT_MS = 10_000


def fill(services: Services) -> None:
    """90 came for a song that is shared, 30 are awaited, and a third of a poem is nobody's."""
    settle(services)
    song = shared_work(services, {"me": "2/3", "Ben <b>Okafor</b>": "1/3"})
    poem = shared_work(services, {"me": "2/3"}, word="poem")
    first = pay(services, {song: "90", poem: "30"})
    receive(services, first, "120.00", on=date(2026, 3, 5))
    pay(services, {song: "30"}, number="S-2", month=date(2026, 2, 1))


@pytest.fixture
def page(qtbot: QtBot, library: Services, theme: Theme) -> Iterator[PaymentsView]:
    """The Payments page of a window with these payments."""
    fill(library)
    window = MainWindow(library, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.go(Place.PAYMENTS)
    qtbot.waitUntil(lambda: window.payments.model.rowCount() == 2, timeout=WAIT_MS)
    yield window.payments
    window.close()


def told(widget: QWidget) -> str:
    """Return every text that is shown within a widget."""
    return "\n".join(
        one.accessibleName() or one.text()
        for one in widget.findChildren(QLabel)
        if not one.isHidden()
    )


def wait_for(qtbot: QtBot, page: PaymentsView, row: int, *texts: str) -> None:
    """Wait for texts in the details of a row; what is read anew meanwhile takes it out again."""

    def there() -> bool:
        if not page.table.chosen():
            page.table.selectRow(row)
        return all(text in told(page.details) for text in texts)

    qtbot.waitUntil(there, timeout=WAIT_MS)


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text).click()


def test_who_gets_what_of_a_payment(qtbot: QtBot, page: PaymentsView) -> None:
    page.show_payment(1)
    texts = (
        "Who gets what\nYou\n€80.00",
        "Ben <b>Okafor</b>\n€30.00\nreceived, due now · song 0",
        "Not given to anybody\nNo share says whose it is\n€10.00",
    )
    qtbot.waitUntil(lambda: all(text in told(page.details) for text in texts), timeout=WAIT_MS)
    page.show_payment(2)
    qtbot.waitUntil(lambda: "due when it arrives" in told(page.details), timeout=WAIT_MS)


def test_what_is_nobodys_leads_to_the_shares_that_mend_it(
    qtbot: QtBot, page: PaymentsView, library: Services, answers: Answers
) -> None:
    """From Needs you and from the payment; kept as it was, it is divided again in one step."""
    window = page.window()
    assert isinstance(window, MainWindow)
    record_payout("Ben <b>Okafor</b>", "1", "EUR", library)

    def share(dialog: QDialog) -> None:
        assert isinstance(dialog, DescribeDialog)
        dialog.shares.add()
        dialog.shares._rows[-1].who.setText("Ben <b>Okafor</b>")
        dialog.shares._rows[-1].part.setText("1/3")
        dialog.accept()

    window.go(Place.NEEDS_YOU)
    title = "€10.00 of poem 0 is not given to anybody"
    qtbot.waitUntil(lambda: title in told(window.needs), timeout=WAIT_MS)
    assert "Say whose it is" in told(window.needs)
    answers.add(share)
    press(window.needs, "Who shares…")
    again = "Your shares say now whose it is: divide it again."
    qtbot.waitUntil(lambda: again in told(window.needs), timeout=WAIT_MS)
    window.open_payment(1)
    qtbot.waitUntil(lambda: "poem 0: It was divided" in told(page.details), timeout=WAIT_MS)
    press(page.details, "Divide it again")
    qtbot.waitUntil(
        lambda: all(need.title != title for need in window.needs.needs), timeout=WAIT_MS
    )
    qtbot.waitUntil(lambda: "Ben <b>Okafor</b>\n€40.00" in told(page.details), timeout=WAIT_MS)
    assert not_given(library) == []


def test_a_long_title_leaves_room_for_what_to_do(
    qtbot: QtBot, page: PaymentsView, library: Services
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.resize(900, 600)
    epic = shared_work(library, {"me": "2/3"}, word="Of a night that would not end " * 6)
    pay(library, {epic: "300"}, number="S-3", month=date(2026, 3, 1))
    window.changes.tell(Change.PAYMENTS)
    window.go(Place.NEEDS_YOU)
    qtbot.waitUntil(lambda: "€100.00 of Of a night" in told(window.needs), timeout=WAIT_MS)
    area = window.needs.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    content = area.widget()
    assert content is not None
    qtbot.waitUntil(lambda: content.minimumSizeHint().width() > 200, timeout=WAIT_MS)
    assert content.minimumSizeHint().width() <= area.viewport().width()


def test_paid_and_taken_back_and_a_statement(
    qtbot: QtBot,
    page: PaymentsView,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page.looks.choose(PARTY_LOOK)
    assert page.model.rowCount() == 2
    ben = next(row for row in range(2) if page.model.item(row).party_id != NOBODY)
    wait_for(qtbot, page, ben, "What came", "of €90.00 for everybody")

    def type_in(dialog: QDialog) -> None:
        assert isinstance(dialog, PayoutDialog)
        assert (dialog.amount.text(), dialog.currency.text()) == ("30.00", "EUR")
        dialog.amount.setText("12..34")
        dialog.accept()
        assert "not an amount" in dialog.problem.text()
        dialog.amount.setText("40")
        dialog.way.setText("bank")
        dialog.accept()

    answers.add(type_in)
    press(page.details, "Record a payout…")
    qtbot.waitUntil(lambda: page.model.item(ben).open.minor == -1000, timeout=WAIT_MS)
    wait_for(qtbot, page, ben, "Paid\n", "More than is due was paid\n€10.00")

    def undo_there(dialog: QDialog) -> None:
        assert isinstance(dialog, KeptDialog)
        said = " ".join(one.text() for one in dialog.findChildren(QLabel))
        if "took payout 1 back" in said:
            dialog.accept()
            return
        if not undone:
            assert "You recorded a payout of 40.00 EUR to Ben <b>Okafor</b>." in said
            press(dialog, "Take back")
            undone.append(said)
        answers.add(undo_there)

    undone: list[str] = []
    answers.add(undo_there)
    press(page.details, "Details…")
    qtbot.waitUntil(lambda: page.model.item(ben).open.minor == 3000, timeout=WAIT_MS)

    target = tmp_path / "ben.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, StatementDialog)
        dialog.first.setText("2026-02-30")
        dialog.accept()
        assert "2026-12-31" in dialog.problem.text()
        dialog.first.setText("2026-01-01")
        dialog.accept()

    answers.add(choose)
    wait_for(qtbot, page, ben, "taken back")
    press(page.details, "Statement…")
    qtbot.waitUntil(target.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "is written" in told(page._desk.notice), timeout=WAIT_MS)
    assert target.read_bytes().startswith(b"%PDF")
    with library.store.read() as connection:
        assert [one.amount.minor for one in collaborators.payouts(connection)] == [4000, -4000]


def test_an_advance_and_the_tax_of_a_registry(
    qtbot: QtBot, page: PaymentsView, library: Services, answers: Answers
) -> None:
    page.looks.choose(Dimension.REGISTRY)
    wait_for(qtbot, page, 0, "Nothing is advanced")

    def refused(dialog: QDialog) -> None:
        assert isinstance(dialog, AdvanceDialog)
        dialog.amount.setText("lots")
        dialog.accept()

    def typed(dialog: QDialog) -> None:
        assert isinstance(dialog, AdvanceDialog)
        assert "not an amount" in dialog.problem.text()
        dialog.amount.setText("500")
        dialog.terms.setText("for <i>two</i> albums")
        dialog.accept()

    answers.add(refused)
    answers.add(typed)
    press(page.details, "An advance…")
    qtbot.waitUntil(lambda: bool(payer_balances(library)[0].advanced), timeout=WAIT_MS)
    earned = "Advance still to be earned\n€500.00\nof €500.00"
    wait_for(qtbot, page, 0, "for <i>two</i> albums", earned)

    def taxed(dialog: QDialog) -> None:
        assert isinstance(dialog, TaxDialog)
        dialog.rate.setText("15%")
        dialog.country.setText("us")
        dialog.accept()

    answers.add(taxed)
    press(page.details, "Expected tax…")
    qtbot.waitUntil(lambda: "is kept" in told(page._desk.notice), timeout=WAIT_MS)
    wait_for(qtbot, page, 0, "US\n15 %")


def test_who_issues_the_invoices_and_how_long_reserves_are_held(
    qtbot: QtBot, page: PaymentsView, library: Services, answers: Answers
) -> None:
    page.looks.choose(Dimension.REGISTRY)
    wait_for(qtbot, page, 0, "Nothing is advanced")

    def refused(dialog: QDialog) -> None:
        assert isinstance(dialog, TaxNumbersDialog)
        dialog.theirs.setText("FR 40303265045")
        dialog.issuer.setCurrentIndex(1)
        dialog.since.setText("soon")
        dialog.accept()
        assert "2026-12-31" in dialog.problem.text()
        dialog.since.setText("2026-01-01")
        dialog.mine.setText("DE1")
        dialog.accept()

    def typed(dialog: QDialog) -> None:
        assert isinstance(dialog, TaxNumbersDialog)
        assert "no country" in dialog.problem.text()
        dialog.country.setText("de")
        dialog.accept()

    answers.add(refused)
    answers.add(typed)
    press(page.details, "VAT and invoices…")
    shown = "Their VAT number\nFR40303265045\nYour VAT number\nDE1"
    wait_for(qtbot, page, 0, shown, "They do, in your name", "since 1 Jan 2026")
    assert "compare every digit" in told(page._desk.notice)

    def held(dialog: QDialog) -> None:
        assert isinstance(dialog, ReserveDialog)
        assert dialog.months.text() == "24"
        dialog.months.setText("12")
        dialog.accept()

    answers.add(held)
    wait_for(qtbot, page, 0, "They do, in your name")
    press(page.details, "Reserves…")
    qtbot.waitUntil(lambda: "Reserves of Lumen: kept." in told(page._desk.notice), timeout=WAIT_MS)
    page.show_payment(1)
    invoice = "Their invoice in your name\nNumber\nS-1\nTax point\n1 Feb 2026\nNet\n€120.00"
    qtbot.waitUntil(lambda: invoice in told(page.details), timeout=WAIT_MS)


def test_totals_in_a_currency_of_ones_own(
    qtbot: QtBot, page: PaymentsView, library: Services, answers: Answers
) -> None:
    assert page.home.isHidden()

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, HomeDialog)
        dialog.currency.setText("gbp")
        dialog.accept()

    answers.add(choose)
    HomeActions(page._desk, page).choose()
    qtbot.waitUntil(page.home.isVisible, timeout=WAIT_MS)
    text = told(page.home)
    assert "In GBP: £" in text
    assert "(European Central Bank, 5 Mar 2026)" in text
    set_home_currency("KWD", library)
    page.refresh()
    qtbot.waitUntil(lambda: "Left out" in told(page.home), timeout=WAIT_MS)
