"""Statements with their lines and findings; all append-only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.money import Money
from desktop.model.payments import (
    Deduction,
    Finding,
    Period,
    Pool,
    SignatureState,
    Statement,
)
from desktop.store import payer_works, statement_lines
from desktop.store.database import Connection, Row, insert


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """What a list shows of one statement. aside: the user does not want it to count."""

    statement_id: int
    registry: str
    number: str
    revision: int
    period: Period
    payable: Money
    signature: SignatureState
    lines: int
    findings: tuple[Finding, ...]
    aside: bool = False


def find(
    connection: Connection, registry_id: int, number: str, revision: int
) -> tuple[int, str] | None:
    """Return (statement_id, SHA-256 of its bytes) or None."""
    row = connection.execute(
        "SELECT statement_id, sha256 FROM statements "
        "WHERE registry_id = ? AND number = ? AND revision = ?",
        (registry_id, number, revision),
    ).fetchone()
    return (int(row["statement_id"]), str(row["sha256"])) if row else None


def keep(connection: Connection, registry_id: int, statement: Statement, now_s: int) -> int:
    """Keep a statement with its lines; returns its number here."""
    statement_id = keep_head(connection, registry_id, statement, now_s)
    statement_lines.keep(connection, registry_id, statement_id, statement.lines, now_s)
    payer_works.match_known(connection, registry_id, now_s)
    return statement_id


def keep_head(connection: Connection, registry_id: int, statement: Statement, now_s: int) -> int:
    """Keep a statement and its deductions, but not its lines; returns its number here."""
    values = {
        "registry_id": registry_id,
        "number": statement.number,
        "revision": statement.revision,
        "period_start": statement.period.start.isoformat(),
        "period_end": statement.period.end.isoformat(),
        "issued": statement.issued.isoformat(),
        "due": statement.due.isoformat(),
        "currency": statement.currency,
        **{name: _text(getattr(statement, name)) for name in _AMOUNTS},
        "payable_minor": Money.exactly(statement.payable, statement.currency).minor,
        "pools": json.dumps([_pool_json(pool) for pool in statement.pools]),
        "declared_lines": statement.declared_lines,
        "declared_works": statement.declared_works,
        "year_to_date": _text(statement.year_to_date),
        "document": statement.document,
        "sha256": statement.sha256,
        "signature": statement.signature.value,
        "document_id": statement.document_id,
        "mapping": statement.mapping,
        "refused": statement.refused,
        "kept_s": now_s,
    }
    statement_id = insert(connection, "statements", values)
    for position, deduction in enumerate(statement.deductions):
        insert(connection, "deductions", _deduction_values(statement_id, position, deduction))
    return statement_id


def keep_findings(connection: Connection, statement_id: int, findings: Iterable[Finding]) -> None:
    """Keep what the checks found."""
    for finding in findings:
        connection.execute(
            "INSERT INTO findings (statement_id, code, sentence, expected, actual, lines) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                statement_id,
                finding.check,
                finding.sentence,
                finding.expected,
                finding.actual,
                json.dumps(list(finding.lines)),
            ),
        )


def findings(connection: Connection, statement_id: int) -> tuple[Finding, ...]:
    """Return the findings on a statement."""
    rows = connection.execute(
        "SELECT * FROM findings WHERE statement_id = ? ORDER BY finding_id", (statement_id,)
    )
    return tuple(
        Finding(
            check=row["code"],
            sentence=row["sentence"],
            expected=row["expected"],
            actual=row["actual"],
            lines=tuple(json.loads(row["lines"])),
        )
        for row in rows
    )


def rows(connection: Connection) -> list[StatementRow]:
    """Return all statements, newest period first."""
    found = connection.execute(
        "SELECT statements.*, registries.name AS registry, (SELECT count(*) FROM statement_lines "
        "WHERE statement_lines.statement_id = statements.statement_id) AS lines, "
        "statement_id IN (SELECT statement_id FROM aside_statements) AS aside "
        "FROM statements JOIN registries USING (registry_id) "
        "ORDER BY period_start DESC, statement_id DESC"
    )
    return [
        StatementRow(
            statement_id=row["statement_id"],
            registry=row["registry"],
            number=row["number"],
            revision=row["revision"],
            period=period_of(row),
            payable=Money(row["currency"], row["payable_minor"]),
            signature=SignatureState(row["signature"]),
            lines=row["lines"],
            findings=findings(connection, row["statement_id"]),
            aside=bool(row["aside"]),
        )
        for row in found
    ]


def get(connection: Connection, statement_id: int, *, lines: bool = True) -> Statement:
    """Return a whole statement, perhaps without its lines. Raises UsageProblem."""
    row = connection.execute(
        "SELECT * FROM statements WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no statement {statement_id}.", advice="`statements list` shows them."
        )
    return Statement(
        number=row["number"],
        revision=row["revision"],
        period=period_of(row),
        issued=date.fromisoformat(row["issued"]),
        due=date.fromisoformat(row["due"]),
        currency=row["currency"],
        opening=Decimal(row["opening"]),
        gross=Decimal(row["gross"]),
        adjustments=Decimal(row["adjustments"]),
        tax_withheld=Decimal(row["tax_withheld"]),
        recouped=Decimal(row["recouped"]),
        reserve=Decimal(row["reserve"]),
        payable=Decimal(row["payable"]),
        closing=Decimal(row["closing"]),
        lines=tuple(statement_lines.of(connection, statement_id)) if lines else (),
        deductions=_deductions(connection, statement_id),
        pools=tuple(read_pool(item) for item in json.loads(row["pools"])),
        declared_lines=row["declared_lines"],
        declared_works=row["declared_works"],
        year_to_date=_decimal(row["year_to_date"]),
        document=bytes(row["document"]),
        signature=SignatureState(row["signature"]),
        digest="" if row["document"] else row["sha256"],
        document_id=row["document_id"],
        mapping=row["mapping"],
        refused=row["refused"],
    )


_AMOUNTS = (
    "opening", "gross", "adjustments", "tax_withheld", "recouped", "reserve", "payable", "closing",
)  # fmt: skip


def _deduction_values(statement_id: int, position: int, deduction: Deduction) -> dict[str, Any]:
    return {
        "statement_id": statement_id,
        "position": position,
        "kind": deduction.kind,
        "rate": _text(deduction.rate),
        "base": _text(deduction.base),
        "amount": _text(deduction.amount),
        "jurisdiction": deduction.jurisdiction,
    }


def _deductions(connection: Connection, statement_id: int) -> tuple[Deduction, ...]:
    found = connection.execute(
        "SELECT * FROM deductions WHERE statement_id = ? ORDER BY position", (statement_id,)
    )
    return tuple(
        Deduction(
            kind=row["kind"],
            amount=Decimal(row["amount"]),
            rate=_decimal(row["rate"]),
            base=_decimal(row["base"]),
            jurisdiction=row["jurisdiction"],
        )
        for row in found
    )


def _pool_json(pool: Pool) -> dict[str, str]:
    return {
        "use": pool.use,
        "licensee": pool.licensee,
        "model": pool.model,
        "amount": str(pool.amount),
        "distributable_share": str(pool.distributable_share),
        "total_weight": str(pool.total_weight),
        "method": pool.method,
        "method_version": pool.method_version,
    } | (_period_json(pool.period) if pool.period else {})


def read_pool(item: dict[str, str]) -> Pool:
    """Return a pool as it is kept in a statement's row."""
    return Pool(
        use=item["use"],
        licensee=item["licensee"],
        model=item["model"],
        amount=Decimal(item["amount"]),
        distributable_share=Decimal(item["distributable_share"]),
        total_weight=Decimal(item["total_weight"]),
        method=item["method"],
        method_version=item["method_version"],
        period=_of_pool(item),
    )


def _period_json(period: Period) -> dict[str, str]:
    return {"period_start": period.start.isoformat(), "period_end": period.end.isoformat()}


def _of_pool(item: dict[str, str]) -> Period | None:
    if "period_start" not in item:
        return None
    return Period(
        start=date.fromisoformat(item["period_start"]), end=date.fromisoformat(item["period_end"])
    )


def period_of(row: Row) -> Period:
    """Return the period of a statement or line."""
    return Period(
        start=date.fromisoformat(row["period_start"]), end=date.fromisoformat(row["period_end"])
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
