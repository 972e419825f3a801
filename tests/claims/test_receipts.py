"""A receipt is believed only if everything about it is right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.errors import Untrusted
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document
from desktop.protocol import check_document
from desktop.registries.open_claims import read_receipt
from tests.claims.test_draft import KEY, draft, signed
from tests.registries.stub import hash_of

REGISTRY = SigningKey(bytes(range(2, 34)))
STRANGER = SigningKey(bytes(range(3, 35)))
NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)


def claim_hash() -> str:
    import json

    return hash_of(json.loads(signed(draft())))


def unsigned_receipt(**changes: Any) -> dict[str, Any]:
    part = {
        "hash": claim_hash(),
        "number": "PR-000001",
        "sequence": 1,
        "received": "2026-02-01T09:00:00Z",
        "status": "under_review",
    }
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "OpenClaimsReceipt"],
        "issuer": changes.get("issuer", REGISTRY.did),
        "validFrom": "2026-02-01T09:00:00Z",
        "credentialSubject": {
            "id": changes.get("id", KEY.did),
            "claim": {**part, **changes.get("claim", {})},
        },
    }


def read(receipt: dict[str, Any], **changes: Any) -> Any:
    given: dict[str, Any] = {
        "claim_hash": claim_hash(),
        "claimant": KEY.did,
        "issuer": REGISTRY.did,
        "methods": methods_of_did_key(REGISTRY.did),
        **changes,
    }
    return read_receipt(receipt, **given)


def receipt(signer: SigningKey = REGISTRY, **changes: Any) -> dict[str, Any]:
    return sign_document(unsigned_receipt(**changes), signer, created=NOW)


def test_a_true_receipt() -> None:
    check_document("Receipt", receipt())
    found = read(receipt())
    assert (found.number, found.sequence, found.status) == ("PR-000001", 1, "under_review")
    assert (found.claim_hash, found.received) == (claim_hash(), NOW)
    assert b"PR-000001" in found.document


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": STRANGER.did}, "somebody else"),
        ({"id": STRANGER.did}, "another claim or another person"),
        ({"claim": {"hash": "0" * 64}}, "another claim or another person"),
    ],
)
def test_for_others_or_by_others(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Untrusted, match=words):
        read(receipt(**changes))


def test_forged_in_the_registrys_name() -> None:
    forged = receipt(STRANGER)
    with pytest.raises(Untrusted, match="not its issuer's"):
        read(forged)
    forged["proof"]["verificationMethod"] = REGISTRY.method
    with pytest.raises(Untrusted, match="changed or forged"):
        read(forged)


@pytest.mark.parametrize("member", ["number", "sequence", "received", "status"])
def test_changed_after_signing(member: str) -> None:
    changed = receipt()
    changed["credentialSubject"]["claim"][member] = "2026-02-02T09:00:00Z"
    with pytest.raises(Untrusted, match="changed or forged"):
        read(changed)


def test_unsigned() -> None:
    with pytest.raises(Untrusted, match="no signature"):
        read(unsigned_receipt())


def test_signed_for_another_purpose() -> None:
    other = sign_document(unsigned_receipt(), REGISTRY, created=NOW, purpose="authentication")
    with pytest.raises(Untrusted, match="another purpose"):
        read(other)
