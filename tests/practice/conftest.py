"""A practice registry on the loopback, and people who claim there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.practice.advance import Advanced, advance
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant

START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def fixed_clock() -> datetime:
    """Return the real time of the registries in these tests."""
    return START


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PracticeServer]:
    """A running registry whose real time stands still on 15 January 2026."""
    with PracticeServer(tmp_path / "registry", clock=fixed_clock) as running:
        yield running


@pytest.fixture
def pass_months(server: PracticeServer, tmp_path: Path) -> Callable[[int], Advanced]:
    """Let months pass at the registry."""
    return lambda months: advance(tmp_path / "registry", months, clock=fixed_clock)


@pytest.fixture
def ana(server: PracticeServer) -> Claimant:
    """A claimant of the running registry."""
    return Claimant(server.url)


@pytest.fixture
def ben(server: PracticeServer) -> Claimant:
    """Another one."""
    return Claimant(server.url, name="Ben Okafor")
