"""Exports and attachments in the window: said before, whole after, and nothing run."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.attaching import attached
from desktop.model.attachments import AttachedTo
from desktop.model.exports import ExportFormat
from desktop.services import Services
from desktop.ui.attachments import Attachments
from desktop.ui.export_dialog import ExportDialog, TaxYearDialog
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.payments.exports.books import fill
from tests.ui.conftest import Answers
from tests.ui.test_hub import texts

WAIT_MS = 10_000


def test_an_export_says_what_it_holds_and_where_it_went(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(library)
    out = tmp_path / "mine.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        assert "Amounts are numbers" in dialog.contains.text()
        dialog.format.setCurrentIndex(dialog.format.findData(ExportFormat.CSV))
        assert "formula" in dialog.contains.text()
        dialog.period.setCurrentIndex(3)
        dialog.first.setText("2025-12-31")
        dialog.last.setText("31.12.2025")
        dialog.yes.click()
        assert "2026-12-31" in dialog.problem.text()
        dialog.last.setText("2025-12-31")
        dialog.payer.setCurrentIndex(dialog.payer.findData("Nobody"))
        dialog.yes.click()

    answers.add(choose)
    window.exports.payments()
    qtbot.waitUntil(lambda: "mine.csv is written" in window.notice.text(), timeout=WAIT_MS)
    assert out.read_text(encoding="utf-8-sig").count("Nobody") == 1
    window.notice._act()
    assert opened == [str(tmp_path)]
    out.unlink()

    def year(dialog: QDialog) -> None:
        assert isinstance(dialog, TaxYearDialog)
        dialog.year.setCurrentIndex(dialog.year.findData(2026))
        dialog.yes.click()

    answers.add(year)
    window.exports.tax_year()
    qtbot.waitUntil(lambda: "mine.csv is written" in window.notice.text(), timeout=WAIT_MS)
    assert out.read_bytes().startswith(b"%PDF")


def named(widget: QWidget, name: str) -> QPushButton:
    (found,) = (one for one in widget.findChildren(QPushButton) if one.accessibleName() == name)
    return found


def test_a_file_is_dropped_looked_at_and_taken_away(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(library, currencies=["EUR"])
    window.go(Place.PAYMENTS)
    qtbot.waitUntil(lambda: window.payments.model.rowCount() == 1, timeout=WAIT_MS)
    window.payments.table.selectRow(0)
    (section,) = window.payments.details.findChildren(Attachments)
    qtbot.waitUntil(section.isVisible, timeout=WAIT_MS)
    letter = tmp_path / "letter \u202e<b>.txt"
    letter.write_text("Dear registry", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(letter))])
    section.dropEvent(
        QDropEvent(
            QPointF(4, 4),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: "letter" in texts(section), timeout=WAIT_MS)
    assert "as a copy in your library" in window.notice.text()
    assert "\u202e" not in texts(section)
    letter.unlink()
    opened: list[Path] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()))
    )
    named(section, "Open letter <b>.txt").click()
    qtbot.waitUntil(lambda: len(opened) == 1, timeout=WAIT_MS)
    assert opened[0].read_text(encoding="utf-8") == "Dear registry"
    named(section, "Remove letter <b>.txt").click()
    assert attached(library, AttachedTo.PAYMENT, 1) == []
    assert "stays in your library" in window.notice.text()
    window.notice._act()
    qtbot.waitUntil(lambda: "letter" in texts(section), timeout=WAIT_MS)
    assert len(attached(library, AttachedTo.PAYMENT, 1)) == 1
