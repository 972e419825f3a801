"""Every command against its contract (CLI.md): the JSON keys literally, and the exit codes."""

from __future__ import annotations

import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from tests.cli.running import Cli
from tests.payments.test_bank_files import PAYPAL
from tests.payments.test_camt import camt, entry
from tests.studio import mid_january, open_studio

SCAN = {
    "path", "status", "kind", "mediatype", "size_bytes", "iscc", "units", "units_256", "datahash",
    "sha256", "md5", "work_id", "problem",
}  # fmt: skip
WORK = {"work_id", "title", "kind", "iscc", "files", "terms", "claims"}
IDENTITY = {"did", "name", "created"}
REGISTRY = {"name", "kind", "url", "did", "state"}
CLAIM = {"claim_id", "work_id", "registry", "state"}
OUTBOX = {"claim_id", "registry", "state", "attempts", "not_before", "last_problem"}
CLAIMS = {"claim_id", "work_id", "registry", "state", "receipt", "conflict"}
STATEMENT = {
    "statement_id", "registry", "number", "period", "currency", "payable", "signature", "findings",
}  # fmt: skip
BANK = {"entry_id", "date", "amount", "currency", "status", "line", "problem"}
PAYMENT = {
    "payment_id", "registry", "period", "expected", "received", "currency", "state", "matches",
}  # fmt: skip
VERIFY = {"check", "ok", "detail"}


@pytest.fixture
def ready(cli: Cli, portfolio: Path, registry: PracticeServer) -> Cli:
    """An identity, two works, and a registry that was not contacted yet."""
    cli("identity", "init", "--name", "Ana Sousa")
    cli("scan", portfolio, "--jobs", "1")
    cli("registries", "add", "Practice", registry.url)
    return cli


@pytest.fixture
def paid(ready: Cli, tmp_path: Path) -> tuple[Cli, list[Path]]:
    """Claims accepted, three months gone by; the bank files that came of it."""
    ready("claim", "--registry", "Practice", "--all")
    ready("sync")
    files = advance(tmp_path / "registry", 3, clock=mid_january).bank_files
    return ready, list(files)


def test_identity(cli: Cli) -> None:
    assert cli("identity", "show", code=2).row["problem"]["kind"] == "usage"
    made = cli("identity", "init", "--name", "Ana Sousa").row
    assert made.keys() >= IDENTITY
    assert made["did"].startswith("did:key:z6Mk")
    assert cli("identity", "show").row == made
    again = cli("identity", "init", "--name", "ana sousa", code=2).row["problem"]
    assert again["kind"] == "usage"
    assert cli("identity", "init", code=2).out == b""


def test_scan(cli: Cli, portfolio: Path) -> None:
    *rows, last = cli("scan", portfolio, "--jobs", "1").rows
    assert [row["status"] for row in rows] == ["added", "added"]
    for row in rows:
        assert row.keys() >= SCAN
        assert row["units"].keys() == {"meta", "content", "data", "instance"}
        assert len(row["units_256"]) == sum(unit is not None for unit in row["units"].values())
        assert row["datahash"].startswith("1e20")
        assert len(row["sha256"]) == 64
        assert row["problem"] is None
        assert row["size_bytes"] == Path(row["path"]).stat().st_size
    assert last["summary"]["added"] == 2
    assert last["summary"].keys() >= {"added", "failed", "seconds", "bytes"}
    assert last["summary"]["bytes"] == sum(row["size_bytes"] for row in rows)
    *again, last = cli("scan", portfolio).rows
    same = [{**row, "status": "unchanged"} for row in rows]
    for row in (*again, *same):
        row.pop("note", None)
    assert sorted(again, key=lambda row: str(row["path"])) == sorted(
        same, key=lambda row: str(row["path"])
    )
    assert (last["summary"]["added"], last["summary"]["unchanged"]) == (0, 2)


def test_scan_with_a_bad_file(cli: Cli, portfolio: Path, tmp_path: Path) -> None:
    (portfolio / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    *rows, last = cli("scan", portfolio, tmp_path / "nowhere", code=1).rows
    failed = {Path(row["path"]).name: row for row in rows if row["status"] == "failed"}
    assert failed.keys() == {"broken.png", "nowhere"}
    for row in failed.values():
        assert row.keys() >= SCAN
        assert row["problem"].keys() >= {"kind", "message", "path"}
        assert row["problem"]["path"] == row["path"]
        assert row["work_id"] is None
    assert failed["nowhere"]["problem"]["kind"] == "missing"
    assert (last["summary"]["added"], last["summary"]["failed"]) == (2, 2)


def test_works(ready: Cli, portfolio: Path) -> None:
    rows = ready("works").rows
    assert len(rows) == 2
    assert all(row.keys() >= WORK for row in rows)
    (found,) = ready("works", "--search", "poem").rows
    assert found["files"] == [str(portfolio / "first poem.txt")]
    assert (found["terms"], found["claims"]) == ("unset", {})
    assert len(ready("works", "--limit", "1").rows) == 1
    assert ready("works", "--search", "nothing such").rows == []
    ready("works", "--limit", "0", code=2)
    ready("claim", "--registry", "Practice", str(found["work_id"]))
    (found,) = ready("works", "--search", "poem").rows
    assert found["claims"] == {"Practice": "queued"}


def test_work_edit(ready: Cli) -> None:
    row = ready(
        "work", "edit", "1", "--title", "Tide", "--creator", "Ana:poet", "--identifier",
        "isbn:9780306406157", "--share", "me:training:2/3", "--share", "Ben:training:1/3",
    ).row  # fmt: skip
    assert row.keys() >= WORK
    assert row["title"] == "Tide"
    assert {(share["party"], share["share"]) for share in row["shares"]} == {
        ("Ana Sousa", "2/3"),
        ("Ben", "1/3"),
    }
    for wrong in ("me:training:3/2", "me:training:0", "me:sleep:1", "training:1", "me:training:x",
                  "me:training:1/0", "me:training:1/1000000000000000000000"):  # fmt: skip
        said = ready("work", "edit", "1", "--share", wrong, code=2)
        assert said.row["problem"]["kind"] == "usage"
    ready("work", "edit", "99", "--title", "x", code=2)
    ready("work", "edit", "1", "--title", " ", code=2)
    ready("work", "edit", "1", "--identifier", "isbn", code=2)
    ready("work", "edit", "one", code=2)
    ready("work", "edit", "1", "--share", "Cleo:training:1/2")
    said = ready("claim", "--registry", "Practice", "1", code=1)
    assert "more than the whole" in said.row["problem"]["message"]
    assert said.row["work_id"] == 1


def test_terms(ready: Cli) -> None:
    said = ready("terms", "set", "--all", "train=deny", "search=allow", "--price",
                 "per-training:5.00:EUR").row  # fmt: skip
    assert (said["works"], said["uses"]["train"]) == (2, "deny")
    ready("terms", "set", "1", "--preset", "no ai")
    rows = {row["work_id"]: row for row in ready("terms", "show").rows}
    assert (rows[1]["terms"], rows[2]["terms"]) == ("no ai", "custom")
    assert [row["work_id"] for row in ready("terms", "show", "2").rows] == [2]
    for wrong in (
        ["--all"],
        ["1"],
        ["train=deny"],
        ["--all", "1", "train=deny"],
        ["--all", "train=maybe"],
        ["--all", "sleep=deny"],
        ["99", "train=deny"],
        ["--all", "train=deny", "--price", "per-training:5.0:EURO"],
        ["--all", "train=deny", "--price", "per-training:12..34:EUR"],
        ["--all", "train=deny", "--price", "dear"],
        ["--all", "--preset", "yes"],
    ):
        ready("terms", "set", *wrong, code=2)
    ready("terms", "show", "99", code=2)


def test_registries(ready: Cli, registry: PracticeServer) -> None:
    (row,) = ready("registries", "list").rows
    assert row.keys() >= REGISTRY
    assert (row["state"], row["did"], row["url"]) == ("unchecked", None, registry.url)
    checked = ready("registries", "check", "Practice").row
    assert (checked["state"], checked["did"]) == ("ready", registry.did)
    assert ready("registries", "add", "Practice", registry.url, code=2).row["problem"]
    assert ready("registries", "check", "Nowhere", code=2).row["problem"]["kind"] == "usage"
    added = ready("registries", "add", "Away", "http://127.0.0.1:9", "--kind", "open_claims").row
    assert added["state"] == "unchecked"
    away = ready("registries", "check", "Away", code=3).row
    assert away["problem"]["kind"] == "offline"
    rows = {row["name"]: row["state"] for row in ready("registries", "list").rows}
    assert rows == {"Practice": "ready", "Away": "offline"}
    for address in ("http://claims.example", "ftp://x", "nonsense", "https://[::1"):
        ready("registries", "add", "Bad", address, code=3)
    ready("registries", "add", "Bad", "https://x.example", "--kind", "carrier_pigeon", code=2)


def test_claim_outbox_sync_claims(ready: Cli) -> None:
    rows = ready("claim", "--registry", "Practice", "--all").rows
    assert [row["claim_id"] for row in rows] == [1, 2]
    assert all(row.keys() >= CLAIM and row["state"] == "queued" for row in rows)
    again = ready("claim", "--registry", "Practice", "1").row
    assert (again["claim_id"], again["state"], again["already"]) == (1, "queued", True)
    waiting = ready("outbox").rows
    assert all(row.keys() >= OUTBOX and row["state"] == "queued" for row in waiting)
    *events, last = ready("sync").rows
    assert {row["event"] for row in events} == {"receipt", "claim.accepted"}
    assert all(row.keys() >= {"event", "registry", "claim_id"} for row in events)
    assert (last["summary"]["sent"], last["summary"]["waiting"]) == (2, 0)
    assert {row["state"] for row in ready("outbox").rows} == {"acknowledged"}
    found = ready("claims").rows
    for row in found:
        assert row.keys() >= CLAIMS
        assert row["receipt"].keys() >= {"id", "time", "verified"}
        assert row["receipt"]["verified"] is True
    assert {row["state"] for row in found} == {"accepted"}
    assert ready("claims", "--state", "queued").rows == []
    assert len(ready("claims", "--state", "accepted").rows) == 2
    ready("claims", "--state", "great", code=2)
    ready("claim", "--registry", "Practice", code=2)
    ready("claim", "--registry", "Practice", "--all", "1", code=2)
    ready("claim", "--registry", "Nowhere", "--all", code=2)
    ready("claim", "--all", code=2)
    assert ready("claim", "--registry", "Practice", "99", code=1).row["problem"]["message"]


def test_an_answer_waits_in_the_outbox(ready: Cli, registry: PracticeServer) -> None:
    ready("claim", "--registry", "Practice", "1")
    ready("sync")
    registry.stop()
    ready("claim", "withdraw", "1", "--registry", "Practice")
    *_, answer = ready("outbox").rows
    assert answer.keys() >= OUTBOX
    assert (answer["claim_id"], answer["answer"], answer["state"]) == (1, "withdrawal", "queued")
    assert "withdrawal  ·  queued  ·  0 tries" in ready.plain("outbox").text
    last = ready("sync", code=1).rows[-1]
    assert last["summary"]["waiting"] == 1
    registry.start()
    assert ready("sync").rows[-1]["summary"]["waiting"] == 0
    assert {row["state"] for row in ready("outbox").rows} == {"acknowledged"}


def test_a_conflict_and_what_to_do_about_it(
    ready: Cli, registry: PracticeServer, tmp_path: Path
) -> None:
    """The list names the other, the day, and the command."""
    rival = Cli(tmp_path / "rival", ready.captured)
    rival("identity", "init", "--name", "Ben Okafor")
    rival("scan", tmp_path / "portfolio", "--jobs", "1")
    rival("registries", "add", "Practice", registry.url)
    for one in (ready, rival, ready):
        one("claim", "--registry", "Practice", "1")
        one("sync")
    row = ready("claims").row
    assert row["state"] == "conflict"
    assert f"Answer it until {row['conflict']['respond_by']}" in row["next"]
    shown = ready.plain("claims").text
    assert "with Ben Okafor, together 200 % of the whole" in shown
    assert "`claim respond 1 --registry Practice maintain`" in shown
    ready("claim", "respond", "1", "--registry", "Practice", "maintain")


def test_sync_with_a_registry_that_is_away(ready: Cli, registry: PracticeServer) -> None:
    ready("claim", "--registry", "Practice", "--all")
    registry.stop()
    *rows, last = ready("sync", code=1).rows
    assert rows[0]["problem"].keys() >= {"kind", "message", "path"}
    assert rows[0]["registry"] == "Practice"
    assert last["summary"]["waiting"] == 2
    assert {row["state"] for row in ready("outbox").rows} == {"queued"}
    registry.start()
    ready("sync", "--registry", "Practice", "--once")
    ready("sync", "--registry", "Nowhere", code=2)


def test_statements_bank_payments(paid: tuple[Cli, list[Path]]) -> None:
    cli, files = paid
    *events, last = cli("sync").rows
    assert {"statement.issued", "statement", "remittance.sent", "remittance"} <= {
        row["event"] for row in events
    }
    assert last["summary"]["statements"] == 3
    rows = cli("statements", "list").rows
    assert all(row.keys() >= STATEMENT for row in rows)
    assert {(row["signature"], tuple(row["findings"])) for row in rows} == {("verified", ())}
    checked = cli("statements", "check", str(rows[0]["statement_id"])).row
    assert checked == rows[0]
    cli("statements", "check", "99", code=2)
    dry = cli("bank", "import", "--dry-run", *files).rows
    assert {row["status"] for row in dry} == {"new"}
    imported = cli("bank", "import", *files).rows
    for row in imported:
        assert row.keys() >= BANK
        assert isinstance(row["amount"], str)
    assert {row["status"] for row in imported} == {"new"}
    assert {row["status"] for row in cli("bank", "import", *files).rows} == {"known"}
    found = cli("payments").rows
    for row in found:
        assert row.keys() >= PAYMENT
        assert isinstance(row["expected"], str)
        assert row["period"].keys() == {"start", "end"}
    states = [row["state"] for row in found]
    assert states.count("reconciled") == len(files) == 2
    assert len(cli("payments", "--from", "2026-02-01", "--to", "2026-03-01").rows) == 1
    assert len(cli("payments", "--registry", "Practice").rows) == 3
    assert cli("payments", "--registry", "Nowhere").rows == []
    for grouping in ("work", "month", "licensee", "model", "use", "territory", "registry"):
        totals = cli("payments", "--by", grouping).rows
        assert all(row.keys() >= {grouping, "amount", "currency", "lines"} for row in totals)
    one = cli("payments", "--by", "work", "--work", "1", "--use", "training").row
    assert (one["key"], one["output"]) == ("1", "0")
    shown = cli("payments", "lines", "--work", "1", "--use", "training").rows
    assert len(shown) == one["lines"]
    assert shown[0]["running"] == one["amount"]
    cli("payments", "searches", "save", "Learned", "--work", "1", "--use", "training")
    assert cli("payments", "lines", "--saved", "Learned", "--limit", "1").rows == shown[:1]
    assert cli("payments", "searches", "list").row["name"] == "Learned"
    cli("payments", "searches", "remove", "Learned")
    cli("payments", "--saved", "Learned", code=2)
    assert cli("payments", "--use", "nothing").rows == []
    (mine,) = cli("payments", "--by", "party", "--registry", "Practice").rows
    assert mine["amount"] == f"{sum(Decimal(row['expected']) for row in found)}"
    cli("payments", "--by", "party", "--use", "training", code=2)
    out = cli.library.parent / "original.json"
    saved = cli("statements", "original", "1", "--out", str(out)).row
    assert json.loads(out.read_bytes())
    assert saved["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    cli("statements", "original", "1", "--out", str(out), code=2)
    cli("statements", "original", "1", "--out", str(out), "--force")
    cli("payments", "--by", "colour", code=2)
    cli("payments", "--from", "yesterday", code=2)
    for row in cli("verify", "--all").rows:
        assert row.keys() >= VERIFY
        assert row["ok"] is True


def test_a_finding_is_a_problem(paid: tuple[Cli, list[Path]], registry: PracticeServer) -> None:
    cli, _ = paid
    registry.misbehave(["wrong-total:1"])
    cli("sync")
    wrong = [row for row in cli("statements", "list").rows if row["findings"]]
    assert len(wrong) == 1
    said = cli("statements", "check", str(wrong[0]["statement_id"]), code=1).row
    (finding,) = said["findings"]
    assert finding.keys() >= {"check", "expected", "actual", "lines"}
    assert finding["check"] == "A4"


def test_a_forged_statement_is_listed_and_not_believed(
    paid: tuple[Cli, list[Path]], registry: PracticeServer
) -> None:
    cli, _ = paid
    registry.misbehave(["forged-signature@/statements"])
    cli("sync", code=1)
    forged = [row for row in cli("statements", "list").rows if row["signature"] == "invalid"]
    assert forged
    for row in forged:
        assert row["payable"] is None
        assert [finding["check"] for finding in row["findings"]] == ["I1"]
    assert cli("payments").rows == []


def test_bank_entries_that_are_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "bank.xml"
    path.write_bytes(camt(entry("1.00"), "\n" + entry("12..34")))
    kept, refused = cli("bank", "import", path, code=1).rows
    assert (kept["status"], kept["amount"]) == ("new", "1.00")
    assert refused.keys() >= BANK
    assert (refused["status"], refused["line"]) == ("refused", 2)
    assert refused["problem"]["kind"] == "bank_file"
    path.write_text("hello")
    assert cli("bank", "import", path, code=3).row["problem"]["kind"] == "bank_file"
    cli("bank", "import", tmp_path / "nowhere", code=2)
    cli("bank", "import", code=2)


def test_backup_and_restore(ready: Cli, tmp_path: Path) -> None:
    target = tmp_path / "copy.sqlite"
    with open_studio(ready.library):
        assert ready("backup", target).row == {"file": str(target)}
        assert ready("restore", target, "--force", code=3).row["problem"]["kind"] == "store_busy"
    ready("backup", target, code=2)
    ready("restore", target, code=2)
    ready("restore", tmp_path / "nowhere", code=2)
    ready("work", "edit", "1", "--title", "Changed after")
    assert ready("restore", target, "--force").row["file"] == str(ready.library / "library.sqlite")
    assert "Changed after" not in {row["title"] for row in ready("works").rows}
    ready("verify")


def test_verify_finds_tampering(ready: Cli) -> None:
    with open_studio(ready.library) as services, services.store.write() as tx:
        tx.execute("DROP TRIGGER journal_no_update")
        tx.execute("UPDATE journal SET subject = 'x' WHERE seq = 1")
    rows = {row["check"]: row for row in ready("verify", code=1).rows}
    assert rows["journal"]["ok"] is False
    assert rows["store"]["ok"] is True


def test_practice_advance(cli: Cli, tmp_path: Path) -> None:
    store = tmp_path / "elsewhere"
    cli("practice", "advance", "1", "--store", store, code=2)
    with PracticeServer(store):
        row = cli("practice", "advance", "2", "--store", store).row
    assert row["months"] == 2
    assert row["bank_files"] == []
    for months in ("0", "121", "x"):
        cli("practice", "advance", months, "--store", store, code=2)
    assert not cli.library.exists()
    cli("practice", "serve", "--misbehave", "angry", "--store", store, code=2)
    cli("practice", "serve", "--port", "70000", code=2)


def test_looking_works_while_another_has_it_open(ready: Cli) -> None:
    with open_studio(ready.library):
        for command in (
            ["works"], ["outbox"], ["claims"], ["payments"], ["verify"], ["identity", "show"],
            ["registries", "list"], ["statements", "list"], ["terms", "show"],
        ):  # fmt: skip
            ready(*command)
        for command in (["sync"], ["scan", "."], ["work", "edit", "1", "--title", "x"]):
            said = ready(*command, code=3)
            assert said.row["problem"]["kind"] == "store_busy"


def test_a_library_that_cannot_be_opened(cli: Cli) -> None:
    cli.library.mkdir()
    (cli.library / "library.sqlite").write_bytes(b"ruined " * 2000)
    said = cli("works", code=3)
    assert said.row["problem"]["kind"] == "store_damaged"
    assert cli.plain("works", code=3).out == b""


def test_without_a_password(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESIDUALS_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    said = cli("identity", "init", "--name", "Ana", code=3)
    assert said.row["problem"]["kind"] == "key"
    assert "RESIDUALS_PASSWORD" in said.row["problem"]["message"]
    cli("identity", "show", code=2)


def test_a_wallets_file(cli: Cli, tmp_path: Path) -> None:
    """What is no money of the user's is told and not kept; the file again adds nothing."""
    file = tmp_path / "paypal.csv"
    file.write_text(PAYPAL)
    said = cli("bank", "import", file, code=1)
    statuses = [row["status"] for row in said.rows]
    assert statuses == ["new"] * 2 + ["refused"] * 2 + ["left_out"] * 3
    assert [row["line"] for row in said.rows[2:4]] == [7, 8]
    again = cli("bank", "import", file, code=1)
    assert [row["status"] for row in again.rows][:2] == ["known"] * 2
