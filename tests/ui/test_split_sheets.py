"""Split sheets between two windows: made, handed over, signed, brought back, onto the claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QComboBox, QDialog
from pytestqt.qtbot import QtBot

from desktop.flows.describing import split_equally
from desktop.flows.splitting import make_sheet, sheets_of, sign_sheet
from desktop.identity.canonical import canonical_bytes
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.sidebar import Place
from desktop.ui.split_sheets import SheetDialog, TakeSheetDialog, qr_picture
from desktop.ui.window import MainWindow
from tests.studio import add_works, open_studio, settle
from tests.ui.conftest import Answers
from tests.ui.test_hub import press, texts

WAIT_MS = 20_000


@pytest.fixture
def ben(tmp_path: Path, cheap_keys: None) -> Iterator[Services]:
    """Ben's library, without the work."""
    with open_studio(tmp_path / "ben") as services:
        settle(services, "Ben Okafor")
        yield services


@pytest.fixture
def shared(library: Services) -> Services:
    """Ana's library with a work that she shares with Ben."""
    settle(library)
    add_works(library, 1)
    split_equally([1], ["me", "Ben Okafor"], library)
    return library


def at_sheet(act: Callable[[SheetDialog], None]) -> Callable[[QDialog], None]:
    def answer(dialog: QDialog) -> None:
        assert isinstance(dialog, SheetDialog)
        try:
            act(dialog)
        finally:
            dialog.reject()

    return answer


def test_made_signed_and_shown_as_a_code(
    qtbot: QtBot, window: MainWindow, shared: Services, answers: Answers
) -> None:
    window.changes.tell(Change.EVERYTHING)
    window.works.view.setCurrentIndex(window.works.model.index(0))

    def act(dialog: SheetDialog) -> None:
        assert "says who holds what" in texts(dialog)
        dialog.yes.click()
        qtbot.waitUntil(lambda: "Signature verified" in texts(dialog), timeout=WAIT_MS)
        shown = texts(dialog)
        assert "Ben Okafor" in shown
        assert "Not signed yet" in shown
        assert not dialog.yes.isVisible()
        press(dialog, "Copy as text")
        assert QGuiApplication.clipboard().text().startswith("RSPLIT1:")
        press(dialog, "Show as QR code")
        assert dialog.qr.isVisible()
        assert dialog.qr.pixmap().width() > 100

    answers.add(at_sheet(act))
    qtbot.waitUntil(lambda: "Shares" in texts(window.works))
    press(window.works, "Split sheet")
    [sheet] = sheets_of(1, shared)
    assert len(sheet.signers) == 1


def test_the_other_signs_and_it_comes_back(
    qtbot: QtBot, window: MainWindow, shared: Services, ben: Services, answers: Answers
) -> None:
    """Ben's part is done by the flow; his signature is looked at, named and kept."""
    made = make_sheet(1, shared)
    signed = canonical_bytes(sign_sheet(canonical_bytes(made.document), ben).document)

    def paste(dialog: QDialog) -> None:
        assert isinstance(dialog, TakeSheetDialog)
        dialog.yes.click()
        assert "first" in dialog.problem.text()
        dialog.text.setPlainText(signed.decode())
        dialog.yes.click()

    def name(dialog: SheetDialog) -> None:
        [choice] = dialog.findChildren(QComboBox)
        number = choice.findText("Ben Okafor")
        choice.setCurrentIndex(number)
        choice.activated.emit(number)
        qtbot.waitUntil(lambda: texts(dialog).count("Signature verified") == 2)
        assert "Not signed yet" not in texts(dialog)

    answers.add(paste)
    answers.add(at_sheet(name))
    window.go(Place.CLAIMS)
    window.sheets.from_somebody()
    [sheet] = sheets_of(1, shared)
    assert [one.party.name for one in sheet.signers if one.party] == ["Ana Sousa", "Ben Okafor"]


def test_a_sheet_for_somebody_elses_work_is_shown_before_it_is_signed(
    qtbot: QtBot, window: MainWindow, library: Services, tmp_path: Path, answers: Answers
) -> None:
    settle(library, "Ben Okafor")
    with open_studio(tmp_path / "ana") as ana:
        settle(ana)
        add_works(ana, 1)
        split_equally([1], ["me", "Ben Okafor"], ana)
        data = canonical_bytes(make_sheet(1, ana).document)
    file = tmp_path / "sheet.rsplit"
    file.write_bytes(data)

    def act(dialog: SheetDialog) -> None:
        assert "Ana Sousa · all AI uses" in texts(dialog)
        assert dialog.yes.text() == "Sign it"
        dialog.yes.click()
        qtbot.waitUntil(lambda: "Hand it to the others" in texts(dialog), timeout=WAIT_MS)

    answers.add(at_sheet(act))
    drop(window, file)
    qtbot.waitUntil(lambda: len(answers.seen) == 1, timeout=WAIT_MS)


@pytest.mark.parametrize("data", [b"hello", b"RSPLIT1:AAAA", b"{}", b"\xff" * 300_000])
def test_what_is_no_sheet_is_told_and_changes_nothing(
    window: MainWindow, shared: Services, data: bytes
) -> None:
    window.sheets.from_somebody(data)
    assert "split sheet" in window.notice.text().casefold()
    assert sheets_of(1, shared) == []


def test_the_code_can_be_read_again(qtbot: QtBot) -> None:
    """Black modules on white, with the quiet zone; the largest that fits is taken."""
    picture = qr_picture("RSPLIT1:" + "x" * 2900).toImage()
    assert picture.width() >= 185  # version 40 has 177 modules and a border of 4
    corner = picture.pixelColor(1, 1)
    assert corner.lightness() > 250
    assert qr_picture("RSPLIT1:short").width() > 300
    assert isinstance(picture, QImage)


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
