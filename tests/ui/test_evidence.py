"""Evidence in the window: kept with a work, and handed over only as far as the user says."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.flows.describing import add_evidence
from desktop.flows.syncing import add_registry
from desktop.services import Services
from desktop.ui.changes import Change
from desktop.ui.claim_dialogs import EvidenceDialog, HandOverDialog
from desktop.ui.window import MainWindow
from tests.studio import REGISTRY, add_works, queue, settle
from tests.ui.conftest import Answers
from tests.ui.test_hub import press, texts

WAIT_MS = 20_000


@pytest.fixture
def claimed(library: Services) -> Services:
    settle(library)
    add_registry(REGISTRY, "https://painters.example", library)
    queue(library, add_works(library, 1))
    add_evidence(1, b"We agree.", library, kind="contract", name="with Ben.pdf")
    add_evidence(1, b"a sketch", library, kind="draft", name="sketch.txt")
    return library


def test_only_what_is_chosen_is_handed_over(
    qtbot: QtBot,
    window: MainWindow,
    claimed: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = tmp_path / "evidence.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))

    def choose(dialog: QDialog) -> None:
        assert isinstance(dialog, HandOverDialog)
        boxes = dialog.findChildren(QCheckBox)
        assert not any(box.isChecked() for box in boxes)
        assert [box.text() for box in boxes[:2]] == [
            "with Ben.pdf (contract)",
            "sketch.txt (draft)",
        ]
        boxes[1].setChecked(True)
        dialog.accept()

    answers.add(choose)
    window.claim_actions.save_evidence(1)
    qtbot.waitUntil(target.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "is written" in window.notice.text(), timeout=WAIT_MS)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
    assert [name for name in names if name.startswith("files/")] == ["files/02-sketch.txt"]
    assert not [name for name in names if name.startswith("private/")]


def test_evidence_of_a_work_is_shown_and_added(
    qtbot: QtBot,
    window: MainWindow,
    claimed: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "receipt.pdf").write_bytes(b"paid")
    chosen = str(tmp_path / "receipt.pdf")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    window.changes.tell(Change.EVERYTHING)
    window.works.view.setCurrentIndex(window.works.model.index(0))
    qtbot.waitUntil(lambda: "contract" in texts(window.works.details), timeout=WAIT_MS)

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, EvidenceDialog)
        dialog.kind.setCurrentText("receipt")
        dialog.dated.setText("2199-01-01")
        dialog.accept()
        assert "Date of the evidence: 2199-01-01 has not come yet" in dialog.problem.text()
        dialog.dated.setText("2024-03-09")
        dialog.accept()

    answers.add(fill)
    press(window.works.details, "Add evidence")
    qtbot.waitUntil(lambda: "receipt" in texts(window.works.details), timeout=WAIT_MS)
