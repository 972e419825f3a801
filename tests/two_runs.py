"""The two runs of tests/everything: what must have the machine for itself, and all the rest."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from itertools import chain

import pytest


class Part(StrEnum):
    """Which of the two runs a test is in."""

    ALONE = "alone"  # marked so: it measures time, or takes every core itself
    TOGETHER = "together"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one part of the tests be chosen."""
    parser.addoption("--part", type=Part, choices=list(Part), help="run only these tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other part; without the option everything runs."""
    chosen: Part | None = config.getoption("part")
    if chosen is None:
        return
    parts: dict[Part, list[pytest.Item]] = {part: [] for part in Part}
    for item in items:
        alone = item.get_closest_marker("alone") is not None
        parts[Part.ALONE if alone else Part.TOGETHER].append(item)
    items[:] = parts.pop(chosen)
    config.hook.pytest_deselected(items=[item for left in parts.values() for item in left])


@pytest.fixture
def show_tally(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a text for the end of the run, where it is seen whether or not the test passed."""
    return partial(record_property, "tally")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tallies; reports bring them from other processes too."""
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport) and report.when == "call":
            for text in (text for name, text in report.user_properties if name == "tally"):
                terminalreporter.section("tally")
                terminalreporter.write_line(str(text))
