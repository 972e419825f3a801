"""similar, and the warning of claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.portfolio.corpus import painting


@pytest.fixture
def scanned(cli: Cli, tmp_path: Path) -> Path:
    """Three pictures in the library: one twice, as PNG and as a small JPEG."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, seed in (("first.png", 1), ("other.png", 2)):
        painting(seed).save(folder / name)
    painting(1).resize((240, 180)).save(folder / "small.jpg", quality=92)
    cli("scan", "--jobs", "1", folder)
    return folder


def test_similar_lists_works_nearest_first(cli: Cli, scanned: Path) -> None:
    numbers = {row["title"]: row["work_id"] for row in cli("works").rows}
    row = cli("similar", str(numbers["first"])).row
    assert row == {
        "work_id": numbers["small"],
        "title": "small",
        "bits": row["bits"],
        "relation": "version",
    }
    assert 0 < row["bits"] <= 32
    assert cli("similar", str(numbers["first"]), "--max-bits", "0").rows == []
    all_of_them = cli("similar", str(numbers["first"]), "--max-bits", "256").rows
    assert [one["title"] for one in all_of_them] == ["small", "other"]
    assert "Nothing" in cli.plain("similar", str(numbers["other"])).text


def test_similar_takes_a_file_that_is_not_kept(cli: Cli, scanned: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.png"
    copy.write_bytes((scanned / "other.png").read_bytes())
    row = cli("similar", copy).row
    assert (row["title"], row["bits"], row["relation"]) == ("other", 0, "same bytes")
    assert len(cli("works").rows) == 3


def test_similar_groups(cli: Cli, scanned: Path) -> None:
    row = cli("similar", "--groups").row
    assert (row["group"], row["relation"]) == (1, "version")
    assert sorted(work["title"] for work in row["works"]) == ["first", "small"]
    assert row["works"][0]["bits"] == 0
    assert "version" in cli.plain("similar", "--groups").text


def test_similar_says_what_it_cannot_do(cli: Cli, tmp_path: Path) -> None:
    cli("similar", code=2)
    cli("similar", "1", "--groups", code=2)
    cli("similar", "--groups", "--max-bits", "3", code=2)
    cli("similar", "77", code=2)
    said = cli("similar", tmp_path / "nothing.png", code=3)
    assert said.row["problem"]["kind"] == "missing"


def test_claim_tells_of_the_same_content_before_it_signs(cli: Cli, scanned: Path) -> None:
    cli("identity", "init", "--name", "Ana Sousa")
    cli("registries", "add", "Practice", "http://127.0.0.1:9")
    said = cli("claim", "--registry", "Practice", "--all")
    by_number = {row["work_id"]: row for row in said.rows}
    numbers = {row["title"]: row["work_id"] for row in cli("works").rows}
    (twin,) = by_number[numbers["first"]]["same_as"]
    assert (twin["work_id"], twin["relation"]) == (numbers["small"], "version")
    assert twin["claimed"] is False
    assert by_number[numbers["other"]]["same_as"] == []
    assert all(row["state"] == "queued" for row in said.rows)
    assert b"first: this looks like another version of work" in said.err
