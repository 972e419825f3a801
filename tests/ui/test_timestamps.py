"""Proofs of time in the window: off until chosen, then counted, and stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.flows.syncing import add_registry, sync
from desktop.flows.timestamping import add_service
from desktop.model.timestamps import ServiceKind
from desktop.services import Services
from desktop.store import timestamps
from desktop.ui.changes import Change
from desktop.ui.sidebar import Place
from desktop.ui.timestamps import AuthorityDialog
from desktop.ui.window import MainWindow
from tests.studio import add_works, queue, settle
from tests.timestamps.givers import Authority, Calendar
from tests.ui.conftest import Answers
from tests.ui.test_hub import press
from tests.ui.test_payouts import shows


def names(services: Services) -> list[str]:
    with services.store.read() as connection:
        return [one.name for one in timestamps.services(connection) if one.used]


def test_off_until_the_user_says_so(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    window.go(Place.REGISTRIES)
    shows(qtbot, window.registries.timestamps, "Off")
    answers.add(QDialog.reject)
    press(window.registries, "Use public")
    assert names(library) == []
    answers.add(QDialog.accept)
    press(window.registries, "Use public")
    assert len(names(library)) == 4
    shows(qtbot, window.registries.timestamps, "On")
    assert not window.registries.timestamps.public.isVisible()


def test_what_is_proved_is_counted(qtbot: QtBot, window: MainWindow, library: Services) -> None:
    settle(library)
    add_registry("Painters", "https://painters.example", library)
    queue(library, add_works(library, 3), "Painters")
    with Calendar() as calendar:
        add_service("Alice", ServiceKind.OPENTIMESTAMPS, calendar.url, library)
        window.go(Place.REGISTRIES)
        card = window.registries.timestamps
        shows(qtbot, card, "3 claims, asked for with the next sync")
        sync(library)
        window.changes.tell(Change.CLAIMS)
        shows(qtbot, card, "3 claims; the proof follows in some hours")
    press(card, "Ask no more")
    assert names(library) == []


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is the authority")
def test_an_authority(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers, tmp_path: Path
) -> None:
    settle(library)
    add_registry("Painters", "https://painters.example", library)
    queue(library, add_works(library, 1), "Painters")
    window.go(Place.REGISTRIES)
    with Authority(tmp_path / "authority") as authority:

        def fill(dialog: QDialog) -> None:
            assert isinstance(dialog, AuthorityDialog)
            dialog.name.setText("City")
            dialog.url.setText(authority.url)
            dialog.yes.click()
            assert "root certificate" in dialog.problem.text()
            dialog.roots.setText(str(tmp_path / "nowhere.pem"))
            dialog.yes.click()
            assert "cannot be read" in dialog.problem.text()
            dialog.roots.setText(str(tmp_path / "authority" / "root.pem"))
            dialog.yes.click()

        answers.add(fill)
        press(window.registries, "Add an authority")
        assert names(library) == ["City"]
        sync(library)
    window.changes.tell(Change.CLAIMS)
    shows(qtbot, window.registries.timestamps, "Proved")
