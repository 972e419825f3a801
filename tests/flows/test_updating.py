"""Terms in claims as each registry takes them, and claims that say older terms than the library."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.flows.claiming import prepare, sign_and_queue
from desktop.flows.form_packs import add_form
from desktop.flows.syncing import add_registry, sync
from desktop.flows.updating import (
    Way,
    letter,
    older_words,
    outdated,
    prepare_updates,
    told_by_hand,
)
from desktop.identity.canonical import parse_json
from desktop.model.terms import Answer, Licensee, Preset, Terms, Use
from desktop.model.times import utc_now
from desktop.practice import registry as practice_registry
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import terms as terms_store
from desktop.terms.presets import PRESETS
from tests.cli.running import Cli
from tests.registries.hub import Hub
from tests.studio import PASSWORD, REGISTRY, add_works, assert_all_verify, give_terms, queue, rows

NO_AI, OPEN = PRESETS[Preset.NO_AI], PRESETS[Preset.OPEN]
TOMORROW = utc_now().date() + timedelta(days=1)
DETAILED = replace(
    OPEN,
    licensees=(Licensee(name="Lumen", uses={Use.TRAIN: Answer.DENY}),),
    expires=TOMORROW,
    address="https://ana.example/terms",
)


def give(services: Services, terms: Terms, work_ids: list[int]) -> int:
    """Let works have terms; return the version."""
    with services.store.write() as tx:
        give_terms(tx, work_ids, terms, services.now_s())
        return terms_store.keep(tx, terms, services.now_s()).version


def update(services: Services, registry: str = REGISTRY) -> list[str]:
    """Sign and queue what is to be updated; return what became of each."""
    queued = sign_and_queue(prepare_updates(registry, services), registry, services)
    assert not [item.problem for item in queued if item.problem]
    return ["queued" if item.claim_id else "nothing" for item in queued]


def said(services: Services, claim_id: int) -> dict[str, Any]:
    """Return the terms that a claim says."""
    with services.store.read() as connection:
        terms: dict[str, Any] = parse_json(claims_store.document(connection, claim_id))["terms"]
    return terms


def states(services: Services) -> list[str]:
    return [row.state.value for row in rows(services)]


def test_a_registry_that_takes_it_is_told_everything(joined: Services) -> None:
    works = add_works(joined, 1)
    give(joined, DETAILED, works)
    sync(joined)  # reads what the registry takes
    (prepared,) = prepare(works, REGISTRY, joined)
    assert prepared.losses == ()
    queue(joined, works)
    assert sync(joined).problems == []
    assert said(joined, 1) == {
        "version": 1,
        "uses": {use.value: DETAILED.uses[use].value for use in Use},
        "licensees": [{"name": "Lumen", "uses": {"train": "deny"}}],
        "expires": TOMORROW.isoformat(),
        "address": "https://ana.example/terms",
    }
    assert states(joined) == ["accepted"]


def test_a_registry_that_does_not_is_told_the_strictest(
    studio: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(practice_registry, "TERMS_DETAILS", False)
    with PracticeServer(tmp_path / "plain") as server:
        add_registry(REGISTRY, server.url, studio)
        works = add_works(studio, 1)
        give(studio, DETAILED, works)
        sync(studio)
        (prepared,) = prepare(works, REGISTRY, studio)
        assert prepared.document is not None
        uses = prepared.document["terms"]["uses"]
        assert (uses["train"], uses["input"]) == ("deny", "constrained")
        assert prepared.document["terms"].keys() == {"version", "uses"}
        about = [loss.use for loss in prepared.losses]
        assert about == [*(use for use in Use if OPEN.uses[use] is Answer.ALLOW), None, None, None]
        assert all(REGISTRY in loss.sentence for loss in prepared.losses)


def test_a_change_is_sent_in_place_of_the_old_claim(joined: Services) -> None:
    works = add_works(joined, 3)
    give(joined, OPEN, works)
    queue(joined, works)
    sync(joined)
    assert outdated(joined) == []
    give(joined, NO_AI, works[:2])
    ((older,),) = [outdated(joined)]
    assert (older.claims, older.way) == (2, Way.SENT)
    assert update(joined) == ["queued", "queued"]
    assert outdated(joined) == []
    assert sync(joined).problems == []
    assert states(joined) == ["superseded", "superseded", "accepted", "accepted", "accepted"]
    assert said(joined, 4)["uses"]["train"] == "deny"
    assert_all_verify(joined)


def test_what_is_undone_before_it_is_sent_sends_nothing(joined: Services) -> None:
    works = add_works(joined, 1)
    give(joined, OPEN, works)
    queue(joined, works)
    sync(joined)
    give(joined, NO_AI, works)
    assert update(joined) == ["queued"]
    give(joined, OPEN, works)
    assert update(joined) == ["nothing"]
    assert states(joined) == ["accepted", "withdrawn"]
    assert sync(joined).sent == 0
    give(joined, NO_AI, works)
    update(joined)
    give(joined, PRESETS[Preset.ASK_ME], works)
    assert update(joined) == ["queued"], "the one that waited is replaced, not sent before it"
    assert sync(joined).sent == 1
    assert states(joined) == ["superseded", "withdrawn", "withdrawn", "accepted"]
    assert_all_verify(joined)


def test_what_a_registry_cannot_be_told_is_no_update(
    studio: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A yes for one licensee more changes nothing that is said there; that it ended does."""
    monkeypatch.setattr(practice_registry, "TERMS_DETAILS", False)
    with PracticeServer(tmp_path / "plain") as server:
        add_registry(REGISTRY, server.url, studio)
        works = add_works(studio, 1)
        give(studio, replace(OPEN, expires=TOMORROW), works)
        queue(studio, works)
        sync(studio)
        friend = Licensee(name="A friend", uses={Use.OUTPUT: Answer.ALLOW})
        give(studio, replace(OPEN, expires=TOMORROW, licensees=(friend,)), works)
        assert outdated(studio) == []
        give(studio, replace(OPEN, expires=TOMORROW), works)
        studio.now = lambda: utc_now() + timedelta(days=3)
        ((older,),) = [outdated(studio)]
        assert older.claims == 1
        assert update(studio) == ["queued"]
        assert set(said(studio, 2)["uses"].values()) == {"deny"}
        assert outdated(studio) == []


def test_a_hub_cannot_be_told_and_nobody_is_bothered(studio: Services) -> None:
    with Hub(hub_id=7) as hub:
        add_registry(REGISTRY, hub.url, studio, kind="iscc_hub", options={"hub_id": "7"})
        works = add_works(studio, 1)
        give(studio, OPEN, works)
        (prepared,) = prepare(works, REGISTRY, studio)
        assert ["no terms" in loss.sentence for loss in prepared.losses] == [True]
        queue(studio, works)
        sync(studio)
        give(studio, NO_AI, works)
        ((older,),) = [outdated(studio)]
        assert (older.way, prepare_updates(REGISTRY, studio)) == (Way.NOT_POSSIBLE, [])
        assert "first declaration stays" in older_words(1, 1, studio)
        give(studio, OPEN, works)
        assert older_words(1, 1, studio) == ""


def test_a_form_is_told_by_hand(studio: Services) -> None:
    add_form("Society", "works-list", studio)
    works = add_works(studio, 2)
    give(studio, OPEN, works)
    (prepared, _) = prepare(works, "Society", studio)
    assert ["does not ask" in loss.sentence for loss in prepared.losses] == [True]
    queue(studio, works, "Society")
    give(studio, replace(NO_AI, address="https://ana.example/terms"), works)
    ((older,),) = [outdated(studio)]
    assert older.way is Way.BY_HAND
    text = letter(older, studio)
    assert "Training: no" in text
    assert "https://ana.example/terms" in text
    assert told_by_hand("Society", studio) == 2
    assert outdated(studio) == []
    give(studio, OPEN, works[:1])
    assert outdated(studio)[0].claims == 1, "the claim says so, but the user told them otherwise"


def test_the_command_line_tells_and_updates(
    joined: Services,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    works = add_works(joined, 2)
    give(joined, OPEN, works)
    queue(joined, works)
    sync(joined)
    version = give(joined, NO_AI, works[:1])
    library = joined.library
    joined.close()
    monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
    cli = Cli(library, capfdbinary)
    (row,) = cli("claims", "--terms", "outdated").rows
    assert row["terms"]["now"] == version
    assert row["update"] == f"claim --update --registry {REGISTRY}"
    shown = cli("claim", "--update", "--dry-run").row
    assert shown["document"]["terms"]["uses"]["train"] == "deny"
    assert cli("outbox").rows[-1]["state"] == "acknowledged", "a dry run signs nothing"
    assert cli("claim", "--update").row["state"] == "queued"
    assert cli("claims", "--terms", "outdated").rows == []
    cli("claim", "--update", "1", code=2)


def test_a_form_on_the_command_line(
    studio: Services,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_form("Society", "works-list", studio)
    works = add_works(studio, 1)
    queue(studio, works, "Society")
    give(studio, NO_AI, works)
    studio.close()
    monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
    cli = Cli(studio.library, capfdbinary)
    row = cli("claim", "--update").row
    assert "Training: no." in row["write"]
    assert cli("claims", "--terms", "outdated").row["way"] == "by_hand", "nobody was told yet"
    said = cli("claim", "--update", "--told", "--registry", "Society").row
    assert (said["told"], said["you_say_so"]) == (1, True)
    assert cli("claims", "--terms", "outdated").rows == []
    cli("claim", "--update", "--told", code=2)


def test_the_day_after_the_last_day(joined: Services) -> None:
    """A claim says what holds on the day it is signed."""
    works = add_works(joined, 1)
    give(joined, replace(OPEN, expires=date(2026, 1, 1)), works)
    joined.now = lambda: datetime(2026, 12, 1).astimezone()
    (prepared,) = prepare(works, REGISTRY, joined)
    assert prepared.document is not None
    assert set(prepared.document["terms"]["uses"].values()) == {"deny"}
    assert "ended after 2026-01-01" in prepared.losses[0].sentence
