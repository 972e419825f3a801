"""timestamps: services, lists, proofs, from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.timestamps.givers import Authority, Calendar


def test_a_claim_is_stamped_with_the_next_sync(cli: Cli, portfolio: Path) -> None:
    cli("identity", "init", "--name", "Ana Sousa")
    cli("scan", portfolio)
    cli("registries", "add", "Painters", "https://painters.example")
    cli("claim", "--registry", "Painters", "--all")
    assert cli("timestamps", "list").rows == [{"summary": {"not_listed": 2}}]
    with Calendar() as calendar:
        [row] = cli("timestamps", "add", "Alice", calendar.url, "--kind", "opentimestamps").rows
        assert row == {
            "name": "Alice", "kind": "opentimestamps", "url": calendar.url, "used": True,
        }  # fmt: skip
        cli("sync", "--once", code=1)
        one, summary = cli("timestamps", "list").rows
        assert (one["state"], one["claims"]) == ("promised", 2)
        assert summary == {"summary": {"not_listed": 0}}
    [row] = cli("timestamps", "stop", "Alice").rows
    assert row["used"] is False


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is the authority")
def test_an_authority_needs_its_root(cli: Cli, tmp_path: Path) -> None:
    with Authority(tmp_path / "authority") as authority:
        said = cli("timestamps", "add", "City", authority.url, code=2)
        assert "root certificate" in said.row["problem"]["message"]
        root = tmp_path / "authority" / "root.pem"
        [row] = cli("timestamps", "add", "City", authority.url, "--roots", root).rows
    assert row["kind"] == "rfc3161"
    said = cli("timestamps", "add", "City", authority.url, "--roots", root, code=2)
    assert "already" in said.row["problem"]["message"]


def test_what_cannot_be_meant(cli: Cli) -> None:
    for words in (["add"], ["add", "Alice"], ["add", "--public", "Alice", "https://a.example"]):
        cli("timestamps", *words, code=2)
    assert len(cli("timestamps", "add", "--public").rows) == 4
    said = cli("timestamps", "stop", "Nobody", code=2)
    assert "Nobody" in said.row["problem"]["message"]
