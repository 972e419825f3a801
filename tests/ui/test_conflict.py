"""A conflict in the window: both sides, what will be sent, and what became of the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.claims.answer import Response
from desktop.flows.describing import WorkChanges, add_evidence, edit_works
from desktop.flows.responding import withdraw
from desktop.flows.syncing import add_registry, sync
from desktop.model.claims import ClaimRow, ClaimState
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import claims
from desktop.ui.changes import Change
from desktop.ui.claim_dialogs import DisputeDialog, WithdrawDialog
from desktop.ui.needs import needs_of
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.studio import REGISTRY, add_works, open_studio, queue, rows, settle
from tests.ui.conftest import Answers


@pytest.fixture
def rival(tmp_path: Path, registry: PracticeServer) -> Iterator[Services]:
    with open_studio(tmp_path / "rival") as services:
        settle(services, "Agency <b>B</b>")
        add_registry(REGISTRY, registry.url, services)
        yield services


@pytest.fixture
def in_conflict(window: MainWindow, registry: PracticeServer, rival: Services) -> MainWindow:
    library = window.services
    settle(library)
    add_registry(REGISTRY, registry.url, library)
    for services in (library, rival):
        queue(services, add_works(services, 1))
        sync(services)
    sync(library)
    add_evidence(1, b"We agree.", library, kind="contract", name="with Ben.pdf")
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.CLAIMS)
    window.claims.table.selectRow(0)
    return window


def the_claim(window: MainWindow) -> ClaimRow:
    (row,) = rows(window.services)
    return row


def texts(window: MainWindow) -> str:
    shown = window.claims.conflict.findChildren(QLabel)
    return "\n".join(one.text() for one in shown if one.isVisible())


def press(window: MainWindow, qtbot: QtBot, text: str) -> None:
    def found() -> list[QPushButton]:
        buttons = window.claims.findChildren(QPushButton)
        return [one for one in buttons if one.text() == text and one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=2_000)
    found()[0].click()


def test_both_sides_and_the_answer(qtbot: QtBot, in_conflict: MainWindow) -> None:
    window = in_conflict
    press(window, qtbot, "Compare and answer")
    page = window.claims.conflict
    assert page.isVisible()
    shown = texts(window)
    assert "Together the claims add up to 200 %" in shown
    assert "Agency <b>B</b>" in shown, "a stranger's name is plain text"
    assert "1 piece of evidence" in shown
    page.choices.choose(Response.REVOKE)
    assert "piece of evidence" not in texts(window)
    page.note.setText("It is theirs.")
    qtbot.waitUntil(lambda: "It is theirs." in texts(window), timeout=2_000)
    press(window, qtbot, "Sign and send")
    qtbot.waitUntil(lambda: "outbox" in window.notice.text(), timeout=10_000)
    assert not page.isVisible()
    sync(window.services)
    assert the_claim(window).state is ClaimState.WITHDRAWN


def test_decide_later_changes_nothing(qtbot: QtBot, in_conflict: MainWindow) -> None:
    press(in_conflict, qtbot, "Compare and answer")
    press(in_conflict, qtbot, "Decide later")
    assert not in_conflict.claims.conflict.isVisible()
    assert the_claim(in_conflict).state is ClaimState.CONFLICT


def test_a_conflict_that_ends_meanwhile_is_left(
    qtbot: QtBot, in_conflict: MainWindow, rival: Services
) -> None:
    press(in_conflict, qtbot, "Compare and answer")
    withdraw(1, REGISTRY, rival)
    sync(rival)
    sync(in_conflict.services)
    in_conflict.changes.tell(Change.CLAIMS)
    qtbot.waitUntil(lambda: not in_conflict.claims.conflict.isVisible(), timeout=5_000)
    assert the_claim(in_conflict).state is ClaimState.ACCEPTED


def test_a_dispute_is_opened(qtbot: QtBot, in_conflict: MainWindow, answers: Answers) -> None:
    def yes(dialog: QDialog) -> None:
        assert isinstance(dialog, DisputeDialog)
        dialog.note.setText("I have the negatives.")
        dialog.accept()

    answers.add(yes)
    press(in_conflict, qtbot, "Dispute…")
    qtbot.waitUntil(lambda: "dispute is signed" in in_conflict.notice.text(), timeout=10_000)
    sync(in_conflict.services)
    assert the_claim(in_conflict).state is ClaimState.IN_DISPUTE


def test_what_never_left_is_taken_back(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    settle(window.services)
    add_registry(REGISTRY, "https://painters.example", window.services)
    queue(window.services, add_works(window.services, 1))
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.CLAIMS)
    window.claims.table.selectRow(0)

    def yes(dialog: QDialog) -> None:
        assert isinstance(dialog, WithdrawDialog)
        dialog.accept()

    answers.add(yes)
    press(window, qtbot, "Take back…")
    qtbot.waitUntil(lambda: "never left" in window.notice.text(), timeout=10_000)
    assert the_claim(window).state is ClaimState.WITHDRAWN


def test_an_answer_that_waits_is_in_the_outbox(
    qtbot: QtBot, in_conflict: MainWindow, registry: PracticeServer
) -> None:
    """The window never says that everything was sent while an answer was not."""
    window, outbox = in_conflict, in_conflict.claims._outbox
    registry.stop()
    withdraw(1, REGISTRY, window.services)
    window.changes.tell(Change.CLAIMS)
    assert outbox.text() == "1 answer in the outbox"
    assert "reached its registry" not in window.claims._outbox_why.text()
    assert "1 answer waits" in window.sidebar.outbox.accessibleName()
    said = "\n".join(one.text() for one in window.claims.details.findChildren(QLabel))
    assert "Withdrawal: signed and safe. It is sent with the next sync." in said
    assert sync(window.services).waiting == 1
    registry.start()
    assert sync(window.services).waiting == 0
    window.changes.tell(Change.CLAIMS)
    assert outbox.text() == "The outbox is empty"
    assert "Everything you signed" in window.claims._outbox_why.text()


def test_what_a_newer_claim_made_up_for_needs_nobody(qtbot: QtBot, window: MainWindow) -> None:
    services = window.services
    settle(services)
    add_registry(REGISTRY, "https://painters.example", services)
    queue(services, add_works(services, 1))
    with services.store.write() as tx:
        claims.set_state(tx, 1, 1, ClaimState.REJECTED, services.now_s(), reason="No date.")
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.CLAIMS)
    window.claims.table.selectRow(0)
    said = "\n".join(one.text() for one in window.claims.details.findChildren(QLabel))
    assert "then claim the work again" in said
    assert [need.sentence for need in needs_of(services) if need.place is Place.CLAIMS] == [
        "No date."
    ]
    edit_works([1], WorkChanges(created="2024"), services)
    queue(services, [1])
    assert [need for need in needs_of(services) if need.place is Place.CLAIMS] == []
