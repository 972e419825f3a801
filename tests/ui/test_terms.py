"""Terms for a web site, and what a text says: shown before it counts, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.flows.describing import set_terms
from desktop.model.terms import Preset
from desktop.services import Services
from desktop.terms.presets import PRESETS
from desktop.ui.read_terms_dialog import ReadTermsDialog
from desktop.ui.site_dialog import SiteDialog
from desktop.ui.window import MainWindow
from tests.studio import add_works
from tests.ui.conftest import Answers

WAIT_MS = 10_000


@pytest.fixture
def one_work(library: Services) -> int:
    """A work that AI may do nothing with."""
    (work_id,) = add_works(library, 1)
    set_terms(PRESETS[Preset.NO_AI], [work_id], library)
    return work_id


def test_a_site_is_shown_before_it_is_saved(
    qtbot: QtBot,
    window: MainWindow,
    one_work: int,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, folder = tmp_path / "robots.txt", tmp_path / "for my site"
    own.write_bytes(b"User-agent: *\nContent-Usage: train-ai=y\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder), ""))

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, SiteDialog)
        qtbot.waitUntil(lambda: dialog.yes.isEnabled(), timeout=WAIT_MS)
        assert "Content-Usage: train-ai=n, search=y" in dialog.preview.toPlainText()
        assert "no word for use in output" in dialog.lost.toPlainText()
        dialog.address.setText("my site")
        qtbot.waitUntil(lambda: "not the address" in dialog.problem.text(), timeout=WAIT_MS)
        assert not dialog.yes.isEnabled()
        dialog.address.setText("https://x.example")
        dialog._choose()
        qtbot.waitUntil(lambda: dialog.yes.isEnabled(), timeout=WAIT_MS)
        assert "Your robots.txt: A line of your own allows" in dialog.lost.toPlainText()
        dialog.yes.click()

    answers.add(choose)
    window.work_actions.terms.for_site([one_work])
    qtbot.waitUntil(lambda: "for my site is written" in window.notice.text(), timeout=WAIT_MS)
    assert (folder / "upload" / "robots.txt").read_bytes().startswith(own.read_bytes())


def test_what_a_text_says_is_told_and_compared(
    qtbot: QtBot, window: MainWindow, one_work: int, answers: Answers, tmp_path: Path
) -> None:
    page = tmp_path / "tdmrep.json"
    page.write_text('[{"location":"/","tdm-reservation":0}]')

    def paste(dialog: QDialog) -> None:
        assert isinstance(dialog, ReadTermsDialog)
        dialog.text.setPlainText("User-agent: *\nContent-Signal: ai-train=yes, <b>=no\n")
        qtbot.waitUntil(lambda: "a robots.txt" in dialog.found.text(), timeout=WAIT_MS)
        assert "training allowed" in dialog.found.text()
        assert "<b> = no: not understood" in dialog.found.text()
        assert "Your terms: no training" in dialog.found.text()
        dialog.read_file(page)
        qtbot.waitUntil(lambda: "a tdmrep.json" in dialog.found.text(), timeout=WAIT_MS)
        dialog.text.setPlainText("hello")
        qtbot.waitUntil(lambda: "cannot be told" in dialog.problem.text(), timeout=WAIT_MS)
        dialog.yes.click()

    answers.add(paste)
    window.work_actions.terms.read([one_work])
