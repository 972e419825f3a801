"""What the registry refuses before it looks at a claim: signatures, sizes, shapes, addresses."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from desktop.identity.http_signatures import signature_headers
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.practice.registry import BODY_BYTES
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, hash_of
from tests.practice.contract import Contract, ContractBroken, contract_session


@pytest.fixture
def rude(ana: Claimant) -> Claimant:
    """A claimant whose wrong requests are let through, to see how they are refused."""
    ana.session = contract_session(requests_too=False)
    return ana


def problem(response: requests.Response, status: int) -> dict[str, Any]:
    """Return the problem document of a response."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    return document


def test_the_description_is_signed_by_the_registry(server: PracticeServer) -> None:
    response = contract_session().get(server.url + "/.well-known/open-claims", timeout=5)
    description = response.json()
    assert description["did"] == server.did
    assert description["api"] == server.url
    assert verify_document(description, methods_of_did_key(server.did)).startswith(server.did)
    assert description["limits"] == {"batch": 50, "body_bytes": BODY_BYTES}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/claims"),
        ("GET", "/claims/PR-000001"),
        ("POST", "/claims/PR-000001/responses"),
        ("POST", "/claims/PR-000001/disputes"),
        ("POST", "/claims/PR-000001/withdrawal"),
        ("GET", "/events"),
        ("GET", "/statements/PS-1/1"),
        ("GET", "/remittances/PM-1"),
        ("PUT", "/payout-channel"),
    ],
)
def test_unsigned_requests_are_refused(rude: Claimant, method: str, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = rude.session.request(method, rude.url + path, data=b"{}", headers=headers, timeout=5)
    assert problem(response, 401)["type"] == "urn:open-claims:problem:unsigned"
    assert "@target-uri" in response.headers["Accept-Signature"]


@pytest.mark.parametrize("age", [timedelta(minutes=21), timedelta(minutes=-11)])
def test_old_and_future_signatures_are_refused(rude: Claimant, age: timedelta) -> None:
    url = rude.url + "/events"
    headers = signature_headers("GET", url, None, rude.key, created=datetime.now(UTC) - age)
    problem(rude.session.get(url, headers=headers, timeout=5), 401)


def test_a_signature_is_good_for_one_address_method_and_body(rude: Claimant) -> None:
    created = datetime.now(UTC)
    url = rude.url + "/claims"
    signed = signature_headers("POST", url, b"{}", rude.key, created=created)
    headers = {**signed, "Content-Type": "application/json"}
    for method, address, body in [
        ("POST", url, b'{"claims": []}'),
        ("POST", url + "?x=1", b"{}"),
        ("PUT", rude.url + "/payout-channel", b"{}"),
    ]:
        response = rude.session.request(method, address, data=body, headers=headers, timeout=5)
        problem(response, 401)


@pytest.mark.parametrize(
    "headers",
    [
        {"Signature-Input": "x", "Signature": "y"},
        {"Signature-Input": 'a=("@method")', "Signature": "a=:AAAA:"},
        {"Signature-Input": 'a=("@method" "@target-uri");keyid="did:key:z6"', "Signature": "a=::"},
        {"Signature-Input": 'a=();created=1;keyid="é";tag="open-claims"', "Signature": "a=:é:"},
        {"Signature-Input": "a=" + "(" * 500, "Signature": "a=:AA==:"},
        {
            "Signature-Input": 'a=("@method" "@target-uri");created=99999999999999'
            ';tag="open-claims";keyid="did:key:z6Mk"',
            "Signature": "a=:AA==:",
        },
    ],
)
def test_nonsense_signatures_are_refused(rude: Claimant, headers: dict[str, str]) -> None:
    sent = {name: value.encode() for name, value in headers.items()}
    problem(rude.session.get(rude.url + "/events", headers=sent, timeout=5), 401)


def test_a_request_signed_for_another_host_is_refused(server: PracticeServer) -> None:
    key = SigningKey.generate()
    elsewhere = "http://claims.example/events"
    headers = signature_headers("GET", elsewhere, None, key, created=datetime.now(UTC))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", "/events", headers={**headers, "Host": "registry.example"})
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["type"]) == (
        400,
        "urn:open-claims:problem:wrong-host",
    )
    connection.close()


def test_localhost_is_the_same_host(server: PracticeServer, ana: Claimant) -> None:
    ana.url = server.url.replace("127.0.0.1", "localhost")
    assert ana.send("GET", "/events").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"claims": NaN}',
        b'{"a":1,"a":2}',
        b'{"claims":["\\ud800"]}',
        b"[" * 100_000,
        b'{"claims":[123456789012345678901]}',
    ],
)
def test_what_is_not_json_is_refused(rude: Claimant, body: bytes) -> None:
    assert problem(rude.send_bytes("POST", "/claims", body), 400)["type"].endswith("not-json")


@pytest.mark.parametrize("body", [[], {}, {"claims": []}, {"claims": {}}, {"claims": [1], "x": 1}])
def test_what_is_not_a_submission_is_refused(rude: Claimant, body: Any) -> None:
    problem(rude.send("POST", "/claims", body), 422)


def test_another_media_type_is_refused(rude: Claimant) -> None:
    url = rude.url + "/claims"
    headers = signature_headers("POST", url, b"{}", rude.key, created=datetime.now(UTC))
    headers["Content-Type"] = "text/plain"
    problem(rude.session.post(url, data=b"{}", headers=headers, timeout=5), 415)


def test_too_many_claims_are_refused(rude: Claimant) -> None:
    problem(rude.send("POST", "/claims", {"claims": [{}] * 51}), 413)


def test_a_body_too_large_is_refused(rude: Claimant) -> None:
    body = b'{"claims": ["' + b"x" * BODY_BYTES + b'"]}'
    problem(rude.send_bytes("POST", "/claims", body), 413)


def test_a_body_too_large_is_refused_where_its_length_is_not_told(server: PracticeServer) -> None:
    def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 65_536

    headers = {"Content-Type": "application/json"}
    try:
        response = requests.post(server.url + "/claims", data=pieces(), headers=headers, timeout=5)
    except requests.ConnectionError:
        return
    assert response.status_code == 413


def test_headers_too_large_are_refused(server: PracticeServer) -> None:
    headers = {"X-Long": "x" * 70_000}
    try:
        response = requests.get(server.url + "/events", headers=headers, timeout=5)
    except requests.ConnectionError:
        return
    assert response.status_code in (400, 431)


@pytest.mark.parametrize("path", ["/claims/PR-000001", "/statements/PS-1/1", "/remittances/PM-1"])
def test_what_does_not_exist_is_not_found(ana: Claimant, path: str) -> None:
    problem(ana.send("GET", path), 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/claims", 405), ("DELETE", "/claims/PR-000001", 405)],
)
def test_unknown_calls_are_problems_too(
    server: PracticeServer, method: str, path: str, status: int
) -> None:
    response = requests.request(method, server.url + path, timeout=5)
    problem(response, status)


def test_claims_of_others_are_not_found(ana: Claimant, ben: Claimant) -> None:
    claim = ana.claim()
    number = ana.submit(claim)[0]["receipt"]["credentialSubject"]["claim"]["number"]
    for name in (number, hash_of(claim)):
        assert ana.send("GET", f"/claims/{name}").status_code == 200
        problem(ben.send("GET", f"/claims/{name}"), 404)
        withdrawal = ben.saying("Withdrawal", claim)
        problem(ben.send("POST", f"/claims/{name}/withdrawal", withdrawal), 404)


def test_the_contract_notices_a_wrong_answer(server: PracticeServer) -> None:
    url = server.url + "/.well-known/open-claims"
    response = requests.get(url, timeout=5)
    Contract.load().check_response(response)
    spoiled = response.json() | {"surprise": True}
    response._content = json.dumps(spoiled).encode()
    with pytest.raises(ContractBroken, match="surprise"):
        Contract.load().check_response(response)


def test_the_contract_notices_a_wrong_request(server: PracticeServer, ana: Claimant) -> None:
    with pytest.raises(ContractBroken):
        ana.session.get(server.url + "/events", timeout=5)
    with pytest.raises(ContractBroken):
        ana.submit({**ana.claim(), "surprise": True})
    with pytest.raises(ContractBroken):
        ana.send("GET", "/events?limit=501")
