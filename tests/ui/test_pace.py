"""Rate and remaining time, from what the last seconds cost."""

from __future__ import annotations

import pytest

from desktop.model.progress import Progress
from desktop.ui.pace import STEADY_S, WINDOW_S, Pace


def at(read: int, bytes_done: int, *, total: int = 1000) -> Progress:
    return Progress(
        done=read, total=total, read=read, to_read=1000, bytes_done=bytes_done, bytes_total=10**9
    )


def test_nothing_is_said_before_it_is_steady() -> None:
    pace = Pace()
    assert (pace.files_per_s(), pace.left_s()) == (None, None)
    pace.add(0.0, at(0, 0))
    pace.add(STEADY_S - 0.1, at(50, 10**7))
    assert (pace.files_per_s(), pace.bytes_per_s(), pace.left_s()) == (None, None, None)


def test_rate_and_rest() -> None:
    pace = Pace()
    pace.add(0.0, at(0, 0))
    pace.add(10.0, at(100, 10**8))
    assert pace.files_per_s() == pytest.approx(10)
    assert pace.bytes_per_s() == pytest.approx(10**7)
    assert pace.left_s() == pytest.approx(90)


def test_only_the_last_seconds_count() -> None:
    """A burst of small files at the start does not promise an early end."""
    pace = Pace()
    pace.add(0.0, at(0, 0))
    pace.add(1.0, at(500, 10**6))
    for second in range(2, 40):
        pace.add(float(second), at(500 + second, 10**6 + second * 10**6))
    assert pace.files_per_s() == pytest.approx(1, rel=0.05)
    assert WINDOW_S < 40


def test_known_files_do_not_count_as_speed() -> None:
    pace = Pace()
    for second in range(10):
        pace.add(float(second), Progress(done=second * 1000, total=10_000, to_read=10))
    assert pace.files_per_s() == 0
    assert pace.left_s() is None


def test_nobody_can_tell_while_files_are_still_looked_for() -> None:
    pace = Pace()
    pace.add(0.0, at(0, 0, total=0))
    pace.add(10.0, at(100, 10**8, total=0))
    assert pace.files_per_s() == pytest.approx(10)
    assert pace.left_s() is None


def test_a_pause_is_forgotten() -> None:
    pace = Pace()
    pace.add(0.0, at(0, 0))
    pace.forget()
    pace.add(3600.0, at(0, 0))
    pace.add(3610.0, at(100, 10**8))
    assert pace.files_per_s() == pytest.approx(10)
