"""The money in the window: found, confirmed, typed in, and taken back, with words that say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.attaching import attached
from desktop.flows.hearing import Synced
from desktop.flows.importing_money import import_bank_file
from desktop.flows.matching_money import match
from desktop.flows.reconciling import list_payments
from desktop.model.attachments import AttachedTo
from desktop.model.matches import Mark
from desktop.model.payments import PaymentState
from desktop.services import Services
from desktop.store import bank
from desktop.store.bank import KeptEntry
from desktop.ui.aside_dialogs import AsideDialog, AsideReasonDialog
from desktop.ui.bank_dialog import BankDialog
from desktop.ui.bank_wizard import BankWizard
from desktop.ui.changes import Change
from desktop.ui.find_money import FindMoney
from desktop.ui.kept_dialog import KeptDialog
from desktop.ui.mark_dialog import MarkDialog
from desktop.ui.money_dialogs import TypedMoneyDialog
from desktop.ui.needs import needs_of
from desktop.ui.payment_money import PaymentMoney
from desktop.ui.payment_words import standing
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.flows.coming import PAYER, came, payment, stated
from tests.payments.test_camt import camt, entry
from tests.ui.conftest import Answers

WAIT_MS = 5_000


def press(widget: QWidget, text: str) -> None:
    """Press the first button of that text."""
    found = [one for one in widget.findChildren(QPushButton) if one.text() == text]
    assert found, text
    found[0].click()


def texts(widget: QWidget) -> str:
    """Return every text that a widget shows."""
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def remark(text: str) -> str:
    """Return what somebody wrote on a transfer."""
    return f"<TxDtls><RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls>"


def kept(services: Services) -> list[KeptEntry]:
    """Return what is kept of the account."""
    with services.store.read() as connection:
        return bank.everything(connection)


def test_money_is_found_and_taken_back(
    qtbot: QtBot, window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    services = window.services
    stated(services, "LR-2026-01", "20.00")
    stated(services, "LR-2026-02", "30.00")
    came(services, "50.00", who=PAYER)
    came(services, "7.00", who="<b>Aunt</b>")
    assert any(need.money for need in needs_of(services))
    dialog = FindMoney(window.money._desk, window)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=WAIT_MS)
    press(dialog, "That is it")
    qtbot.waitUntil(
        lambda: {one.state for one in list_payments(services)} == {PaymentState.RECONCILED},
        timeout=WAIT_MS,
    )
    qtbot.waitUntil(lambda: not (dialog.found and dialog.found.proposals), timeout=WAIT_MS)
    press(dialog, "Not a registry's")
    qtbot.waitUntil(lambda: bool(dialog.found and not dialog.found.entries), timeout=WAIT_MS)
    dialog.accept()
    assert not any(need.money for need in needs_of(services))
    window.go(Place.PAYMENTS)
    window.changes.tell(Change.PAYMENTS)
    table = window.payments.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=WAIT_MS)
    table.selectRow(0)
    paper = tmp_path / "advice.txt"
    paper.write_text("Payment advice", encoding="utf-8")

    def keep_a_paper(dialog: object) -> None:
        assert isinstance(dialog, KeptDialog)
        if "attached advice.txt" in texts(dialog):
            seen.append(texts(dialog))
            dialog.accept()
            return
        if not seen:
            dialog.files.keep([paper])
            seen.append("kept")
        answers.add(keep_a_paper)

    seen: list[str] = []
    answers.add(keep_a_paper)
    press(window.payments.details, "Details…")
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=WAIT_MS)
    assert "You took in bank entry 1 with" in seen[1]
    assert len(attached(services, AttachedTo.BANK_ENTRY, 1)) == 1
    press(window.payments.details, "Take back")
    qtbot.waitUntil(
        lambda: [one.received.minor for one in list_payments(services)].count(0) == 1,
        timeout=WAIT_MS,
    )


def test_an_entry_that_fits_nothing_has_its_history_and_the_way_back(
    qtbot: QtBot, window: MainWindow, answers: Answers
) -> None:
    """Before it is set aside, and after: there it is taken back."""
    services = window.services
    came(services, "7.00", who="<b>Aunt</b>")
    dialog = FindMoney(window.money._desk, window)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=WAIT_MS)

    def look(kept: object) -> None:
        assert isinstance(kept, KeptDialog)
        seen.append(texts(kept))
        kept.accept()

    seen: list[str] = []
    answers.add(look)
    press(dialog, "Details…")
    assert "<b>Aunt</b>" in seen[0]
    assert "You took in bank entry 1 with" in seen[0]
    press(dialog, "Not a registry's")
    qtbot.waitUntil(lambda: "Not a registry's money, you say" in texts(dialog), timeout=WAIT_MS)

    def take_back(kept: object) -> None:
        assert isinstance(kept, KeptDialog)
        press(kept, "Take back")
        answers.add(close)

    def close(kept: object) -> None:
        assert isinstance(kept, KeptDialog)
        if "took the match" in texts(kept):
            kept.accept()
        else:
            answers.add(close)

    answers.add(take_back)
    press(dialog, "Details…")
    qtbot.waitUntil(lambda: bool(dialog.found and dialog.found.entries), timeout=WAIT_MS)
    assert dialog.found is not None
    assert dialog.found.aside == ()


def test_money_is_typed_in(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    seen: list[str] = []

    def wrong_then_right(dialog: object) -> None:
        assert isinstance(dialog, TypedMoneyDialog)
        for amount, day in (("12..34", "2026-03-01"), ("50.00", "30 February")):
            dialog.amount.setText(amount)
            dialog.on.setText(day)
            dialog.accept()
            seen.append(dialog.problem.text())
        dialog.on.setText("2026-03-01")
        dialog.who.setText("Gallery")
        dialog.accept()

    answers.add(wrong_then_right)
    window.money.type_in()
    qtbot.waitUntil(lambda: "is kept" in window.notice.text(), timeout=WAIT_MS)
    assert seen == [
        "12..34 is no amount; write it as 50.00.",
        "Write the day as 2026-12-31.",
    ]


def test_words_say_how_much_and_since_when(window: MainWindow) -> None:
    services = window.services
    stated(services, "S-1", "20.00", due=date(2999, 1, 1))
    stated(services, "S-2", "30.00")
    came(services, "15.00")
    match(1, [1], services)
    assert standing(payment(services, "S-1"))[0] == "Short by €5.00"
    assert standing(payment(services, "S-2"))[0].startswith("Overdue ")


def test_a_dispute_says_what_it_holds_and_until_when(qtbot: QtBot, window: MainWindow) -> None:
    stated(window.services, "S-1", "20.00")
    held = replace(
        payment(window.services, "S-1"), state=PaymentState.HELD, disputed=("<b>Kites</b>", "Low")
    )
    section = PaymentMoney(window.money._desk)
    qtbot.addWidget(section)
    section.show_payment(held)
    said = f"dispute about <b>Kites</b> and 1 more work holds the money until {PAYER} resolves it."
    assert f"A {said}" in texts(section)
    section.show_payment(replace(held, state=PaymentState.DISPUTED))
    assert "The dispute you opened about" in texts(section)
    told: list[object] = []
    window.changes.changed.connect(told.append)
    window.actions_._synced(Synced(events=1), said=False)
    assert Change.PAYMENTS in told


def test_a_table_of_a_bank_is_explained(
    qtbot: QtBot, window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path, other = tmp_path / "march.csv", tmp_path / "broken.xml"
    path.write_text("Dag;Sum;Fra\n23.02.2026;12,50;<i>Lumen</i>\n24.02.2026;1..5;x\n")
    other.write_text("<Document>")
    seen: list[str] = []

    def explain(dialog: object) -> None:
        assert isinstance(dialog, BankWizard)
        seen.append((dialog.yes.isEnabled() and "ready") or "not ready")
        for heading, fact in (("Dag", "date"), ("Sum", "amount"), ("Fra", "counterparty")):
            choice = dialog.holds[heading]
            choice.setCurrentIndex(choice.findData(fact))
        dialog.currency.setText("nok")
        dialog.accept()
        seen.append(dialog.problem.text())
        dialog.name.setText("Bank")
        dialog.accept()

    def look(dialog: object) -> None:
        assert isinstance(dialog, BankDialog)
        assert "Cannot be read" in texts(dialog)
        assert not dialog.yes.isEnabled()
        press(dialog, "Say what its columns mean…")
        answers.add(columns)

    def columns(dialog: object) -> None:
        if not isinstance(dialog, BankWizard):
            answers.add(columns)  # its table is still being opened
            return
        answers.add(keep)
        explain(dialog)

    def keep(dialog: object) -> None:
        if not isinstance(dialog, BankDialog) or not dialog.yes.isEnabled():
            answers.add(keep)
            return
        assert "Line 3" in texts(dialog)
        dialog.accept()

    answers.add(look)
    window.money.import_files([other, path])
    qtbot.waitUntil(lambda: "1 entry new" in window.notice.text(), timeout=WAIT_MS)
    assert "Line 3 was left out" in window.notice.text()
    assert seen == ["not ready", "Give the bank a name, such as My bank."]


def test_bank_files_are_looked_at_before_anything_is_kept(
    qtbot: QtBot, window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    services = window.services
    first, second = tmp_path / "january.xml", tmp_path / "february.xml"
    old, told, fresh = "1.00", "2.00", "3.00"
    first.write_bytes(camt(entry(old), entry(told, details=remark("<b>first words</b>"))))
    import_bank_file(first, services)
    second.write_bytes(
        camt(entry(old), entry(told, details=remark("others")), entry(fresh), entry("oops"))
    )
    third = tmp_path / "again.xml"
    third.write_bytes(camt(entry(fresh), entry("4.00")))
    seen: list[str] = []

    def look(accept: bool) -> Callable[[object], None]:
        def answer(dialog: object) -> None:
            assert isinstance(dialog, BankDialog)
            seen.append(texts(dialog))
            seen.append(dialog.yes.text())
            if accept:
                dialog.accept()
            else:
                dialog.reject()

        return answer

    answers.add(look(False))
    window.money.import_files([second, third])
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=WAIT_MS)
    for said in ("1 new", "1 already here", "1 changed", "1 row cannot be read", "Look at these"):
        assert said in seen[0]
    assert seen[1] == "Import 2 entries"
    assert len(kept(services)) == 2
    answers.add(look(True))
    window.money.import_files([second, third])
    qtbot.waitUntil(lambda: "2 entries new" in window.notice.text(), timeout=WAIT_MS)
    assert len(kept(services)) == 4
    answers.add(look(False))
    window.money.import_files([third])
    qtbot.waitUntil(lambda: seen[-1] == "Nothing new", timeout=WAIT_MS)


def test_money_that_never_comes_is_said_with_a_reason(
    qtbot: QtBot, window: MainWindow, answers: Answers
) -> None:
    services = window.services
    number = stated(services, "S-1", "20.00")
    seen: list[str] = []

    def why(dialog: object) -> None:
        assert isinstance(dialog, MarkDialog)
        dialog.accept()
        seen.append(dialog.problem.text())
        dialog.reason.setText("they went out of business")
        dialog.accept()

    answers.add(why)
    section = PaymentMoney(window.money._desk)
    qtbot.addWidget(section)
    section.show_payment(payment(services, "S-1"))
    section._ask_mark(number, Mark.VOID)
    qtbot.waitUntil(lambda: payment(services, "S-1").state is PaymentState.VOID, timeout=WAIT_MS)
    assert seen == ["Say why in a few words."]
    section.show_payment(payment(services, "S-1"))
    said = " ".join(one.text() for one in section.findChildren(QLabel))
    assert "You say: they went out of business" in said
    section._mark(number, Mark.NONE)
    qtbot.waitUntil(lambda: payment(services, "S-1").state is PaymentState.OVERDUE, timeout=WAIT_MS)


def test_a_statement_is_set_aside_and_counts_again(
    qtbot: QtBot, window: MainWindow, answers: Answers
) -> None:
    services = window.services
    stated(services, "S-1", "20.00")
    window.go(Place.PAYMENTS)
    window.changes.tell(Change.PAYMENTS)
    table = window.payments.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 1, timeout=WAIT_MS)
    table.selectRow(0)

    def why(dialog: object) -> None:
        assert isinstance(dialog, AsideReasonDialog)
        dialog.accept()
        assert dialog.problem.text() == "Say why in a few words."
        dialog.reason.setText("<b>the wrong file</b>")
        dialog.accept()

    answers.add(why)
    press(window.payments.details, "It should not count…")
    qtbot.waitUntil(lambda: list_payments(services) == [], timeout=WAIT_MS)
    dialog = AsideDialog(window.money._desk, window)
    qtbot.addWidget(dialog)
    assert "It does not count You said: <b>the wrong file</b>" in texts(dialog)
    press(dialog, "Count it again")
    qtbot.waitUntil(lambda: "Every statement counts." in texts(dialog), timeout=WAIT_MS)
    assert len(list_payments(services)) == 1
