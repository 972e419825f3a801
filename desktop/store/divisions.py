"""What is to be divided: statements' sums, their lines by share, and divisions that were kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.model.money import Money
from desktop.store.database import Connection, Row, insert

# A line that names a claim is divided by it, any other by its work.
_SHARED = (
    "(coalesce(claim_id, 0) IN (SELECT value FROM json_each(?1)) OR (claim_id IS NULL "
    "AND coalesce(work_id, 0) IN (SELECT value FROM json_each(?2))))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSums:
    """The sums of a statement that count when it is divided. vat: paid on top."""

    statement_id: int
    registry_id: int
    payable: Money
    opening: Decimal
    recouped: Decimal
    reserve: Decimal
    closing: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """Lines of one statement that are divided alike. work_id 0: no work, or several of the user's.

    share: of the whole right, as the statement says it; "" where it says nothing.
    """

    statement_id: int
    work_id: int
    claim_id: int | None
    right: str
    use: str
    territory: str
    day: date
    share: str
    net: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOfLines:
    """A claim that lines name."""

    claim_id: int
    did: str
    document: bytes


def sums(connection: Connection) -> list[StatementSums]:
    """Return the sums of every statement that counts, oldest period first."""
    rows = connection.execute(
        "SELECT *, (SELECT decimal_sum(amount) FROM deductions WHERE lower(kind) = 'vat' "
        "AND deductions.statement_id = counted_statements.statement_id) AS vat "
        "FROM counted_statements ORDER BY registry_id, currency, period_start, issued, statement_id"
    )
    return [
        StatementSums(
            statement_id=row["statement_id"],
            registry_id=row["registry_id"],
            payable=Money(row["currency"], row["payable_minor"]),
            opening=Decimal(row["opening"]),
            recouped=Decimal(row["recouped"]),
            reserve=Decimal(row["reserve"]),
            closing=Decimal(row["closing"]),
            vat=max(-Decimal(row["vat"] or 0), Decimal(0)),
        )
        for row in rows
    ]


def claims_of_lines(connection: Connection) -> list[ClaimOfLines]:
    """Return every claim that a line names."""
    rows = connection.execute(
        "SELECT claim_id, did, document FROM claims "
        "WHERE claim_id IN (SELECT claim_id FROM statement_lines) ORDER BY claim_id"
    )
    return [
        ClaimOfLines(claim_id=row["claim_id"], did=row["did"], document=bytes(row["document"]))
        for row in rows
    ]


def works_with_shares(connection: Connection) -> set[int]:
    """Return the works of which the user said who shares in them."""
    return {row["work_id"] for row in connection.execute("SELECT DISTINCT work_id FROM shares")}


def line_groups(
    connection: Connection,
    statement_ids: Collection[int],
    claim_ids: Collection[int],
    work_ids: Collection[int],
) -> list[LineGroup]:
    """Return the exact sums of lines that are divided alike, of claims and works that are shared.

    Of their statements what nobody shares in is one sum, of no single work.
    """
    shared = (_json(claim_ids), _json(work_ids))
    of_statements = "statement_id IN (SELECT value FROM json_each(?3))"
    rows = connection.execute(
        "SELECT statement_id, coalesce(work_id, 0) AS work_id, claim_id, claimed_right, use, "
        "territory, period_start, share, decimal_sum(net) AS net FROM known_lines "
        f"WHERE {of_statements} AND {_SHARED} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        (*shared, _json(statement_ids)),
    )
    found = [_group(row) for row in rows]
    statements = _json({group.statement_id for group in found})
    rest = connection.execute(
        "SELECT statement_id, 0 AS work_id, 0 AS claim_id, '' AS claimed_right, '' AS use, "
        "'' AS territory, min(period_start) AS period_start, '' AS share, "
        f"decimal_sum(net) AS net FROM known_lines WHERE {of_statements} AND NOT {_SHARED} "
        "GROUP BY statement_id",
        (*shared, statements),
    )
    return [*found, *(_group(row) for row in rest)]


def titles(connection: Connection, work_ids: Collection[int]) -> dict[int, str]:
    """Return work → title."""
    rows = connection.execute(
        "SELECT work_id, title FROM works WHERE work_id IN (SELECT value FROM json_each(?))",
        (_json(work_ids),),
    )
    return {row["work_id"]: row["title"] for row in rows}


def keep(
    connection: Connection,
    statement_id: int,
    base: Money,
    parts: Mapping[tuple[int, int], int],
    now_s: int,
) -> int:
    """Keep how a statement is divided: (party, work) → minor units, 0 where there is none.

    SQLite refuses parts that do not add up to what the statement states.
    """
    row = connection.execute(
        "SELECT coalesce(max(division_id), 0) + 1 AS next FROM divisions"
    ).fetchone()
    division_id = int(row["next"])
    connection.executemany(
        "INSERT INTO division_parts (division_id, party_id, work_id, minor) VALUES (?, ?, ?, ?)",
        [
            (division_id, party or None, work or None, minor)
            for (party, work), minor in sorted(parts.items())
        ],
    )
    insert(
        connection,
        "divisions",
        {
            "division_id": division_id,
            "statement_id": statement_id,
            "base_minor": base.minor,
            "currency": base.currency,
            "made_s": now_s,
        },
    )
    return division_id


def kept(connection: Connection) -> dict[int, dict[tuple[int, int], int]]:
    """Return statement → its newest division that was kept, (party, work) → minor units."""
    rows = connection.execute(
        "SELECT statement_id, party_id, work_id, minor FROM divisions JOIN division_parts "
        "USING (division_id) WHERE division_id IN "
        "(SELECT max(division_id) FROM divisions GROUP BY statement_id)"
    )
    found: dict[int, dict[tuple[int, int], int]] = {}
    for row in rows:
        cell = (row["party_id"] or 0, row["work_id"] or 0)
        parts = found.setdefault(row["statement_id"], {})
        parts[cell] = parts.get(cell, 0) + row["minor"]
    return found


def broken(connection: Connection) -> list[int]:
    """Return the divisions whose parts do not add up to the whole any more."""
    rows = connection.execute(
        "SELECT division_id FROM divisions WHERE base_minor <> (SELECT coalesce(sum(minor), 0) "
        "FROM division_parts WHERE division_parts.division_id = divisions.division_id)"
    )
    return [row["division_id"] for row in rows]


def _group(row: Row) -> LineGroup:
    return LineGroup(
        statement_id=row["statement_id"],
        work_id=row["work_id"],
        claim_id=row["claim_id"],
        right=row["claimed_right"],
        use=row["use"],
        territory=row["territory"],
        day=date.fromisoformat(row["period_start"]),
        share=row["share"],
        net=Decimal(row["net"]),
    )


def _json(numbers: Collection[int]) -> str:
    return f"[{','.join(map(str, sorted(numbers)))}]"
