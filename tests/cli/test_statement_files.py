"""statements import, learn, unmatched, match: the contract of CLI.md, and the exit codes."""

from __future__ import annotations

from pathlib import Path

from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from tests.cli.running import Cli
from tests.cli.test_commands import STATEMENT
from tests.flows.payer_files import DISTROKID
from tests.studio import mid_january, open_studio

HOUSE = "Titel;Monat;Honorar\nDie Salzstraße;03.2026;1.234,56\n"


def test_import_and_say_which_works(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID.replace("-0.5", "12..34"), encoding="utf-8")
    said = cli("statements", "import", path, "--dry-run", code=1)
    [march, refused] = said.rows
    assert STATEMENT | {"status"} <= march.keys()
    assert (march["status"], march["statement_id"], march["payable"]) == ("new", None, "0.05")
    assert (refused["status"], refused["line"]) == ("refused", 4)
    assert cli("statements", "list").rows == []
    [march, _] = cli("statements", "import", path, code=1).rows
    assert [one["check"] for one in march["findings"]] == ["C3", "A6"]
    [again, _] = cli("statements", "import", path, code=1).rows
    assert (again["status"], again["statement_id"]) == ("already here", march["statement_id"])
    assert "12..34" in cli.plain("statements", "import", path, code=1).text
    names = {row["title"]: row for row in cli("statements", "unmatched").rows}
    assert names["Night"]["amounts"] == {"USD": "0.012"}
    number = str(names["Night"]["payer_work_id"])
    row = cli("statements", "not-mine", number).row
    assert (row["state"], row["work_id"]) == ("not_mine", None)
    assert cli("statements", "unmatch", number).row["state"] == "unmatched"
    assert "no work 7" in cli("statements", "match", number, "7", code=2).row["problem"]["message"]
    cli("statements", "set-aside", str(march["statement_id"]), "--reason", "twice")
    assert cli("payments").rows == []
    assert [row["aside"] for row in cli("statements", "list").rows] == [True]
    [aside] = cli("statements", "set-aside").rows
    assert (aside["statement_id"], aside["reason"]) == (march["statement_id"], "twice")
    assert "does not count: twice" in cli.plain("statements", "set-aside").text
    cli("statements", "set-aside", str(march["statement_id"]), "--undo")
    assert cli("statements", "set-aside").rows == []
    assert b"which statement" in cli("statements", "set-aside", "--undo", code=2).out
    assert [row["expected"] for row in cli("payments").rows] == ["0.05"]
    cli("verify", "--all")


def test_learn_what_columns_mean(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "house.csv"
    path.write_text(HOUSE, encoding="utf-8")
    said = cli("statements", "import", path, code=3)
    assert "statements learn" in said.row["problem"]["message"]
    guessed = {row["heading"]: row["field"] for row in cli("statements", "learn", path).rows}
    assert guessed == {"Titel": "title", "Monat": "period", "Honorar": "net"}
    save = ("statements", "learn", path, "--save", "Verlag Nord", "--payer", "Nord")
    assert "Which currency" in cli(*save, code=3).row["problem"]["message"]
    cli(*save, "--constant", "currency=EUR")
    [row] = cli("statements", "import", path).rows
    assert (row["registry"], row["payable"], row["mapping"]) == ("Nord", "1234.56", "Verlag Nord")
    mine = [row["name"] for row in cli("statements", "mappings").rows if row["own"]]
    assert mine == ["verlag-nord"]
    cli("statements", "mappings", "--remove", "verlag-nord")
    assert "comes with the app" in str(
        cli("statements", "mappings", "--remove", "kdp", code=2).row["problem"]["message"]
    )
    path.write_text(HOUSE.replace("03.2026", "03/04/26"), encoding="utf-8")
    said = cli(*save, "--constant", "currency=EUR", code=3)
    assert "can be read in 2 ways: D/M/YY, M/D/YY" in said.row["problem"]["message"]


def test_signed_statements_come_as_files_too(
    cli: Cli, portfolio: Path, registry: PracticeServer, tmp_path: Path
) -> None:
    cli("identity", "init", "--name", "Ana Sousa")
    cli("scan", portfolio)
    cli("registries", "add", "Practice", registry.url)
    cli("claim", "--registry", "Practice", "--all")
    cli("sync")
    cli("sync")
    advance(tmp_path / "registry", 1, clock=mid_january)
    cli("sync")
    with open_studio(cli.library, read_only=True) as services, services.store.read() as connection:
        document = bytes(connection.execute("SELECT document FROM statements").fetchone()[0])
    path = tmp_path / "statement.json"
    path.write_bytes(document)
    [row] = cli("statements", "import", path).rows
    assert (row["status"], row["signature"]) == ("already here", "verified")
    path.write_bytes(document.replace(b'"gross":"', b'"gross":"1', 1))
    said = cli("statements", "import", path, code=3)
    assert "changed or forged" in said.row["problem"]["message"]
    proof = document.index(b',"proof"')
    unsigned = document[:proof] + document[document.index(b"}", proof) + 1 :]
    path.write_bytes(unsigned)
    [row] = cli("statements", "import", path, "--dry-run").rows
    assert (row["status"], row["signature"]) == ("changed", "unsigned")
