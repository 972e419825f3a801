"""Answers made wrong on purpose: a sound JSON document in, a bad one out, or None."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from desktop.identity.keys import SigningKey, multibase
from desktop.identity.proofs import hash_data, sign_document
from desktop.model.times import from_rfc3339
from desktop.practice.amounts import text_of

WRONG_BY = Fraction(1)
_stranger = SigningKey.generate()


def break_schema(document: Any) -> Any:
    """Rename the first member and put a float beside it."""
    if not isinstance(document, dict) or not document:
        return None
    first, *rest = document
    return {f"{first}_": document[first], "amount": 0.1, **{name: document[name] for name in rest}}


def forge(document: Any) -> Any:
    """Sign every proof anew with a stranger's key, in the name of the registry."""
    if isinstance(document, list):
        forged = [forge(one) for one in document]
        return (
            [new or old for new, old in zip(forged, document, strict=True)] if any(forged) else None
        )
    if not isinstance(document, dict):
        return None
    changed = {name: new for name, value in document.items() if (new := forge(value)) is not None}
    if "proof" in document:
        proof = document["proof"]
        several = [_forged_proof(document, one) for one in proof] if isinstance(proof, list) else []
        changed["proof"] = several or _forged_proof(document, proof)
    return {**document, **changed} if changed else None


def miscount(document: Any, key: SigningKey) -> Any:
    """Make a statement not add up, and sign it as the registry does."""
    if not isinstance(document, dict) or document.get("type") != ["OpenClaimsStatement"]:
        return None
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    unsigned["payable"] = text_of(Fraction(document["payable"]) + WRONG_BY)
    created = from_rfc3339(document["proof"]["created"])
    return sign_document(unsigned, key, created=created)


def _forged_proof(document: dict[str, Any], proof: dict[str, Any]) -> dict[str, Any]:
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    signature = _stranger.sign(hash_data(unsecured, config))
    return {**config, "proofValue": multibase(signature)}


def receipted_hashes(document: Any) -> list[str]:
    """Return the hashes of the claims that an answer to a submission gives receipts for."""
    outcomes = document.get("outcomes", []) if isinstance(document, dict) else []
    return [one["hash"] for one in outcomes if "receipt" in one]
