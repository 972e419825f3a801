"""Findings in the window: nothing is dismissed without a reason, nothing dismissed is hidden."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.weighing import list_findings
from desktop.services import Services
from desktop.ui.finding_dialogs import AnswerDialog, AskDialog, DismissDialog
from desktop.ui.payment_findings import PaymentFindings
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.doubtful import keep_statement, wrong_statement
from tests.studio import settle
from tests.ui.conftest import Answers

WAIT_MS = 10_000


def press(section: PaymentFindings, text: str, number: int = 0) -> None:
    """Press the button of that text; number: of which finding, from the top."""
    found = [one for one in section.findChildren(QPushButton) if one.text() == text]
    shown = [one for one in found if one.isVisible()]
    shown[number].click()


def words(section: QWidget) -> str:
    return "\n".join(one.text() for one in section.findChildren(QLabel) if one.isVisible())


def appears(qtbot: QtBot, section: QWidget, text: str) -> None:
    """Wait until the payment's section says something; it stays selected meanwhile."""
    qtbot.waitUntil(lambda: text in words(section), timeout=WAIT_MS)


def states(services: Services) -> list[str]:
    return [one.state.value for one in list_findings(services, everything=True)]


def test_dismiss_ask_and_answer(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    settle(library)
    keep_statement(library, wrong_statement())
    window.go(Place.NEEDS_YOU)
    window.needs.refresh()
    appears(qtbot, window.needs, "Statement S-1 of Painters")
    need = next(one for one in window.needs.needs if one.title == "Statement S-1 of Painters")
    assert "And 4 more findings. Ask the registry, or say why it is nothing." in need.sentence
    look = [one for one in window.needs.findChildren(QPushButton) if one.text() == "Look at it"]
    look[0].click()
    assert window.place is Place.PAYMENTS
    qtbot.waitUntil(lambda: window.payments.table.chosen() is not None, timeout=WAIT_MS)
    section = window.payments.details.findChild(PaymentFindings)
    assert isinstance(section, PaymentFindings)
    appears(qtbot, section, "5 findings to look at")
    press(section, "Lines")
    appears(qtbot, section, "Line 2 · L-1")

    def dismiss(dialog: QDialog) -> None:
        assert isinstance(dialog, DismissDialog)
        assert not dialog.yes.isEnabled()
        dialog.reason.setPlainText("  ")
        assert not dialog.yes.isEnabled()
        dialog.reason.setPlainText("They told me.")
        dialog.yes.click()

    answers.add(dismiss)
    press(section, "Dismiss…")
    appears(qtbot, section, "4 findings to look at")
    assert "They told me." not in words(section)
    press(section, "Show all (5)")
    appears(qtbot, section, "They told me.")

    def ask(dialog: QDialog) -> None:
        assert isinstance(dialog, AskDialog)
        assert "Question about statement S-1" in dialog.text.toPlainText()
        dialog.yes.click()

    answers.add(ask)
    press(section, "Ask…")
    qtbot.waitUntil(lambda: "asked" in states(library), timeout=WAIT_MS)
    appears(qtbot, section, "You asked by letter")

    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, AnswerDialog)
        dialog.answer.setPlainText("It is corrected next month.")
        dialog.yes.click()

    answers.add(answer)
    press(section, "Answered…")
    qtbot.waitUntil(lambda: "answered" in states(library), timeout=WAIT_MS)
    appears(qtbot, section, "corrected next month")
    press(section, "Check again")
    qtbot.waitUntil(lambda: "Checked again." in window.notice.text(), timeout=WAIT_MS)
    assert sorted(states(library)) == ["answered", "dismissed", "open", "open", "open"]
