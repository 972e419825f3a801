"""HTML in every text of a registry, on every page of the window: letters, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.services import Services
from desktop.ui.sidebar import Place
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow
from tests.flows.test_hostile_registry import HTML, Feed, hostile_words
from tests.registries.stub import Stub
from tests.studio import settle


@pytest.fixture
def hostile(qtbot: QtBot, library: Services, theme: Theme) -> Iterator[MainWindow]:
    """A window on a library to which a registry sent HTML wherever it could."""
    settle(library)
    with Stub() as stub:
        hostile_words(Feed(library, stub))
    made = MainWindow(library, theme)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def cells(view: QAbstractItemView) -> Iterator[QModelIndex]:
    """Yield the cells of a list's first rows."""
    model, top = view.model(), QModelIndex()
    for row in range(min(20, model.rowCount(top) if model else 0)):
        columns = model.columnCount(top) if isinstance(model, QAbstractTableModel) else 1
        for column in range(columns):
            yield model.index(row, column)


def test_nothing_of_it_is_rendered(hostile: MainWindow) -> None:
    seen = 0
    for place in Place:
        hostile.go(place)
        for view in hostile.findChildren(QAbstractItemView):
            if not view.isVisible():
                continue
            for cell in cells(view):
                view.setCurrentIndex(cell)
                seen += HTML in str(cell.data(Qt.ItemDataRole.DisplayRole))
                tip = str(cell.data(Qt.ItemDataRole.ToolTipRole) or "")
                assert HTML not in tip
                seen += unrendered(hostile)
        seen += unrendered(hostile)
    assert seen


def unrendered(window: MainWindow) -> int:
    """Look at every widget; returns in how many of them the text of the registry stands."""
    found = 0
    for widget in window.findChildren(QWidget):
        assert HTML not in widget.toolTip()
        if isinstance(widget, QLabel):
            assert widget.textFormat() == Qt.TextFormat.PlainText or HTML not in widget.text()
            found += HTML in widget.text()
        if isinstance(widget, QTextEdit):
            assert "bold" not in widget.toPlainText() or HTML in widget.toPlainText()
    return found
