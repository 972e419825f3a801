"""Whether a statement is here already, was changed, or does not count because the user said so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.errors import UsageProblem
from desktop.model.money import Money
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideStatement:
    """A statement that does not count, and why. start: the first day of its period."""

    statement_id: int
    registry: str
    number: str
    revision: int
    start: date
    payable: Money
    reason: str


def with_digest(connection: Connection, registry_id: int, sha256: str) -> int | None:
    """Return the statement of a payer in which the same was read, or None."""
    row = connection.execute(
        "SELECT statement_id FROM statements WHERE registry_id = ? AND sha256 = ?",
        (registry_id, sha256),
    ).fetchone()
    return int(row["statement_id"]) if row else None


def newest(connection: Connection, registry_id: int, number: str) -> tuple[int, int, str] | None:
    """Return (statement_id, revision, SHA-256) of the newest revision of a number, or None."""
    row = connection.execute(
        "SELECT statement_id, revision, sha256 FROM statements WHERE registry_id = ? "
        "AND number = ? ORDER BY revision DESC LIMIT 1",
        (registry_id, number),
    ).fetchone()
    return (row["statement_id"], row["revision"], row["sha256"]) if row else None


def number_of(connection: Connection, statement_id: int) -> tuple[str, int]:
    """Return (number, revision) of a statement."""
    row = connection.execute(
        "SELECT number, revision FROM statements WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    return row["number"], row["revision"]


def uses(
    connection: Connection, statement_id: int, limit: int
) -> list[tuple[str, str, str, str, str]]:
    """Return (name's key, licensee, use, territory, first day) of the lines of a statement."""
    rows = connection.execute(
        "SELECT payer_works.key, licensee, use, territory, period_start FROM statement_lines "
        "JOIN payer_works USING (payer_work_id) WHERE statement_id = ? ORDER BY position LIMIT ?",
        (statement_id, limit),
    )
    return [tuple(row) for row in rows]


def is_aside(connection: Connection, statement_id: int) -> bool:
    """Whether the user said that a statement does not count."""
    row = connection.execute(
        "SELECT 1 FROM aside_statements WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    return row is not None


def all_aside(connection: Connection) -> list[AsideStatement]:
    """Return the statements that do not count now; what was set aside last comes first."""
    rows = connection.execute(
        "SELECT statements.*, registries.name AS registry, said.reason FROM aside_statements "
        "JOIN statements USING (statement_id) JOIN registries USING (registry_id) "
        "JOIN set_aside AS said ON said.set_aside_id = (SELECT max(set_aside_id) FROM set_aside "
        "WHERE set_aside.statement_id = statements.statement_id) ORDER BY said.set_aside_id DESC"
    )
    return [
        AsideStatement(
            statement_id=row["statement_id"],
            registry=row["registry"],
            number=row["number"],
            revision=row["revision"],
            start=date.fromisoformat(row["period_start"]),
            payable=Money(row["currency"], row["payable_minor"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def set_aside(
    connection: Connection, statement_id: int, aside: bool, reason: str, now_s: int
) -> None:
    """Keep that a statement does not count, or counts again. Raises UsageProblem."""
    known = connection.execute(
        "SELECT 1 FROM statements WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    if known is None:
        raise UsageProblem(
            f"There is no statement {statement_id}.", advice="`statements list` shows them."
        )
    if is_aside(connection, statement_id) == aside:
        state = "does not count already" if aside else "counts already"
        raise UsageProblem(f"Statement {statement_id} {state}.")
    connection.execute(
        "INSERT INTO set_aside (statement_id, aside, reason, said_s) VALUES (?, ?, ?, ?)",
        (statement_id, int(aside), reason, now_s),
    )
