"""What statements, remittances and bank entries add up to. Nothing here is stored: all derived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from desktop.model.money import Money
from desktop.model.payments import GroupTotal, Period, SignatureState
from desktop.store.database import Connection


class Grouping(StrEnum):
    """What lines can be added up by."""

    WORK = "work"
    REGISTRY = "registry"
    MONTH = "month"
    LICENSEE = "licensee"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittedRow:
    """A remittance, and its part for each (number, revision) in minor units."""

    remittance_id: int
    registry_id: int
    external_id: str
    reference: str
    issued: date
    amount: Money
    parts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRow:
    """A statement as payments are derived from it."""

    statement_id: int
    registry_id: int
    registry: str
    number: str
    revision: int
    period: Period
    issued: date
    due: date
    stated: Money
    signature: SignatureState
    works: int
    findings: int


def stated(
    connection: Connection,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
    work_id: int | None = None,
    count_works: bool = True,
) -> list[StatedRow]:
    """Return the newest revision of every statement that counts, newest period first."""
    works = (
        "(SELECT count(DISTINCT coalesce(work_id, -line_id)) FROM statement_lines AS l "
        "WHERE l.statement_id = statements.statement_id)"
    )
    where = ["1"]
    values: list[Any] = []
    if start is not None:
        where.append("period_end > ?")
        values.append(start.isoformat())
    if end is not None:
        where.append("period_start < ?")
        values.append(end.isoformat())
    if registry:
        where.append("registries.name = ?")
        values.append(registry)
    if work_id is not None:
        where.append("statement_id IN (SELECT statement_id FROM known_lines WHERE work_id = ?)")
        values.append(work_id)
    rows = connection.execute(
        "SELECT statements.*, registries.name AS registry, "
        f"{works if count_works else 0} AS works, "
        "(SELECT count(*) FROM findings AS f WHERE f.statement_id = statements.statement_id) "
        "AS findings FROM counted_statements AS statements JOIN registries USING (registry_id) "
        f"WHERE {' AND '.join(where)} ORDER BY period_start DESC, statement_id DESC",
        values,
    )
    return [
        StatedRow(
            statement_id=row["statement_id"],
            registry_id=row["registry_id"],
            registry=row["registry"],
            number=row["number"],
            revision=row["revision"],
            period=Period(
                start=date.fromisoformat(row["period_start"]),
                end=date.fromisoformat(row["period_end"]),
            ),
            issued=date.fromisoformat(row["issued"]),
            due=date.fromisoformat(row["due"]),
            stated=Money(row["currency"], row["payable_minor"]),
            signature=SignatureState(row["signature"]),
            works=row["works"],
            findings=row["findings"],
        )
        for row in rows
    ]


def remitted(connection: Connection) -> list[RemittedRow]:
    """Return every remittance with its parts, in the order in which they came."""
    parts: dict[int, list[tuple[str, int, int]]] = {}
    for row in connection.execute("SELECT * FROM remittance_statements ORDER BY number, revision"):
        parts.setdefault(row["remittance_id"], []).append(
            (row["number"], row["revision"], row["amount_minor"])
        )
    return [
        RemittedRow(
            remittance_id=row["remittance_id"],
            registry_id=row["registry_id"],
            external_id=row["external_id"],
            reference=row["reference"],
            issued=date.fromisoformat(row["issued"]),
            amount=Money(row["currency"], row["amount_minor"]),
            parts=tuple(parts.get(row["remittance_id"], ())),
        )
        for row in connection.execute("SELECT * FROM remittances ORDER BY remittance_id")
    ]


def only_remittance(rows: Iterable[RemittedRow]) -> dict[tuple[int, str], int]:
    """Return, by registry and statement number, the announcement where there is just one."""
    found: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        for number, _, _ in row.parts:
            found.setdefault((row.registry_id, number), set()).add(row.remittance_id)
    return {key: ids.pop() for key, ids in found.items() if len(ids) == 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """Works of a statement's lines whose claims are in dispute; mine: the user opened one."""

    works: tuple[str, ...]
    mine: bool


def open_disputes(connection: Connection) -> dict[tuple[int, str], OpenDispute]:
    """Return what is in dispute now of statements that count, by registry and number."""
    # From the few claims in dispute to their lines: never through all lines.
    rows = connection.execute(
        "SELECT counted.registry_id, counted.number, works.title, EXISTS (SELECT 1 FROM answers "
        "WHERE answers.claim_id = claims.claim_id AND answers.kind = 'dispute' "
        "AND answers.registry_id = states.registry_id) AS mine "
        "FROM claim_states AS states CROSS JOIN claims USING (claim_id) "
        "CROSS JOIN works USING (work_id) CROSS JOIN (SELECT DISTINCT work_id, claim_id, "
        "statement_id FROM statement_lines WHERE work_id IN (SELECT work_id FROM claim_states "
        "JOIN claims USING (claim_id) WHERE state = 'in_dispute')) AS lines "
        "ON lines.claim_id = claims.claim_id JOIN counted_statements AS counted "
        "ON counted.statement_id = lines.statement_id "
        "AND counted.registry_id = states.registry_id "
        "WHERE states.state = 'in_dispute' ORDER BY works.title"
    )
    found: dict[tuple[int, str], OpenDispute] = {}
    for row in rows:
        key = (row["registry_id"], row["number"])
        before = found.get(key, OpenDispute(works=(), mine=False))
        titles = tuple(dict.fromkeys((*before.works, row["title"])))
        found[key] = OpenDispute(works=titles, mine=before.mine or bool(row["mine"]))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What one revision of a statement says is to be paid. aside: the user does not count it."""

    statement_id: int
    registry_id: int
    number: str
    payable: Money
    aside: bool = False


def revisions(connection: Connection) -> list[Revision]:
    """Return every revision of every statement, in the order in which they came."""
    rows = connection.execute(
        "SELECT statement_id, registry_id, number, currency, payable_minor, statement_id IN "
        "(SELECT statement_id FROM aside_statements) AS aside FROM statements "
        "ORDER BY statement_id"
    )
    return [
        Revision(
            statement_id=row["statement_id"],
            registry_id=row["registry_id"],
            number=row["number"],
            payable=Money(row["currency"], row["payable_minor"]),
            aside=bool(row["aside"]),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a statement's period brought after what was kept, and what it carried forward."""

    registry: str
    issued: date
    due: date
    brought: Money
    carried: Money


def balances(connection: Connection) -> list[Balance]:
    """Return the newest revision of every statement, oldest first."""
    rows = connection.execute(
        "SELECT registries.name AS registry, issued, due, currency, payable_minor, opening, "
        "closing FROM counted_statements AS statements JOIN registries USING (registry_id) "
        "ORDER BY issued, statement_id"
    )
    found = []
    for row in rows:
        payable = Money(row["currency"], row["payable_minor"])
        carried = Money.rounded(Decimal(row["closing"]), payable.currency)
        before = Money.rounded(Decimal(row["opening"]), payable.currency)
        found.append(
            Balance(
                registry=row["registry"],
                issued=date.fromisoformat(row["issued"]),
                due=date.fromisoformat(row["due"]),
                brought=payable + carried - before,
                carried=carried,
            )
        )
    return found


_GROUPS = {
    Grouping.WORK: (
        "coalesce(CAST(lines.work_id AS TEXT), '')",
        "coalesce(works.title, lines.title)",
    ),
    Grouping.REGISTRY: ("registries.name", "registries.name"),
    Grouping.MONTH: ("substr(lines.period_start, 1, 7)", "substr(lines.period_start, 1, 7)"),
    Grouping.LICENSEE: ("lines.licensee", "lines.licensee"),
}


def totals(
    connection: Connection, grouping: Grouping, *, work_id: int | None = None
) -> list[GroupTotal]:
    """Return the exact sum of lines by work, registry, month or licensee, and by currency.

    work_id: of the lines of that work only.
    """
    key, label = _GROUPS[grouping]
    only, values = ("WHERE lines.work_id = ?", (work_id,)) if work_id is not None else ("", ())
    rows = connection.execute(
        f"SELECT {key} AS key, {label} AS label, lines.currency AS currency, "
        "decimal_sum(lines.net) AS net, count(*) AS n, "
        "decimal_sum(iif(lines.use = 'training', lines.net, NULL)) AS training, "
        "decimal_sum(iif(lines.use = 'output', lines.net, NULL)) AS output, "
        "decimal_sum(iif(lines.use NOT IN ('training', 'output'), lines.net, NULL)) AS other "
        "FROM known_lines AS lines JOIN statements USING (statement_id) "
        "JOIN registries USING (registry_id) LEFT JOIN works ON works.work_id = lines.work_id "
        f"{only} "
        "GROUP BY 1, iif(lines.work_id IS NULL, label, ''), lines.currency",
        values,
    )
    found = [
        GroupTotal(
            key=row["key"],
            label=row["label"],
            currency=row["currency"],
            net=Decimal(row["net"]),
            lines=row["n"],
            training=Decimal(row["training"]),
            output=Decimal(row["output"]),
            other=Decimal(row["other"]),
        )
        for row in rows
    ]
    if grouping is Grouping.MONTH:
        return sorted(found, key=lambda total: (total.key, total.currency), reverse=True)
    return sorted(found, key=lambda total: (-total.net, total.label))
