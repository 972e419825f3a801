"""Submitting claims: receipts, outcomes in order, the same again, and at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, hash_of
from tests.practice.contract import contract_session


def test_a_receipt_is_the_registrys_word(server: PracticeServer, ana: Claimant) -> None:
    claim = ana.claim()
    outcome = ana.submit(claim)[0]
    receipt = outcome["receipt"]
    verify_document(receipt, methods_of_did_key(server.did))
    assert receipt["credentialSubject"] == {
        "id": ana.key.did,
        "claim": {
            "hash": hash_of(claim),
            "number": "PR-000001",
            "sequence": 1,
            "received": "2026-01-15T12:00:00Z",
            "status": "under_review",
        },
    }
    assert ana.state(claim)["receipt"] == receipt
    assert ana.state(claim)["status"] == "under_review"


def test_the_same_claim_again_gets_the_same_receipt(ana: Claimant) -> None:
    claim = ana.claim()
    first = ana.send("POST", "/claims", {"claims": [claim]})
    ana.events()
    again = ana.send("POST", "/claims", {"claims": [claim]})
    assert first.content == again.content
    twice = ana.submit(claim, claim)
    assert canonical_bytes(twice[0]) == canonical_bytes(twice[1])
    assert len(ana.events()) == 1


def test_two_at_the_same_time_are_one(server: PracticeServer, ana: Claimant) -> None:
    claims = [ana.claim(f"work {index}") for index in range(5)]
    senders = [Claimant(server.url, key=ana.key) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda sender: [sender.submit(c)[0] for c in claims], senders)
    assert one == other
    numbers = {o["receipt"]["credentialSubject"]["claim"]["sequence"] for o in one}
    assert numbers == {1, 2, 3, 4, 5}


def bad_claims(ana: Claimant) -> dict[str, tuple[Any, int]]:
    """Return claims with one fault each, and the status of their problems."""
    good = ana.claim()
    other = Claimant(name="Somebody else")
    draft = ana.draft()
    changed = {**good, "work": {**good["work"], "title": "Another title"}}
    return {
        "not an object": (17, 422),
        "unknown member": ({**good, "surprise": True}, 422),
        "no proof": (draft, 422),
        "changed after signing": (changed, 422),
        "signed by another": (other.sign(draft), 422),
        "another's claim": (other.claim(), 403),
        "no such day": (ana.claim(created="2026-02-30T00:00:00Z"), 422),
        "a float": (ana.claim(shares=[ana.share("training", part=0.5)]), 422),  # type: ignore[arg-type]
        "no such country": (ana.claim(shares=[ana.share("output", territories=["Mars"])]), 422),
    }


@pytest.mark.parametrize("fault", list(bad_claims(Claimant())))
def test_a_bad_claim_spoils_only_itself(ana: Claimant, fault: str) -> None:
    bad, status = bad_claims(ana)[fault]
    ana.session = contract_session(requests_too=False)
    good = [ana.claim("one"), ana.claim("two")]
    outcomes = ana.submit(good[0], bad, good[1])
    assert [set(outcome) for outcome in outcomes] == [
        {"hash", "receipt"},
        {"hash", "problem"},
        {"hash", "receipt"},
    ]
    assert [outcome["hash"] for outcome in outcomes] == [
        hash_of(c) for c in (good[0], bad, good[1])
    ]
    assert outcomes[1]["problem"]["status"] == status
    assert len(ana.events()) == 2


def test_a_claim_is_not_taken_from_a_stranger(server: PracticeServer, ana: Claimant) -> None:
    stranger = Claimant(server.url, key=SigningKey.generate())
    claim = ana.claim()
    assert stranger.submit(claim)[0]["problem"]["status"] == 403
    assert ana.events() == []


def test_a_full_batch(ana: Claimant) -> None:
    outcomes = ana.submit(*(ana.claim(f"work {index}") for index in range(50)))
    sequences = [one["receipt"]["credentialSubject"]["claim"]["sequence"] for one in outcomes]
    assert sequences == list(range(1, 51))
