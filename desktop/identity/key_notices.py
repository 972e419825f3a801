"""Signed words about keys: the next one follows, or this one is no longer to be believed.

Data Integrity proofs, eddsa-jcs-2022; a rotation carries a proof set (VC Data Integrity 1.0,
2.1.1): the old key names the new one, and the new one shows that it is held by the same hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.identities import KeyNotice, NoticeKind
from desktop.model.times import from_rfc3339, to_rfc3339

ROTATION = "ResidualsKeyRotation"
REVOCATION = "ResidualsKeyRevocation"
VERSION = "1.0"
MAX_BYTES = 16_384
MAX_REASON_CHARACTERS = 500

_ROTATION_FIELDS = {"type", "version", "oldDid", "newDid", "created", "reason"}
_REVOCATION_FIELDS = {"type", "version", "did", "created", "reason", "prepared"}


def rotation_notice(
    old: SigningKey, new: SigningKey, *, reason: str, created: datetime
) -> KeyNotice:
    """Return the notice that new follows old, signed by both. Raises ValueError (reason)."""
    said = {
        "type": ROTATION,
        "version": VERSION,
        "oldDid": old.did,
        "newDid": new.did,
        "created": to_rfc3339(created),
        "reason": checked_reason(reason),
    }
    proofs = [sign_document(said, key, created=created)["proof"] for key in (old, new)]
    return read_notice(canonical_bytes({**said, "proof": proofs}))


def revocation_notice(
    key: SigningKey, *, reason: str, created: datetime, prepared: bool = False
) -> KeyNotice:
    """Return the notice that key is no longer to be believed, signed by itself.

    prepared: made in advance, for the day the key is lost. Raises ValueError for a bad reason.
    """
    said = {
        "type": REVOCATION,
        "version": VERSION,
        "did": key.did,
        "created": to_rfc3339(created),
        "reason": checked_reason(reason),
        "prepared": prepared,
    }
    return read_notice(canonical_bytes(sign_document(said, key, created=created)))


def read_notice(document: bytes) -> KeyNotice:
    """Read a notice and verify every signature on it. Raises SignatureProblem, in words."""
    if len(document) > MAX_BYTES:
        raise SignatureProblem("This is far too large for a notice about a key.")
    try:
        said = parse_json(document)
        kind = said["type"]
        if kind == ROTATION:
            return _read_rotation(said, document)
        if kind == REVOCATION:
            return _read_revocation(said, document)
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureProblem("This is no notice about a key, or it is damaged.") from error
    raise SignatureProblem("This is no notice about a key.")


def checked_reason(reason: str) -> str:
    """Return a reason in one line. Raises ValueError if it is far too long."""
    plain = " ".join(reason.split())
    if len(plain) > MAX_REASON_CHARACTERS:
        raise ValueError(f"A reason has at most {MAX_REASON_CHARACTERS} characters.")
    return plain


def _read_rotation(said: Mapping[str, Any], document: bytes) -> KeyNotice:
    unsecured = _unsecured(said, _ROTATION_FIELDS)
    old, new, proofs = unsecured["oldDid"], unsecured["newDid"], said["proof"]
    if old == new:
        raise SignatureProblem("The notice names one key twice.")
    if not isinstance(proofs, list) or len(proofs) != 2:
        raise SignatureProblem("The notice is not signed by both keys.")
    for did, proof in zip((old, new), proofs, strict=True):
        verify_document({**unsecured, "proof": proof}, methods_of_did_key(did))
    return KeyNotice(
        kind=NoticeKind.ROTATION,
        did=old,
        new_did=new,
        created=from_rfc3339(unsecured["created"]),
        reason=checked_reason(unsecured["reason"]),
        document=document,
    )


def _read_revocation(said: Mapping[str, Any], document: bytes) -> KeyNotice:
    unsecured = _unsecured(said, _REVOCATION_FIELDS)
    if not isinstance(unsecured["prepared"], bool):
        raise SignatureProblem("The notice is damaged.")
    verify_document(said, methods_of_did_key(unsecured["did"]))
    return KeyNotice(
        kind=NoticeKind.REVOCATION,
        did=unsecured["did"],
        created=from_rfc3339(unsecured["created"]),
        reason=checked_reason(unsecured["reason"]),
        prepared=unsecured["prepared"],
        document=document,
    )


def _unsecured(said: Mapping[str, Any], fields: set[str]) -> dict[str, Any]:
    """Return the document without its proofs; only what the format names may stand in it."""
    result = {name: value for name, value in said.items() if name != "proof"}
    if result.keys() != fields or result["version"] != VERSION:
        raise SignatureProblem("The notice has other fields than this app knows.")
    return result
