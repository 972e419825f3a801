"""The places at the left and the numbers beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.application import application
from desktop.ui.sidebar import Place, Sidebar
from desktop.ui.theme import Theme


def test_a_number_that_needs_the_user_has_room_for_its_ground(qtbot: QtBot) -> None:
    app = application()
    Theme(app).apply(dark=False)
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.show()
    count = sidebar._counts[Place.NEEDS_YOU]
    sidebar.set_count(Place.NEEDS_YOU, 1)
    QApplication.processEvents()
    bare = count.width()
    sidebar.set_count(Place.NEEDS_YOU, 1, needs=True)
    QApplication.processEvents()
    assert count.width() >= bare + 12
