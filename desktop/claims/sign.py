"""Signs a claim once, for every registry and forever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.claims.draft import content_hash
from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes, parse_json, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.claims import SignedClaim


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
