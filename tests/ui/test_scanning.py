"""A scan as the user sees it: rate, problems by their cause, pause, go on, cancel, try again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.errors import FileProblemKind
from desktop.model.progress import Progress
from desktop.store import file_problems
from desktop.ui import strip as strip_module
from desktop.ui.job import Job
from desktop.ui.problem_card import ProblemCard
from desktop.ui.sidebar import Place
from desktop.ui.strip import Strip
from desktop.ui.window import MainWindow
from tests.portfolio.corpus import painting
from tests.ui.test_circle import works_in

WAIT_MS = 60_000


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Sixty pictures, three damaged ones and two empty files."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        painting(number, (160, 120)).save(folder / f"{number:02}.png")
    whole = (folder / "00.png").read_bytes()
    for number in range(3):
        (folder / f"broken {number}.png").write_bytes(whole[: 500 + number])
    for number in range(2):
        (folder / f"nothing {number}.txt").touch()
    return folder


def said(widget: MainWindow | Strip | ProblemCard) -> str:
    return " | ".join(one.text() for one in widget.findChildren(QLabel))


def test_the_strip_tells_rate_rest_and_problems(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 5))
    monkeypatch.setattr(f"{strip_module.__name__}.time.monotonic", lambda: float(next(clock)))
    strip = Strip()
    qtbot.addWidget(strip)
    strip.resize(1200, 60)
    job = Job(lambda _report, _cancelled: None)
    strip.follow(job, "Scanning")
    job.progressed.emit(Progress(done=0, total=0, label="12,000 files found so far"))
    assert "12,000 files found so far" in said(strip)
    for read in (0, 200, 400):
        job.progressed.emit(
            Progress(
                done=10_000 + read, total=12_000, read=read, to_read=2000, label="Harbour",
                bytes_done=read * 10**6, bytes_total=2 * 10**9,
                problems=(("broken", 3), ("empty", 2)),
            )
        )  # fmt: skip
    line = strip._where.accessibleName()
    assert line == (
        "10,400 of 12,000 · 400 MB of 2 GB · 27 files/s · 27 MB/s · about 60 s left · Harbour"
    )
    assert strip.problems.text() == "3 damaged, 2 empty"
    assert strip.problems.isVisibleTo(strip)


def test_problems_are_grouped_by_cause_and_can_be_tried_again(
    qtbot: QtBot, window: MainWindow, many: Path
) -> None:
    window.actions_.add_paths((many,))
    qtbot.waitUntil(lambda: works_in(window) == 60 and window.strip.isHidden(), timeout=WAIT_MS)
    assert "3 damaged, 2 empty" in window.notice.text()
    window.notice._action.click()
    assert window.place is Place.NEEDS_YOU
    qtbot.waitUntil(lambda: len(window.needs.findChildren(ProblemCard)) == 2, timeout=WAIT_MS)
    cards = window.needs.findChildren(ProblemCard)
    assert [said(card).split(" | ")[1] for card in cards] == ["3 damaged files", "2 empty files"]
    cards[0].toggle.click()
    assert [f"broken {number}.png" in said(cards[0]) for number in range(3)] == [True] * 3
    cards[0].toggle.click()
    qtbot.waitUntil(lambda: "broken 1.png" not in said(cards[0]))
    (many / "broken 0.png").write_bytes((many / "01.png").read_bytes())
    painting(99).save(many / "broken 1.png")
    cards[0].again.click()
    qtbot.waitUntil(lambda: works_in(window) == 61 and window.strip.isHidden(), timeout=WAIT_MS)
    with window.services.store.read() as connection:
        assert file_problems.causes(connection) == [
            (FileProblemKind.EMPTY, 2),
            (FileProblemKind.BROKEN, 1),
        ]


def test_pause_go_on_and_cancel(qtbot: QtBot, window: MainWindow, many: Path) -> None:
    window.actions_.add_paths((many,))
    assert window.strip.isVisible()
    window.strip.pause.click()
    assert window.strip.pause.text() == "Go on"
    job = window.strip._job
    assert job is not None
    assert not job.wait(1.0), "a paused scan waits"
    window.strip.pause.click()
    assert window.strip.pause.text() == "Pause"
    window.strip.cancel.click()
    assert not window.strip.cancel.isEnabled()
    qtbot.waitUntil(window.strip.isHidden, timeout=WAIT_MS)
    done = works_in(window)
    assert done < 60
    window.actions_.add_paths((many,))
    qtbot.waitUntil(lambda: works_in(window) == 60 and window.strip.isHidden(), timeout=WAIT_MS)
