"""Collections at the left: made, filled by dragging, answered for, put away; works stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from desktop.flows.collecting import find_collection, list_collections, make_collection
from desktop.flows.terms_changing import apply_change
from desktop.model.terms import Preset
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import PRESETS, TITLES, preset_of
from desktop.ui.changes import Change
from desktop.ui.collection_dialogs import CollectionNameDialog, PermitsMoreDialog
from desktop.ui.collections_list import CollectionRow
from desktop.ui.sidebar import Place
from desktop.ui.terms_dialog import TermsDialog
from desktop.ui.window import MainWindow
from desktop.ui.works_model import ROW
from tests.studio import add_works
from tests.ui.conftest import Answers

WAIT_MS = 10_000


@pytest.fixture
def works(window: MainWindow, library: Services) -> list[int]:
    """Three works, seen in the window."""
    made = add_works(library, 3)
    window.changes.tell(Change.WORKS)
    return list(made)


def terms_of(library: Services, work_id: int) -> str:
    with library.store.read() as connection:
        return TITLES[preset_of(terms_store.of_work(connection, work_id))]


def row_named(window: MainWindow, name: str) -> CollectionRow:
    return next(x for x in window.sidebar.collections.rows if x.collection.name == name)


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def test_a_collection_is_made_filled_and_left_again(
    qtbot: QtBot, window: MainWindow, library: Services, works: list[int], answers: Answers
) -> None:
    def name_it(dialog: QDialog) -> None:
        assert isinstance(dialog, CollectionNameDialog)
        dialog.yes.click()
        assert "needs a name" in dialog._field.problem.text()
        dialog.name.setText("Harbour & <b>series</b>")
        dialog.yes.click()

    answers.add(name_it)
    window.sidebar.collections.new.click()
    qtbot.waitUntil(lambda: "is made" in window.notice.text(), timeout=WAIT_MS)
    line = row_named(window, "Harbour & <b>series</b>")
    data = window.works.model.mimeData([window.works.model.index(n) for n in (0, 1)])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(line, QDragEnterEvent(QPoint(5, 5), copy, data, buttons, keys))
    assert line.property("over")
    QApplication.sendEvent(line, QDropEvent(QPointF(5, 5), copy, data, buttons, keys))
    qtbot.waitUntil(lambda: "2 works added" in window.notice.text(), timeout=WAIT_MS)

    window.go(Place.CLAIMS)
    row_named(window, "Harbour & <b>series</b>").click()
    assert window.place is Place.WORKS
    assert window.works.model.rowCount() == 2
    assert window.works.head.title.whole == "Works  ›  Harbour & <b>series</b>"
    assert row_named(window, "Harbour & <b>series</b>").isChecked()
    window.works.view.selectAll()
    menu = window.works._menu(window.works.selected())
    assert entries(menu)[-1] == "Remove from “Harbour && <b>series</b>”"
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: "2 works removed" in window.notice.text(), timeout=WAIT_MS)
    assert window.works.model.rowCount() == 0
    assert "Nothing is in this collection yet" in window.works._nothing.text()
    window.notice._action.click()
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 2, timeout=WAIT_MS)
    window.sidebar._buttons[Place.WORKS].click()
    assert (window.works.model.rowCount(), window.works.head.title.whole) == (3, "Works")


def test_its_terms_hold_and_leaving_asks_before_more_is_permitted(
    qtbot: QtBot, window: MainWindow, library: Services, works: list[int], answers: Answers
) -> None:
    apply_change(Choice.works(works[:1]), PRESETS[Preset.OPEN], library)
    apply_change(Choice.default(), PRESETS[Preset.OPEN], library)
    apply_change(Choice.everything(), PRESETS[Preset.OPEN], library)
    apply_change(Choice.works(works[:1]), PRESETS[Preset.OPEN], library)
    make_collection("Sea", works[:2], library)
    window.changes.tell(Change.WORKS)
    sea = find_collection("sea", library)

    def no_ai(dialog: QDialog) -> None:
        assert isinstance(dialog, TermsDialog)
        assert dialog.windowTitle() == "What AI may do with “Sea”"
        dialog.form.presets.choose(Preset.NO_AI)
        qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
        assert dialog.change.headline.text() == "1 of 2 works changes."
        dialog.yes.click()

    answers.add(no_ai)
    window.collections.menu_of(sea).actions()[0].trigger()
    qtbot.waitUntil(lambda: "No AI for “Sea”" in window.notice.text(), timeout=WAIT_MS)
    assert [terms_of(library, one) for one in works] == ["Open", "No AI", "Open"]

    def stay(dialog: QDialog) -> None:
        assert isinstance(dialog, PermitsMoreDialog)
        dialog.reject()

    answers.add(stay)
    window.collections.remove(sea, works[1:2])
    qtbot.waitUntil(lambda: len(answers.seen) == 2, timeout=WAIT_MS)
    assert terms_of(library, works[1]) == "No AI"
    answers.add(lambda dialog: dialog.accept())
    window.collections.delete(find_collection("Sea", library))
    qtbot.waitUntil(lambda: "is deleted. Its works stay" in window.notice.text(), timeout=WAIT_MS)
    assert list_collections(library) == []
    assert [terms_of(library, one) for one in works] == ["Open", "Open", "Open"]
    window.notice._action.click()
    qtbot.waitUntil(lambda: bool(window.sidebar.collections.rows), timeout=WAIT_MS)
    assert terms_of(library, works[1]) == "No AI"


def test_a_collection_that_is_shown_follows_its_name_and_its_end(
    qtbot: QtBot, window: MainWindow, library: Services, works: list[int], answers: Answers
) -> None:
    make_collection("Sea", works[:1], library)
    window.changes.tell(Change.WORKS)
    row_named(window, "Sea").click()
    held = window.collections.held
    assert held is not None

    def rename(dialog: QDialog) -> None:
        assert isinstance(dialog, CollectionNameDialog)
        dialog.name.setText("  The   sea ")
        dialog.yes.click()

    answers.add(rename)
    window.collections.rename(held)
    qtbot.waitUntil(lambda: window.works.head.title.whole == "Works  ›  The sea", timeout=WAIT_MS)
    assert window.works.model.index(0).data(ROW).work_id == works[0]
    window.collections.delete(window.collections.held or held)
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 3, timeout=WAIT_MS)
    assert window.works.head.title.whole == "Works"


def test_the_menu_of_terms_offers_what_is_there(
    window: MainWindow, library: Services, works: list[int], tmp_path: Path
) -> None:

    window.works.terms.menu().aboutToShow.emit()
    assert entries(window.works.terms.menu())[:3] == [
        "For every work, now and to come…",
        "For new works…",
        "For a folder…",
    ]
    folder = tmp_path / "R&B <b>"
    folder.mkdir()
    apply_change(Choice.below(folder), PRESETS[Preset.NO_AI], library)
    make_collection("Sea", works[:1], library)
    window.changes.tell(Change.WORKS)
    row_named(window, "Sea").click()
    window.works.view.selectAll()
    menu = window.works.terms.menu()
    menu.aboutToShow.emit()
    assert entries(menu)[:2] == ["For 1 selected work…", "For the collection “Sea”…"]
    below = next(action.menu() for action in menu.actions() if action.text() == "For a folder")
    assert isinstance(below, QMenu)
    assert entries(below) == ["R&&B <b>…", "Another folder…"]
