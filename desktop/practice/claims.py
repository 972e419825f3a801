"""Taking claims in, and telling their state. Reviewing them is review.py's."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import methods_of_did_key, sign_document, verify_document
from desktop.model.times import from_seconds, to_rfc3339
from desktop.practice.events import add_event
from desktop.practice.iscc import Codes, codes_of
from desktop.practice.keys import followed_by, refuse_ended
from desktop.practice.problems import Problem, invalid, not_found
from desktop.practice.schemas import check

BATCH = 50
MAX_HISTORY = 1000
OPEN = ("under_review", "accepted", "conflict", "in_dispute")
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A claim that was read and verified, and is ready to be kept. data: its canonical bytes."""

    hash: str
    data: bytes
    document: Document
    codes: Codes


def read_submission(body: Any) -> list[Any]:
    """Return the claims of a POST body, unchecked. Raises a 422 or 413 Problem."""
    if not isinstance(body, dict) or body.keys() != {"claims"}:
        raise invalid('Not a submission: {"claims": […]} is asked for.')
    claims = body["claims"]
    if not isinstance(claims, list) or not claims:
        raise invalid("Not a submission: claims is a list of one or more.")
    if len(claims) > BATCH:
        raise Problem(413, "too-large", f"At most {BATCH} claims at a time.")
    return claims


def read_claim(document: Any, followed: Collection[str]) -> Incoming:
    """Check one claim: schema, claimant, proof. followed: whom the caller speaks for.

    Raises Problem.
    """
    check("Claim", document)
    claimant = document["claimant"]["did"]
    if claimant not in followed:
        raise Problem(403, "not-yours", "The claimant is not who signed the request.")
    verify_own(document, [claimant])
    data = canonical_bytes(document)
    return Incoming(sha256_hex(data), data, document, _codes(document["fingerprint"]))


def verify_own(document: Document, signers: Collection[str]) -> str:
    """Return who of signers signed a document. Raises a 422 Problem if none of them did."""
    methods = {name: key for did in signers for name, key in methods_of_did_key(did).items()}
    try:
        return verify_document(document, methods).partition("#")[0]
    except SignatureProblem as error:
        raise Problem(422, "bad-proof", str(error)) from error


def hash_of(document: Any) -> str:
    """Return the hash of a signed document."""
    return sha256_hex(canonical_bytes(document))


def _codes(fingerprint: Document) -> Codes:
    """Return what can be compared; a fingerprint that contradicts itself is left to the review."""
    try:
        return codes_of(fingerprint["iscc"], fingerprint["units"], fingerprint["datahash"])
    except ValueError:
        return Codes(subtype=None, content=None)


def keep_claim(
    connection: Any, incoming: Incoming, key: SigningKey, now: datetime, *, caller: str
) -> Document:
    """Keep a claim and return its receipt; a claim that is here already gets the same again.

    caller: the key that signed the request. Raises a 409 Problem if it, or the claim's, has ended.
    """
    row = connection.execute(
        "SELECT receipt FROM claims WHERE hash = ?", [incoming.hash]
    ).fetchone()
    if row is not None:
        return _document(row["receipt"])
    refuse_ended(connection, caller, incoming.document["claimant"]["did"])
    claim, fingerprint = incoming.document, incoming.document["fingerprint"]
    seconds = int(now.timestamp())
    sequence = connection.execute(
        "INSERT INTO claims (hash, claimant, document, receipt, received, status, datahash,"
        " sha256, subtype, content) VALUES (?, ?, ?, x'', ?, 'under_review', ?, ?, ?, ?)",
        [
            incoming.hash,
            claim["claimant"]["did"],
            incoming.data,
            seconds,
            fingerprint["datahash"],
            fingerprint["sha256"],
            incoming.codes.subtype,
            incoming.codes.content,
        ],
    ).lastrowid
    receipt = _receipt(incoming, sequence, key, now)
    connection.execute(
        "UPDATE claims SET receipt = ? WHERE sequence = ?", [canonical_bytes(receipt), sequence]
    )
    add_history(connection, sequence, "under_review", now)
    return receipt


def _receipt(incoming: Incoming, sequence: int, key: SigningKey, now: datetime) -> Document:
    moment = to_rfc3339(now)
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "OpenClaimsReceipt"],
        "issuer": key.did,
        "validFrom": moment,
        "credentialSubject": {
            "id": incoming.document["claimant"]["did"],
            "claim": {
                "hash": incoming.hash,
                "number": number_of(sequence),
                "sequence": sequence,
                "received": moment,
                "status": "under_review",
            },
        },
    }
    return sign_document(document, key, created=now)


def number_of(sequence: int) -> str:
    """Return the claim number of a sequence number."""
    return f"PR-{sequence:06d}"


def add_history(
    connection: Any, sequence: int, status: str, now: datetime, reason: str = ""
) -> None:
    """Note what became of a claim, or was said about it."""
    connection.execute(
        "INSERT INTO history (sequence, time, status, reason) VALUES (?, ?, ?, ?)",
        [sequence, int(now.timestamp()), status, reason or None],
    )


def set_status(
    connection: Any, row: Any, status: str, event: str, now: datetime, **details: Any
) -> None:
    """Change the status of a claim, with its history and its event. details: of the event."""
    seconds = int(now.timestamp())
    connection.execute(
        "UPDATE claims SET status = ?, reviewed = coalesce(reviewed, ?),"
        " disputed = iif(? = 'in_dispute', coalesce(disputed, ?), NULL) WHERE sequence = ?",
        [status, seconds, status, seconds, row["sequence"]],
    )
    add_history(connection, row["sequence"], status, now, str(details.get("reason", "")))
    add_event(
        connection,
        row["claimant"],
        event,
        now,
        claim=number_of(row["sequence"]),
        claim_hash=row["hash"],
        **details,
    )


def find_claim(connection: Any, claim_id: str, claimant: str) -> Any:
    """Return a claim of claimant, or of a key it follows, by number or hash. Raises a 404."""
    row = None
    if len(claim_id) == 64:
        row = connection.execute("SELECT * FROM claims WHERE hash = ?", [claim_id]).fetchone()
    elif claim_id.startswith("PR-") and claim_id[3:].isdecimal() and len(claim_id) < 20:
        row = claim_row(connection, int(claim_id[3:]))
    if row is None or claim_id not in _names(row):
        raise not_found("claim")
    if row["claimant"] not in followed_by(connection, claimant):
        raise not_found("claim")
    return row


def _names(row: Any) -> tuple[str, str]:
    return number_of(row["sequence"]), row["hash"]


def claim_row(connection: Any, sequence: int) -> Any:
    """Return the row of a claim, or None."""
    return connection.execute("SELECT * FROM claims WHERE sequence = ?", [sequence]).fetchone()


def document_of(row: Any) -> Document:
    """Return the claim as it was signed."""
    return _document(row["document"])


def state_of(connection: Any, sequence: int) -> Document:
    """Return what the registry knows of a claim."""
    row = claim_row(connection, sequence)
    history = connection.execute(
        "SELECT * FROM (SELECT id, time, status, reason FROM history WHERE sequence = ?"
        " ORDER BY id DESC LIMIT ?) ORDER BY id",
        [sequence, MAX_HISTORY],
    )
    return {
        "number": number_of(sequence),
        "hash": row["hash"],
        "sequence": sequence,
        "received": _time(row["received"]),
        "status": row["status"],
        "history": [_entry(entry) for entry in history],
        "receipt": _document(row["receipt"]),
    }


def forget_claims(connection: Any, hashes: list[str]) -> None:
    """Lose claims as if they had never come: a misbehaviour, for tests."""
    connection.executemany("DELETE FROM claims WHERE hash = ?", [[one] for one in hashes])


def _entry(row: Any) -> Document:
    entry = {"time": _time(row["time"]), "status": row["status"]}
    return {**entry, "reason": row["reason"]} if row["reason"] else entry


def _time(seconds: int) -> str:
    return to_rfc3339(from_seconds(seconds))


def _document(data: bytes) -> Document:
    document: Document = json.loads(data)
    return document
