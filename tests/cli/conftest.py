"""A command line with an empty library and a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.studio import PASSWORD


@pytest.fixture
def cli(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    cheap_keys: None,
) -> Cli:
    """The command line on an empty library."""
    monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
    monkeypatch.delenv("RESIDUALS_LIBRARY", raising=False)
    return Cli(tmp_path / "library", capfdbinary)


@pytest.fixture
def portfolio(tmp_path: Path) -> Path:
    """Two texts and a picture that is broken."""
    folder = tmp_path / "portfolio"
    folder.mkdir()
    (folder / "first poem.txt").write_text("The tide returns what the tide has taken. " * 20)
    (folder / "second.txt").write_text("Rain on slate, and the ferry late again. " * 20)
    return folder
