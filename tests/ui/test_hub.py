"""An ISCC-HUB in the window: added by its kind, a conflict decided, a new key decided."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.syncing import sync
from desktop.identity.keys import SigningKey
from desktop.model.claims import ClaimState
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.dialogs import ForceDialog, RegistryDialog, TrustDialog
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.flows.test_hub import OTHER, declare_as, join, registry_row
from tests.registries.hub import Hub
from tests.registries.test_plugins import Install, install  # noqa: F401 - a fixture
from tests.studio import add_works, queue, rows, settle
from tests.ui.conftest import Answers

WAIT_MS = 20_000


def texts(widget: QWidget) -> str:
    found = [item.text() for item in widget.findChildren(QLabel) if item.isVisible()]
    return "\n".join(found)


def names(widget: QWidget) -> list[str]:
    """What a screen reader reads, which is whole where the text is cut."""
    return [item.accessibleName() for item in widget.findChildren(QLabel)]


def press(widget: QWidget, start: str) -> None:
    (found,) = [
        item
        for item in widget.findChildren(QPushButton)
        if item.text().startswith(start) and item.isVisible()
    ]
    found.click()


def answer_with(
    answers: Answers, kind: type[QDialog], act: Callable[[QDialog], None] = QDialog.accept
) -> None:
    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, kind)
        act(dialog)

    answers.add(answer)


def test_a_hub_is_added_by_its_kind(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    def fill(number: str) -> Callable[[QDialog], None]:
        def answer(dialog: QDialog) -> None:
            assert isinstance(dialog, RegistryDialog)
            assert [dialog.kind.itemText(i) for i in range(2)] == ["Open Claims", "ISCC-HUB"]
            assert "Number of the hub" not in texts(dialog) or dialog.chosen_kind == "iscc_hub"
            dialog.kind.setCurrentIndex(1)
            assert "Number of the hub" in texts(dialog)
            dialog.name.setText("Hub")
            dialog.url.setText("https://hub.example")
            dialog._fields["iscc_hub"]["hub_id"].setText(number)
            dialog.accept()

        return answer

    answers.add(fill("5000"))
    answers.add(fill("12"))
    window.go(Place.REGISTRIES)
    window.registries.add.click()
    qtbot.waitUntil(lambda: "ISCC-HUB" in shown(window), timeout=WAIT_MS)
    assert len(answers.seen) == 2, "a number that no hub has is asked for again"
    with library.store.read() as connection:
        from desktop.store import registries

        added = registries.by_name(connection, "Hub")
    assert (added.kind, added.options) == ("iscc_hub", {"hub_id": 12})


def shown(window: MainWindow) -> str:
    return texts(window.registries) + "\n".join(names(window.registries))


def test_a_package_that_is_broken_is_said_in_the_dialog(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    install: Install,  # noqa: F811 - the fixture
) -> None:
    install("1 / 0")
    said = []

    def first(dialog: QDialog) -> None:
        assert isinstance(dialog, RegistryDialog)
        dialog.kind.setCurrentIndex(3)
        assert "pigeons 1.2" in dialog.kind.currentText()
        dialog.name.setText("Loft")
        dialog.url.setText("https://loft.example")
        dialog.accept()

    def second(dialog: QDialog) -> None:
        assert isinstance(dialog, RegistryDialog)
        said.append(dialog.problem.text())
        dialog.reject()

    answers.add(first)
    answers.add(second)
    window.go(Place.REGISTRIES)
    window.registries.add.click()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert "ZeroDivisionError" in said[0]
    with library.store.read() as connection:
        from desktop.store import registries

        assert registries.everyone(connection) == []


@pytest.fixture
def hub() -> Hub:
    """A hub, not running."""
    return Hub(hub_id=3)


def test_a_declaration_shows_its_id_and_time(
    qtbot: QtBot, window: MainWindow, library: Services, hub: Hub
) -> None:
    with hub:
        settle(library)
        join(library, hub)
        queue(library, add_works(library, 1))
        hub.lose = 1
        sync(library)
        sync(library)
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.CLAIMS)
    window.claims.table.selectRow(0)
    declared = hub.log[0].iscc_id
    qtbot.waitUntil(lambda: declared in texts(window.claims.details), timeout=WAIT_MS)
    details = texts(window.claims.details)
    assert "Receipt lost" in details
    assert "by the clock of hub 3" in details
    window.go(Place.REGISTRIES)
    lacking = "Nothing can be withdrawn at this registry"
    qtbot.waitUntil(lambda: lacking in texts(window.registries), timeout=WAIT_MS)
    assert "Nothing can be replaced at this registry" in texts(window.registries)


def test_a_conflict_is_decided_in_the_window(
    qtbot: QtBot, window: MainWindow, library: Services, hub: Hub, answers: Answers
) -> None:
    with hub:
        settle(library)
        join(library, hub)
        queue(library, add_works(library, 1))
        theirs = declare_as(OTHER, hub, library)
        sync(library)
        window.changes.tell(Change.EVERYTHING)
        window.go(Place.CLAIMS)
        window.claims.table.selectRow(0)
        qtbot.waitUntil(lambda: theirs in texts(window.claims.details), timeout=WAIT_MS)
        details = texts(window.claims.details)
        key = OTHER.did.removeprefix("did:key:")
        assert any(key in name for name in names(window.claims.details))
        assert "add up to" not in details
        answer_with(answers, ForceDialog, QDialog.reject)
        press(window.claims.details, "Declare all the same")
        qtbot.waitUntil(lambda: len(answers.seen) == 1, timeout=WAIT_MS)
        assert rows(library)[0].state is ClaimState.CONFLICT
        answer_with(answers, ForceDialog)
        press(window.claims.details, "Declare all the same")
        qtbot.waitUntil(lambda: rows(library)[0].state is ClaimState.ACKNOWLEDGED, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not window.jobs._running, timeout=WAIT_MS)
        assert hub.forced == [False, True]


def test_a_new_key_is_decided_in_the_window(
    qtbot: QtBot, window: MainWindow, library: Services, hub: Hub, answers: Answers
) -> None:
    with hub:
        settle(library)
        join(library, hub)
        sync(library)
        hub.key = SigningKey.generate()
        sync(library)
        window.changes.tell(Change.EVERYTHING)
        window.go(Place.REGISTRIES)
        new = hub.key.did.removeprefix("did:key:")
        said = []

        def look(dialog: QDialog) -> None:
            said.append(texts(dialog))
            dialog.accept()

        answer_with(answers, TrustDialog, look)
        qtbot.waitUntil(lambda: "Problem" in texts(window.registries), timeout=WAIT_MS)
        press(window.registries, "Look at its new key")
        qtbot.waitUntil(lambda: registry_row(library).state.value == "ready", timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not window.jobs._running, timeout=WAIT_MS)
        assert new in said[0]
        assert registry_row(library).offered == ()


def test_a_clock_that_is_off_is_told(
    qtbot: QtBot, window: MainWindow, library: Services, hub: Hub
) -> None:
    hub.ahead_s = 3 * 3600
    with hub:
        settle(library)
        join(library, hub)
        queue(library, add_works(library, 1))
        window.claims.sync.click()
        qtbot.waitUntil(lambda: "clock" in window.notice.text(), timeout=WAIT_MS)
        assert "1 claim sent" in window.notice.text()
        qtbot.waitUntil(lambda: not window.jobs._running, timeout=WAIT_MS)
