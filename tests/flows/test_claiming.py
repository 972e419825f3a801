"""From works to queued claims, with no network at all."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from desktop.claims.sign import verify_claim
from desktop.errors import ClaimProblem, KeyProblem, UsageProblem
from desktop.flows.claiming import claim, prepare, sign_and_queue
from desktop.flows.describing import ShareSaid, WorkChanges, edit_work, set_terms
from desktop.flows.identifying import create_identity, my_key, who_am_i
from desktop.flows.syncing import add_registry
from desktop.model.claims import ClaimState
from desktop.model.terms import Preset
from desktop.model.works import Creator, Identifier, Right
from desktop.practice.server import PracticeServer
from desktop.protocol import check_document
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import journal, works
from desktop.terms.presets import PRESETS
from tests.registries.stub import Stub
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    imaginary,
    keep,
    open_studio,
    queue,
    rows,
    sync_until_sent,
)


@pytest.fixture
def offline(studio: Services) -> Services:
    """The studio with a registry that nobody answers for."""
    add_registry(REGISTRY, "http://127.0.0.1:9", studio)
    return studio


def said(who: str, right: Right, fraction: Fraction) -> ShareSaid:
    return ShareSaid(who=who, right=right, fraction=fraction)


def test_claims_are_signed_and_queued_offline(offline: Services) -> None:
    works = add_works(offline, 3)
    queued = claim(None, REGISTRY, offline)
    assert [item.work_id for item in queued] == works
    assert [entry.claim_id for entry in entries(offline)] == [item.claim_id for item in queued]
    for entry in entries(offline):
        verify_claim(entry.document)
        check_document("Claim", json.loads(entry.document))
    assert {row.state for row in rows(offline)} == {ClaimState.QUEUED}


def test_the_same_again_adds_nothing(offline: Services) -> None:
    works = add_works(offline, 2)
    first = queue(offline, works)
    with offline.store.read() as connection:
        head = journal.head(connection)
    again = claim(works, REGISTRY, offline)
    assert [(item.already, item.claim_id, item.problem) for item in again] == [
        (True, None, None)
    ] * 2
    assert [row.claim_id for row in rows(offline)] == first
    with offline.store.read() as connection:
        assert journal.head(connection) == head


def test_one_work_twice_in_one_call(offline: Services) -> None:
    (work,) = add_works(offline, 1)
    queued = claim([work, work], REGISTRY, offline)
    assert [item.already for item in queued] == [False, True]
    assert len(rows(offline)) == 1


def test_a_second_registry_gets_the_same_bytes(offline: Services) -> None:
    works = add_works(offline, 2)
    queue(offline, works)
    with Stub() as stub:
        add_registry("Second", stub.url, offline)
        second = claim(works, "Second", offline)
        assert [item.claim_id for item in second] == [1, 2]
        by_registry = {
            name: [entry.document for entry in entries(offline) if entry.registry == name]
            for name in (REGISTRY, "Second")
        }
        assert by_registry[REGISTRY] == by_registry["Second"]
        with offline.store.read() as connection:
            assert len(claims_store.documents(connection)) == 2


@pytest.mark.parametrize("what", ["title", "terms", "share", "creator", "identifier", "file"])
def test_a_change_supersedes(offline: Services, what: str) -> None:
    (work,) = add_works(offline, 1)
    queue(offline, [work])
    old = entries(offline)[0]
    if what == "title":
        edit_work(work, offline, WorkChanges(title="Another title"))
    elif what == "terms":
        set_terms(PRESETS[Preset.NO_AI], [work], offline)
    elif what == "share":
        edit_work(work, offline, WorkChanges(shares=[said("me", Right.TRAINING, Fraction(2, 3))]))
    elif what == "creator":
        edit_work(work, offline, WorkChanges(creators=[Creator(name="Ben")]))
    elif what == "identifier":
        isbn = Identifier(scheme="isbn", value="9780306406157")
        edit_work(work, offline, WorkChanges(identifiers=[isbn]))
    else:
        with offline.store.write() as tx:
            keep(tx, imaginary(Path("/works/picture-0.png"), "a new version"))
    (queued,) = claim([work], REGISTRY, offline)
    assert queued.claim_id == 2
    new = json.loads(entries(offline)[1].document)
    assert new["supersedes"] == old.claim_hash
    assert new["id"] != json.loads(old.document)["id"]
    assert_all_verify(offline)


def test_what_supersedes_is_accepted_and_the_old_one_says_so(
    joined: Services, registry: PracticeServer
) -> None:
    (work,) = add_works(joined, 1)
    queue(joined, [work])
    sync_until_sent(joined)
    edit_work(work, joined, WorkChanges(title="Another title"))
    queue(joined, [work])
    sync_until_sent(joined)
    assert [row.state for row in rows(joined)] == [ClaimState.SUPERSEDED, ClaimState.ACCEPTED]


def test_a_change_taken_back_is_a_claim_again(offline: Services) -> None:
    (work,) = add_works(offline, 1)
    queue(offline, [work])
    edit_work(work, offline, WorkChanges(title="Other"))
    queue(offline, [work])
    edit_work(work, offline, WorkChanges(title="picture 0"))
    (queued,) = claim([work], REGISTRY, offline)
    assert queued.claim_id == 3
    newest = json.loads(entries(offline)[2].document)
    assert newest["supersedes"] == entries(offline)[1].claim_hash


@pytest.mark.parametrize("state", [ClaimState.REJECTED, ClaimState.REFUSED, ClaimState.WITHDRAWN])
def test_what_was_turned_down_can_be_claimed_again(offline: Services, state: ClaimState) -> None:
    (work,) = add_works(offline, 1)
    queue(offline, [work])
    with offline.store.write() as tx:
        claims_store.set_state(tx, 1, 1, state, 5)
    (queued,) = claim([work], REGISTRY, offline)
    assert (queued.claim_id, queued.problem) == (2, None)
    assert "supersedes" not in json.loads(entries(offline)[1].document)


def test_what_stands_is_superseded_although_a_change_was_turned_down(offline: Services) -> None:
    """Else two claims of one work would stand side by side."""
    (work,) = add_works(offline, 1)
    queue(offline, [work])
    edit_work(work, offline, WorkChanges(created="2023"))
    queue(offline, [work])
    with offline.store.write() as tx:
        claims_store.set_state(tx, 1, 1, ClaimState.ACCEPTED, 5)
        claims_store.set_state(tx, 2, 1, ClaimState.REJECTED, 6)
    edit_work(work, offline, WorkChanges(created="2024"))
    queue(offline, [work])
    first, _, third = entries(offline)
    assert json.loads(third.document)["supersedes"] == first.claim_hash


def test_one_work_with_a_problem_never_stops_the_rest(offline: Services) -> None:
    works = add_works(offline, 3)
    with offline.store.write() as tx:
        tx.execute("UPDATE works SET title = ' ' WHERE work_id = ?", (works[1],))
    queued = claim([*works, 99], REGISTRY, offline)
    assert [type(item.problem) for item in queued] == [
        type(None), ClaimProblem, type(None), UsageProblem,
    ]  # fmt: skip
    assert len(rows(offline)) == 2


def test_text_that_cannot_be_signed_costs_its_work_only(offline: Services) -> None:
    works = add_works(offline, 2)
    edit_work(works[0], offline, WorkChanges(creators=[Creator(name="x" * 400)]))
    queued = claim(works, REGISTRY, offline)
    assert [type(item.problem) for item in queued] == [ClaimProblem, type(None)]


def test_preparing_changes_nothing_and_shows_what_is_signed(offline: Services) -> None:
    (work,) = add_works(offline, 1)
    (prepared,) = prepare([work], REGISTRY, offline)
    assert rows(offline) == []
    sign_and_queue([prepared], REGISTRY, offline)
    document = json.loads(entries(offline)[0].document)
    document.pop("proof")
    assert document == prepared.document


def test_prepared_twice_is_queued_once(offline: Services) -> None:
    """Two previews open, both confirmed."""
    (work,) = add_works(offline, 1)
    first = prepare([work], REGISTRY, offline)
    second = prepare([work], REGISTRY, offline)
    sign_and_queue(first, REGISTRY, offline)
    (again,) = sign_and_queue(second, REGISTRY, offline)
    assert again.already
    assert len(rows(offline)) == 1


def test_many_go_in_batches(offline: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.flows.claiming.BATCH", 4)
    works = add_works(offline, 10)
    stopped = claim(works, REGISTRY, offline, cancelled=lambda: len(rows(offline)) >= 4)
    assert len(stopped) == len(rows(offline)) == 4
    assert len(claim(works, REGISTRY, offline)) == 10
    assert len(rows(offline)) == 10


def test_without_an_identity(tmp_path: Path) -> None:
    with open_studio(tmp_path / "library") as services:
        add_registry(REGISTRY, "http://127.0.0.1:9", services)
        works = add_works(services, 1)
        with pytest.raises(KeyProblem, match="no identity"):
            claim(works, REGISTRY, services)
        assert who_am_i(services) is None


def test_a_wrong_password_signs_nothing(studio: Services, tmp_path: Path) -> None:
    add_registry(REGISTRY, "http://127.0.0.1:9", studio)
    works = add_works(studio, 1)
    studio.close()
    with open_studio(tmp_path / "library", password="something else") as services:
        with pytest.raises(KeyProblem, match="does not open"):
            claim(works, REGISTRY, services)
        assert rows(services) == []


@pytest.mark.usefixtures("cheap_keys")
def test_an_identity_is_made_once(tmp_path: Path) -> None:
    with open_studio(tmp_path / "library") as services:
        made = create_identity("  Ana   Sousa ", services)
        assert made.party.name == "Ana Sousa"
        assert my_key(services).did == made.party.did
        with pytest.raises(UsageProblem, match="called Ana Sousa in this library already"):
            create_identity("ana sousa", services)
        for name in ("", "  ", "x" * 201):
            with pytest.raises(UsageProblem):
                create_identity(name, services)
    with open_studio(tmp_path / "library") as services:
        assert my_key(services).did == made.party.did


def test_a_password_too_short_keeps_nothing(tmp_path: Path) -> None:
    with open_studio(tmp_path / "library", password="short") as services:
        with pytest.raises(KeyProblem, match="shorter"):
            create_identity("Ana", services)
        assert who_am_i(services) is None
    assert not list((tmp_path / "library").glob("keys/*.json"))


def test_unknown_registry(studio: Services) -> None:
    with pytest.raises(UsageProblem, match="no registry called"):
        claim(add_works(studio, 1), "Nowhere", studio)


def test_names_of_registries_are_taken_once(offline: Services) -> None:
    with pytest.raises(UsageProblem, match="called 'Practice' already"):
        add_registry(REGISTRY, "https://other.example", offline)


def test_editing_is_all_or_nothing(offline: Services) -> None:
    (work,) = add_works(offline, 1)
    with pytest.raises(UsageProblem, match="too fine"):
        edit_work(
            work,
            offline,
            WorkChanges(title="Changed", shares=[said("Ben", Right.OUTPUT, Fraction(1, 10**20))]),
        )
    with pytest.raises(UsageProblem, match="needs a title"):
        edit_work(work, offline, WorkChanges(creators=[Creator(name="Ben")], title=" "))
    with offline.store.read() as connection:
        found = works.get(connection, work)
    assert (found.title, found.creators, found.shares) == ("picture 0", (), ())
