"""Each misbehaviour does what its name says, as often and where it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests

from desktop.errors import SignatureProblem, UsageProblem
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.practice.advance import Advanced
from desktop.practice.middleware import HUGE_BYTES
from desktop.practice.misbehaviour import Misbehaviour, Rule, read_rule
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, hash_of
from tests.practice.contract import Contract, ContractBroken

PassMonths = Callable[[int], Advanced]


@pytest.fixture
def plain(ana: Claimant) -> Claimant:
    """A claimant that checks nothing."""
    ana.session = requests.Session()
    ana.session.trust_env = False
    return ana


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("busy", Rule(Misbehaviour.BUSY, "")),
        ("drop-after-commit:3", Rule(Misbehaviour.DROP_AFTER_COMMIT, "", 3)),
        ("busy@/claims", Rule(Misbehaviour.BUSY, "/claims")),
        ("slow:1@/events", Rule(Misbehaviour.SLOW, "/events", 1)),
        ("slow@/events:1", Rule(Misbehaviour.SLOW, "/events", 1)),
    ],
)
def test_rules_are_read(text: str, expected: Rule) -> None:
    assert read_rule(text) == expected


@pytest.mark.parametrize("text", ["", "angry", "busy:", "busy:x", "busy@claims", "busy:1@/a:2"])
def test_nonsense_rules_are_refused(server: PracticeServer, text: str) -> None:
    with pytest.raises(UsageProblem, match="drop-after-commit"):
        server.misbehave([text])


@pytest.mark.parametrize(
    ("kind", "status", "header"),
    [("busy", 429, ("Retry-After", "2")), ("unavailable", 503, ("Content-Length", ""))],
)
def test_saying_no(
    server: PracticeServer, ana: Claimant, kind: str, status: int, header: tuple[str, str]
) -> None:
    server.misbehave([f"{kind}:2"])
    claim = ana.claim()
    for _ in range(2):
        response = ana.send("POST", "/claims", {"claims": [claim]})
        assert response.status_code == status
        assert header[1] in response.headers[header[0]]
    assert "receipt" in ana.submit(claim)[0]


def test_a_rule_applies_where_it_is_told_to(server: PracticeServer, ana: Claimant) -> None:
    server.misbehave(["busy@/events"])
    assert "receipt" in ana.submit(ana.claim())[0]
    assert ana.send("GET", "/events").status_code == 429
    url = server.url + "/.well-known/open-claims"
    assert ana.session.get(url, timeout=5).status_code == 200
    server.misbehave(["busy"])
    assert ana.session.get(url, timeout=5).status_code == 200
    server.misbehave(["busy@/.well-known/open-claims"])
    assert ana.session.get(url, timeout=5).status_code == 429


def test_drop_after_commit(server: PracticeServer, ana: Claimant) -> None:
    server.misbehave(["drop-after-commit:1"])
    claim = ana.claim()
    with pytest.raises(requests.ConnectionError):
        ana.submit(claim)
    assert ana.state(claim)["number"] == "PR-000001"
    assert ana.submit(claim)[0]["receipt"] == ana.state(claim)["receipt"]


def test_slow_bytes(server: PracticeServer, plain: Claimant) -> None:
    server.misbehave(["slow@/events"])
    url = server.url + "/events"
    with pytest.raises(requests.ConnectionError, match="timed out"):
        plain.session.get(url, timeout=0.15)
    with plain.session.get(url, timeout=2, stream=True) as response:
        assert response.raw.read(1)
        assert response.raw.read(1)


@pytest.mark.alone
def test_a_server_with_a_slow_answer_open_stops_at_once(
    server: PracticeServer, plain: Claimant
) -> None:
    server.misbehave(["slow"])
    with plain.session.get(server.url + "/events", timeout=2, stream=True):
        before = time.perf_counter()
        server.stop()
        assert time.perf_counter() - before < 1


def test_a_huge_reply(server: PracticeServer, plain: Claimant) -> None:
    server.misbehave(["huge:1"])
    assert len(plain.send("GET", "/events").content) > HUGE_BYTES
    assert plain.send("GET", "/events").json()["events"] == []


def test_a_reply_that_breaks_the_schema(server: PracticeServer, plain: Claimant) -> None:
    plain.submit(plain.claim())
    server.misbehave(["bad-schema"])
    for path in ("/events", "/claims/PR-000001"):
        response = plain.send("GET", path)
        assert response.status_code == 200
        with pytest.raises(ContractBroken):
            Contract.load().check_response(response)


def test_a_redirect_elsewhere(server: PracticeServer, plain: Claimant) -> None:
    server.misbehave(["redirect"])
    response = plain.send("POST", "/claims", {"claims": [plain.claim()]})
    assert response.status_code == 307
    assert not response.headers["Location"].startswith(server.url)


def test_a_reply_that_is_not_json(server: PracticeServer, plain: Claimant) -> None:
    server.misbehave(["not-json"])
    response = plain.send("GET", "/events")
    assert response.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        response.json()


def test_forged_signatures(server: PracticeServer, ana: Claimant, pass_months: PassMonths) -> None:
    claim = ana.claim()
    right = ana.submit(claim)[0]["receipt"]
    ana.events()
    pass_months(1)
    server.misbehave(["forged-signature"])
    forged = ana.submit(claim)[0]["receipt"]
    documents = [forged, ana.state(claim)["receipt"], *ana.statements()]
    assert len(documents) == 3
    for document in documents:
        with pytest.raises(SignatureProblem, match="changed or forged"):
            verify_document(document, methods_of_did_key(server.did))
    assert forged["credentialSubject"] == right["credentialSubject"]
    server.misbehave(["forged-signature@/.well-known/open-claims"])
    description = ana.session.get(server.url + "/.well-known/open-claims", timeout=5).json()
    with pytest.raises(SignatureProblem):
        verify_document(description, methods_of_did_key(server.did))


def test_forging_counts_only_what_is_signed(server: PracticeServer, ana: Claimant) -> None:
    server.misbehave(["forged-signature:1"])
    ana.events()
    receipt = ana.submit(ana.claim())[0]["receipt"]
    with pytest.raises(SignatureProblem):
        verify_document(receipt, methods_of_did_key(server.did))
    verify_document(ana.submit(ana.claim())[0]["receipt"], methods_of_did_key(server.did))


def test_a_wrong_total_is_correctly_signed(
    server: PracticeServer, ana: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(ana.claim())
    pass_months(1)
    right = ana.statements()[0]
    server.misbehave(["wrong-total"])
    wrong = ana.statements()[0]
    verify_document(wrong, methods_of_did_key(server.did))
    assert {name for name in right if right[name] != wrong[name]} == {"payable", "proof"}


def test_lost_claims(server: PracticeServer, ana: Claimant) -> None:
    server.misbehave(["lose-claims:1"])
    claim = ana.claim()
    assert "receipt" in ana.submit(claim)[0]
    assert ana.send("GET", f"/claims/{hash_of(claim)}").status_code == 404
    assert ana.events() == []
    ana.submit(claim)
    assert ana.state(claim)["number"] == "PR-000002"
