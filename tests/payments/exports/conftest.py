"""A library with books in it, and the ledger that is read from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services import Services
from tests.payments.exports.books import Books, fill
from tests.studio import open_studio


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, Books]]:
    """An open library with the books; nothing writes to it."""
    with open_studio(tmp_path_factory.mktemp("books") / "library") as services:
        yield services, fill(services)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where an export goes."""
    return tmp_path / "out"
