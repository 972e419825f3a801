"""Receipts of ISCC-HUBs (IsccReceipt, a Verifiable Credential): believed only if all fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from desktop.errors import SignatureProblem, Untrusted
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import DID_KEY
from desktop.identity.proofs import verify_document
from desktop.model.claims import Receipt
from desktop.model.iscc_ids import IsccId, read_iscc_id
from desktop.model.times import from_rfc3339
from desktop.registries.answers import strict_json
from desktop.registries.iscc_notes import hub_id_of, metahash, verify_note

TYPES = {"VerifiableCredential", "IsccReceipt"}
STATUS = "declared"
# The hub takes notes that are up to ten minutes off its clock, and stamps them at once.
_NEAR = timedelta(minutes=15)


def read_receipt(
    body: bytes,
    *,
    note: Mapping[str, Any],
    claim_hash: str,
    issuer: str,
    methods: Mapping[str, bytes],
) -> Receipt:
    """Verify the receipt of the note that was sent. Raises Untrusted.

    methods: verification method → public key of the hub, as trusted.
    """
    document = strict_json(body)
    try:
        declared = _declaration(document, issuer, methods)
        found, sequence = _numbers(declared, note)
        if declared["iscc_note"] != note:
            raise SignatureProblem("It is for another declaration.")
        if document["credentialSubject"]["id"] != DID_KEY + note["signature"]["pubkey"]:
            raise SignatureProblem("It is for another person.")
    except SignatureProblem as error:
        raise Untrusted(f"The receipt cannot be trusted. {error.message}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Untrusted("The hub's answer is not a receipt.") from error
    return Receipt(
        claim_hash=claim_hash,
        number=found.text,
        sequence=sequence,
        received=found.time,
        status=STATUS,
        document=canonical_bytes(document),
    )


def check_receipt(
    receipt: Mapping[str, Any], claim_hash: str, claim: bytes, methods: Mapping[str, bytes]
) -> None:
    """Check a kept receipt, and that it is for this signed claim.

    Raises SignatureProblem, or KeyError, TypeError or ValueError where it is no receipt.
    """
    del claim_hash  # a hub knows the claim by another hash
    declared = _declaration(receipt, str(receipt["issuer"]), methods)
    note = declared["iscc_note"]
    _numbers(declared, note)
    claimant = parse_json(claim)["claimant"]["did"]
    if DID_KEY + verify_note(note) != claimant or receipt["credentialSubject"]["id"] != claimant:
        raise SignatureProblem("The receipt is for another person.")
    if note["metahash"] != metahash(claim):
        raise SignatureProblem("The receipt is for another claim.")


def _declaration(
    document: Mapping[str, Any], issuer: str, methods: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return the verified declaration in a receipt."""
    if not set(document["type"]) >= TYPES:
        raise SignatureProblem("It is not a receipt of an ISCC-HUB.")
    if document["issuer"] != issuer:
        raise SignatureProblem("It was issued by somebody else than this hub.")
    method = verify_document(document, methods)
    if not method.startswith(f"{issuer}#"):
        raise SignatureProblem("It is signed with a key that is not its issuer's.")
    declared: dict[str, Any] = document["credentialSubject"]["declaration"]
    return declared


def _numbers(declared: Mapping[str, Any], note: Mapping[str, Any]) -> tuple[IsccId, int]:
    """Return ISCC-ID and sequence number, if they can belong to the note."""
    found, sequence = read_iscc_id(declared["iscc_id"]), declared["seq"]
    if found is None:
        raise SignatureProblem("Its ISCC-ID cannot be read.")
    if type(sequence) is not int or not 0 <= sequence < 2**53:
        raise SignatureProblem("It has no sequence number.")
    if found.hub_id != hub_id_of(note["nonce"]):
        raise SignatureProblem("Its ISCC-ID is from another hub.")
    if abs(found.time - from_rfc3339(note["timestamp"])) > _NEAR:
        raise SignatureProblem("Its ISCC-ID is from another time.")
    return found, sequence
