"""Terms of a hundred thousand works change and change back; the window stays alive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.flows.collecting import make_collection
from desktop.model.terms import Preset
from desktop.services import Services
from desktop.store import shelf
from desktop.ui.terms_dialog import TermsDialog
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.many_works import fill
from tests.studio import open_studio
from tests.ui.conftest import Answers
from tests.ui.test_speed import Heartbeat

WORKS = 100_000
WAIT_MS = 60_000
pytestmark = pytest.mark.alone


@pytest.fixture
def crowded(tmp_path: Path, cheap_keys: None) -> Iterator[Services]:
    """A library of a hundred thousand works."""
    with open_studio(tmp_path / "crowded") as services:
        fill(services, WORKS)
        yield services


def test_the_window_stays_alive_while_all_terms_change(
    qtbot: QtBot, crowded: Services, theme: Theme, answers: Answers
) -> None:
    with crowded.store.read() as connection:
        ids = shelf.ids(connection)
    sea = make_collection("Sea", ids, crowded).change.choice
    window = MainWindow(crowded, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    QTest.qWait(500)
    clock = QElapsedTimer()

    def no_ai(dialog: QDialog) -> None:
        assert isinstance(dialog, TermsDialog)
        dialog.form.presets.choose(Preset.NO_AI)
        qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
        assert dialog.change.headline.text() == "100,000 works change."
        clock.start()
        dialog.yes.click()

    beats = Heartbeat()
    answers.add(no_ai)
    window.work_actions.asking.ask(sea)
    qtbot.waitUntil(lambda: "No AI for “Sea”" in window.notice.text(), timeout=WAIT_MS)
    changed_s = clock.elapsed() / 1000
    clock.start()
    window.notice._action.click()
    qtbot.waitUntil(lambda: window.notice.text().startswith("Taken back"), timeout=WAIT_MS)
    undone_s = clock.elapsed() / 1000
    QTest.qWait(300)
    worst = max(beats.stop())
    window.close()
    print(
        f"\n{WORKS} works: changed {changed_s:.1f} s, undone {undone_s:.1f} s, gap {worst:.0f} ms"
    )
    assert max(changed_s, undone_s) < 10
    assert worst < 400
