"""payout: where registries pay, from the command line."""

from __future__ import annotations

from desktop.practice.server import PracticeServer
from tests.cli.running import Cli

IBAN = "DE89370400440532013000"


def test_asked_twice_sent_and_in_force(cli: Cli, registry: PracticeServer) -> None:
    cli("identity", "init", "--name", "Ana Sousa")
    cli("registries", "add", "Practice", registry.url)
    said = cli("payout", "set", "Practice", "iban", IBAN, code=2)
    assert "asked twice" in said.row["problem"]["message"]
    said = cli("payout", "set", "Practice", "iban", IBAN, "--again", f"{IBAN[:-1]}1", code=2)
    assert "second time" in said.row["problem"]["message"]
    said = cli("payout", "set", "Practice", "iban", "DE00", "--again", "DE00", code=2)
    assert "no valid IBAN" in said.row["problem"]["message"]
    assert "looks like DE89" in said.row["problem"]["message"]
    assert cli("payout", "list").rows == []
    [row] = cli("payout", "set", "Practice", "iban", IBAN, "--again", IBAN).rows
    assert (row["kind"], row["ends_in"], row["state"]) == ("iban", "…3000", "queued")
    (waits,) = cli("outbox").rows
    assert (waits["claim_id"], waits["account"], waits["state"]) == (None, "iban …3000", "queued")
    assert IBAN not in cli.plain("outbox").text
    assert "payout account iban …3000  ·  queued" in cli.plain("outbox").text
    cli("sync")
    assert cli("outbox").rows == []
    cli("sync")
    said = cli("payout", "list")
    assert [row["state"] for row in said.rows] == ["in_force"]
    assert IBAN.encode() not in said.out
    assert "the registry confirmed it" in cli.plain("payout", "list").out.decode()


def test_nothing_to_know_of(cli: Cli, registry: PracticeServer) -> None:
    cli("registries", "add", "Practice", registry.url)
    said = cli("payout", "mine", "Practice", code=2)
    assert "no account that was not given here" in said.row["problem"]["message"]
