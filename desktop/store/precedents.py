"""What a statement is compared with: those before it, other registries' pools, claims and files."""

from __future__ import annotations

import json
from dataclasses import dataclass

from desktop.model.payments import Period, Pool, Statement
from desktop.store.database import Connection
from desktop.store.statements import period_of, read_pool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAtRegistry:
    """A claim that a registry gave a number. accepted_s: by its feed, if nothing came after."""

    number: str
    claim_hash: str
    document: bytes
    accepted_s: int | None


def claims_at(connection: Connection, registry_id: int) -> list[ClaimAtRegistry]:
    """Return the claims that a registry knows, and since when each is accepted and undisputed."""
    accepted: dict[str, int | None] = {}
    for row in connection.execute(
        "SELECT type, time_s, json_extract(CAST(document AS TEXT), '$.claim_hash') AS claim_hash "
        "FROM events WHERE registry_id = ? AND type LIKE 'claim.%' ORDER BY event_id",
        (registry_id,),
    ):
        taken = row["type"] == "claim.accepted" and row["claim_hash"] not in accepted
        accepted[row["claim_hash"]] = row["time_s"] if taken else None
    rows = connection.execute(
        "SELECT claim_states.number, claims.claim_hash, claims.document FROM claim_states "
        "JOIN claims USING (claim_id) WHERE registry_id = ? AND number <> '' ORDER BY claim_id",
        (registry_id,),
    )
    return [
        ClaimAtRegistry(
            number=row["number"],
            claim_hash=row["claim_hash"],
            document=bytes(row["document"]),
            accepted_s=accepted.get(row["claim_hash"]),
        )
        for row in rows
    ]


def before(
    connection: Connection, registry_id: int, statement: Statement, *, limit: int
) -> list[tuple[int, int]]:
    """Return (statement_id, lines) of those before it, newest first: same registry and currency.

    Of each number the newest revision counts; the same number in other bytes is among them.
    """
    rows = connection.execute(
        "SELECT statement_id, (SELECT count(*) FROM statement_lines AS l "
        "WHERE l.statement_id = statements.statement_id) AS lines "
        "FROM counted_statements AS statements "
        "WHERE registry_id = ? AND currency = ? AND sha256 <> ? "
        "AND (period_start, issued) < (?, ?) AND number <> ? "
        "ORDER BY period_start DESC, issued DESC, statement_id DESC LIMIT ?",
        (
            registry_id,
            statement.currency,
            statement.sha256,
            statement.period.start.isoformat(),
            statement.issued.isoformat(),
            statement.number,
            limit,
        ),
    )
    return [(row["statement_id"], row["lines"]) for row in rows]


def overlapping(
    connection: Connection, registry_id: int, statement: Statement
) -> list[tuple[str, Period]]:
    """Return (number, period) of those whose number came first, for some of the same time.

    Of the same registry and currency; so of two for one time, one is told of the other.
    """
    first = (
        "(SELECT min(statement_id) FROM statements AS s WHERE s.registry_id = ?1 AND s.number = "
    )
    rows = connection.execute(
        "SELECT number, period_start, period_end FROM counted_statements AS counted "
        "WHERE registry_id = ?1 AND currency = ?2 AND sha256 <> ?3 AND number <> ?4 "
        "AND period_start < ?5 AND period_end > ?6 "
        f"AND {first}counted.number) < coalesce({first}?4), 9e18) "
        "ORDER BY period_start DESC, statement_id DESC",
        (
            registry_id,
            statement.currency,
            statement.sha256,
            statement.number,
            statement.period.end.isoformat(),
            statement.period.start.isoformat(),
        ),
    )
    return [(row["number"], period_of(row)) for row in rows]


def pools_elsewhere(
    connection: Connection, registry_id: int, period: Period
) -> list[tuple[str, Period, Pool]]:
    """Return (registry, period, pool) of what other registries state for the same time."""
    rows = connection.execute(
        "SELECT registries.name, statements.* FROM statements JOIN registries USING (registry_id) "
        "WHERE registry_id <> ? AND period_start < ? AND period_end > ? AND pools <> '[]'",
        (registry_id, period.end.isoformat(), period.start.isoformat()),
    )
    return [
        (row["name"], period_of(row), read_pool(item))
        for row in rows
        for item in json.loads(row["pools"])
    ]


def files(connection: Connection, registry_id: int) -> dict[str, str]:
    """Return SHA-256 → number of every statement of a registry."""
    rows = connection.execute(
        "SELECT sha256, number FROM statements WHERE registry_id = ?", (registry_id,)
    )
    return {row["sha256"]: row["number"] for row in rows}
