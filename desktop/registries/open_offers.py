"""Offers of the Open Claims API 1.2: verified before anybody believes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.errors import SignatureProblem, Untrusted
from desktop.identity.canonical import canonical_bytes, parse_json, sha256_hex
from desktop.identity.keys import DID_KEY
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.model.offers import OfferWord, ReplyReceipt, offered
from desktop.model.registries import Description
from desktop.model.times import from_rfc3339
from desktop.registries.answers import plain_words

MAX_OFFER_BYTES = 256 * 1024
Document = Mapping[str, Any]


def read_word(entry: Document, description: Description, claimant: str) -> OfferWord:
    """Verify one entry of the page: who signed it, and for whom it is. Raises Untrusted."""
    withdrawn = "withdrawn" in entry
    said: dict[str, Any] = dict(entry["withdrawn" if withdrawn else "offer"])
    if said["registry"] != description.did or said["claimant"] != claimant:
        raise Untrusted("The offer is from another registry or for another person.")
    document = canonical_bytes(said)
    if len(document) > MAX_OFFER_BYTES:
        raise Untrusted("The offer is far too large.")
    try:
        by_licensee = (
            _check_withdrawal(said, description) if withdrawn else _check(said, description)
        )
    except SignatureProblem as error:
        raise Untrusted(f"The offer cannot be trusted. {error.message}") from error
    return OfferWord(
        withdrawn=withdrawn,
        number=said["id"],
        revision=said["revision"],
        document=document,
        reason=plain_words(said.get("reason", "")),
        said=None if withdrawn else _sound(said),
        signed_by_licensee=by_licensee,
    )


def _sound(said: Document) -> Any:
    try:
        found = offered(said)
    except (ValueError, ArithmeticError) as error:
        raise Untrusted(f"The offer cannot be read: {error}") from error
    if found.begins >= found.ends or found.open_until <= found.made:
        raise Untrusted("The offer ends before it begins.")
    return found


def _check_withdrawal(said: dict[str, Any], description: Description) -> bool:
    verify_document(said, description.methods)
    return False


def _check(said: dict[str, Any], description: Description) -> bool:
    return check_signatures(said, description.methods)


def check_signatures(said: Document, methods: Mapping[str, bytes]) -> bool:
    """Check both signatures; tell whether the licensee's is on it. Raises SignatureProblem.

    methods: verification method → public key of the registry, as pinned.
    """
    bare = {name: value for name, value in said.items() if name != "proof"}
    first, *others = said["proof"]
    verify_document({**bare, "proof": first}, methods)
    licensee = said["licensee"].get("did", "")
    if not licensee.startswith(DID_KEY):
        if others:
            raise SignatureProblem("A second signature on it is of nobody known.")
        return False
    if not others:
        raise SignatureProblem("The licensee's own signature is missing.")
    verify_document({**bare, "proof": others[0]}, methods_of_did_key(licensee))
    return True


def read_reply_receipt(
    receipt: Document, reply: bytes, description: Description, claimant: str
) -> ReplyReceipt:
    """Verify a registry's receipt for a signed answer to an offer. Raises Untrusted."""
    answer, answer_hash = parse_json(reply), sha256_hex(reply)
    subject = receipt["credentialSubject"]
    said = {name: value for name, value in subject["answer"].items() if name != "received"}
    meant = {name: answer[name] for name in ("offer", "revision", "offer_hash", "answer")}
    if receipt["issuer"] != description.did:
        raise Untrusted("The receipt was issued by somebody else than this registry.")
    if subject["id"] != claimant or said != {"hash": answer_hash, **meant}:
        raise Untrusted("The receipt is for another answer or another person.")
    try:
        verify_document(receipt, description.methods)
    except SignatureProblem as error:
        raise Untrusted(f"The receipt cannot be trusted. {error.message}") from error
    return ReplyReceipt(
        received=from_rfc3339(subject["answer"]["received"]),
        document=canonical_bytes(dict(receipt)),
    )
