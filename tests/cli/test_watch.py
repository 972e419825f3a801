"""scan --watch: rows as files change, until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.running import Cli
from tests.cli.test_main import start

LIMIT_S = 120


def row(stdout: IO[str]) -> dict[str, Any]:
    """Return the next row."""
    found: dict[str, Any] = json.loads(stdout.readline())
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_rows_come_as_files_change(tmp_path: Path, portfolio: Path) -> None:
    broken = portfolio / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n, and no more")
    with start("scan", portfolio, "--watch", "--jobs", "1", library=tmp_path / "lib") as process:
        too_long = threading.Timer(LIMIT_S, os.killpg, (process.pid, signal.SIGKILL))
        too_long.start()
        assert process.stdout is not None
        assert process.stderr is not None
        first = [row(process.stdout)["status"] for _ in range(3)]
        assert sorted(first) == ["added", "added", "failed"]
        assert row(process.stdout)["summary"]["added"] == 2
        (portfolio / "third.txt").write_text("The lamp in the harbour is lit again. " * 20)
        third = row(process.stdout)
        assert (Path(third["path"]).name, third["status"]) == ("third.txt", "added")
        assert third["iscc"]
        (portfolio / "third.txt").rename(portfolio / "last.txt")
        moved = row(process.stdout)
        assert (moved["status"], moved["work_id"]) == ("moved", third["work_id"])
        (portfolio / "last.txt").unlink()
        gone = row(process.stdout)
        assert (Path(gone["path"]).name, gone["status"]) == ("last.txt", "missing")
        assert gone.keys() == third.keys() - {"note"}
        os.killpg(process.pid, signal.SIGINT)
        rest, words = process.stdout.read(), process.stderr.read()
        assert process.wait() == 130, words
        too_long.cancel()
    assert rest == "", "what is as it was is not told again"
    assert "Traceback" not in words


def test_a_file_cannot_be_watched(cli: Cli, portfolio: Path) -> None:
    said = cli("scan", "--watch", portfolio / "second.txt", code=2)
    assert said.row["problem"]["kind"] == "usage"
