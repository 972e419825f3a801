"""What exports read: the sums of statements, their lines as a stream, and whose money it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from desktop.model.exports import ExportedLine, StatedPayment, UseTotal
from desktop.model.payments import Deduction, Payment
from desktop.store import statement_lines
from desktop.store.database import Connection, Row

_CHUNK = 500


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


def lines(connection: Connection, payments: Sequence[Payment]) -> Iterator[ExportedLine]:
    """Return the lines of payments' statements, in their order and as they stand there."""
    for payment in payments:
        for line, work_id, work in statement_lines.with_works(connection, payment.payment_id):
            yield ExportedLine(
                registry=payment.registry,
                number=payment.number,
                revision=payment.revision,
                line=line,
                work_id=work_id,
                work=work,
            )


def first_year(connection: Connection) -> int | None:
    """Return the year of the first statement or bank entry, or None where there is neither."""
    row = connection.execute(
        "SELECT min(day) AS day FROM (SELECT min(issued) AS day FROM statements "
        "UNION ALL SELECT min(booked_on) FROM bank_entries)"
    ).fetchone()
    return int(row["day"][:4]) if row["day"] else None


def payers_of_matches(connection: Connection) -> dict[int, tuple[int, str]]:
    """Return for each match whose money it is: the payer's number and name."""
    rows = connection.execute(
        "SELECT match_id, registries.registry_id, registries.name FROM money_matches "
        "LEFT JOIN statements USING (statement_id) LEFT JOIN remittances USING (remittance_id) "
        "JOIN registries ON registries.registry_id = "
        "coalesce(statements.registry_id, remittances.registry_id)"
    )
    return {row["match_id"]: (row["registry_id"], row["name"]) for row in rows}


_FIGURES = "SELECT * FROM statements WHERE statement_id IN ({marks})"


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


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
