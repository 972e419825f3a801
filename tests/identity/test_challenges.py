"""A challenge is signed bound to registry, key and time; a stranger's document never is."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from desktop.errors import SignatureProblem, UsageProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.challenges import challenge_document, read_challenge, sign_challenge
from desktop.identity.key_notices import revocation_notice
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import hash_data, methods_of_did_key, verify_document

KEY = SigningKey(b"\x01" * 32)
WHEN = datetime(2026, 1, 31, 12, tzinfo=UTC)
CLAIM = {"claimant": {"did": KEY.did}, "title": "x", "shares": []}


def test_the_answer_names_everything_and_verifies_for_authentication_only() -> None:
    document = challenge_document(" 8f3c-nonce \n", "Painters", KEY.did, WHEN)
    signed = sign_challenge(document, KEY, WHEN)
    assert {name: signed[name] for name in document} == {
        "type": "ResidualsChallengeResponse",
        "version": "1.0",
        "registry": "Painters",
        "challenge": "8f3c-nonce",
        "did": KEY.did,
        "created": "2026-01-31T12:00:00Z",
    }
    methods = methods_of_did_key(KEY.did)
    assert verify_document(signed, methods, purpose="authentication") == KEY.method
    with pytest.raises(SignatureProblem, match="another purpose"):
        verify_document(signed, methods)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(CLAIM),
        json.dumps([{"x": [CLAIM]}]),
        json.dumps({"iscc_code": "ISCC:X", "nonce": "0" * 32, "signature": {}}),
        json.dumps({"@context": [], "credentialSubject": {}}),
        json.dumps({"Proof": {}}),
        '{"proof": 1, "proof": 2}',
        '{"claimant"',
        revocation_notice(KEY, reason="", created=WHEN).document.decode(),
        '"@method": POST\n"@target-uri": https://x.example/claims',
        '"content-digest": sha-256=:x:',
        "-----BEGIN PGP MESSAGE-----",
        "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0",
        "",
        "   \n ",
        "x" * 1025,
        "a\x00b",
        "a\u202eb",
        "a\x1b[2Jb",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        read_challenge(text)


@pytest.mark.parametrize(
    "text",
    ["8f3c", "Please prove it is you: 17 + Ω", '{"challenge": "8f3c", "expires": 60}', "[1, 2]"],
)
def test_what_is_a_challenge(text: str) -> None:
    assert read_challenge(text) == text


def test_the_signature_is_never_over_the_challenge_itself() -> None:
    """Were a hash of a claim given as challenge, the answer would be no signature of that claim."""
    claim = {"title": "Harbour"}
    options = {"type": "DataIntegrityProof"}
    digest = hash_data(claim, options)
    signed = sign_challenge(challenge_document(digest.hex(), "Mallory", KEY.did, WHEN), KEY, WHEN)
    unsecured = {name: value for name, value in signed.items() if name != "proof"}
    assert canonical_bytes(unsecured) != canonical_bytes(claim)
    with pytest.raises(SignatureProblem):
        verify_document({**claim, "proof": signed["proof"]}, methods_of_did_key(KEY.did))


@pytest.mark.parametrize("registry", ["", "  ", "x" * 201])
def test_the_registry_has_to_be_named(registry: str) -> None:
    with pytest.raises(UsageProblem, match="which registry"):
        challenge_document("8f3c", registry, KEY.did, WHEN)


@pytest.mark.parametrize("change", [{"type": "OpenClaim"}, {"did": "did:key:z6MkOther"}])
def test_nothing_else_can_be_passed_to_be_signed(change: dict[str, str]) -> None:
    document = challenge_document("8f3c", "Painters", KEY.did, WHEN) | change
    with pytest.raises(ValueError, match="bound to this key"):
        sign_challenge(document, KEY, WHEN)
