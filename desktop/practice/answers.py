"""What claimants say about their claims: answers to conflicts, disputes, withdrawals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.practice.claims import (
    OPEN,
    add_history,
    claim_row,
    find_claim,
    hash_of,
    set_status,
    state_of,
    verify_own,
)
from desktop.practice.conflicts import let_go, partners_of
from desktop.practice.keys import followed_by, refuse_ended
from desktop.practice.problems import invalid, wrong_state
from desktop.practice.review import start_dispute
from desktop.practice.schemas import check

Document = dict[str, Any]


def take_answer(
    connection: Any, kind: str, claim_id: str, document: Any, claimant: str, now: datetime
) -> Document:
    """Take a signed ConflictResponse, Dispute or Withdrawal; return the claim's state.

    The same document again changes nothing. Raises Problem.
    """
    row = find_claim(connection, claim_id, claimant)
    check(kind, document)
    signer = verify_own(document, followed_by(connection, claimant))
    if document["claim"] != row["hash"]:
        raise invalid("The document is about another claim than the address.")
    if not _is_known(connection, document):
        refuse_ended(connection, claimant, signer)
        _ACTIONS[kind](connection, row, document, now)
        _keep(connection, row, document, now)
    return state_of(connection, row["sequence"])


def _is_known(connection: Any, document: Document) -> bool:
    query = "SELECT 1 FROM answers WHERE hash = ?"
    return connection.execute(query, [hash_of(document)]).fetchone() is not None


def _keep(connection: Any, row: Any, document: Document, now: datetime) -> None:
    connection.execute(
        "INSERT INTO answers (hash, sequence, kind, document, received) VALUES (?, ?, ?, ?, ?)",
        [
            hash_of(document),
            row["sequence"],
            document.get("answer", document["type"][0]),
            canonical_bytes(document),
            int(now.timestamp()),
        ],
    )


def _answer_conflict(connection: Any, row: Any, document: Document, now: datetime) -> None:
    if row["status"] not in ("conflict", "in_dispute"):
        raise wrong_state("This claim is in no conflict.")
    match document["answer"]:
        case "revoke":
            _leave(connection, row, now, "Revoked by the claimant.")
        case "update":
            note = "The claimant will send a claim that supersedes this one."
            add_history(connection, row["sequence"], row["status"], now, note)
        case _:
            note = "The claimant maintains the claim."
            add_history(connection, row["sequence"], row["status"], now, note)
            _dispute_if_all_maintain(connection, row, now)


def _dispute_if_all_maintain(connection: Any, row: Any, now: datetime) -> None:
    for partner in partners_of(connection, row["sequence"]):
        if _last_answer(connection, partner["sequence"], partner["opened"]) == "maintain":
            reason = "Both sides maintain their claims."
            start_dispute(connection, [row["sequence"], partner["sequence"]], now, reason)


def _last_answer(connection: Any, sequence: int, since: int) -> str:
    row = connection.execute(
        "SELECT kind FROM answers WHERE sequence = ? AND received >= ?"
        " AND kind IN ('maintain', 'update') ORDER BY rowid DESC LIMIT 1",
        [sequence, since],
    ).fetchone()
    return "" if row is None else str(row["kind"])


def _open_dispute(connection: Any, row: Any, document: Document, now: datetime) -> None:
    if row["status"] not in ("accepted", "conflict", "in_dispute"):
        raise wrong_state(f"A claim that is {_words(row)} cannot be disputed.")
    others = [partner["sequence"] for partner in partners_of(connection, row["sequence"])]
    reason = f"A dispute about {document['subject']} was opened."
    start_dispute(connection, [row["sequence"], *others], now, reason)


def _withdraw(connection: Any, row: Any, document: Document, now: datetime) -> None:
    if row["status"] == "withdrawn":
        return
    if row["status"] not in OPEN:
        raise wrong_state(f"A claim that is {_words(row)} cannot be withdrawn.")
    _leave(connection, row, now, document.get("reason", "") or "Withdrawn by the claimant.")


def _leave(connection: Any, row: Any, now: datetime, reason: str) -> None:
    current = claim_row(connection, row["sequence"])
    set_status(connection, current, "withdrawn", "claim.withdrawn", now, reason=reason)
    let_go(connection, row["sequence"], now, "The other claim was withdrawn.")


def _words(row: Any) -> str:
    return str(row["status"]).replace("_", " ")


_ACTIONS = {
    "ConflictResponse": _answer_conflict,
    "Dispute": _open_dispute,
    "Withdrawal": _withdraw,
}
