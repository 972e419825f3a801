"""A real window on a real library, offscreen. Modal dialogs are answered, never mocked away."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop.assets import asset
from desktop.services import Services
from desktop.ui.application import SWITCH_INTERVAL_S, application
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.studio import open_studio

Answer = Callable[[QDialog], None]


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The app's own application class."""
    return QApplication


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The theme of the one application."""
    assert application() is qapp
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    return Theme(qapp)


@pytest.fixture
def library(tmp_path: Path, cheap_keys: None) -> Iterator[Services]:
    """An open, empty library without an identity."""
    with open_studio(tmp_path / "library") as services:
        yield services


@pytest.fixture
def window(qtbot: QtBot, library: Services, theme: Theme) -> Iterator[MainWindow]:
    """A shown window on the empty library; closed, with its jobs, at the end."""
    made = MainWindow(library, theme)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    qtbot.waitActive(made)
    yield made
    made.close()


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """A folder with a picture, a sound, a film and two texts."""
    folder = tmp_path / "portfolio"
    folder.mkdir()
    for name in (
        "harbour-morning.jpg",
        "paper-kites.png",
        "low-tide.mp3",
        "incoming-tide.mp4",
        "the-lighthouse-ledger.txt",
    ):
        shutil.copy(asset(f"samples/works/{name}"), folder / name)
    return folder


class Answers(QObject):
    """Answers modal dialogs as they come, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Answer] = []
        self.seen: list[str] = []
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def add(self, answer: Answer) -> None:
        """Answer the next dialog like this."""
        self._waiting.append(answer)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog.isVisible() and self._waiting:
            answer = self._waiting.pop(0)
            self.seen.append(dialog.windowTitle())
            answered = False
            try:
                answer(dialog)
                answered = True
            finally:
                if not answered:  # a test that fails in a dialog does not wait in it for ever
                    dialog.reject()


@pytest.fixture
def answers(qtbot: QtBot) -> Iterator[Answers]:
    """Somebody who answers dialogs."""
    made = Answers()
    yield made
    made._timer.stop()
