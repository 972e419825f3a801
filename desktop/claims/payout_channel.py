"""A signed statement of where to pay: a channel of the payee's, and the moment it was given."""

from __future__ import annotations

from datetime import datetime

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339
from desktop.protocol import check_document

SCHEMA = "PayoutChannel"


def signed_channel(kind: str, value: str, key: SigningKey, *, created: datetime) -> bytes:
    """Return the document that is sent, as canonical bytes."""
    document = {"type": [SCHEMA], "kind": kind, "value": value, "created": to_rfc3339(created)}
    signed = sign_document(document, key, created=created)
    check_document(SCHEMA, signed)
    return canonical_bytes(signed)
