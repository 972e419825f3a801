"""publish, publish list, and a scan of what was published."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Cli

ROW = {"source", "copy", "iscc", "vocabularies", "losses", "sidecars", "notes", "problem"}


def test_publish_and_list_and_scan(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    out = tmp_path / "copies"
    cli("scan", portfolio)
    assert "no identity" in cli("publish", "1", "--out", out, code=3).row["problem"]["message"]
    cli("identity", "init", "--name", "Ana Sousa")
    cli("terms", "set", "--all", "--preset", "no ai")
    for wrong in (("publish", "1"), ("publish", "--out", out), ("publish", "one", "--out", out),
                  ("publish", "1", "--all", "--out", out), ("publish", "9", "--out", out),
                  ("publish", "--collection", "none", "--out", out)):  # fmt: skip
        cli(*wrong, code=2)
    (portfolio / "second.txt").unlink()
    first, second, last = cli("publish", "--all", "--out", out, code=1).rows
    made, failed = (first, second) if first["problem"] is None else (second, first)
    assert made.keys() >= ROW
    assert made["source"] == str(portfolio / "first poem.txt")
    assert made["copy"] == str(out / "first poem.txt")
    assert made["vocabularies"] == ["iptc", "c2pa"]
    assert made["original"]["before"] == made["original"]["after"]
    assert {Path(one).suffix for one in made["sidecars"]} == {".xmp", ".c2pa"}
    assert {loss["target"] for loss in made["losses"]} <= {"iptc", "c2pa"}
    assert failed["problem"]["kind"] == "missing"
    assert last["summary"]["published"] == last["summary"]["failed"] == 1
    assert last["summary"]["certificate"] == "valid, not on a trust list"
    assert cli("identity", "show").row["certificate"]["standing"] == "valid, not on a trust list"
    authority = tmp_path / "ana.pem"
    written = cli("identity", "certificate", "--out", authority).row
    assert written["certificate"]["standing"] == "valid, not on a trust list"
    assert authority.read_bytes().count(b"BEGIN CERTIFICATE") == 1
    assert b"PRIVATE" not in authority.read_bytes()
    cli("identity", "certificate", "--out", authority, code=2)
    (kept,) = cli("publish", "list").rows
    assert (kept["copy"], kept["there"], kept["current"]) == (made["copy"], True, True)
    assert kept["original"]["datahash"] == made["original"]["before"]
    cli("terms", "set", "--all", "--preset", "open")
    rows = cli("scan", out).rows
    assert rows[-1]["summary"]["copy"] == 3
    assert all("Publish it again" in row["note"] for row in rows[:-1])
    text = cli.plain("publish", "list").text
    assert "says your terms of" in text
