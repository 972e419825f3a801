"""export: the command line writes what the library holds, and overwrites only when told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.payments.exports.books import fill
from tests.studio import open_studio


@pytest.fixture
def full(cli: Cli) -> Cli:
    """The command line on a library with books."""
    with open_studio(cli.library) as services:
        fill(services)
    return cli


def test_payments_go_out_in_every_format(full: Cli, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx", "pdf", "ofx", "hledger", "beancount"):
        out = tmp_path / f"out.{kind}"
        row = full("export", "payments", "--format", kind, "--out", out).row
        assert (row["file"], row["format"], row["payments"]) == (str(out), kind, 8)
        assert row["size_bytes"] == out.stat().st_size > 1000
    problem = full("export", "payments", "--format", kind, "--out", out, code=2).row["problem"]
    assert "--force" in problem["message"]
    full("export", "payments", "--format", kind, "--out", out, "--force")
    said = full.plain("export", "payments", "--format", kind, "--out", out, "--force").text
    assert said.startswith(str(out))


def test_a_year_for_the_tax_goes_by_the_ending_of_the_file(full: Cli, tmp_path: Path) -> None:
    for ending, kind in ((".csv", "csv"), (".xlsx", "xlsx"), (".pdf", "pdf"), (".txt", "text")):
        row = full("export", "tax", "--year", "2026", "--out", tmp_path / f"tax{ending}").row
        assert (row["format"], row["rows"], row["receipts"]) == (kind, 6, 8)
    full("export", "tax", "--year", "2026", "--out", tmp_path / "tax", code=2)
    full("export", "tax", "--year", "2026", "--out", tmp_path / "tax", "--format", "pdf")
    empty = full("export", "tax", "--year", "1999", "--out", tmp_path / "none.txt").row
    assert empty["rows"] == 0


def test_originals_come_out_byte_for_byte(full: Cli, tmp_path: Path) -> None:
    out = tmp_path / "original"
    row = full("statements", "original", "1", "--out", out).row
    assert (out.read_bytes(), row["size_bytes"]) == (b"document 0", 10)
    full("statements", "original", "2", "--out", out, code=2)
    full("bank", "original", "1", "--out", out, "--force")
    assert out.read_bytes() == b"bank"
    full("statements", "original", "99", "--out", out, "--force", code=2)
    full("bank", "original", "99", "--out", out, "--force", code=2)
    assert out.read_bytes() == b"bank"
