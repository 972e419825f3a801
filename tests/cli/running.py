"""Runs the command line in this process and reads what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.cli.main import run


@dataclass
class Said:
    """How one command ended, and what it wrote."""

    code: int
    out: bytes
    err: bytes

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The JSON objects of stdout, one a line."""
        rows = [json.loads(line) for line in self.out.decode("utf-8").splitlines()]
        assert all(isinstance(row, dict) for row in rows)
        return rows

    @property
    def row(self) -> dict[str, Any]:
        """The only JSON object of stdout."""
        (row,) = self.rows
        return row

    @property
    def text(self) -> str:
        """stdout to read."""
        return self.out.decode("utf-8")


@dataclass
class Cli:
    """The command line with a library of its own."""

    library: Path
    captured: pytest.CaptureFixture[bytes]

    def __call__(self, *arguments: str | Path, code: int | None = 0) -> Said:
        """Run with --json; code: the exit code that is expected, None for any."""
        return self.plain("--json", *arguments, code=code)

    def plain(self, *arguments: str | Path, code: int | None = 0) -> Said:
        """Run without --json."""
        self.captured.readouterr()
        ended = run(["--library", str(self.library), *map(str, arguments)])
        out, err = self.captured.readouterr()
        said = Said(ended, out, err)
        assert code is None or ended == code, (ended, out[-2000:], err[-2000:])
        return said
