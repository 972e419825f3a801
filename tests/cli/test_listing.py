"""listing look, show, decide."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Cli


def test_from_the_command_line(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    cli("scan", portfolio, "--jobs", "1")
    sha = cli("work", "show", "1").row["sha256"]
    published = tmp_path / "list.csv"
    published.write_text(f"sha256,title\n{sha},whatever\n")
    looked, match = cli("listing", "look", published).rows
    assert (looked["matches"], match["certainty"], match["work_id"]) == (1, "sure", 1)
    assert cli("listing", "show").rows == [looked]
    cli("listing", "decide", "1", "2", "1", "rejected")
    assert cli("listing", "show", "1").rows[1]["state"] == "rejected"
    assert (
        "cannot be read"
        in cli("listing", "look", tmp_path / "no", code=2).row["problem"]["message"]
    )
