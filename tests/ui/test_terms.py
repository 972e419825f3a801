"""Terms for a web site, and what a text says: shown before it counts, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.flows.describing import set_terms
from desktop.model.suggestions import AiStatement, Suggestions, Vocabulary
from desktop.model.terms import Answer, Preset, Use
from desktop.services import Services
from desktop.store.addresses import of_work
from desktop.store.suggestions import to_json
from desktop.terms.presets import PRESETS
from desktop.ui.describe_dialog import DescribeDialog
from desktop.ui.needs import needs_of
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


def test_where_a_work_is_published_is_asked_and_used(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    first, second = add_works(library, 2)
    set_terms(PRESETS[Preset.NO_AI], [first], library)
    set_terms(PRESETS[Preset.OPEN], [second], library)

    def describe(dialog: QDialog) -> None:
        assert isinstance(dialog, DescribeDialog)
        assert not dialog.addresses.isVisible()
        dialog.published.setCurrentText("Yes")
        assert dialog.addresses.isVisible()
        dialog.addresses.setText("x.example/ferry")
        dialog.yes.click()
        assert "not an address of the web" in dialog.problem.text()
        dialog.addresses.setText("https://x.example/ferry https://x.example/ferry.jpg")
        dialog.yes.click()

    def take_one_back(dialog: QDialog) -> None:
        assert isinstance(dialog, DescribeDialog)
        assert dialog.addresses.text() == "https://x.example/ferry https://x.example/ferry.jpg"
        dialog.addresses.setText("https://x.example/ferry")
        dialog.yes.click()

    def look(dialog: QDialog) -> None:
        assert isinstance(dialog, SiteDialog)
        qtbot.waitUntil(lambda: dialog.yes.isEnabled(), timeout=WAIT_MS)
        assert dialog.address.text() == "https://x.example"
        assert dialog.spots.text() == "/ferry   1 work: Open\n/…   1 work: No AI"
        assert "Content-Usage: /ferry$ train-ai=y" in dialog.preview.toPlainText()
        dialog.reject()

    def published() -> int:
        with library.store.read() as connection:
            return len(of_work(connection, second))

    answers.add(describe)
    window.work_actions.describe([second])
    qtbot.waitUntil(lambda: published() == 2, timeout=WAIT_MS)
    answers.add(take_one_back)
    window.work_actions.describe([second])
    qtbot.waitUntil(lambda: published() == 1, timeout=WAIT_MS)
    answers.add(look)
    window.work_actions.terms.for_site([])


def test_files_that_say_otherwise_need_the_user(library: Services) -> None:
    (work_id,) = add_works(library, 1)
    set_terms(PRESETS[Preset.OPEN], [work_id], library)
    assert not [one for one in needs_of(library) if one.works]
    no = AiStatement(
        vocabulary=Vocabulary.TDMREP,
        property="tdm:reservation",
        value="1",
        meaning=((Use.MINING, Answer.DENY),),
    )
    with library.store.write() as tx:
        said = to_json(Suggestions(ai_use=(no,)))
        tx.execute("UPDATE fingerprints SET suggestions = ?", (said,))
    (need,) = [one for one in needs_of(library) if one.works]
    assert (need.works, need.title) == ((work_id,), "1 file and your terms differ about AI")
