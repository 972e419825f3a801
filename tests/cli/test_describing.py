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
