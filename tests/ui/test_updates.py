"""Newer terms in the window: what needs you, one button for all, and what to write by hand."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.flows.form_packs import add_form
from desktop.flows.identifying import create_identity
from desktop.flows.syncing import add_registry, sync
from desktop.model.terms import Preset
from desktop.practice.server import PracticeServer
from desktop.terms.presets import PRESETS
from desktop.ui.changes import Change
from desktop.ui.dialogs import NOT_TOLD, ClaimDialog
from desktop.ui.needs import needs_of
from desktop.ui.sidebar import Place
from desktop.ui.update_actions import LetterDialog
from desktop.ui.window import MainWindow
from tests.flows.test_updating import give, states
from tests.studio import REGISTRY, add_works, queue
from tests.ui.conftest import Answers

NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
WAIT_MS = 10_000


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Press the button with these words under Needs you."""
    window.changes.tell(Change.TERMS)
    window.go(Place.NEEDS_YOU)

    def found() -> list[QPushButton]:
        return [one for one in window.needs.findChildren(QPushButton) if one.text() == words]

    qtbot.waitUntil(lambda: len(found()) == 1, timeout=WAIT_MS)
    found()[0].click()


def test_updates_are_shown_then_sent(
    qtbot: QtBot, window: MainWindow, registry: PracticeServer, answers: Answers
) -> None:
    services = window.services
    create_identity("Ana", services)
    add_registry(REGISTRY, registry.url, services)
    works = add_works(services, 2)
    give(services, OPEN, works)
    queue(services, works)
    sync(services)
    give(services, NO_AI, works)

    def send(dialog: QDialog) -> None:
        assert isinstance(dialog, ClaimDialog)
        shown = [one.text() for one in dialog.findChildren(QLabel)]
        assert any("train: deny" in text for text in shown)
        assert NOT_TOLD not in shown
        dialog.yes.click()

    answers.add(send)
    press(qtbot, window, "Send 2 updates…")
    qtbot.waitUntil(lambda: states(services)[2:] == ["accepted"] * 2, timeout=WAIT_MS)
    assert answers.seen == ["Send 2 updates"]
    assert [need for need in needs_of(services) if need.older] == []


def test_a_form_is_told_in_writing(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    services = window.services
    create_identity("Ana", services)
    add_form("Society", "works-list", services)
    works = add_works(services, 1)
    queue(services, works, "Society")
    give(services, NO_AI, works)

    def write(dialog: QDialog) -> None:
        assert isinstance(dialog, LetterDialog)
        assert "Training: no." in dialog.text.toPlainText()
        dialog.yes.click()

    answers.add(write)
    press(qtbot, window, "What to write…")
    qtbot.waitUntil(lambda: not any(need.older for need in needs_of(services)), timeout=WAIT_MS)
    assert "as you say" in window.notice.text()
