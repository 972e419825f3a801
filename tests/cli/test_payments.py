"""Money on the command line: typed in, proposed, matched, taken back, owed and expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.flows.coming import PAYER, stated
from tests.studio import open_studio


@pytest.fixture
def stated_cli(cli: Cli) -> Cli:
    """A library with three statements of a payer."""
    with open_studio(cli.library) as services:
        for number, amount in (("S-1", "20.00"), ("S-2", "30.00"), ("S-3", "25.00")):
            stated(services, number, amount)
    return cli


def test_from_cash_to_reconciled_and_back(stated_cli: Cli) -> None:
    cli = stated_cli
    said = cli("bank", "add", "50.00", "eur", "--on", "2026-02-20", "--from", PAYER)
    entry = said.row["entry_id"]
    assert cli("bank", "entries", "--unmatched").row["left"] == "50.00"
    (proposal,) = cli("payments", "proposals", "--registry", PAYER).rows
    assert (proposal["entries"], proposal["payments"]) == ([entry], [1, 2])
    assert cli("payments", "proposals", "--from", "2027-01-01").rows == []
    made = cli("payments", "confirm", proposal["proposal"]).rows
    assert [row["state"] for row in made] == ["kept", "kept"]
    assert cli("bank", "entries", "--unmatched").rows == []
    states = {row["statement"]: row["state"] for row in cli("payments").rows}
    assert states == {"S-1": "reconciled", "S-2": "reconciled", "S-3": "overdue"}
    first = cli("payments", "--registry", PAYER).rows[-1]
    assert [one["match_id"] for one in first["money"]] == first["matches"]
    cli("payments", "unmatch", str(made[1]["match_id"]))
    cli("payments", "match", str(entry), "3", "--rest", "tax")
    owed = cli("payments", "owed").row
    assert (owed["total"], owed["currency"], owed["payments"]) == ("30.00", "EUR", [2])
    assert cli("payments", "mark", "2", "held", "--reason", "a dispute").row["state"] == "held"
    assert cli("payments", "owed").row["held"] == "30.00"
    cli("bank", "reverse", str(entry))
    assert {row["received"] for row in cli("payments").rows} == {"0.00"}
    listed = cli.plain("payments").text.splitlines()
    assert max(line.count("overdue") for line in listed) == 1


def test_what_cannot_be_done_is_said(stated_cli: Cli) -> None:
    cli = stated_cli
    for wrong in (
        ("bank", "add", "12..34", "EUR", "--on", "2026-02-20"),
        ("bank", "add", "1.00", "XXQ", "--on", "2026-02-20"),
        ("bank", "add", "1.00", "EUR", "--on", "2026-02-30"),
        ("bank", "reverse", "9"),
        ("payments", "match", "9", "1"),
        ("payments", "unmatch", "9"),
        ("payments", "confirm", "9-9"),
        ("payments", "mark", "1", "void"),
        ("payments", "--registry", "x", "owed"),
    ):
        cli(*wrong, code=2)
    assert cli("bank", "entries").rows == []
    assert cli("payments", "expected").rows == [], "three statements of one day tell no rhythm"


def test_a_number_that_nothing_can_have_is_no_crash(cli: Cli) -> None:
    number = "9" * 23
    for asked in (
        ("statements", "check", number),
        ("payments", "match", number, number),
        ("bank", "reverse", number),
        ("work", "show", number),
    ):
        message = cli(*asked, code=2).row["problem"]["message"]
        assert message == f"Nothing in a library has the number {number}."
    cli("similar", number, code=None)


def test_a_table_of_a_bank_is_mapped_once(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    known = tmp_path / "known.csv"
    known.write_text("Date,Description,Amount,Currency\n2026-02-23,x,1,EUR\n2026-02-23,y,1,EUX\n")
    good, bad = cli("bank", "map", known, "Known", code=1).rows
    assert (good["currency"], "'EUX'" in bad["problem"]["message"]) == ("EUR", True)
    path.write_text("Dag;Sum;Fra\n23.02.2026;12,50;Lumen\n24.02.2026;1..5;x\n")
    assert cli("bank", "import", path, code=3).row["problem"]["kind"] == "bank_file"
    said = ("--column", "date=Dag", "--column", "amount=Sum", "--column", "counterparty=Fra")
    cli("bank", "map", path, "Bank", *said, code=3)
    cli("bank", "map", path, "Bank", "--column", "colour=Dag", code=2)
    shown = cli("bank", "map", path, "Bank", *said, "--currency", "nok", code=1).rows
    assert (shown[0]["amount"], shown[0]["status"], shown[1]["problem"]["line"]) == (
        "12.50",
        "new",
        3,
    )
    assert cli("bank", "entries").rows == []
    cli("bank", "import", path, "--mapping", "Nobody", code=2)
    for status in ("new", "known"):
        kept, refused = cli("bank", "import", path, code=1).rows
        assert (kept["status"], kept["account"], refused["status"]) == (status, "Bank", "refused")
    assert cli("bank", "import", path, "--mapping", "Bank", code=1).rows[0]["status"] == "known"
    unread, gone, kept, _ = cli("bank", "import", "/dev/null", tmp_path, path, code=1).rows
    assert (unread["path"], gone["path"], kept["status"]) == ("null", tmp_path.name, "known")
    cli("bank", "import", "/dev/null", tmp_path, code=3)
    endless = cli("bank", "import", "/dev/zero", code=3).row["problem"]["message"]
    assert "larger than 256 MB" in endless


def test_the_terms_of_who_pays(stated_cli: Cli) -> None:
    cli = stated_cli
    said = cli("payments", "terms", PAYER, "--days", "45", "--minimum", "10.00 eur").row
    assert (said["days"], said["minimum"], said["currency"]) == (45, "10.00", "EUR")
    assert cli("payments", "terms", PAYER).row == said
    assert {row["pay_by"] for row in cli("payments").rows} == {"2026-03-20"}
    cli("payments", "terms", PAYER, "--days", "0", code=2)
    cli("payments", "terms", "Nobody", code=2)
