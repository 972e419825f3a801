"""W3C Data Integrity proofs, cryptosuite eddsa-jcs-2022 (VC Data Integrity EdDSA 1.0, 3.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import (
    SigningKey,
    did_key_method,
    from_multibase,
    multibase,
    public_key_of,
    verify_bytes,
)
from desktop.model.times import to_rfc3339

CRYPTOSUITE = "eddsa-jcs-2022"
Document = dict[str, Any]


def sign_document(
    document: Mapping[str, Any],
    key: SigningKey,
    *,
    created: datetime,
    purpose: str = "assertionMethod",
) -> Document:
    """Return document with a proof by key. Raises ValueError if it already carries one."""
    if "proof" in document:
        raise ValueError("This document is already signed.")
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": to_rfc3339(created),
        "verificationMethod": key.method,
        "proofPurpose": purpose,
    }
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = key.sign(hash_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": multibase(signature)}}


def hash_data(unsecured: Mapping[str, Any], proof_config: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed: SHA-256 of the proof options, then of the document."""
    return (
        hashlib.sha256(canonical_bytes(dict(proof_config))).digest()
        + hashlib.sha256(canonical_bytes(dict(unsecured))).digest()
    )


def methods_of_did_key(did: str) -> dict[str, bytes]:
    """Return the verification methods (name → public key) of a did:key."""
    return {did_key_method(did): public_key_of(did)}


def verify_document(
    document: Mapping[str, Any],
    methods: Mapping[str, bytes],
    *,
    purpose: str = "assertionMethod",
) -> str:
    """Check the proof of document against the keys its signer may use.

    methods: verification method → 32 bytes of public key. Returns the method that signed.
    Raises SignatureProblem, in words, if anything at all is off.
    """
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise SignatureProblem("The document carries no signature.")
    method = _check_options(proof, purpose)
    if method not in methods:
        raise SignatureProblem(f"It is signed with a key that is not its issuer's: {method[:120]}.")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    _check_context(unsecured, proof)
    try:
        signature = from_multibase(str(proof.get("proofValue", "")))
        config = {name: value for name, value in proof.items() if name != "proofValue"}
        data = hash_data(unsecured, config)
    except ValueError as error:
        raise SignatureProblem("The signature cannot be read.") from error
    if not verify_bytes(methods[method], signature, data):
        raise SignatureProblem("The signature does not fit the document: it was changed or forged.")
    return method


def _check_options(proof: Mapping[str, Any], purpose: str) -> str:
    if (proof.get("type"), proof.get("cryptosuite")) != ("DataIntegrityProof", CRYPTOSUITE):
        raise SignatureProblem("The signature is of a kind this app does not know.")
    if proof.get("proofPurpose") != purpose:
        raise SignatureProblem("The signature was made for another purpose.")
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        raise SignatureProblem("The signature does not name its key.")
    return method


def _check_context(unsecured: Document, proof: Mapping[str, Any]) -> None:
    """A proof's own @context must head the document's and replaces it (3.3.2, step 4)."""
    if "@context" not in proof:
        return
    mine = _as_list(proof["@context"])
    if _as_list(unsecured.get("@context"))[: len(mine)] != mine:
        raise SignatureProblem("The signature was made for another context.")
    unsecured["@context"] = proof["@context"]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
