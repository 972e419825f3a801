"""registries and claim force, with an ISCC-HUB."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.identity.keys import SigningKey
from desktop.model.iscc_ids import read_iscc_id
from tests.cli.running import Cli
from tests.flows.test_hub import OTHER, declare_as
from tests.registries.hub import Hub
from tests.studio import open_studio

REGISTRY = {"name", "kind", "url", "did", "state"}


@pytest.fixture
def ready(cli: Cli, portfolio: Path) -> Cli:
    """An identity and two works."""
    cli("identity", "init", "--name", "Ana Sousa")
    cli("scan", portfolio, "--jobs", "1")
    return cli


def test_a_hub_from_the_command_line(ready: Cli) -> None:
    with Hub(hub_id=12) as hub:
        added = ready(
            "registries", "add", "Hub", hub.url, "--kind", "iscc_hub", "--hub-id", "12"
        ).row
        assert added.keys() >= REGISTRY
        assert (added["kind"], added["options"]) == ("iscc_hub", {"hub_id": 12})
        assert (added["state"], added["did"], added["can"]) == ("unchecked", None, [])
        checked = ready("registries", "check", "Hub").row
        assert (checked["state"], checked["did"], checked["can"]) == ("ready", hub.did, ["force"])
        ready("claim", "--registry", "Hub", "--all")
        *events, last = ready("sync").rows
        assert {row["event"] for row in events} == {"receipt"}
        assert last["summary"]["sent"] == len(hub.log)
        for row in ready("claims").rows:
            found = read_iscc_id(row["iscc_id"]["id"])
            assert found is not None
            assert row["state"] == "acknowledged"
            assert row["receipt"]["id"] == found.text
            assert row["receipt"]["verified"] is True
            assert row["iscc_id"]["hub_id"] == 12
            assert row["iscc_id"]["time"] == found.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert "receipt verified" in ready.plain("claims").text


def test_a_changed_key_from_the_command_line(ready: Cli) -> None:
    with Hub() as hub:
        ready("registries", "add", "Hub", hub.url, "--kind", "iscc_hub")
        ready("registries", "check", "Hub")
        ready("registries", "trust", "Hub", code=2)
        hub.key = SigningKey.generate()
        shown = hub.key.did.removeprefix("did:key:")
        problem = ready("registries", "check", "Hub", code=3).row["problem"]
        assert problem["kind"] == "untrusted"
        assert "registries trust Hub" in problem["message"]
        (listed,) = ready("registries", "list").rows
        assert (listed["state"], listed["new_keys"]) == ("problem", [shown])
        ready("registries", "trust", "Hub", "--key", "z6Mkwrong", code=2)
        trusted = ready("registries", "trust", "Hub", "--key", shown).row
        assert (trusted["state"], trusted["new_keys"]) == ("unchecked", [])
        assert ready("registries", "check", "Hub").row["state"] == "ready"


def test_a_conflict_and_the_decision(ready: Cli) -> None:
    with Hub() as hub:
        ready("registries", "add", "Hub", hub.url, "--kind", "iscc_hub")
        claimed = ready("claim", "--registry", "Hub", "1").row["claim_id"]
        with open_studio(ready.library) as services:
            theirs = declare_as(OTHER, hub, services)
        event = ready("sync").rows[0]
        assert (event["event"], event["claim_id"]) == ("claim.conflict", claimed)
        (row,) = ready("claims", "--state", "conflict").rows
        assert row["conflict"]["existing_iscc_id"] == theirs
        assert row["iscc_id"] is None
        ready("claim", "force", str(claimed), code=2)
        ready("claim", "force", "99", "--registry", "Hub", code=2)
        ready("claim", "force", str(claimed), "--registry", "Nowhere", code=2)
        forced = ready("claim", "force", str(claimed), "--registry", "Hub").row
        assert forced["state"] == "queued"
        assert ready("sync").rows[0]["event"] == "receipt"
        assert hub.forced == [False, True]


def test_options(ready: Cli) -> None:
    add = ("registries", "add", "Hub", "https://hub.example", "--kind", "iscc_hub")
    ready(*add, "--hub-id", "4096", code=2)
    ready(*add, "--hub-id", "x", code=2)
    ready(*add, "--gateway", "not an address", code=2)
    ready(*add, "--option", "colour=red", code=2)
    ready(*add, "--option", "colour", code=2)
    ready("registries", "add", "Open", "https://o.example", "--hub-id", "1", code=2)
    assert ready("registries", "list").rows == []
    ready(*add, "--hub-id", "3")
    changed = ready("registries", "options", "Hub", "--gateway", "https://ana.example/{iscc_id}")
    options = {"hub_id": 3, "gateway": "https://ana.example/{iscc_id}"}
    assert changed.row["options"] == options
    assert ready("registries", "options", "Hub").row["options"] == options
    ready("registries", "options", "Nowhere", code=2)


def test_a_claim_that_cannot_leave_says_why_and_what_to_do(ready: Cli) -> None:
    with Hub(hub_id=7) as hub:
        ready("registries", "add", "Hub", hub.url, "--kind", "iscc_hub")
        ready("claim", "--registry", "Hub", "--all")
        ready("sync", code=1)
        for row in ready("outbox").rows:
            assert "--hub-id N" in row["next"]
        assert "expected 7, got 0”. Give its number" in ready.plain("outbox").text
        ready("registries", "options", "Hub", "--hub-id", "7")
        assert [row["next"] for row in ready("outbox").rows] == [None, None]
        assert ready("sync").rows[-1]["summary"]["sent"] == 2


def test_claim_works_is_what_claim_means(ready: Cli) -> None:
    ready("registries", "add", "Hub", "https://hub.example", "--kind", "iscc_hub")
    first = ready("claim", "1", "--registry", "Hub").row
    second = ready("claim", "works", "1", "--registry", "Hub").row
    assert (first["already"], second["already"]) == (False, True)
    assert ready.plain("claim", "--help").code == 0
    ready("claim", code=2)
    ready("claim", "unknown", "--registry", "Hub", code=2)
