"""Publish copies from the window: shown before, told after, listed in a work's details."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.assets import asset
from desktop.flows.collecting import find_collection, make_collection
from desktop.flows.importing import import_paths
from desktop.flows.publishing import copies_of
from desktop.flows.terms_changing import apply_change
from desktop.model.terms import Preset
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import copies, works
from desktop.terms.presets import PRESETS
from desktop.ui.needs import needs_of
from desktop.ui.publish_dialog import NotPublishedDialog, PublishDialog
from desktop.ui.window import MainWindow
from desktop.ui.work_copies import WorkCopies
from tests.inline import here
from tests.studio import settle
from tests.ui.conftest import Answers

WAIT_MS = 20_000


def test_what_copies_say_is_shown_and_what_came_of_them_is_told(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    art, out = tmp_path / "art", tmp_path / "for the web"
    art.mkdir()
    for name in ("harbour-morning.jpg", "paper-kites.png"):
        shutil.copy(asset(f"samples/works/{name}"), art / name)
    settle(library)
    import_paths([art], library)
    apply_change(Choice.everything(), PRESETS[Preset.NO_AI], library)
    with library.store.read() as connection:
        work_id = works.by_path(connection, art / "harbour-morning.jpg")
        lost_id = works.by_path(connection, art / "paper-kites.png")
    assert work_id
    assert lost_id
    (art / "paper-kites.png").unlink()
    window.work_actions.publishing._services = here(library)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, PublishDialog)
        assert not dialog.yes.isEnabled()
        said = " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert "2 copies that say what AI may do" in said
        assert "valid, not on a trust list" in said
        assert "trusted" not in said
        assert [one.accessibleName() for one in dialog.rows] == ["IPTC", "C2PA"]
        dialog.sign.click()
        assert [one.isVisible() for one in dialog.rows] == [True, False]
        dialog.sign.click()
        dialog._ask_folder()
        dialog.yes.click()

    def read(dialog: QDialog) -> None:
        assert isinstance(dialog, NotPublishedDialog)
        said = " ".join(one.text() for one in dialog.findChildren(QLabel))
        assert "1 copy could not be made" in said
        assert "is not where it was" in said
        dialog.yes.click()

    answers.add(choose)
    answers.add(read)
    make_collection("Sea", [work_id, lost_id], library)
    menu = window.collections.menu_of(find_collection("sea", library))
    next(one for one in menu.actions() if one.text() == "Publish copies…").trigger()
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=WAIT_MS)
    assert "1 copy in for the web" in window.notice.text()
    assert (out / "harbour-morning.jpg").is_file()
    shown = WorkCopies(copies_of(work_id, library), lambda: None)
    qtbot.addWidget(shown)
    said = " ".join(one.text() for one in shown.findChildren(QLabel))
    assert "signed: valid, not on a trust list" in said
    assert "Old terms" not in said
    apply_change(Choice.everything(), PRESETS[Preset.OPEN], library)
    later = WorkCopies(copies_of(work_id, library), lambda: None)
    qtbot.addWidget(later)
    with library.store.read() as connection:
        assert copies.outdated(connection) == [work_id]
    assert [one.copies for one in needs_of(library) if one.copies] == [(work_id,)]
    assert "Old terms" in " ".join(one.text() for one in later.findChildren(QLabel))
