"""The whole circle in the window, as a new user: drop, say terms, claim offline, be paid."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.flows.reconciling import list_payments
from desktop.model.payments import PaymentState
from desktop.model.terms import Preset
from desktop.model.terms_changes import Choice
from desktop.store import outbox, shelf
from desktop.ui.dialogs import ClaimDialog
from desktop.ui.identity_dialogs import IdentityDialog
from desktop.ui.sidebar import Place
from desktop.ui.terms_dialog import TermsDialog
from desktop.ui.window import MainWindow
from desktop.ui.works_model import ROW
from tests.ui.conftest import Answers

WAIT_MS = 60_000


def drop(window: MainWindow, *paths: Path) -> None:
    """Drop paths onto the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(40, 40),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def works_in(window: MainWindow) -> int:
    """How many works the library has."""
    with window.services.store.read() as connection:
        return shelf.counts(connection).all


def test_from_a_dropped_folder_to_reconciled_money(
    qtbot: QtBot, window: MainWindow, portfolio: Path, answers: Answers
) -> None:
    assert window.works.drop_zone.isVisible()
    drop(window, portfolio)
    qtbot.waitUntil(lambda: works_in(window) == 5 and window.strip.isHidden(), timeout=WAIT_MS)
    assert window.works.view.isVisible()
    assert window.works.model.rowCount() == 5

    # The practice registry is started once, so that it is known, and is down while we claim.
    window.go(Place.REGISTRIES)
    window.practice.card.start.click()
    qtbot.waitUntil(lambda: window.practice.card.stop.isVisible(), timeout=WAIT_MS)
    window.practice.card.stop.click()
    qtbot.waitUntil(lambda: window.practice.card.start.isVisible(), timeout=WAIT_MS)

    window.go(Place.WORKS)
    window.works.view.selectAll()

    def open_to_all(dialog: QDialog) -> None:
        assert isinstance(dialog, TermsDialog)
        dialog.form.presets.choose(Preset.OPEN)
        qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
        dialog.yes.click()

    answers.add(open_to_all)
    window.work_actions.asking.ask(Choice.works(window.works.selected()))
    qtbot.waitUntil(lambda: "Open" in _terms_shown(window), timeout=WAIT_MS)

    def name_me(dialog: QDialog) -> None:
        assert isinstance(dialog, IdentityDialog)
        dialog.name.setText("Ana Sousa")
        dialog.password.setText("correct horse battery")
        dialog.accept()

    sent: list[str] = []

    def sign(dialog: QDialog) -> None:
        assert isinstance(dialog, ClaimDialog)
        sent.extend(_texts(dialog))
        dialog.accept()

    answers.add(name_me)
    answers.add(sign)
    window.works.claim.click()
    qtbot.waitUntil(lambda: _waiting(window) == 5, timeout=WAIT_MS)
    assert answers.seen == ["What AI may do with 5 works", "Who are you?", "Claim 5 works"]
    assert any("Ana Sousa" in text for text in sent)
    assert not any(str(portfolio) in text for text in sent)
    foot = window.sidebar.outbox
    qtbot.waitUntil(lambda: "5 claims wait" in foot.accessibleName(), timeout=WAIT_MS)

    # Nobody answers: the claims stay, and the window says so calmly.
    window.go(Place.CLAIMS)
    window.claims.sync.click()
    qtbot.waitUntil(lambda: "wait safely" in window.notice.text(), timeout=WAIT_MS)
    assert _waiting(window) == 5

    window.go(Place.REGISTRIES)
    window.practice.card.start.click()
    qtbot.waitUntil(lambda: window.practice.card.stop.isVisible(), timeout=WAIT_MS)
    window.go(Place.CLAIMS)
    window.claims.sync.click()
    qtbot.waitUntil(lambda: _waiting(window) == 0, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: [window.claims.model.item(n).state.value for n in range(5)] == ["accepted"] * 5,
        timeout=WAIT_MS,
    )

    window.go(Place.REGISTRIES)
    window.practice.card.months.click()
    qtbot.waitUntil(lambda: "at the practice registry" in window.notice.text(), timeout=WAIT_MS)
    window.actions_.sync()
    qtbot.waitUntil(lambda: len(list_payments(window.services)) == 3, timeout=WAIT_MS)
    answers.add(lambda dialog: dialog.accept())
    window.practice.card.bank.click()
    window.go(Place.PAYMENTS)
    qtbot.waitUntil(lambda: _states(window).count(PaymentState.RECONCILED) >= 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.payments.model.rowCount() == 3, timeout=WAIT_MS)
    window.payments.table.selectRow(2)
    assert window.payments.details.isVisible()


def test_a_bad_file_is_listed_with_a_sentence_and_can_be_tried_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, portfolio: Path
) -> None:
    bad = portfolio / "torn.jpg"
    whole = (portfolio / "harbour-morning.jpg").read_bytes()
    bad.write_bytes(whole[:1200])
    drop(window, portfolio)
    qtbot.waitUntil(lambda: works_in(window) == 5 and window.strip.isHidden(), timeout=WAIT_MS)
    window.go(Place.NEEDS_YOU)
    qtbot.waitUntil(
        lambda: [need.title for need in window.needs.needs] == ["torn.jpg"], timeout=WAIT_MS
    )
    assert len(window.needs.needs[0].sentence) > 20
    bad.write_bytes(whole + b"mended")
    window.needs.retry_all.click()
    qtbot.waitUntil(lambda: works_in(window) == 6, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.needs.needs == [], timeout=WAIT_MS)


def test_turning_away_from_the_preview_signs_nothing(
    qtbot: QtBot, window: MainWindow, portfolio: Path, answers: Answers
) -> None:
    drop(window, portfolio / "paper-kites.png")
    qtbot.waitUntil(lambda: works_in(window) == 1 and window.strip.isHidden(), timeout=WAIT_MS)
    window.go(Place.REGISTRIES)
    window.practice.card.start.click()
    qtbot.waitUntil(lambda: window.practice.card.stop.isVisible(), timeout=WAIT_MS)

    def name_me(dialog: QDialog) -> None:
        assert isinstance(dialog, IdentityDialog)
        dialog.accept()
        assert dialog.isVisible(), "an empty name must not be taken"
        dialog.name.setText("Ana Sousa")
        dialog.password.setText("correct horse battery")
        dialog.accept()

    answers.add(name_me)
    answers.add(lambda dialog: dialog.reject())
    window.go(Place.WORKS)
    window.works.claim.click()
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=WAIT_MS)
    qtbot.wait(50)
    assert _waiting(window) == 0


def _terms_shown(window: MainWindow) -> str:
    model = window.works.model
    return model.terms_of(model.index(0).data(ROW))


def _waiting(window: MainWindow) -> int:
    with window.services.store.read() as connection:
        return outbox.waiting(connection)


def _states(window: MainWindow) -> list[PaymentState]:
    return [payment.state for payment in list_payments(window.services)]


def _texts(dialog: QDialog) -> list[str]:
    return [label.accessibleName() or label.text() for label in dialog.findChildren(QLabel)]
