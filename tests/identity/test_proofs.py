"""Data Integrity proofs against the W3C vectors and a real ISCC-HUB's receipt."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey, from_multibase, public_key_from_multikey
from desktop.identity.proofs import (
    hash_data,
    methods_of_did_key,
    sign_document,
    verify_document,
)

W3C = Path(__file__).parent / "vectors" / "eddsa-jcs-2022"  # w3c/vc-di-eddsa, TestVectors
HUB = Path(__file__).parent / "vectors" / "iscc-hub"
NOW = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)


def load(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.fixture
def w3c_key() -> SigningKey:
    pair = load(W3C / "keyPair.json")
    return SigningKey(from_multibase(pair["privateKeyMultibase"])[2:])


def test_every_step_of_the_w3c_vector(w3c_key: SigningKey) -> None:
    unsigned, config = load(W3C / "unsigned.json"), load(W3C / "proofConfigJCS.json")
    assert canonical_bytes(unsigned).decode() == (W3C / "canonDocJCS.txt").read_text().strip()
    assert canonical_bytes(config).decode() == (W3C / "proofCanonJCS.txt").read_text().strip()
    combined = hash_data(unsigned, config)
    assert combined.hex() == (W3C / "combinedHashJCS.txt").read_text().strip()
    assert w3c_key.sign(combined).hex() == (W3C / "sigHexJCS.txt").read_text().strip()


def test_signing_gives_the_published_document(w3c_key: SigningKey) -> None:
    signed = sign_document(load(W3C / "unsigned.json"), w3c_key, created=NOW)
    assert signed == load(W3C / "signedJCS.json")


def test_the_published_document_verifies() -> None:
    signed = load(W3C / "signedJCS.json")
    did = "did:key:" + load(W3C / "keyPair.json")["publicKeyMultibase"]
    assert verify_document(signed, methods_of_did_key(did)).startswith(did)


def test_a_real_hub_receipt_verifies_with_its_did_document() -> None:
    methods = {
        method["id"]: public_key_from_multikey(method["publicKeyMultibase"])
        for method in load(HUB / "did.json")["verificationMethod"]
    }
    verify_document(load(HUB / "receipt.json"), methods)


@pytest.mark.parametrize("name", ["name", "issuer", "validFrom", "@context"])
def test_any_changed_field_is_noticed(name: str) -> None:
    signed = load(W3C / "signedJCS.json")
    did = "did:key:" + load(W3C / "keyPair.json")["publicKeyMultibase"]
    signed[name] = "changed"
    with pytest.raises(SignatureProblem):
        verify_document(signed, methods_of_did_key(did))


def test_another_key_is_not_the_issuers() -> None:
    signed = sign_document({"a": 1}, SigningKey.generate(), created=NOW)
    with pytest.raises(SignatureProblem, match="not its issuer's"):
        verify_document(signed, methods_of_did_key(SigningKey.generate().did))


@pytest.mark.parametrize(
    "change",
    [
        {"proofPurpose": "authentication"},
        {"cryptosuite": "none"},
        {"proofValue": "z"},
        {"proofValue": "z0OIl"},
        {"proofValue": "z2HnF"},
        {"verificationMethod": 7},
        {"created": "2020-01-01T00:00:00Z"},
    ],
)
def test_every_option_of_the_proof_is_held(change: dict[str, Any]) -> None:
    key = SigningKey.generate()
    signed = sign_document({"a": 1}, key, created=NOW)
    signed["proof"] = {**signed["proof"], **change}
    with pytest.raises(SignatureProblem):
        verify_document(signed, methods_of_did_key(key.did))


def test_an_unsigned_document_is_said_to_be_so() -> None:
    with pytest.raises(SignatureProblem, match="no signature"):
        verify_document({"a": 1}, {})


def test_a_key_never_shows_its_secret() -> None:
    key = SigningKey(bytes(range(32)))
    assert bytes(range(32)).hex() not in repr(key)
    assert str(bytes(range(32))) not in repr(key)
