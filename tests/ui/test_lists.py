"""Lists that others publish, in the window: compared, decided on, kept, claimed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.flows.describing import WorkChanges, edit_works
from desktop.flows.syncing import add_registry
from desktop.model.works import Creator, Identifier
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.flows.test_listing import LIST
from tests.studio import REGISTRY, add_works, rows, settle
from tests.ui.conftest import Answers
from tests.ui.test_hub import texts

WAIT_MS = 20_000


@pytest.fixture
def three(library: Services) -> Services:
    settle(library)
    add_works(library, 3)
    isbn = Identifier(scheme="isbn", value="9783161484100")
    edit_works([1], WorkChanges(identifiers=[isbn]), library)
    edit_works([2], WorkChanges(title="Low Tide", creators=[Creator(name="Ana")]), library)
    add_registry(REGISTRY, "https://painters.example", library)
    return library


def look(qtbot: QtBot, window: MainWindow, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    window.go(Place.CLAIMS)
    window.claims.show_lists()
    page = window.claims.lists
    before = page.results.rowCount()
    page.look_at(path)
    qtbot.waitUntil(lambda: page.results.rowCount() == before + 1, timeout=WAIT_MS)


def test_found_decided_and_claimed(
    qtbot: QtBot, window: MainWindow, three: Services, tmp_path: Path, answers: Answers
) -> None:
    window.changes.tell(Change.EVERYTHING)
    look(qtbot, window, tmp_path / "settlement.csv", LIST)
    page = window.claims.lists
    assert page.said.text() == "2 of your works stand on settlement.csv, or may."
    assert page.found.rowCount() == 2
    assert page.claim.text() == "Claim 1 work…"
    assert not page.mine.isEnabled()
    page.found_table.selectRow(1)
    page.mine.click()
    assert page.claim.text() == "Claim 2 works…"
    page.not_mine.click()
    assert page.claim.text() == "Claim 1 work…"
    page.found_table.selectAll()
    page.mine.click()
    answers.add(lambda dialog: dialog.accept())
    page.claim.click()
    qtbot.waitUntil(lambda: len(rows(three)) == 2, timeout=WAIT_MS)
    assert {row.work_id for row in rows(three)} == {1, 2}


def test_not_listed_is_kept_with_its_day(
    qtbot: QtBot, window: MainWindow, three: Services, tmp_path: Path
) -> None:
    look(qtbot, window, tmp_path / "other.csv", b"title\nNobody's work\n")
    page = window.claims.lists
    assert "none of your 3 works stood on other.csv" in page.said.text()
    assert not page.claim.isVisible()
    look(qtbot, window, tmp_path / "settlement.csv", LIST)
    page.results_table.selectRow(1)
    assert "other.csv" in page.said.text()
    page.back.click()
    assert not page.isVisible()


def test_what_is_no_list(qtbot: QtBot, window: MainWindow, three: Services, tmp_path: Path) -> None:
    window.go(Place.CLAIMS)
    window.claims.show_lists()
    page = window.claims.lists
    for name, data in (("broken.xlsx", b"PK\x03\x04nothing"), ("gone.csv", None)):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        page.look_at(tmp_path / name)
        qtbot.waitUntil(page.look.isEnabled, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: bool(window.notice.text()), timeout=WAIT_MS)
    assert page.results.rowCount() == 0
    assert "No list was looked at yet" in texts(page)
