"""Advances, the tax that is expected, and what statements keep back. The newest word counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.model.advances import USUAL_RESERVE_MONTHS, Advance, Withholding
from desktop.model.money import Money
from desktop.model.payments import Period
from desktop.store.database import Connection, Row, insert
from desktop.store.statements import period_of

_ADVANCES = (
    "SELECT one.*, registries.name AS registry, (SELECT advance_id FROM advances AS back "
    "WHERE back.reverses = one.advance_id) AS reversed_by "
    "FROM advances AS one JOIN registries USING (registry_id) "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBack:
    """What one statement kept back or carried; vat: what it paid on top for the tax office."""

    statement_id: int
    registry_id: int
    registry: str
    currency: str
    number: str
    period: Period
    issued: date
    recouped: Decimal
    reserve: Decimal
    closing: Decimal
    withheld: Decimal
    vat: Decimal


def add(connection: Connection, advance: Advance, now_s: int) -> int:
    """Keep an advance, or one that takes another back; returns its number."""
    return insert(
        connection,
        "advances",
        {
            "registry_id": advance.registry_id,
            "granted_on": advance.granted_on.isoformat(),
            "amount_minor": advance.amount.minor,
            "currency": advance.amount.currency,
            "terms": advance.terms,
            "reverses": advance.reverses,
            "recorded_s": now_s,
        },
    )


def everything(connection: Connection, registry_id: int | None = None) -> list[Advance]:
    """Return advances, and those that take one back, oldest first."""
    only, values = ("", ()) if registry_id is None else ("WHERE registry_id = ?", (registry_id,))
    rows = connection.execute(f"{_ADVANCES} {only} ORDER BY granted_on, advance_id", values)
    return [_advance(row) for row in rows]


def by_id(connection: Connection, advance_id: int) -> Advance | None:
    """Return an advance, or None."""
    row = connection.execute(f"{_ADVANCES} WHERE one.advance_id = ?", (advance_id,)).fetchone()
    return _advance(row) if row else None


def set_withholding(
    connection: Connection, registry_id: int, said: Withholding, now_s: int
) -> None:
    """Keep which tax is expected of a registry since a day."""
    insert(
        connection,
        "withholding_rates",
        {
            "registry_id": registry_id,
            "country": said.country,
            "rate": None if said.rate is None else format(said.rate, "f"),
            "since": said.since.isoformat(),
            "said_s": now_s,
        },
    )


def withholdings(connection: Connection, registry_id: int | None = None) -> list[Withholding]:
    """Return every rate that was said, those that count first: latest since, then newest said."""
    only, values = ("", ()) if registry_id is None else ("WHERE registry_id = ?", (registry_id,))
    rows = connection.execute(
        "SELECT withholding_rates.*, registries.name AS registry FROM withholding_rates "
        f"JOIN registries USING (registry_id) {only} "
        "ORDER BY registry, country, since DESC, withholding_rate_id DESC",
        values,
    )
    return [
        Withholding(
            registry=row["registry"],
            country=row["country"],
            rate=None if row["rate"] is None else Decimal(row["rate"]),
            since=date.fromisoformat(row["since"]),
        )
        for row in rows
    ]


def set_reserve_months(connection: Connection, registry_id: int, months: int, now_s: int) -> None:
    """Keep after how many months a registry must release a reserve."""
    row = {"registry_id": registry_id, "months": months, "said_s": now_s}
    insert(connection, "reserve_terms", row)


def reserve_months(connection: Connection, registry_id: int) -> int:
    """Return after how many months a registry must release a reserve, as said or usual."""
    row = connection.execute(
        "SELECT months FROM reserve_terms WHERE registry_id = ? "
        "ORDER BY reserve_term_id DESC LIMIT 1",
        (registry_id,),
    ).fetchone()
    return int(row["months"]) if row else USUAL_RESERVE_MONTHS


def kept_back(connection: Connection, registry_id: int | None = None) -> list[KeptBack]:
    """Return what the statements that count kept back, oldest period first."""
    only, values = ("", ()) if registry_id is None else ("WHERE registry_id = ?", (registry_id,))
    rows = connection.execute(
        "SELECT statements.*, registries.name AS registry, "
        "(SELECT decimal_sum(amount) FROM deductions WHERE deductions.statement_id = "
        "statements.statement_id AND lower(kind) = 'vat') AS vat "
        "FROM counted_statements AS statements JOIN registries USING (registry_id) "
        f"{only} ORDER BY period_start, issued, statement_id",
        values,
    )
    return [_kept_back(row) for row in rows]


def _kept_back(row: Row) -> KeptBack:
    return KeptBack(
        statement_id=row["statement_id"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        currency=row["currency"],
        number=row["number"],
        period=period_of(row),
        issued=date.fromisoformat(row["issued"]),
        recouped=Decimal(row["recouped"]),
        reserve=Decimal(row["reserve"]),
        closing=Decimal(row["closing"]),
        withheld=Decimal(row["tax_withheld"]),
        vat=max(-Decimal(row["vat"] or 0), Decimal(0)),
    )


def _advance(row: Row) -> Advance:
    return Advance(
        advance_id=row["advance_id"],
        registry_id=row["registry_id"],
        registry=row["registry"],
        granted_on=date.fromisoformat(row["granted_on"]),
        amount=Money(row["currency"], row["amount_minor"]),
        terms=row["terms"],
        reverses=row["reverses"],
        reversed_by=row["reversed_by"],
    )
