"""findings: listed with their state, dismissed with a reason, answered."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Cli
from tests.doubtful import keep_statement, wrong_statement
from tests.studio import open_studio, settle


def test_the_life_of_a_finding(cli: Cli, tmp_path: Path) -> None:
    with open_studio(cli.library) as services:
        settle(services)
        keep_statement(services, wrong_statement())
    first = cli("findings").rows[0]
    assert first["state"] == "open"
    assert first["finding_id"].startswith("A1-")
    assert (first["expected"], first["actual"]) == ("30.00 EUR", "31.00 EUR")
    refused = cli("findings", "dismiss", first["finding_id"], code=2)
    assert "with a reason" in refused.row["problem"]["message"]
    said = cli("findings", "dismiss", first["finding_id"], "--reason", "Paid apart.").row
    assert (said["state"], said["decisions"][0]["words"]) == ("dismissed", "Paid apart.")
    assert first["finding_id"] not in {row["finding_id"] for row in cli("findings").rows}
    assert first["finding_id"] in {row["finding_id"] for row in cli("findings", "--all").rows}
    assert cli("findings", "reopen", first["finding_id"]).row["state"] == "open"
    page = tmp_path / "letter.html"
    drafted = cli("findings", "ask", first["finding_id"], "--draft").row
    asked = cli("findings", "ask", first["finding_id"], "--out", page).row
    assert (drafted["asked"], asked["asked"]) == (False, True)
    assert drafted["text"] == asked["text"]
    assert "<h1>Question about statement S-1</h1>" in page.read_text(encoding="utf-8")
    cli("findings", "ask", first["finding_id"], "--dispute", code=2)
    answer = ("--text", "We correct it.", "--on", "2026-03-01")
    told = cli("findings", "answered", first["finding_id"], *answer).row
    assert (told["state"], told["decisions"][-1]["on"]) == ("answered", "2026-03-01")
    assert all(row["state"] for row in cli("findings", "recheck", "1").rows)
    assert "Paid apart." in cli.plain("findings", "--all").text


def test_the_journal_and_its_checkpoints(cli: Cli, tmp_path: Path) -> None:
    cli("identity", "init", "--name", "Ana Sousa")
    kept = tmp_path / "kept.json"
    made = cli("journal", "checkpoint", "--out", kept).row
    rows = cli("journal").rows
    assert (made["rows"], made["head"]) == (rows[0]["row"], rows[0]["hash"])
    assert [row["action"] for row in cli("journal", "--about", "identity.cre").rows] == [
        "identity.created"
    ]
    assert all(row["ok"] for row in cli("verify", "--checkpoint", kept).rows)
    kept.write_bytes(b"{}")
    assert "no checkpoint" in cli("verify", "--checkpoint", kept, code=3).row["problem"]["message"]
