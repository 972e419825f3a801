"""What the registry does about claims by itself: reviewing them, and ending what nobody ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from desktop.practice.claims import claim_row, document_of, number_of, set_status
from desktop.practice.conflicts import (
    ANSWER_TIME,
    MAX_DENOMINATOR,
    let_go,
    open_conflict,
    partners_of,
)
from desktop.practice.iscc import codes_of
from desktop.practice.keys import followed_by
from desktop.practice.payout import confirm_channels
from desktop.practice.shares import excesses, holdings_of

DISPUTE_TIME = timedelta(days=60)
REVIEWED_AT_ONCE = 200
SUBTYPES = {"text": 0, "image": 1, "sound": 2, "video": 3}


def review(connection: Any, now: datetime, *, claimant: str | None = None) -> int:
    """Review what waits, oldest first, at most REVIEWED_AT_ONCE claims; return how many.

    claimant: only this claimant's. Confirms payout channels as well.
    """
    confirm_channels(connection, now, claimant=claimant)
    rows = connection.execute(
        "SELECT * FROM claims WHERE status = 'under_review' AND (? IS NULL OR claimant = ?)"
        " ORDER BY sequence LIMIT ?",
        [claimant, claimant, REVIEWED_AT_ONCE],
    ).fetchall()
    for row in rows:
        _review_claim(connection, row, now)
    return len(rows)


def settle_deadlines(connection: Any, now: datetime) -> None:
    """Turn unanswered conflicts into disputes, and decide disputes nobody ended."""
    _dispute_the_unanswered(connection, now)
    _decide_old_disputes(connection, now)


def _review_claim(connection: Any, row: Any, now: datetime) -> None:
    reason = _reason_to_reject(connection, row)
    if reason:
        set_status(connection, row, "rejected", "claim.rejected", now, reason=reason)
        return
    if not open_conflict(connection, row, now):
        set_status(connection, row, "accepted", "claim.accepted", now)
    _supersede(connection, row, now)


def _reason_to_reject(connection: Any, row: Any) -> str:
    """Return why a claim cannot stand on its own, or nothing."""
    claim = document_of(row)
    fingerprint = claim["fingerprint"]
    try:
        codes = codes_of(fingerprint["iscc"], fingerprint["units"], fingerprint["datahash"])
    except ValueError as error:
        return f"The fingerprint contradicts itself: {error}."
    if codes.subtype is not None and codes.subtype != SUBTYPES.get(claim["work"]["kind"]):
        return "The fingerprint is of another kind of work than the claim says."
    holdings = holdings_of(claim, row["sequence"])
    if sum((one.share for one in holdings), Fraction(0)).denominator > MAX_DENOMINATOR:
        return "The shares are too fine to be added up."
    for excess in excesses(holdings):
        return f"The shares of the right {excess.right} add up to {excess.total} of the whole."
    old = _superseded_row(connection, claim)
    if old is not None and old["claimant"] not in followed_by(connection, row["claimant"]):
        return "It supersedes a claim that is not yours."
    return ""


def _superseded_row(connection: Any, claim: dict[str, Any]) -> Any:
    return connection.execute(
        "SELECT * FROM claims WHERE hash = ?", [claim.get("supersedes", "")]
    ).fetchone()


def _supersede(connection: Any, row: Any, now: datetime) -> None:
    """End the claim that row replaces; one this registry never had is no obstacle."""
    old = _superseded_row(connection, document_of(row))
    if old is None or old["status"] in ("superseded", "withdrawn", "rejected"):
        return
    reason = f"Superseded by {number_of(row['sequence'])}."
    set_status(connection, old, "superseded", "claim.superseded", now, reason=reason)
    let_go(connection, old["sequence"], now, "The other claim was superseded.")


def _dispute_the_unanswered(connection: Any, now: datetime) -> None:
    rows = connection.execute(
        "SELECT one, other FROM conflicts WHERE open = 1 AND opened <= ? ORDER BY one, other",
        [int((now - ANSWER_TIME).timestamp())],
    ).fetchall()
    for row in rows:
        reason = "The conflict was not ended in time; a dispute is open."
        start_dispute(connection, [row["one"], row["other"]], now, reason)


def start_dispute(connection: Any, sequences: list[int], now: datetime, reason: str) -> None:
    """Put claims in dispute; those that are so already stay so, silently."""
    for sequence in sequences:
        row = claim_row(connection, sequence)
        if row["status"] in ("accepted", "conflict"):
            set_status(connection, row, "in_dispute", "claim.dispute", now, reason=reason)


def _decide_old_disputes(connection: Any, now: datetime) -> None:
    """Decide for whoever claimed first; a real registry would look at the evidence."""
    rows = connection.execute(
        "SELECT sequence FROM claims WHERE status = 'in_dispute' AND disputed <= ?"
        " ORDER BY sequence",
        [int((now - DISPUTE_TIME).timestamp())],
    ).fetchall()
    for waiting in rows:
        row = claim_row(connection, waiting["sequence"])
        if row["status"] == "in_dispute":
            _decide_for(connection, row, now)


def _decide_for(connection: Any, row: Any, now: datetime) -> None:
    for partner in partners_of(connection, row["sequence"]):
        loser = claim_row(connection, partner["sequence"])
        reason = "Decided for the other claim, which came first."
        set_status(connection, loser, "rejected", "claim.rejected", now, reason=reason)
        let_go(connection, loser["sequence"], now, "Decided for you: your claim came first.")
    row = claim_row(connection, row["sequence"])
    if row["status"] == "in_dispute":
        set_status(
            connection, row, "accepted", "claim.resolved", now, reason="The dispute is closed."
        )
