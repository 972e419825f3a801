"""An open library with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.database import Store, open_store
from tests.empty import lay_out


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open store in a folder of its own."""
    with open_store(lay_out(tmp_path / "library")) as opened:
        yield opened
