"""Statements from files in the window: looked at, learned, imported, and works matched by hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.naming import list_unmatched
from desktop.flows.reconciling import list_payments
from desktop.model.mappings import Field
from desktop.ui.payer_names import PayerNamesDialog
from desktop.ui.sidebar import Place
from desktop.ui.statement_dialog import StatementDialog
from desktop.ui.statement_wizard import LearnDialog
from desktop.ui.window import MainWindow
from tests.flows.payer_files import DISTROKID
from tests.studio import add_works
from tests.ui.conftest import Answers
from tests.ui.test_money import press

WAIT_MS = 10_000
HOUSE = """Verlag <b>Nord</b>
Titel;Abrechnungsmonat;Honorar;Land
Die Salzstraße;03.2026;1.234,56;DE
Die Salzstraße;04.2026;-4,50;AT
"""


def said(widget: QWidget) -> str:
    """Everything that a widget shows."""
    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def test_files_are_dropped_looked_at_and_imported(
    qtbot: QtBot, window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID.replace("0.012", "12..34"), encoding="utf-8")
    seen: list[str] = []

    def look(dialog: object) -> None:
        assert isinstance(dialog, StatementDialog)
        if not dialog.yes.isEnabled():
            answers.add(look)
            return
        seen.append(said(dialog))
        assert dialog.yes.text() == "Import 2 statements"
        dialog.accept()

    answers.add(look)
    window.go(Place.PAYMENTS)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            dropped,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: len(list_payments(window.services)) == 2, timeout=WAIT_MS)
    [words] = seen
    assert "Line 3: '12..34' is not an amount." in words
    assert "1 row cannot be read" in words
    assert "2 of 2 works are not known yet" in words
    qtbot.waitUntil(lambda: "2 statements imported." in said(window), timeout=WAIT_MS)


def test_an_unknown_file_is_learned(
    qtbot: QtBot, window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    path = tmp_path / "house.csv"
    path.write_text(HOUSE, encoding="utf-8")
    dialog = StatementDialog(window.statements._desk, [path], window)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "No mapping fits" in said(dialog), timeout=WAIT_MS)
    assert not dialog.yes.isEnabled()

    asked: list[str] = []

    def learn(wizard: object) -> None:
        assert isinstance(wizard, LearnDialog)
        asked.append(said(wizard))
        wizard.payer.setText("Verlag Nord")
        asked.append(said(wizard))
        wizard.currency.setText("eur")
        asked.append(said(wizard))
        wizard.choose("Honorar", None)
        asked.append(said(wizard))
        wizard.choose("Honorar", Field.NET)
        wizard.accept()
        if wizard.isVisible():
            wizard.reject()

    answers.add(learn)
    press(dialog, "Say what its columns mean…")
    for words, expected in zip(
        asked,
        ("Who pays?", "Which currency is it?", "€1,234.56", "Which column is the amount"),
        strict=True,
    ):
        assert expected in words
    qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
    assert "2026-03 EUR" in said(dialog)
    assert "read as Verlag Nord" in said(dialog)
    [chosen] = dialog.chosen()
    assert (chosen.mapping, chosen.path) == ("verlag-nord", path)


def test_a_payers_name_is_matched_and_taken_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    from desktop.flows.stating import import_statements

    services = window.services
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID.replace("Night", "Night 0"), encoding="utf-8")
    import_statements(path, services)
    night, _ = add_works(services, 2, word="Night")
    dialog = PayerNamesDialog(window.statements._desk, window)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(dialog.names) == 2, timeout=WAIT_MS)
    assert [one.work_id for one in dialog.names[0].proposals] == [night]
    press(dialog, "That is it")
    qtbot.waitUntil(lambda: len(dialog.names) == 1, timeout=WAIT_MS)
    assert [one.work.name.title for one in list_unmatched(services)] == ["Über Grün"]
    press(dialog, "Match")
    assert "Choose one of your works" in dialog.problem.text()
    press(dialog, "Undo")
    qtbot.waitUntil(lambda: len(dialog.names) == 2, timeout=WAIT_MS)
    press(dialog, "Not mine")
    qtbot.waitUntil(lambda: len(dialog.names) == 1, timeout=WAIT_MS)
    dialog.accept()
