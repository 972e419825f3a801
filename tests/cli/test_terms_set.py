"""terms set, forget, undo and show; collections: the contract, and what is typed wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.running import Cli
from tests.studio import add_works, open_studio, settle


@pytest.fixture
def four(cli: Cli) -> Cli:
    """Four works with files below /works, and an identity."""
    with open_studio(cli.library) as services:
        settle(services)
        assert add_works(services, 4) == [1, 2, 3, 4]
    return cli


def presets(cli: Cli) -> list[str]:
    return [row["terms"] for row in cli("terms", "show").rows]


def test_everything_that_terms_can_say_goes_in_and_comes_out(four: Cli) -> None:
    row = four(
        *("terms", "set", "1", "train=constrained", "search=allow"),
        *("--price", "per-training:5.00 EUR", "--licensee", "Acme: Labs:train=allow,input=deny"),
        *("--licensee-key", "acme: labs=did:web:acme.example", "--expires", "2999-12-31"),
        *("--address", "https://ana.example/terms", "--note", "Name me."),
    ).row
    said = {
        "price": {"model": "per-training", "amount": "5.00", "currency": "EUR"},
        "expires": "2999-12-31",
        "address": "https://ana.example/terms",
        "note": "Name me.",
    }
    assert row["licensees"][0]["did"] == "did:web:acme.example"
    assert row["works"] == 1
    shown = four("terms", "show", "1").row
    assert {key: shown[key] for key in said} == said == {key: row[key] for key in said}
    assert shown["licensees"] == row["licensees"]
    assert (shown["why"], shown["ended"]) == ("own", False)
    changed = four("terms", "set", "1", "--clear", "price", "--clear", "licensees",
                   "--note", "Ask.").row  # fmt: skip
    assert (changed["price"], changed["licensees"], changed["note"]) == (None, [], "Ask.")
    assert changed["uses"]["train"] == "constrained"
    assert four("terms", "set", "1", "--preset", "ask-me").row["note"] is None
    text = four.plain("terms", "show", "1").text
    assert "You said this of the work itself." in text


def test_a_dry_run_tells_everything_and_changes_nothing(four: Cli) -> None:
    row = four("terms", "set", "--all", "train=deny", "search=allow", "--dry-run").row
    assert (row["dry_run"], row["works"], row["chosen"]) == (True, 4, 4)
    assert row["steps"] == [
        {"from": "unset", "from_version": None, "to": "custom", "to_version": None, "works": 4,
         "permits_more": False}
    ]  # fmt: skip
    assert {one["target"] for one in row["losses"]} >= {"tdmrep", "aitxt", "rsl", "iptc"}
    assert presets(four) == ["unset"] * 4
    refused = four("terms", "set", "1", "train=allow", "--expires", "2001-01-01", "--dry-run").row
    assert refused["refusals"][0].startswith("The last day, 2001-01-01, is over")


WRONG = [
        (["1", "train=maybe"], "is not USE=VALUE"),
        (["1", "dance=allow"], "is not USE=VALUE"),
        (["1", "train=allow", "train=deny"], "train is answered twice"),
        (["1", "٣", "train=allow"], "is not USE=VALUE"),
        (["9", "train=allow"], "There is no work 9"),
        (["99999999999999999999", "train=allow"], "number"),
        (["1"], "Say what AI may do"),
        (["train=deny"], "Name works"),
        (["1", "--all", "train=deny"], "Name works"),
        (["--collection", "Nowhere", "train=deny"], "There is no collection 'Nowhere'"),
        (["--folder", "/no/such/folder", "train=deny"], "There is no folder 'folder'"),
        (["1", "train=constrained", "--price", "per-use:5"], "is not a price"),
        (["1", "train=constrained", "--price", "per-use:5:XXQ"], "is not a price"),
        (["1", "train=constrained", "--price", "per-use:-5:EUR"], "price"),
        (["1", "train=constrained", "--price", "per-use:1e400:EUR"], "is not a price"),
        (["1", "train=constrained", "--price", "gift"], "is not a price"),
        (["1", "train=allow", "--expires", "2001-01-01"], "2001-01-01, is over"),
        (["1", "train=allow", "--expires", "tomorrow"], "is not a day"),
        (["1", "train=allow", "--expires", "2027-02-30"], "is not a day"),
        (["1", "train=allow", "--address", "http://ana.example"], "https://"),
        (["1", "train=allow", "--address", "https://ana.example/a b"], "https://"),
        (["1", "train=allow", "--licensee", "Acme"], "is not NAME:USE=VALUE"),
        (["1", "train=allow", "--licensee", "A\u202ecme:train=deny"], "name, on one line"),
        (["1", "train=allow", "--licensee", f"{'A' * 300}:train=deny"], "200 characters"),
        (["1", "train=allow", "--licensee", "A:train=deny", "--licensee-key", "A=key"], "did:"),
        (["1", "train=allow", "--licensee", "A:train=deny", "--licensee-key", "A=did:key:z6Mk"],
         "not a sound did:key"),
        (["1", "train=allow", "--licensee", "A:train=deny", "--licensee-key", "A=did:web:a..b/c"],
         "did:"),
        (["1", "train=allow", "--licensee", "A:train=deny", "--licensee-key", "A=did:ion:x"],
         "only did:key and did:web"),
        (["1", "train=allow", "--licensee-key", "B=did:web:b.example"], "of a licensee"),
        (["1", "train=allow", "--note", "x" * 2001], "2,001 characters"),
        (["1", "train=allow", "--note", "a\u202eb"], "hidden characters"),
        (["1", "train=constrained", "--price", "free:5:EUR"], "What is free has no amount"),
        (["9" * 5000, "train=allow"], "There is no work 999"),
        (["train=allow", "--folder", "x" * 5000], "There is no folder"),
        (["train=allow", "--collection", "\udcff"], "collection is not text in UTF-8"),
        (["1", "train=allow", "--note", "a\x1b[2Jb"], "hidden characters"),
]  # fmt: skip


def test_what_is_typed_wrong_is_told_and_nothing_changes(four: Cli) -> None:
    for typed, told in WRONG:
        message = four("terms", "set", *typed, code=2).row["problem"]["message"]
        assert told in message, typed
    four("terms", "show", "1", "--at", "0001-01-01T00:00:00+14:00", code=2)
    four("terms", "export", "robots", "--at", "²=/x", "--out", "robots.txt", code=2)
    for nowhere in (
        ["terms", "set", "--folder", "", "train=allow"],
        ["terms", "export", "robots", "--all", "--out", ""],
        ["collections", "add", "A", "--folder", ""],
        ["publish", "1", "--out", ""],
    ):
        four(*nowhere, code=2)
    assert presets(four) == ["unset"] * 4
    zero = four("terms", "set", "1", "train=constrained", "--price", "per-use:-0:EUR").row
    assert zero["price"]["amount"] == "0"


def test_collections_folders_and_the_default(four: Cli, tmp_path: Path) -> None:
    made = four("collections", "add", "  Harbour   series ", "1", "2").row
    assert (made["name"], made["works"], made["terms"]) == ("Harbour series", 2, None)
    four("terms", "set", "--collection", "HARBOUR SERIES", "--preset", "no-ai")
    four("terms", "set", "--folder", "/works", "--preset", "ask-me")
    four("terms", "set", "--default", "--preset", "open")
    assert presets(four) == ["no ai", "no ai", "ask me", "ask me"]
    rows = four("terms", "show").rows
    assert [row["why"] for row in rows] == ["rule"] * 4
    assert (rows[0]["collections"], rows[0]["folders"]) == (["Harbour series"], ["/works"])
    assert [row["work_id"] for row in four("works", "--collection", "harbour series").rows] == [
        2,
        1,
    ]
    out = tmp_path / "robots.txt"
    said = four("terms", "export", "robots", "--collection", "harbour series", "--out", out).row
    assert said["works"] == 2
    about = four("work", "show", "1").row
    assert (about["why"], about["collections"]) == ("rule", ["Harbour series"])
    dry = four("collections", "remove", "Harbour series", "1", "--dry-run").row
    assert (dry["permit_more"], dry["steps"][0]["to"]) == (1, "ask me")
    told = four("collections", "remove", "Harbour series", "1", code=2).row["problem"]["message"]
    assert "1 work would permit more than now" in told
    four("collections", "remove", "Harbour series", "1", "--permit-more")
    assert presets(four) == ["ask me", "no ai", "ask me", "ask me"]
    four("collections", "rename", "Harbour series", "Pier")
    assert four("collections", "delete", "Pier", "--permit-more").row["deleted"]
    assert four("collections").rows == []
    four("terms", "undo")
    four("collections", "undo")
    assert [(row["name"], row["works"]) for row in four("collections").rows] == [
        ("Harbour series", 1)
    ]
    assert four("terms", "forget", "--folder", "/works").row["works"] == 3
    assert presets(four) == ["unset", "no ai", "unset", "unset"]
    same = four("collections", "add", "New", "--folder", "/works").row
    assert same["works"] == 4
    for wrong in (["add", ""], ["add", "x" * 101], ["add", "a\u202eb"],
                  ["rename", "New", "harbour  SERIES"], ["remove", "Pier", "1"], ["add", "New"],
                  ["add", "Other", "99"], ["add", "Other", "--folder", "/nowhere"]):  # fmt: skip
        four("collections", *wrong, code=2)


def test_terms_at_any_moment_with_who_was_told_and_the_proof(four: Cli) -> None:
    now = datetime.now(UTC)
    four("terms", "set", "1", "--preset", "no-ai")
    four("terms", "set", "--all", "--preset", "open")
    newest, before = four("terms", "show", "1", "--history").rows
    assert [newest["terms"], before["terms"]] == ["open", "no ai"]
    assert before["until"] == newest["since"]
    shown = four("terms", "show", "1", "--at", now.date().isoformat()).row
    assert shown["terms"] == "open"
    assert shown["proof"]["ok"]
    assert shown["proof"]["journal"]["row"] > 1
    assert shown["proof"]["checkpoint"] is None
    past = four("terms", "show", "1", "--at", "2001-02-03").row
    assert (past["terms"], past["since"], "proof" in past) == ("unset", None, False)
    assert four("terms", "show", "1", "--at", "2001-02-31", code=2).row["problem"]
