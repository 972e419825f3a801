"""The window: keyboard, names for screen readers, plain text, themes, and what it says at start."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.services import Services
from desktop.ui import application
from desktop.ui.sidebar import Place
from desktop.ui.theme import DARK, LIGHT, Theme, Tokens
from desktop.ui.window import MainWindow
from tests.studio import add_works, open_studio

NAUGHTY = "<b>bold</b><img src=x onerror=alert(1)> \u202egnp.exe"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""

    def light(color: str) -> float:
        parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_is_readable_on_its_ground(tokens: Tokens) -> None:
    pairs = [
        (tokens.text, tokens.background),
        (tokens.text, tokens.surface),
        (tokens.text, tokens.sidebar),
        (tokens.muted, tokens.background),
        (tokens.muted, tokens.sidebar),
        (tokens.on_accent, tokens.accent),
        (tokens.accent, tokens.accent_ground),
        (tokens.confirmed, tokens.confirmed_ground),
        (tokens.needs, tokens.needs_ground),
        (tokens.wrong, tokens.wrong_ground),
    ]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


class _Shown(QObject):
    """Writes down what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look, and let it pass."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


def test_no_part_flashes_up_before_the_window(
    qtbot: QtBot, qapp: QApplication, library: Services, theme: Theme
) -> None:
    shown = _Shown()
    qapp.installEventFilter(shown)
    window = MainWindow(library, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    assert shown.windows == ["MainWindow"]
    window.close()


def test_every_place_can_be_reached_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    for number, place in enumerate(Place, start=1):
        QTest.keyClick(
            window.windowHandle(),
            Qt.Key(Qt.Key.Key_0 + number),
            Qt.KeyboardModifier.ControlModifier,
        )
        assert window.place is place


def test_tab_reaches_every_button_of_a_place(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    add_works(library, 3)
    window.works.refresh()
    wanted = {
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and button.isEnabled()
    }
    reached: set[QWidget] = set()
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
    # Of a group of which one holds, Tab reaches the chosen one and arrows the others.
    lonely = {
        button
        for button in wanted
        if button.group() is None and button.focusPolicy() != Qt.FocusPolicy.NoFocus
    }
    assert {button.text() for button in lonely - reached} == set()


def test_everything_has_a_name_for_those_who_listen(window: MainWindow, library: Services) -> None:
    add_works(library, 3)
    for place in Place:
        window.go(place)
        for widget in window.findChildren(QWidget):
            if isinstance(widget, QLineEdit) and widget.isVisible():
                assert widget.accessibleName()
            if isinstance(widget, QAbstractButton) and widget.isVisible():
                assert widget.text() or widget.accessibleName() or widget.parent() is not None


def test_a_strangers_text_is_never_rendered(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    from desktop.store import works

    (work_id,) = add_works(library, 1)
    with library.store.write() as tx:
        works.set_title(tx, work_id, NAUGHTY)
    window.works.refresh()
    window.works.view.setCurrentIndex(window.works.model.index(0))
    shown = [label for label in window.findChildren(QLabel) if "bold" in label.text()]
    assert shown
    for label in window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or not label.text()


def test_both_themes_recolour_the_window(window: MainWindow, theme: Theme) -> None:
    theme.apply(dark=True)
    assert window.grab().toImage().pixelColor(700, 700) == QColor(DARK.background)
    theme.apply(dark=False)
    assert window.grab().toImage().pixelColor(700, 700) == QColor(LIGHT.background)


def test_a_library_that_is_open_elsewhere_says_so(
    qtbot: QtBot, tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def read(box: QMessageBox) -> int:
        said.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", read)
    with open_studio(tmp_path / "library"):
        assert application.run_window(tmp_path / "library") == 3
    assert said == ["This library is open in another window or process."]


def test_search_and_filters_narrow_the_works(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    add_works(library, 12, word="harbour")
    add_works(library, 5, word="kite")
    window.works.refresh()
    assert window.works.head.search is not None
    QTest.keyClicks(window.works.head.search, "kit")
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 5)
    window.works.head.search.setText("nothing like it")
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 0)
    assert window.works.claim.isEnabled() is False
    window.works.head.search.clear()
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 17)


def test_a_hidden_view_is_brought_up_to_date_when_it_is_shown(
    window: MainWindow, library: Services
) -> None:
    from desktop.ui.changes import Change

    window.go(Place.CLAIMS)
    add_works(library, 4)
    window.changes.tell(Change.WORKS)
    assert window.works.model.rowCount() == 0
    window.go(Place.WORKS)
    assert window.works.model.rowCount() == 4
