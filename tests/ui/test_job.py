"""Jobs: results and problems arrive on the main thread, and stopping is quick."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.errors import AppError, Cancelled, Offline
from desktop.model.progress import Cancelled as CancelledFunction
from desktop.model.progress import Progress, Report
from desktop.ui.job import Job, Jobs


def test_everything_arrives_on_the_main_thread(qtbot: QtBot) -> None:
    seen: list[tuple[str, threading.Thread]] = []

    def work(report: Report, _cancelled: CancelledFunction) -> int:
        seen.append(("work", threading.current_thread()))
        report(Progress(done=5_000_000_000, total=6_000_000_000))
        return 5_000_000_000

    def note(name: str) -> Any:
        return lambda *_values: seen.append((name, threading.current_thread()))

    results: list[int] = []
    job = Job(work)
    job.progressed.connect(note("progressed"))
    job.succeeded.connect(note("succeeded"))
    job.succeeded.connect(results.append)
    job.finished.connect(note("finished"))
    with qtbot.waitSignal(job.finished):
        job.start()
    assert job.wait(2.0)
    main = threading.main_thread()
    assert [name for name, thread in seen if thread is main] == [
        "progressed",
        "succeeded",
        "finished",
    ]
    assert results == [5_000_000_000], "no figure may be cut to 32 bits"


def test_a_problem_is_handed_over_as_it_is(qtbot: QtBot) -> None:
    problem = Offline("No connection.")

    def work(_report: Report, _cancelled: CancelledFunction) -> None:
        raise problem

    failed: list[AppError] = []
    jobs = Jobs()
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.run(work, failed=failed.append)
    assert failed == [problem]


def test_a_bug_becomes_a_message(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    def work(_report: Report, _cancelled: CancelledFunction) -> None:
        raise ZeroDivisionError("a bug")

    failed: list[AppError] = []
    jobs = Jobs()
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        jobs.run(work, failed=failed.append)
    assert "Your library is as it was" in failed[0].message
    assert "a bug" in failed[0].advice
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.alone
def test_a_cancelled_job_says_nothing(qtbot: QtBot) -> None:
    def work(_report: Report, cancelled: CancelledFunction) -> None:
        while not cancelled():
            time.sleep(0.001)
        raise Cancelled

    failed: list[AppError] = []
    job = Job(work)
    job.failed.connect(failed.append)
    job.start()
    with qtbot.waitSignal(job.finished):
        started = time.monotonic()
        job.cancel()
    assert time.monotonic() - started < 0.3
    assert job.wait(2.0)
    assert failed == []


def test_a_paused_job_waits_and_goes_on(qtbot: QtBot) -> None:
    steps: list[int] = []
    asked = threading.Event()

    def work(_report: Report, cancelled: CancelledFunction) -> None:
        asked.wait(5)
        for step in range(3):
            if cancelled():
                return
            steps.append(step)

    job = Job(work)
    job.start()
    job.set_paused(True)
    asked.set()
    qtbot.wait(150)
    assert steps == []
    with qtbot.waitSignal(job.finished):
        job.set_paused(False)
    assert job.wait(2.0)
    assert steps == [0, 1, 2]


def test_a_paused_job_can_be_cancelled(qtbot: QtBot) -> None:
    def work(_report: Report, cancelled: CancelledFunction) -> None:
        while not cancelled():
            time.sleep(0.001)

    jobs = Jobs()
    job = jobs.run(work)
    job.set_paused(True)
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        assert jobs.stop_all(2.0)


def test_what_is_stopped_with_the_window_is_told_to_nobody(qtbot: QtBot) -> None:
    """A flow that was nearly done answers all the same, when its library is closed already."""

    def work(_report: Report, cancelled: CancelledFunction) -> str:
        while not cancelled():
            time.sleep(0.001)
        return "too late"

    heard: list[object] = []
    jobs = Jobs()
    jobs.run(work, succeeded=heard.append, failed=heard.append)
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        assert jobs.stop_all(2.0)
    assert heard == []


def test_what_was_said_but_not_heard_before_the_window_closed_is_told_to_nobody(
    qtbot: QtBot,
) -> None:
    heard: list[object] = []
    jobs = Jobs()
    job = jobs.run(lambda _report, _cancelled: "too late", succeeded=heard.append)
    assert job.wait(2.0)
    with qtbot.waitSignal(jobs.busy, check_params_cb=lambda busy: not busy):
        assert jobs.stop_all(2.0)
    assert heard == []


def test_who_asked_hears_though_nobody_else_knows_them_any_more(qtbot: QtBot) -> None:
    """Whoever asks may be made for one click: the button that knew them is cleared meanwhile."""
    heard: list[int] = []

    class Asker:
        def ask(self, jobs: Jobs, work: Any) -> None:
            jobs.run(work, succeeded=self.answer)

        def answer(self, found: int) -> None:
            heard.append(found)

    jobs, go = Jobs(), threading.Event()

    def work(_report: Report, _cancelled: CancelledFunction) -> int:
        go.wait(5.0)
        return 7

    Asker().ask(jobs, work)
    go.set()
    qtbot.waitUntil(lambda: heard == [7])
