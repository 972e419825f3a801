"""After sending: conflicts are answered, disputes opened, claims withdrawn, lost ones resent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.claims.answer import Response, Subject
from desktop.errors import ClaimProblem, UsageProblem
from desktop.flows import asking
from desktop.flows.describing import add_evidence
from desktop.flows.hearing import Heard
from desktop.flows.responding import TAKEN_BACK, Answered, dispute, respond, withdraw
from desktop.flows.syncing import add_registry, sync
from desktop.model.claims import AnswerKind, ClaimState, OutboxState
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import answers, registries
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    entries,
    open_studio,
    queue,
    rows,
    settle,
)


def state(services: Services) -> ClaimState:
    (row,) = rows(services)
    return row.state


def said(services: Services, claim_id: int = 1) -> list[tuple[AnswerKind, OutboxState]]:
    with services.store.read() as connection:
        registry_id = registries.by_name(connection, REGISTRY).registry_id
        found = answers.of_claim(connection, claim_id, registry_id)
    return [(one.kind, one.state) for one in found]


@pytest.fixture
def rival(tmp_path: Path, registry: PracticeServer) -> Iterator[Services]:
    """Somebody else with the same picture, at the same registry."""
    with open_studio(tmp_path / "rival") as services:
        settle(services, "Ben Okafor")
        add_registry(REGISTRY, registry.url, services)
        yield services


@pytest.fixture
def in_conflict(joined: Services, rival: Services) -> Services:
    for services in (joined, rival):
        queue(services, add_works(services, 1))
        sync(services)
    sync(joined)
    assert state(joined) is state(rival) is ClaimState.CONFLICT
    return joined


def test_revoking_lets_the_other_have_it(in_conflict: Services, rival: Services) -> None:
    done = respond(1, REGISTRY, Response.REVOKE, in_conflict, note="It is Ben's.")
    assert done == Answered(claim_id=1, registry=REGISTRY, state=ClaimState.CONFLICT, queued=True)
    assert said(in_conflict) == [(AnswerKind.RESPONSE, OutboxState.QUEUED)]
    sync(in_conflict)
    assert said(in_conflict) == [(AnswerKind.RESPONSE, OutboxState.ACKNOWLEDGED)]
    assert state(in_conflict) is ClaimState.WITHDRAWN
    sync(rival)
    assert state(rival) is ClaimState.ACCEPTED
    assert_all_verify(in_conflict)


def test_two_who_maintain_are_in_dispute(in_conflict: Services, rival: Services) -> None:
    add_evidence(1, b"We agree.", in_conflict, kind="contract", dated="2024-03-09")
    respond(1, REGISTRY, Response.MAINTAIN, in_conflict, evidence_ids=[1])
    sync(in_conflict)
    assert state(in_conflict) is ClaimState.CONFLICT
    respond(1, REGISTRY, Response.MAINTAIN, rival)
    sync(rival)
    sync(in_conflict)
    assert state(in_conflict) is state(rival) is ClaimState.IN_DISPUTE


def test_a_dispute(in_conflict: Services) -> None:
    dispute(1, REGISTRY, Subject.AUTHORSHIP, in_conflict)
    sync(in_conflict)
    assert state(in_conflict) is ClaimState.IN_DISPUTE


def test_a_withdrawal_and_the_work_can_be_claimed_again(joined: Services) -> None:
    (work,) = add_works(joined, 1)
    queue(joined, [work])
    sync(joined)
    withdraw(1, REGISTRY, joined, reason="sold")
    sync(joined)
    sync(joined)
    (row,) = rows(joined)
    assert (row.state, row.reason) == (ClaimState.WITHDRAWN, "sold")
    with pytest.raises(UsageProblem, match="ended already"):
        withdraw(1, REGISTRY, joined)
    queue(joined, [work])
    sync(joined)
    assert {one.state for one in rows(joined)} == {ClaimState.WITHDRAWN, ClaimState.ACCEPTED}


def test_what_never_left_is_taken_back_at_once(studio: Services) -> None:
    add_registry(REGISTRY, "https://painters.example", studio)
    queue(studio, add_works(studio, 1))
    done = withdraw(1, REGISTRY, studio)
    assert (done.state, done.queued) == (ClaimState.WITHDRAWN, False)
    assert entries(studio) == []
    (row,) = rows(studio)
    assert row.reason == TAKEN_BACK
    queue(studio, [1])
    assert len(rows(studio)) == 2


def test_what_may_have_left_is_withdrawn_after_it_arrived(
    joined: Services, registry: PracticeServer
) -> None:
    """The reply was lost: nobody knows whether the claim is there, so it must be told."""
    queue(joined, add_works(joined, 1))
    registry.misbehave(["drop-after-commit:1@/claims"])
    assert sync(joined).problems
    assert withdraw(1, REGISTRY, joined).queued
    sync(joined)
    sync(joined)
    assert state(joined) is ClaimState.WITHDRAWN


def test_the_same_answer_twice_after_a_lost_reply(
    in_conflict: Services, registry: PracticeServer
) -> None:
    respond(1, REGISTRY, Response.REVOKE, in_conflict)
    registry.misbehave(["drop-after-commit:1@/claims"])
    assert sync(in_conflict).problems
    assert said(in_conflict) == [(AnswerKind.RESPONSE, OutboxState.QUEUED)]
    sync(in_conflict)
    assert said(in_conflict) == [(AnswerKind.RESPONSE, OutboxState.ACKNOWLEDGED)]
    assert state(in_conflict) is ClaimState.WITHDRAWN


def test_a_refusal_is_kept_in_the_registrys_words(in_conflict: Services, rival: Services) -> None:
    respond(1, REGISTRY, Response.MAINTAIN, in_conflict)
    respond(1, REGISTRY, Response.REVOKE, rival)
    sync(rival)
    done = sync(in_conflict)
    assert done.refused == 1
    assert said(in_conflict) == [(AnswerKind.RESPONSE, OutboxState.REFUSED)]
    assert state(in_conflict) is ClaimState.ACCEPTED


@pytest.mark.parametrize("answer", ["respond", "dispute", "unknown claim", "unknown registry"])
def test_what_cannot_be_said(joined: Services, answer: str) -> None:
    queue(joined, add_works(joined, 1))
    tries: dict[str, Callable[[], Answered]] = {
        "respond": lambda: respond(1, REGISTRY, Response.MAINTAIN, joined),
        "dispute": lambda: dispute(1, REGISTRY, Subject.SHARE, joined),
        "unknown claim": lambda: withdraw(99, REGISTRY, joined),
        "unknown registry": lambda: withdraw(1, "Nowhere", joined),
    }
    with pytest.raises(UsageProblem):
        tries[answer]()
    assert said(joined) == []


def test_a_note_that_is_too_long(in_conflict: Services) -> None:
    with pytest.raises(ClaimProblem, match="as it stands"):
        respond(1, REGISTRY, Response.MAINTAIN, in_conflict, note="x" * 10_000)
    assert said(in_conflict) == []


def test_a_claim_that_the_registry_lost_is_sent_again(
    joined: Services, registry: PracticeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.misbehave(["lose-claims:1"])
    queue(joined, add_works(joined, 3))
    sync(joined)
    told: list[Heard] = []
    sync(joined, tell=told.append)
    assert {row.state for row in rows(joined)} == {ClaimState.UNDER_REVIEW}
    assert told == [], "nothing is asked on the day it was received"
    monkeypatch.setattr(asking, "EVERY_S", -60)  # as if a day had passed
    done = sync(joined, tell=told.append)
    assert done.problems == []
    assert [one.event for one in told] == ["lost"] * 3 + ["receipt"] * 3
    sync(joined)
    assert {row.state for row in rows(joined)} == {ClaimState.ACCEPTED}
    assert_all_verify(joined)
