"""The lines of statements; append-only, a million of one statement pass through one by one."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.payer_works import Exchange, PayerWorkName, name_of
from desktop.model.payments import Period, StatementLine
from desktop.store import claims
from desktop.store.database import Connection, Row
from desktop.store.payer_works import Names

_COLUMNS = (
    "statement_id", "position", "external_id", "claim_id", "work_id", "claim_number", "iscc",
    "title", "licensee", "model", "use", "claimed_right", "territory", "period_start",
    "period_end", "uses", "weight", "confidence", "rate", "gross", "share", "net", "currency",
    "adjusts", "payer_work_id", "source_line", "identifier", "paid_currency", "paid_amount",
    "exchange_rate", "exchange_source", "exchange_date",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO statement_lines ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_NO_EXCHANGE = ("", None, None, "", "")
_CLAIMS_REMEMBERED = 100_000


def keep(
    connection: Connection,
    registry_id: int,
    statement_id: int,
    lines: Iterable[StatementLine],
    now_s: int,
) -> None:
    """Keep the lines of a statement in their order; lines are taken one after the other."""
    connection.executemany(_INSERT, _rows(connection, registry_id, statement_id, lines, now_s))


def of(
    connection: Connection, statement_id: int, first: int = 0, most: int = -1
) -> Iterator[StatementLine]:
    """Yield the lines of a statement in their order, from a position on, most at most."""
    found = connection.execute(
        "SELECT statement_lines.*, claims.claim_hash, payer_works.key, payer_works.creators "
        "FROM statement_lines LEFT JOIN claims USING (claim_id) "
        "LEFT JOIN payer_works USING (payer_work_id) WHERE statement_id = ? AND position >= ? "
        "ORDER BY position LIMIT ?",
        (statement_id, first, most),
    )
    return (_line(row) for row in found)


def with_works(
    connection: Connection, statement_id: int
) -> Iterator[tuple[StatementLine, int | None, str]]:
    """Yield each line in their order with the number and title of its work, where it is known."""
    found = connection.execute(
        "SELECT lines.*, claims.claim_hash, payer_works.key, payer_works.creators, "
        "works.work_id AS known_work_id, works.title AS work "
        "FROM statement_lines AS lines LEFT JOIN claims USING (claim_id) "
        "LEFT JOIN payer_works USING (payer_work_id) "
        "LEFT JOIN works ON works.work_id = coalesce(lines.work_id, payer_works.work_id) "
        "WHERE statement_id = ? ORDER BY position",
        (statement_id,),
    )
    return ((_line(row), row["known_work_id"], row["work"] or "") for row in found)


def count(connection: Connection, statement_id: int) -> int:
    """Return how many lines a statement has."""
    (found,) = connection.execute(
        "SELECT count(*) FROM statement_lines WHERE statement_id = ?", (statement_id,)
    ).fetchone()
    return int(found)


def matched(connection: Connection, statement_id: int) -> Iterator[bool]:
    """Yield for each line, in their order, whether it is of a work of the library."""
    found = connection.execute(
        "SELECT coalesce(lines.work_id, payer_works.work_id) IS NOT NULL "
        "OR coalesce(state, '') = 'not_mine' FROM statement_lines AS lines "
        "LEFT JOIN payer_works USING (payer_work_id) WHERE statement_id = ? ORDER BY position",
        (statement_id,),
    )
    return (bool(known) for (known,) in found)


def is_ours(connection: Connection, registry_id: int, line: StatementLine) -> bool:
    """Whether a line names a claim of this library."""
    return _ours(connection, registry_id, line.claim_hash, line.claim_number) is not None


def _ours(
    connection: Connection, registry_id: int, claim_hash: str, claim_number: str
) -> tuple[int, int] | None:
    ours = claims.by_hash(connection, claim_hash) if claim_hash else None
    if ours is None and claim_number:
        ours = claims.by_number(connection, registry_id, claim_number)
    return ours


def _rows(
    connection: Connection,
    registry_id: int,
    statement_id: int,
    lines: Iterable[StatementLine],
    now_s: int,
) -> Iterator[tuple[Any, ...]]:
    names = Names(connection, registry_id, now_s)
    ours = functools.lru_cache(_CLAIMS_REMEMBERED)(
        functools.partial(_ours, connection, registry_id)
    )
    for position, line in enumerate(lines):
        claimed = line.claim_hash or line.claim_number
        claim_id, work_id = (claimed and ours(line.claim_hash, line.claim_number)) or (None, None)
        called = line.called or name_of(line.claim_number, line.iscc, line.title)
        exchange = _NO_EXCHANGE if line.exchange is None else _exchange_values(line.exchange)
        yield (
            statement_id,
            position,
            line.external_id,
            claim_id,
            work_id,
            line.claim_number,
            line.iscc,
            line.title,
            line.licensee,
            line.model,
            line.use,
            line.right,
            line.territory,
            _day(line.period.start),
            _day(line.period.end),
            _text(line.uses),
            _text(line.weight),
            _text(line.confidence),
            _text(line.rate),
            format(line.gross, "f"),
            line.share,
            format(line.net, "f"),
            line.currency,
            line.adjusts,
            names.number(called),
            line.source_line,
            called.stated,
            *exchange,
        )


def _exchange_values(exchange: Exchange) -> tuple[Any, ...]:
    return (
        exchange.currency,
        _text(exchange.amount),
        _text(exchange.rate),
        exchange.source,
        exchange.on.isoformat() if exchange.on else "",
    )


def _line(row: Row) -> StatementLine:
    called = None
    if row["identifier"] or row["creators"]:
        called = PayerWorkName(
            row["key"],
            row["title"],
            row["creators"],
            row["claim_number"],
            row["iscc"],
            stated=row["identifier"],
        )
    return StatementLine(
        external_id=row["external_id"],
        title=row["title"],
        licensee=row["licensee"],
        model=row["model"],
        use=row["use"],
        right=row["claimed_right"],
        territory=row["territory"],
        period=_period(row["period_start"], row["period_end"]),
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
        called=called,
        source_line=row["source_line"],
        exchange=_exchange(row) if row["paid_currency"] else None,
    )


def _exchange(row: Row) -> Exchange:
    on = row["exchange_date"]
    return Exchange(
        amount=_decimal(row["paid_amount"]),
        currency=row["paid_currency"],
        rate=_decimal(row["exchange_rate"]),
        source=row["exchange_source"],
        on=date.fromisoformat(on) if on else None,
    )


@functools.lru_cache(1000)
def _period(start: str, end: str) -> Period:
    return Period(start=date.fromisoformat(start), end=date.fromisoformat(end))


@functools.lru_cache(1000)
def _day(day: date) -> str:
    return day.isoformat()


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
