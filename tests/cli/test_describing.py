"""work show, work edit --accept-suggestions."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.model.suggestions import AiStatement, Credit, Suggestions, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.store import suggestions
from tests.cli.running import Cli
from tests.studio import open_studio

SAID = Suggestions(
    title="Low \u202eTide",
    creators=(Credit(name="Ivo Lindqvist", role="composer"),),
    rights="© 2024",
    created="2024-05",
    identifiers=(("isrc", "USS1Z9900001"),),
    ai_use=(
        AiStatement(
            vocabulary=Vocabulary.CAWG,
            property="cawg.ai_training",
            value="notAllowed",
            meaning=((Use.TRAIN, Answer.DENY),),
        ),
    ),
)


@pytest.fixture
def told(cli: Cli, portfolio: Path) -> Cli:
    """Two works, one of whose files says things."""
    cli("scan", portfolio, "--jobs", "1")
    with open_studio(cli.library) as services, services.store.write() as tx:
        tx.execute(
            "UPDATE fingerprints SET suggestions = ? WHERE work_id = 1",
            (suggestions.to_json(SAID),),
        )
    return cli


def test_work_show(told: Cli) -> None:
    told("terms", "set", "1", "--preset", "open")
    row = told("work", "show", "1").row
    assert row.keys() >= told("works").rows[-1].keys()
    assert (row["mediatype"], len(row["sha256"]), row["uses"]["train"]) == (
        "text/plain",
        64,
        "allow",
    )
    said = row["suggestions"]
    assert said["creators"] == [{"name": "Ivo Lindqvist", "role": "composer"}]
    assert said["identifiers"] == [{"scheme": "isrc", "value": "USS1Z9900001"}]
    assert said["usable"] == ["title", "creators", "created", "isrc"]
    assert row["ai_use"] == [
        {
            "vocabulary": "cawg",
            "property": "cawg.ai_training",
            "value": "notAllowed",
            "meaning": {"train": "deny"},
            "verified": False,
        }
    ]
    assert row["contradictions"] == [
        {
            "use": "train",
            "property": "cawg.ai_training",
            "file_says": "deny",
            "terms_say": "allow",
        }
    ]


def test_work_show_to_read(told: Cli) -> None:
    told("terms", "set", "1", "--preset", "open")
    text = told.plain("work", "show", "1").text
    assert "The file says about AI: cawg.ai_training = notAllowed (not verified)" in text
    assert "Differs from your terms: train is deny in the file, allow in your terms" in text
    assert "\u202e" not in text


def test_work_show_says_what_was_said(told: Cli, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"We agree.")
    told("identity", "init", "--name", "Ana Sousa")
    told("registries", "add", "Practice", "https://painters.example")
    told(
        "work", "edit", "1", "--creator", "Ana Sousa:writer", "--created", "2024-03", "--share",
        "me:training:1/2", "--share", "Ben:output:unknown", "--identifier", "doi:10.1000/182",
    )  # fmt: skip
    told("party", "edit", "Ben", "--reach", "unreachable")
    kept = told("work", "evidence", "1", contract, "--kind", "contract", "--date", "2024-04-03").row
    told("split", "make", "1")
    warned = told.plain("claim", "--registry", "Practice", "1").err.decode()
    assert "not given to anybody: 1/2 of training" in warned
    assert "not given to anybody: 1 of output, less a share that is unknown" in warned
    text = told.plain("work", "show", "1").text
    for line in (
        "Made by: Ana Sousa (writer)",
        "Made on: 2024-03",
        "Number: doi 10.1000/182",
        "Share: Ana Sousa 1/2 of training",
        "Share: Ben unknown of output ·  unreachable",
        "Not given to anybody: 1/2 of training",
        "Split sheet: signed by Ana Sousa",
        f"Evidence {kept['number']}: contract, 2024-04-03, contract.pdf",
        "Claim at Practice: queued",
    ):
        assert line in text
    row = told("work", "show", "1").row
    assert [one["number"] for one in row["evidence"]] == [kept["number"]]
    assert [one["party"] for one in row["sheets"][0]["signed_by"]] == ["Ana Sousa"]


def test_work_show_of_nothing(told: Cli) -> None:
    quiet = told("work", "show", "2").row
    assert (quiet["ai_use"], quiet["contradictions"], quiet["suggestions"]["usable"]) == (
        [],
        [],
        [],
    )
    assert told("work", "show", "99", code=2).row["problem"]["kind"] == "usage"


def test_looking_works_while_another_has_it_open(told: Cli) -> None:
    with open_studio(told.library):
        told("work", "show", "1")


def test_accept_suggestions(told: Cli) -> None:
    row = told("work", "edit", "1", "--title", "Mine", "--accept-suggestions").row
    assert (row["title"], row["creators"]) == ("Mine", ["Ivo Lindqvist"])
    assert row["identifiers"] == {"isrc": "USS1Z9900001"}
    assert told("work", "show", "1").row["created"] == "2024-05"
    again = told("work", "edit", "1", "--accept-suggestions").row
    assert again == row
    told("work", "edit", "99", "--accept-suggestions", code=2)


def test_a_work_is_described_for_a_claim(told: Cli) -> None:
    told("identity", "init", "--name", "Ana Sousa")
    rows = told(
        "work", "edit", "1", "2", "--created", "2024-03", "--published", "yes",
        "--published-on", "2024-05", "--published-in", "pt", "--ai", "human",
        "--capacity", "legal_owner", "--sole-owner", "no",
        "--share", "me:training/master:2/3", "--share", "Ben Okafor:training/master:unknown",
        "--share-territories", "de,PT", "--share-from", "2024-01-01", "--share-basis", "contract",
    ).rows  # fmt: skip
    assert [row["work_id"] for row in rows] == [1, 2]
    row = told("work", "show", "2").row
    assert row["publication"] == {"published": "yes", "on": "2024-05", "in": "PT"}
    assert (row["capacity"], row["sole_owner"], row["ai_involvement"]) == (
        "legal_owner", "no", "human",
    )  # fmt: skip
    (mine, bens) = row["shares"]
    assert mine == {
        "party": "Ana Sousa", "right": "training", "share": "2/3", "interest": "master",
        "territories": ["DE", "PT"], "from": "2024-01-01", "until": None, "basis": "contract",
        "reach": "you",
    }  # fmt: skip
    assert (bens["share"], bens["reach"]) == ("unknown", "unknown")
    assert {gap["territory"]: gap["unknown"] for gap in row["not_given_away"]} == {"DE": True}


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--identifier", "isbn:123"], "978-3-16-148410-0"),
        (["--created", "yesterday"], "2024-03"),
        (["--published", "no", "--published-on", "2024"], "not published"),
        (["--published-in", "Portugal"], "two letters"),
        (["--created", "2024-13"], "Date made: There is no day such as 2024-13: write 2024"),
        (["--created", "2199-07"], "Date made: 2199-07 has not come yet; today is 20"),
        (["--published-on", "2199"], "Date of publication: 2199 has not come yet; today is 20"),
        (["--published-on", "soon"], "Date of publication: 'soon' is no date: write 2024"),
        (["--identifier", "isbn"], "SCHEME:VALUE. Such as isbn:"),
        (["--share", "me:training"], "PARTY:RIGHT:FRACTION"),
        (["--share", "me:training:3/2"], "A share of 3/2 cannot be: it is more than nothing"),
        (["--share", "me:training:half"], "'half' is no share. Write a fraction such as 2/3"),
        (["--share", "me:training:1/0"], "'1/0' is no share"),
        (["--share", "me:films:1/2"], "'films' is no right. There are training, reference, output"),
        (["--share", "me:training/film:1/2"], "'film' is no side of a right. There are"),
        (["--share", "me:training:1", "--share-territories", "XX"], "such as PT. Nothing was"),
        (["--split-equally", " , "], "Nobody is named"),
    ],
)
def test_every_refusal_says_what_would_be_right(told: Cli, options: list[str], what: str) -> None:
    before = told("work", "show", "1").row
    problem = told("work", "edit", "1", *options, code=2).row["problem"]
    assert what in problem["message"]
    assert told("work", "show", "1").row == before


def test_parties_evidence_and_a_split_sheet(told: Cli, tmp_path: Path) -> None:
    told("identity", "init", "--name", "Ana Sousa")
    party = told("party", "edit", "Ben Okafor", "--isni", "0000 0001 2103 2683", "--reach",
                 "unreachable", "--contact", "ben@band.example").row  # fmt: skip
    assert (party["isni"], party["reach"]) == ("0000000121032683", "unreachable")
    assert [row["name"] for row in told("party", "list").rows] == ["Ana Sousa", "Ben Okafor"]
    contract = tmp_path / "contract.txt"
    contract.write_text("We agree.")
    kept = told("work", "evidence", "1", contract, "--kind", "contract", "--date", "2024-03-09").row
    assert told("work", "show", "1").row["evidence"][0]["sha256"] == kept["sha256"]
    late = told(
        "work", "evidence", "1", contract, "--kind", "contract", "--date", "2199-01-01", code=2
    )
    said = late.row["problem"]["message"]
    assert "Date of the evidence: 2199-01-01 has not come yet" in said
    told("work", "edit", "1", "--split-equally", "me,Ben Okafor")
    sheet = told("split", "make", "1", "--out", tmp_path / "sheet.json").row
    assert sheet["signed_by"] == [{"did": sheet["signed_by"][0]["did"], "party": "Ana Sousa"}]
    assert told("split", "take", tmp_path / "sheet.json").row["current"]
    (tmp_path / "text").write_text(told.plain("split", "make", "1").text)
    told("split", "take", tmp_path / "text")
    (tmp_path / "text").write_text(sheet["text"])
    assert told("split", "take", tmp_path / "text").row["sheet"] == sheet["sheet"]
    problem = told("split", "take", contract, code=3).row["problem"]
    assert "no split sheet" in problem["message"]
    assert "Expecting value" not in problem["message"]
    named = told("split", "signer", "did:key:zfoo", "2", code=2).row["problem"]
    assert "did:key:z6Mk" in named["message"]


def test_a_sheet_with_an_unknown_signature_asks_whose_it_is(told: Cli, tmp_path: Path) -> None:
    ben = Cli(tmp_path / "ben", told.captured)
    ben("identity", "init", "--name", "Ben Okafor")
    told("identity", "init", "--name", "Ana Sousa")
    told("work", "edit", "1", "--split-equally", "me,Ben Okafor")
    told("split", "make", "1", "--out", tmp_path / "sheet.json")
    signed = ben("split", "sign", tmp_path / "sheet.json", "--out", tmp_path / "signed.json").row
    did = signed["signed_by"][1]["did"]
    asked = told.plain("split", "take", tmp_path / "signed.json").text
    assert f"`split signer {did} PARTY_ID`" in asked


def test_a_problem_names_work_or_registry(told: Cli) -> None:
    told("identity", "init", "--name", "Ana Sousa")
    told("registries", "add", "Away", "http://127.0.0.1:1")
    told("work", "edit", "1", "--share", "me:output:1", "--share", "Ben:output:1/4")
    over = told.plain("claim", "--registry", "Away", "1", "2", code=1).err.decode()
    assert "Work 1: The shares of output add up to 125 %" in over
    assert "Away: The registry cannot be reached" in told.plain("sync", code=1).err.decode()


def test_evidence_for_a_stranger(told: Cli, tmp_path: Path) -> None:
    told("identity", "init", "--name", "Ana Sousa")
    problem = told("export", "evidence", "1", "--out", tmp_path / "e.zip", code=2).row["problem"]
    assert "not claimed yet" in problem["message"]
    told("registries", "add", "Practice", "http://127.0.0.1:1")
    told("claim", "1", "--registry", "Practice")
    row = told("export", "evidence", "1", "--out", tmp_path / "e.zip").row
    assert row["size_bytes"] == (tmp_path / "e.zip").stat().st_size
    nowhere = tmp_path / "no folder" / "e.zip"
    problem = told("export", "evidence", "1", "--out", nowhere, code=2).row["problem"]
    assert "cannot be written" in problem["message"]
