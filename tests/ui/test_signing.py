"""The key is asked for when it is needed: a wrong password is said to be wrong, and asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from desktop.services import open_services
from desktop.ui.identity_dialogs import PasswordDialog
from desktop.ui.signing import TypedPassword
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.studio import PASSWORD, open_studio, settle
from tests.ui.conftest import Answers


@pytest.fixture
def locked(qtbot: QtBot, tmp_path: Path, cheap_keys: None, theme: Theme) -> Iterator[MainWindow]:
    """A window on a library whose key file is closed."""
    with open_studio(tmp_path / "library") as services:
        settle(services)
    typed = TypedPassword()
    with open_services(tmp_path / "library", ask_password=typed, jobs=1) as services:
        window = MainWindow(services, theme, typed)
        qtbot.addWidget(window)
        window.show()
        yield window
        window.close()


def test_a_wrong_password_is_asked_for_again(
    qtbot: QtBot, locked: MainWindow, answers: Answers
) -> None:
    said: list[str] = []

    def wrong(dialog: QDialog) -> None:
        assert isinstance(dialog, PasswordDialog)
        dialog.password.setText("not the password")
        dialog.accept()

    def right(dialog: QDialog) -> None:
        assert isinstance(dialog, PasswordDialog)
        said.append(dialog.problem.text())
        dialog.password.setText(PASSWORD)
        dialog.accept()

    answers.add(wrong)
    answers.add(right)
    opened: list[bool] = []
    locked.signing.with_key(lambda: opened.append(True))
    qtbot.waitUntil(lambda: opened == [True], timeout=10_000)
    assert said == ["The password does not open the key file."]
    # Once open, nothing is asked again, and the typed password is forgotten.
    locked.signing.with_key(lambda: opened.append(True))
    assert opened == [True, True]
    assert len(answers.seen) == 2


def test_who_turns_away_signs_nothing(locked: MainWindow, answers: Answers) -> None:
    answers.add(lambda dialog: dialog.reject())
    opened: list[bool] = []
    locked.signing.with_key(lambda: opened.append(True))
    assert answers.seen == ["Open your key"]
    assert opened == []
    assert not locked.signing.is_open()
