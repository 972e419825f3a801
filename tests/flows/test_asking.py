"""Whether a registry still knows a claim: only its own word counts, and only about that claim."""

from __future__ import annotations

import pytest

from desktop.errors import Untrusted
from desktop.flows import asking
from desktop.flows.syncing import add_registry, sync
from desktop.identity.canonical import canonical_bytes
from desktop.model.claims import ClaimState
from desktop.services import Services
from tests.registries.stub import Answer, Stub, problem
from tests.studio import REGISTRY, add_works, entries, queue, rows

MOMENT = "2026-01-15T12:00:00Z"


def known(stub: Stub, claim_hash: str, status: str) -> bytes:
    """Return what a registry knows of a claim."""
    receipt = stub.receipt({"claimant": {"did": stub.key.did}}, hash=claim_hash)
    document = {
        "number": "S-1",
        "hash": claim_hash,
        "sequence": 1,
        "received": MOMENT,
        "status": status,
        "history": [{"time": MOMENT, "status": status}],
        "receipt": receipt,
    }
    return canonical_bytes(document)


def asked(
    studio: Services, stub: Stub, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> Services:
    """Send a claim, and let a day pass so that it is asked about; answer is what comes back."""
    stub.answer = lambda method, path, body: (
        answer if path.startswith("/claims/") else stub.well(method, path, body)
    )
    monkeypatch.setattr(asking, "EVERY_S", -60)
    sync(studio)
    return studio


@pytest.fixture
def sent(studio: Services) -> Services:
    """A library with one work claimed."""
    add_works(studio, 1)
    return studio


def test_the_answer_for_another_claim_loses_nothing(
    sent: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier reply that comes again, of a proxy: not a registry that forgot."""
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, sent)
        queue(sent, [1])
        sync(sent)
        asked(sent, stub, Answer(body=known(stub, "f" * 64, "accepted")), monkeypatch)
        (row,) = rows(sent)
        assert row.state is ClaimState.UNDER_REVIEW
        assert len(stub.posts) == 1
        ((_, told),) = sync(sent).problems
        assert type(told) is Untrusted


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_a_404_that_is_not_the_registrys_own_loses_nothing(
    sent: Services, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, sent)
        queue(sent, [1])
        sync(sent)
        strange = Answer(404, b'{"detail":"Not Found"}', {"Content-Type": kind})
        asked(sent, stub, strange, monkeypatch)
        assert [row.state for row in rows(sent)] == [ClaimState.UNDER_REVIEW]
        assert len(stub.posts) == 1
        asked(sent, stub, problem(404, "Never heard of it."), monkeypatch)
        assert len(stub.posts) == 2, "this one is its own word: the claim is sent again"


def test_what_no_event_told_is_learnt_by_asking(
    sent: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry says how its review ended; an older word than the feed's is not taken."""
    with Stub() as stub:
        add_registry(REGISTRY, stub.url, sent)
        queue(sent, [1])
        sync(sent)
        (entry,) = entries(sent)
        for status in ("accepted", "under_review"):
            answer = Answer(body=known(stub, entry.claim_hash, status))
            asked(sent, stub, answer, monkeypatch)
            assert [row.state for row in rows(sent)] == [ClaimState.ACCEPTED]
