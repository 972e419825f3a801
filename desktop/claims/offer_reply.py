"""The signed answer to an offer: it names the very document that was shown, and the claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.offers import Offer, Reply
from desktop.model.times import to_rfc3339
from desktop.protocol import check_document


def signed_reply(
    offer: Offer,
    reply: Reply,
    key: SigningKey,
    *,
    created: datetime,
    claims: Sequence[str] = (),
    reason: str = "",
) -> bytes:
    """Return the answer as canonical bytes. claims: hashes, with a yes. Raises ClaimProblem."""
    document: dict[str, Any] = {
        "type": ["OfferAnswer"],
        "version": "1.0",
        "registry": offer.said.registry,
        "offer": offer.said.number,
        "revision": offer.said.revision,
        "offer_hash": offer.sha256,
        "answer": reply.value,
        "created": to_rfc3339(created),
    }
    if reply is Reply.ACCEPT:
        document["claims"] = list(claims)
    if reason:
        document["reason"] = reason
    try:
        signed = sign_document(document, key, created=created)
        check_document("OfferAnswer", signed)
        return canonical_bytes(signed)
    except ValueError as error:
        raise ClaimProblem(
            f"This cannot be answered as it stands. {error}",
            advice="Shorten the reason, or name fewer works.",
        ) from error
