"""The Qt binding must not give back references it never took; PySide6 6.12.0 did."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

ROUNDS = 2000


def test_constants_keep_their_references(qtbot: QtBot, qapp: QApplication) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    before = [sys.getrefcount(constant) for constant in (None, True, False)]
    for _ in range(ROUNDS):
        qapp.processEvents()
        widget.setVisible(True)
        widget.isHidden()
        widget.isVisible()
    after = [sys.getrefcount(constant) for constant in (None, True, False)]
    lost = [old - new for old, new in zip(before, after, strict=True)]
    assert max(lost) < ROUNDS // 2
