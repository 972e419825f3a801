"""What a claimant says about a claim after it was sent: signed, and bound to its hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.claims import AnswerKind
from desktop.model.times import to_rfc3339
from desktop.model.works import Evidence
from desktop.protocol import check_document

_SCHEMAS = {
    AnswerKind.RESPONSE: "ConflictResponse",
    AnswerKind.DISPUTE: "Dispute",
    AnswerKind.WITHDRAWAL: "Withdrawal",
}


class Response(StrEnum):
    """How a conflict can be answered."""

    MAINTAIN = "maintain"
    UPDATE = "update"
    REVOKE = "revoke"


class Subject(StrEnum):
    """What a dispute can be about."""

    AUTHORSHIP = "authorship"
    OWNERSHIP = "ownership"
    SHARE = "share"


def signed_answer(
    kind: AnswerKind,
    claim_hash: str,
    key: SigningKey,
    *,
    created: datetime,
    said: Response | Subject | None = None,
    evidence: Sequence[Evidence] = (),
    note: str = "",
) -> bytes:
    """Return the signed document as canonical bytes. Raises ClaimProblem for what cannot be said.

    said: the response, or the subject of a dispute.
    """
    schema = _SCHEMAS[kind]
    document: dict[str, Any] = {
        "type": [schema],
        "claim": claim_hash,
        "created": to_rfc3339(created),
    }
    if said is not None:
        document["answer" if isinstance(said, Response) else "subject"] = said.value
    if evidence:
        document["evidence"] = [_evidence(one) for one in evidence]
    if note:
        document["reason" if kind is AnswerKind.WITHDRAWAL else "note"] = note
    try:
        signed = sign_document(document, key, created=created)
        check_document(schema, signed)
        return canonical_bytes(signed)
    except ValueError as error:
        raise ClaimProblem(
            f"This cannot be said to the registry as it stands. {error}",
            advice="Shorten the note, or name the evidence in simpler words.",
        ) from error


def _evidence(one: Evidence) -> dict[str, str]:
    said = {"kind": one.kind, "sha256": one.sha256, "date": one.dated, "note": one.note}
    return {name: value for name, value in said.items() if value}
