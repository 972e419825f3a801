"""form: the whole way on the command line, with the contract of rows, problems and exit codes."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.running import Cli


def settled(cli: Cli, portfolio: Path) -> list[int]:
    """Scan two texts and make the identity; return the works' numbers."""
    cli("scan", portfolio)
    cli("identity", "init", "--name", "Ana Sousa")
    return sorted(row["work_id"] for row in cli("works").rows)


def test_the_shipped_forms_say_what_they_are_for(cli: Cli) -> None:
    found = {row["form"]: row for row in cli("form", "shipped").rows}
    assert sorted(found) == ["photographs-group", "society-works", "works-list"]
    assert found["photographs-group"]["works_a_sheet"] == 750
    assert cli.plain("form", "shipped").text.count("\n") == 6


def test_from_the_claim_to_the_answer(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    first, second = settled(cli, portfolio)
    added = cli("registries", "add", "Case", "works-list", "--option", "deadline=2026-12-31").row
    assert (added["kind"], added["url"], added["state"], added["can"]) == (
        "form_pack",
        "form:works-list",
        "ready",
        [],
    )
    assert added["options"] == {"deadline": "2026-12-31"}
    cli("claim", "--registry", "Case", "--all")
    assert [row["next"] for row in cli("outbox").rows] == [
        "Make the folder: `form make Case --out FOLDER`."
    ] * 2
    assert cli("sync").rows[-1]["summary"]["sent"] == 0

    out = tmp_path / "hand in"
    made = cli("form", "make", "Case", "--out", out).row
    assert (made["state"], made["works"], made["there"]) == ("made", 2, True)
    with (out / "works list.csv").open(newline="", encoding="utf-8-sig") as file:
        sheet = list(csv.DictReader(file))
    assert [row["Claimant"] for row in sheet] == ["Ana Sousa"] * 2
    number = str(made["submission_id"])
    assert f"form sent {number}" in cli("claims").rows[0]["next"]

    sent = cli("form", "sent", number, "--number", "C-1", "--date", "2026-01-02").row
    assert (sent["number"], sent["sent"], sent["you_say_so"]) == ("C-1", "2026-01-02", True)
    claim = cli("claims").rows[0]
    assert (claim["state"], claim["number"], claim["receipt"], claim["you_say_so"]) == (
        "acknowledged",
        "C-1",
        None,
        True,
    )
    assert "number C-1, you say so" in cli.plain("claims").text
    (silent,) = cli("form", "reminders").rows
    assert (silent["reminder"], silent["submission_id"]) == ("silent", int(number))

    cli("form", "answered", number, "rejected", "--work", str(second), "--reason", "Not listed")
    done = cli("form", "answered", number, "accepted").row
    assert (done["state"], done["accepted"], done["rejected"]) == ("answered", 1, 1)
    shown = cli("form", "show", number).row
    assert [row["state"] for row in shown["rows"]] == ["accepted", "rejected"]
    assert [row["event"] for row in shown["events"]] == [
        "begun",
        "made",
        "sent",
        "answered",
        "answered",
    ]
    assert shown["rows"][0]["work_id"] == first
    assert cli("form", "reminders").rows == []
    assert [row["submission_id"] for row in cli("form", "list", "--registry", "Case").rows] == [
        int(number)
    ]


def test_what_lacks_is_a_problem_of_that_work(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    first, _ = settled(cli, portfolio)
    cli("registries", "add", "Society", "society-works")
    cli("claim", "--registry", "Society", str(first))
    said = cli("form", "make", "Society", "--out", tmp_path / "out", code=1).row
    assert said["work_id"] == first
    assert said["problem"]["kind"] == "form"
    assert said["problem"]["message"].startswith("“IPI name number” is missing for ‘first poem’")
    assert not (tmp_path / "out").exists()
    assert "“IPI name number” is missing" in cli("outbox").row["next"]


def test_wrong_usage_and_nothing_done(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    settled(cli, portfolio)
    cli("registries", "add", "Case", "works-list")
    cli("form", "make", "Case", "--out", tmp_path / "out", code=2)
    cli("claim", "--registry", "Case", "--all")
    problem = cli("form", "make", "Case", "--out", tmp_path, code=3).row["problem"]
    assert "nothing is overwritten" in problem["message"]
    cli("form", "sent", "1", code=2)
    cli("form", "sent", "1", "--date", "soon", code=2)
    cli("registries", "add", "Other", "no-such-form", "--kind", "form_pack", code=2)


def test_a_form_is_exported_and_the_sheets_are_written_again(
    cli: Cli, portfolio: Path, tmp_path: Path
) -> None:
    settled(cli, portfolio)
    cli("registries", "add", "Case", "works-list")
    cli("form", "export", "Case", "--out", tmp_path / "mine.toml")
    cli("form", "export", "Case", "--out", tmp_path / "mine.toml", code=2)
    mine = cli("registries", "add", "Mine", str(tmp_path / "mine.toml")).row
    assert (mine["kind"], mine["url"]) == ("form_pack", "form:own/works-list")
    cli("claim", "--registry", "Mine", "--all")
    made = cli("form", "make", "Mine", "--out", tmp_path / "out").row
    cli("form", "show", str(made["submission_id"]), "--sheets", tmp_path / "again")
    for name in ("works list.csv", "works list.xlsx"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_a_form_of_an_offices_spreadsheet(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    settled(cli, portfolio)
    template = tmp_path / "their list.csv"
    template.write_text("Work title;Author;Group;Remarks\r\n;;;\r\n", "utf-8")
    said = cli(
        *("form", "new", "Archive", template, "--required", "Work title"),
        *("--always", "Group=7", "--column", "Author=claimant", "--works", "1"),
        *("--deadline", "2020-12-31", "--step", "Bring it there."),
    ).row
    assert [
        (column["heading"], column["holds"], column["always"]) for column in said["columns"]
    ] == [
        ("Work title", "title", None),
        ("Author", "claimant", None),
        ("Group", None, "7"),
        ("Remarks", None, None),
    ]
    template.unlink()
    cli("claim", "--registry", "Archive", "--all")
    cli("form", "make", "Archive", "--out", tmp_path / "out")
    with (tmp_path / "out/works 1 of 2.csv").open(newline="", encoding="utf-8-sig") as file:
        assert list(csv.reader(file)) == [
            ["Work title", "Author", "Group", "Remarks"],
            ["first poem", "Ana Sousa", "7", ""],
        ]
    assert "[ ] Bring it there." in (tmp_path / "out/checklist.txt").read_text("utf-8")
    (late,) = cli("form", "reminders").rows
    assert (late["reminder"], late["deadline"]) == ("deadline_passed", "2020-12-31")


def test_what_a_form_cannot_be_made_of(cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "list.csv"
    template.write_text("Title,Author\n")
    cli("form", "new", "A", tmp_path / "gone.csv", code=2)
    cli("form", "new", "A", template, "--column", "Name=title", code=2)
    cli("form", "new", "A", template, "--column", "Title=titel", code=2)
    cli("form", "new", "A", template, "--column", "Title=", "--column", "Author=", code=3)
    template.write_text("Our list of works\nTitle,Author\n")
    problem = cli("form", "new", "A", template, code=3).row["problem"]
    assert "Delete the lines above the headings" in problem["message"]
    assert cli("registries", "list").rows == []
