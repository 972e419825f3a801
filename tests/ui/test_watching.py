"""Watched folders in the window: offered once, quiet, and stopped at once."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.assets import asset
from desktop.errors import StoreFull
from desktop.flows.importing import Imported
from desktop.flows.watching import Noticed, watch_folder, watched_folders
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.ui.theme import Theme
from desktop.ui.watched_list import WatchedList
from desktop.ui.watching import news_of
from desktop.ui.window import MainWindow

WAIT_MS = 120_000


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with one picture."""
    folder = tmp_path / "Photos & more"
    folder.mkdir()
    shutil.copy(asset("samples/works/harbour-morning.jpg"), folder)
    return folder


def said(window: MainWindow, words: str) -> bool:
    return words in window.notice.text()


def test_one_click_and_it_scans_itself(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    assert not window.sidebar.watched.isVisible()
    window.actions_.add_paths((photos,))
    qtbot.waitUntil(lambda: said(window, "1 added"), timeout=WAIT_MS)
    assert window.notice._action.text() == "Watch this folder"
    window.notice._action.click()
    qtbot.waitUntil(lambda: said(window, "is watched"))
    [row] = window.sidebar.watched.rows()
    assert row.isVisible()
    assert row.text() == "Photos && more"
    window.notice.hide()
    shown: list[bool] = []
    window.changes.changed.connect(lambda _what: shown.append(window.strip.isVisible()))
    shutil.copy(asset("samples/works/night-ferry.jpg"), photos)
    qtbot.waitUntil(lambda: said(window, "1 new work from Photos & more."), timeout=WAIT_MS)
    assert window.works.model.rowCount() == 2
    assert not any(shown), "the strip is the user's"
    window.actions_.add_paths((photos,))
    qtbot.waitUntil(lambda: said(window, "2 unchanged"), timeout=WAIT_MS)
    assert window.notice._action.isHidden(), "it is watched already"


def test_a_drive_that_is_away_is_a_word(
    qtbot: QtBot, window: MainWindow, library: Services, photos: Path
) -> None:
    window.watching.watch(photos)
    photos.rename(photos.with_name("unplugged"))
    listed = window.sidebar.watched
    qtbot.waitUntil(lambda: listed.rows()[0].text().endswith("· away"), timeout=WAIT_MS)
    assert not listed.menu_of(photos).actions()[0].isEnabled()
    photos.with_name("unplugged").rename(photos)
    qtbot.waitUntil(lambda: not listed.rows()[0].text().endswith("· away"), timeout=WAIT_MS)


def test_stop_watching_and_undo(
    qtbot: QtBot, window: MainWindow, library: Services, photos: Path
) -> None:
    window.watching.watch(photos)
    listed = window.sidebar.watched
    *_, stop = listed.menu_of(photos).actions()
    stop.trigger()
    assert watched_folders(library) == []
    assert not listed.isVisible()
    window.notice._action.click()
    assert watched_folders(library) == [photos]
    assert listed.isVisible()
    shutil.copy(asset("samples/works/night-ferry.jpg"), photos)
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 2, timeout=WAIT_MS)


@pytest.mark.alone
def test_closing_ends_the_watching_at_once(
    qtbot: QtBot, library: Services, photos: Path, theme: Theme
) -> None:
    watch_folder(photos, library)
    window = MainWindow(library, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 1, timeout=WAIT_MS)
    started = time.monotonic()
    window.close()
    assert time.monotonic() - started < 0.3
    assert window.watching._job is None or window.watching._job.wait(0)


def test_the_samples_are_not_offered(qtbot: QtBot, window: MainWindow, photos: Path) -> None:
    watching = window.watching
    assert watching.may_offer((photos,))
    assert not watching.may_offer((asset("samples/works"),))
    assert not watching.may_offer((photos / "harbour-morning.jpg",))
    assert not watching.may_offer((photos, photos.parent))


def test_what_the_user_did_is_not_talked_over(window: MainWindow) -> None:
    notice = window.notice
    notice.problem(StoreFull("The disk is full."))
    notice.say_quietly("1 new work from Photos.")
    assert notice.text() == "The disk is full."
    notice.hide()
    notice.say_quietly("1 new work from Photos.")
    notice.say_quietly("2 new works from Photos.")
    assert notice.text() == "2 new works from Photos."


def test_what_is_worth_a_sentence() -> None:
    def news(missing: int = 0, **counts: int) -> str:
        found = Counter({Outcome(name): number for name, number in counts.items()})
        return news_of(
            Noticed(root=Path("/x/Photos"), imported=Imported(counts=found, missing=missing))
        )

    assert news(added=3) == "3 new works from Photos."
    assert news(added=1, moved=2) == "1 new work, 2 files moved in Photos."
    assert news(missing=1) == "1 file missing in Photos."
    assert news(failed=2, unchanged=5) == ""


def test_many_folders_stay_few_rows(qtbot: QtBot) -> None:
    listed = WatchedList(150)
    qtbot.addWidget(listed)
    folders = [Path(f"/works/<b>{number}</b>") for number in range(9)]
    listed.show_folders(folders)
    texts = [row.text() for row in listed.rows()]
    assert texts[-1] == "6 more"
    assert len(texts) == 4
    assert "<b>" not in listed.rows()[0].toolTip()
    many = listed.menu_of(*folders[3:])
    assert [action.text() for action in many.actions()] == [one.name for one in folders[3:]]
    stopped: list[Path] = []
    listed.stop_asked.connect(stopped.append)
    inner = many.actions()[2].menu()
    inner.actions()[2].trigger()  # type: ignore[attr-defined]
    assert stopped == [folders[5]]


def test_a_long_name_leaves_room_for_the_word(qtbot: QtBot) -> None:
    listed = WatchedList(150)
    qtbot.addWidget(listed)
    listed.show_folders([Path("/works/Songs of the harbour and of the ferry, masters")])
    listed.set_here(frozenset())
    [row] = listed.rows()
    assert row.text().endswith("… · away")
    assert row.fontMetrics().horizontalAdvance(row.text()) <= 150
