"""What exports read: the sums of statements, their lines as a stream, bank entries and matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.exports import ExportedEntry, ExportedLine, StatedPayment, UseTotal
from desktop.model.money import Money
from desktop.model.payments import Deduction, Payment, StatementLine
from desktop.store import bank
from desktop.store.database import Connection, Row
from desktop.store.statements import period_of

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A match of a bank entry with a remittance."""

    match_id: int
    remittance_id: int
    registry_id: int
    registry: str
    entry_id: int
    booked_on: date
    amount: Money
    reason: str


def with_figures(connection: Connection, payments: Sequence[Payment]) -> Iterator[StatedPayment]:
    """Return payments with what their statements are made of, in the same order."""
    for start in range(0, len(payments), _CHUNK):
        chunk = payments[start : start + _CHUNK]
        ids = [payment.payment_id for payment in chunk]
        deductions, uses = _deductions(connection, ids), _uses(connection, ids)
        rows = {row["statement_id"]: row for row in _among(connection, _FIGURES, ids)}
        for payment in chunk:
            number = payment.payment_id
            found = (tuple(deductions.get(number, ())), tuple(uses.get(number, ())))
            yield _stated(payment, rows[number], *found)


def lines(connection: Connection, statement_ids: Sequence[int]) -> Iterator[ExportedLine]:
    """Return the lines of statements, in the order of the statements and as they stand there."""
    for statement_id in statement_ids:
        for row in connection.execute(_LINES, (statement_id,)):
            yield ExportedLine(
                registry=row["registry"],
                number=row["number"],
                revision=row["revision"],
                line=_line(row),
                work_id=row["known_work_id"],
                work=row["work"] or "",
            )


def entries(
    connection: Connection,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
) -> Iterator[ExportedEntry]:
    """Return bank entries booked in a period, oldest first; of a registry: those matched to it."""
    only: set[int] | None = None
    if registry:
        found = connection.execute(
            f"SELECT entry_id FROM ({_MATCHES}) WHERE registry = ?", (registry,)
        )
        only = {row["entry_id"] for row in found}
    for kept in bank.booked(connection, start=start, end=end):
        if only is None or kept.entry_id in only:
            yield ExportedEntry(entry_id=kept.entry_id, entry=kept.entry)


def matches(
    connection: Connection,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
) -> list[MatchRow]:
    """Return the matches of entries booked in a period, in the order in which they were made."""
    where, values = _booked(start, end)
    if registry:
        where.append("registry = ?")
        values.append(registry)
    rows = connection.execute(
        f"SELECT * FROM ({_MATCHES}) WHERE {' AND '.join(where)} ORDER BY match_id", values
    )
    return [
        MatchRow(
            match_id=row["match_id"],
            remittance_id=row["remittance_id"],
            registry_id=row["registry_id"],
            registry=row["registry"],
            entry_id=row["entry_id"],
            booked_on=date.fromisoformat(row["booked_on"]),
            amount=Money(row["currency"], row["amount_minor"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def remittance_parts(connection: Connection) -> dict[int, list[tuple[str, int, int]]]:
    """Return for each remittance what it names: (number, revision, minor units)."""
    parts: dict[int, list[tuple[str, int, int]]] = {}
    for row in connection.execute("SELECT * FROM remittance_statements ORDER BY number, revision"):
        found = (row["number"], row["revision"], row["amount_minor"])
        parts.setdefault(row["remittance_id"], []).append(found)
    return parts


_FIGURES = "SELECT * FROM statements WHERE statement_id IN ({marks})"

_LINES = """
SELECT lines.*, statements.number, statements.revision, registries.name AS registry,
    claims.claim_hash, lines.work_id AS known_work_id, works.title AS work
FROM statement_lines AS lines JOIN statements USING (statement_id)
JOIN registries USING (registry_id) LEFT JOIN claims USING (claim_id)
LEFT JOIN works ON works.work_id = lines.work_id
WHERE lines.statement_id = ? ORDER BY lines.position
"""

_MATCHES = """
SELECT matches.match_id, matches.remittance_id, matches.entry_id, matches.amount_minor,
    matches.reason, remittances.currency, remittances.registry_id, registries.name AS registry,
    bank_entries.booked_on
FROM matches JOIN remittances USING (remittance_id) JOIN registries USING (registry_id)
JOIN bank_entries USING (entry_id)
"""


def _booked(start: date | None, end: date | None) -> tuple[list[str], list[Any]]:
    where, values = ["1"], list[Any]()
    if start is not None:
        where.append("booked_on >= ?")
        values.append(start.isoformat())
    if end is not None:
        where.append("booked_on < ?")
        values.append(end.isoformat())
    return where, values


def _among(connection: Connection, query: str, ids: Sequence[int]) -> Iterator[Row]:
    yield from connection.execute(query.format(marks=", ".join("?" * len(ids))), tuple(ids))


def _deductions(connection: Connection, ids: Sequence[int]) -> dict[int, list[Deduction]]:
    query = "SELECT * FROM deductions WHERE statement_id IN ({marks}) ORDER BY position"
    found: dict[int, list[Deduction]] = {}
    for row in _among(connection, query, ids):
        found.setdefault(row["statement_id"], []).append(
            Deduction(
                kind=row["kind"],
                amount=Decimal(row["amount"]),
                rate=_decimal(row["rate"]),
                base=_decimal(row["base"]),
                jurisdiction=row["jurisdiction"],
            )
        )
    return found


def _uses(connection: Connection, ids: Sequence[int]) -> dict[int, list[UseTotal]]:
    query = (
        "SELECT statement_id, use, territory, currency, decimal_sum(net) AS net, count(*) AS n "
        "FROM statement_lines WHERE statement_id IN ({marks}) GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4"
    )
    found: dict[int, list[UseTotal]] = {}
    for row in _among(connection, query, ids):
        found.setdefault(row["statement_id"], []).append(
            UseTotal(
                use=row["use"],
                territory=row["territory"],
                currency=row["currency"],
                net=Decimal(row["net"]),
                lines=row["n"],
            )
        )
    return found


def _stated(
    payment: Payment, row: Row, deductions: tuple[Deduction, ...], uses: tuple[UseTotal, ...]
) -> StatedPayment:
    return StatedPayment(
        payment=payment,
        registry_id=row["registry_id"],
        opening=Decimal(row["opening"]),
        gross=Decimal(row["gross"]),
        adjustments=Decimal(row["adjustments"]),
        tax_withheld=Decimal(row["tax_withheld"]),
        recouped=Decimal(row["recouped"]),
        reserve=Decimal(row["reserve"]),
        closing=Decimal(row["closing"]),
        deductions=deductions,
        uses=uses,
        sha256=row["sha256"],
    )


def _line(row: Row) -> StatementLine:
    return StatementLine(
        external_id=row["external_id"],
        title=row["title"],
        licensee=row["licensee"],
        model=row["model"],
        use=row["use"],
        right=row["claimed_right"],
        territory=row["territory"],
        period=period_of(row),
        gross=Decimal(row["gross"]),
        share=row["share"],
        net=Decimal(row["net"]),
        currency=row["currency"],
        claim_number=row["claim_number"],
        claim_hash=row["claim_hash"] or "",
        iscc=row["iscc"],
        uses=_decimal(row["uses"]),
        weight=_decimal(row["weight"]),
        confidence=_decimal(row["confidence"]),
        rate=_decimal(row["rate"]),
        adjusts=row["adjusts"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
