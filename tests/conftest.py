"""What every test needs: no system keyring, no real screen."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.flows.syncing import add_registry
from desktop.identity import keystore
from desktop.practice.server import PracticeServer
from desktop.services import Services
from tests.dying import Die
from tests.studio import REGISTRY, mid_january, open_studio, settle
from tests.two_runs import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_terminal_summary,
    show_tally,
)

__all__ = [
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_terminal_summary",
    "show_tally",
]


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key files that cost nothing to open; the file itself says what it costs."""
    monkeypatch.setattr(keystore, "ITERATIONS", 1)
    monkeypatch.setattr(keystore, "LANES", 1)
    monkeypatch.setattr(keystore, "MEMORY_KIB", 64)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[PracticeServer]:
    """A running practice registry in a folder of its own, where it is 15 January 2026."""
    with PracticeServer(tmp_path / "registry", clock=mid_january) as server:
        yield server


@pytest.fixture
def studio(tmp_path: Path, cheap_keys: None) -> Iterator[Services]:
    """An open library with an identity and nothing else."""
    with open_studio(tmp_path / "library") as services:
        settle(services)
        yield services


@pytest.fixture
def joined(studio: Services, registry: PracticeServer) -> Services:
    """The studio, with the running registry added and not contacted yet."""
    add_registry(REGISTRY, registry.url, studio)
    return studio


@pytest.fixture(scope="session")
def dying() -> Iterator[Die]:
    """A process whose children kill themselves at a given step."""
    with Die() as process:
        yield process
