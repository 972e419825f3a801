"""Claimants' answers to offers: each counts once, and gets its signed receipt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339
from desktop.practice.claims import hash_of, verify_own
from desktop.practice.keys import followed_by, refuse_ended
from desktop.practice.offers import newest_row, offer_of
from desktop.practice.problems import invalid, not_found, wrong_state
from desktop.practice.schemas import check

Document = dict[str, Any]


def answer_offer(
    connection: Any, number: str, document: Any, caller: str, key: SigningKey, now: datetime
) -> Document:
    """Take a signed answer and return its receipt; the same one again gets the same receipt.

    Raises Problem: 404 for an offer of somebody else, 409 for one that has ended.
    """
    followed = followed_by(connection, caller)
    newest = newest_row(connection, number)
    if newest is None or newest["claimant"] not in followed:
        raise not_found("offer")
    check("OfferAnswer", document)
    signer = verify_own(document, followed)
    if (document["offer"], document["registry"]) != (number, key.did):
        raise invalid("The answer is about another offer than the address.")
    known = connection.execute(
        "SELECT receipt FROM offer_answers WHERE hash = ?", [hash_of(document)]
    ).fetchone()
    if known is not None:
        receipt: Document = json.loads(known["receipt"])
        return receipt
    refuse_ended(connection, caller, signer)
    offer = _offer_meant(connection, newest, document, now)
    if document["answer"] == "accept":
        _check_works(connection, offer_of(offer), document["claims"], followed)
    return _keep(connection, document, newest["claimant"], key, now)


def _offer_meant(connection: Any, newest: Any, document: Document, now: datetime) -> Any:
    """Return the offer that is answered. Raises a 409 Problem unless it can be."""
    if newest["kind"] == "withdrawn":
        raise wrong_state("This offer was withdrawn.")
    if newest["revision"] != document["revision"]:
        raise wrong_state("This offer was changed; look at it as it stands now.")
    if newest["hash"] != document["offer_hash"]:
        raise invalid("The answer is for another document than this offer.")
    answered = connection.execute(
        "SELECT answer FROM offer_answers WHERE number = ? AND revision = ?",
        [newest["number"], newest["revision"]],
    ).fetchone()
    if answered is not None:
        raise wrong_state(f"This offer was answered before: {answered['answer']}.")
    if now.timestamp() >= newest["open_until"]:
        raise wrong_state("This offer is over.")
    return newest


def _check_works(
    connection: Any, offer: Document, claims: Sequence[str], followed: Sequence[str]
) -> None:
    """Raise a 422 Problem for a claim that is not offered for, or does not stand."""
    offered = offer["works"].get("claims")
    rows = connection.execute(
        "SELECT hash FROM claims WHERE status = 'accepted'"
        " AND claimant IN (SELECT value FROM json_each(?))"
        " AND hash IN (SELECT value FROM json_each(?))",
        [json.dumps(list(followed)), json.dumps(list(claims))],
    )
    standing = {row["hash"] for row in rows}
    for one in claims:
        if one not in standing or (offered is not None and one not in offered):
            raise invalid(f"Claim {one} does not stand, or is not part of this offer.")


def _keep(
    connection: Any, document: Document, claimant: str, key: SigningKey, now: datetime
) -> Document:
    moment = to_rfc3339(now)
    receipt = sign_document(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "OpenClaimsOfferReceipt"],
            "issuer": key.did,
            "validFrom": moment,
            "credentialSubject": {
                "id": claimant,
                "answer": {
                    "hash": hash_of(document),
                    "offer": document["offer"],
                    "revision": document["revision"],
                    "offer_hash": document["offer_hash"],
                    "answer": document["answer"],
                    "received": moment,
                },
            },
        },
        key,
        created=now,
    )
    connection.execute(
        "INSERT INTO offer_answers (hash, number, revision, claimant, answer, document, receipt)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            hash_of(document),
            document["offer"],
            document["revision"],
            claimant,
            document["answer"],
            canonical_bytes(document),
            canonical_bytes(receipt),
        ],
    )
    return receipt
