"""Signs a claim once, for every registry and forever; reads receipts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.claims.draft import content_hash
from desktop.errors import ClaimProblem, SignatureProblem, Untrusted
from desktop.identity.canonical import canonical_bytes, parse_json, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.claims import Receipt, SignedClaim
from desktop.model.times import from_rfc3339


def sign_claim(document: dict[str, Any], key: SigningKey, *, created: datetime) -> SignedClaim:
    """Return the claim with its proof as canonical bytes (RFC 8785).

    Raises ClaimProblem if the document names another claimant, or cannot be written.
    """
    if document["claimant"]["did"] != key.did:
        raise ClaimProblem("A claim can only be signed with the claimant's own key.")
    try:
        said = content_hash(document)
        signed = canonical_bytes(sign_document(document, key, created=created))
    except ValueError as error:
        raise ClaimProblem(
            "The claim holds text that cannot be written down exactly.",
            advice="Look at the title and the names for broken characters.",
        ) from error
    return SignedClaim(
        claim_hash=sha256_hex(signed), content_hash=said, document=signed, did=key.did
    )


def unsigned(document: bytes) -> dict[str, Any]:
    """Return a signed claim without its proof, to show it again."""
    claim: dict[str, Any] = parse_json(document)
    return {name: value for name, value in claim.items() if name != "proof"}


def verify_claim(document: bytes) -> None:
    """Check a signed claim against its claimant's key. Raises SignatureProblem."""
    claim = parse_json(document)
    verify_document(claim, methods_of_did_key(claim["claimant"]["did"]))


def read_receipt(
    receipt: Mapping[str, Any],
    *,
    claim_hash: str,
    claimant: str,
    issuer: str,
    methods: Mapping[str, bytes],
) -> Receipt:
    """Verify a registry's receipt for our claim (a Verifiable Credential). Raises Untrusted.

    methods: verification method → public key of the registry, as pinned.
    """
    subject = receipt["credentialSubject"]
    said = subject["claim"]
    if receipt["issuer"] != issuer:
        raise Untrusted("The receipt was issued by somebody else than this registry.")
    if subject["id"] != claimant or said["hash"] != claim_hash:
        raise Untrusted("The receipt is for another claim or another person.")
    try:
        verify_document(receipt, methods)
    except SignatureProblem as error:
        raise Untrusted(f"The receipt cannot be trusted. {error.message}") from error
    return Receipt(
        claim_hash=claim_hash,
        number=said["number"],
        sequence=said["sequence"],
        received=from_rfc3339(said["received"]),
        status=said["status"],
        document=canonical_bytes(dict(receipt)),
    )
