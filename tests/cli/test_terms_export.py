"""terms export and terms read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import Cli


@pytest.fixture
def two(cli: Cli, portfolio: Path) -> Cli:
    """Two works: the first with no AI, the second for a price."""
    cli("scan", portfolio, "--jobs", "1")
    cli("terms", "set", "1", "--preset", "no ai")
    cli("terms", "set", "2", "--preset", "ask me", "--price", "per-training:5.00:EUR")
    return cli


def test_works_in_one_place_get_the_strictest_answer(two: Cli, tmp_path: Path) -> None:
    out = tmp_path / "rsl.xml"
    row = two("terms", "export", "rsl", "--all", "--out", out).row
    assert (row["works"], row["locations"], row["file"]) == (2, ["/"], str(out))
    assert row["losses"][0] == {
        "target": "rsl",
        "use": None,
        "sentence": "The 2 works at / have different terms: the strictest answer of all is "
        "written.",
    }
    assert "ai-train ai-input</prohibits>" in out.read_text()
    two("terms", "export", "rsl", "--at", "1=/poem/", "--at", "2=/ferry/", "--out", out, code=2)
    apart = two("terms", "export", "rsl", "--at", "1=/poem/", "--at", "2=/ferry/",
                "--out", out, "--force").row  # fmt: skip
    assert apart["locations"] == ["/ferry/", "/poem/"]
    assert '<amount currency="EUR">5.00</amount>' in out.read_text()


def test_every_target(two: Cli, tmp_path: Path) -> None:
    for target in ("robots", "headers", "meta", "tdmrep", "tdmai", "aitxt"):
        out = tmp_path / target
        row = two("terms", "export", target, "1", "--out", out,
                  "--site", "https://x.example").row  # fmt: skip
        assert row["size_bytes"] == out.stat().st_size > 0
        assert {loss["target"] for loss in row["losses"]} == {target}
    assert json.loads((tmp_path / "tdmai").read_text())["iscc"].startswith("ISCC:")
    assert "License: https://x.example/rsl.xml\n" in (tmp_path / "robots").read_text()
    several = tmp_path / "lines"
    two("terms", "export", "tdmai", "--all", "--out", several)
    assert [json.loads(line)["search"] for line in several.read_text().splitlines()] == ["true"] * 2
    nginx = two("terms", "export", "headers", "1", "--server", "nginx", "--out", tmp_path / "n")
    assert nginx.row["file"]
    assert "add_header tdm-reservation" in (tmp_path / "n").read_text()


def test_nothing_said_writes_no_file(two: Cli, tmp_path: Path) -> None:
    two("terms", "set", "1", "train=unset")
    row = two("terms", "export", "tdmrep", "1", "--out", tmp_path / "t").row
    assert (row["file"], row["size_bytes"], row["losses"]) == (None, 0, [])
    assert not (tmp_path / "t").exists()


def test_merging_into_a_robots_txt(two: Cli, tmp_path: Path) -> None:
    own = tmp_path / "robots.txt"
    own.write_bytes(b"User-agent: *\r\nContent-Usage: train-ai=y\r\n")
    row = two("terms", "export", "robots", "1", "--merge", own, "--out", tmp_path / "new").row
    assert (tmp_path / "new").read_bytes().startswith(own.read_bytes())
    assert "allows train-generative" in row["conflicts"][0]
    before = (tmp_path / "new").read_bytes()
    two("terms", "export", "robots", "1", "--merge", tmp_path / "new", "--out", tmp_path / "new",
        "--force")  # fmt: skip
    assert (tmp_path / "new").read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        ("robots", "9"),
        ("robots",),
        ("robots", "1", "--location", "/a b"),
        ("robots", "1", "--location", "/a\nDisallow: /"),
        ("robots", "1", "--site", "https://x.example/path"),
        ("robots", "1", "--site", "javascript:alert(1)"),
        ("robots", "--at", "x=/"),
        ("rsl", "1", "--server", "nginx"),
    ],
)
def test_wrong_usage(two: Cli, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    two("terms", "export", *wrong, "--out", tmp_path / "no", code=2)
    assert not (tmp_path / "no").exists()
