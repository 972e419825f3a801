"""Claims that cannot all be right: finding them, telling both sides, letting go again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from desktop.practice.claims import claim_row, document_of, set_status
from desktop.practice.iscc import NEAR_BITS, distance_bits
from desktop.practice.keys import kin_of, newest_of
from desktop.practice.shares import Excess, Holding, excesses, holdings_of

ANSWER_TIME = timedelta(days=30)
MAX_DENOMINATOR = 10**18 - 1
SHOWN_DENOMINATOR = 10**12
REVIEWED = "('accepted', 'conflict', 'in_dispute')"


def rivals_of(connection: Any, row: Any) -> list[Any]:
    """Return the reviewed claims of others on the same, or nearly the same, work.

    Keys that follow one another are no others.
    """
    own = json.dumps(kin_of(connection, row["claimant"]))
    same = connection.execute(
        f"SELECT * FROM claims WHERE (datahash = ? OR sha256 = ?)"
        f" AND +claimant NOT IN (SELECT value FROM json_each(?)) AND +status IN {REVIEWED}",
        [row["datahash"], row["sha256"], own],
    ).fetchall()
    found = {one["sequence"]: one for one in same}
    if row["content"] is not None:
        alike = connection.execute(
            # Two ranges of the index, so that a claimant's own thousands are not looked at.
            f"SELECT sequence, content FROM claims WHERE subtype = ?1"
            f" AND (claimant < ?2 OR claimant > ?2) AND status IN {REVIEWED}"
            f" AND claimant NOT IN (SELECT value FROM json_each(?3))",
            [row["subtype"], row["claimant"], own],
        ).fetchall()
        for one in alike:
            if distance_bits(one["content"], row["content"]) <= NEAR_BITS:
                found[one["sequence"]] = claim_row(connection, one["sequence"])
    return [found[sequence] for sequence in sorted(found)]


def open_conflict(connection: Any, row: Any, now: datetime) -> bool:
    """Put row and its rivals in conflict where their shares exceed the whole; tell whether so."""
    group = [row, *rivals_of(connection, row)]
    holdings = _by_claimant(
        connection,
        [holding for one in group for holding in holdings_of(document_of(one), one["sequence"])],
    )
    found = excesses(holdings) if len(group) > 1 else []
    if not found:
        return False
    involved = [one for one in group if _contributes(holdings, one["sequence"], found)]
    for one in involved:
        if one["sequence"] != row["sequence"]:
            _keep_pair(connection, row["sequence"], one["sequence"], now)
    for one in involved:
        others = [other for other in involved if other is not one]
        status = "in_dispute" if one["status"] == "in_dispute" else "conflict"
        details = _details(others, holdings, found, now)
        set_status(connection, one, status, "claim.conflict", now, conflict=details)
    return True


def partners_of(connection: Any, sequence: int) -> list[Any]:
    """Return the claims that a claim is in open conflict with, and since when."""
    rows = connection.execute(
        "SELECT iif(one = ?, other, one) AS sequence, opened FROM conflicts"
        " WHERE open = 1 AND ? IN (one, other) ORDER BY 1",
        [sequence, sequence],
    )
    return list(rows.fetchall())


def let_go(connection: Any, sequence: int, now: datetime, reason: str) -> None:
    """Close all conflicts of a claim that left; who has no other conflict is resolved."""
    partners = partners_of(connection, sequence)
    connection.execute("UPDATE conflicts SET open = 0 WHERE ? IN (one, other)", [sequence])
    for partner in partners:
        row = claim_row(connection, partner["sequence"])
        if partners_of(connection, row["sequence"]) or row["status"] not in (
            "conflict",
            "in_dispute",
        ):
            continue
        set_status(connection, row, "accepted", "claim.resolved", now, reason=reason)


def _keep_pair(connection: Any, sequence: int, other: int, now: datetime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO conflicts (one, other, opened, open) VALUES (?, ?, ?, 1)",
        [min(sequence, other), max(sequence, other), int(now.timestamp())],
    )


def _by_claimant(connection: Any, holdings: list[Holding]) -> list[Holding]:
    """Name each party by its newest key, so that one who replaced a key counts once."""
    dids = {one.party for one in holdings if one.party != one.name}
    newest = {did: newest_of(connection, did) for did in dids}
    return [replace(one, party=newest.get(one.party, one.party)) for one in holdings]


def _contributes(holdings: list[Holding], sequence: int, found: list[Excess]) -> bool:
    return any(_part(holdings, sequence, excess) for excess in found)


def _part(holdings: list[Holding], sequence: int, excess: Excess) -> Fraction:
    """Return what one claim states at the point where the most is claimed."""
    return sum(
        (
            one.share
            for one in holdings
            if one.claim == sequence
            and one.right == excess.right
            and one.holds(excess.territory, excess.day)
        ),
        Fraction(0),
    )


def _details(
    others: list[Any], holdings: list[Holding], found: list[Excess], now: datetime
) -> dict[str, Any]:
    listed = [
        {
            "name": document_of(other)["claimant"]["name"],
            "share": fraction_text(_part(holdings, other["sequence"], excess)),
            "right": excess.right,
        }
        for other in others
        for excess in found
        if _part(holdings, other["sequence"], excess)
    ]
    return {
        "total": fraction_text(max(excess.total for excess in found)),
        "others": listed[:200],
        "respond_by": (now + ANSWER_TIME).date().isoformat(),
    }


def fraction_text(value: Fraction) -> str:
    """Return "2/3"; the whole is "1/1". What needs more than 18 digits is shown nearly."""
    if value.denominator > MAX_DENOMINATOR:
        value = value.limit_denominator(SHOWN_DENOMINATOR)
    return f"{value.numerator}/{value.denominator}"
