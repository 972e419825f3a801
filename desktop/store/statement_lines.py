"""The lines of statements; append-only, a million of one statement pass through one by one."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.payer_works import Exchange, name_of
from desktop.model.payments import Period, StatementLine
from desktop.store import claims, payer_works
from desktop.store.database import Connection
from desktop.store.payer_works import Names

_COLUMNS = (
    "statement_id", "position", "external_id", "claim_id", "work_id", "claim_number", "iscc",
    "title", "licensee", "model", "use", "claimed_right", "territory", "period_start",
    "period_end", "uses", "weight", "confidence", "rate", "gross", "share", "net", "currency",
    "adjusts", "payer_work_id", "source_line", "identifier", "paid_currency", "paid_amount",
    "exchange_rate", "exchange_source", "exchange_date", "offer",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO statement_lines ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_NO_EXCHANGE = ("", None, None, "", "")
_REMEMBERED = 100_000


def keep(
    connection: Connection,
    registry_id: int,
    statement_id: int,
    lines: Iterable[StatementLine],
    now_s: int,
) -> None:
    """Keep the lines of a statement in their order; lines are taken one after the other."""
    placed = ((statement_id, position, line) for position, line in enumerate(lines))
    keep_placed(connection, registry_id, placed, now_s)


def keep_placed(
    connection: Connection,
    registry_id: int,
    lines: Iterable[tuple[int, int, StatementLine]],
    now_s: int,
) -> None:
    """Keep lines of several statements of a payer. lines: (statement_id, position, line)."""
    connection.executemany(_INSERT, _rows(connection, registry_id, lines, now_s))


_READ = (
    "external_id, claim_id, claim_number, iscc, title, licensee, model, use, claimed_right, "
    "territory, period_start, period_end, uses, weight, confidence, rate, gross, share, net, "
    "currency, adjusts, payer_work_id, source_line, identifier, paid_currency, paid_amount, "
    "exchange_rate, exchange_source, exchange_date, offer"
)


def of(
    connection: Connection, statement_id: int, first: int = 0, most: int = -1
) -> Iterator[StatementLine]:
    """Yield the lines of a statement in their order, from a position on, most at most."""
    found = connection.execute(
        f"SELECT {_READ} FROM statement_lines WHERE statement_id = ? AND position >= ? "
        "ORDER BY position LIMIT ?",
        (statement_id, first, most),
    )
    hashes = functools.lru_cache(_REMEMBERED)(functools.partial(claims.hash_of, connection))
    names = functools.lru_cache(_REMEMBERED)(functools.partial(payer_works.name_by_id, connection))
    for row in found:
        (
            external_id, claim_id, claim_number, iscc, title, licensee, model, use, right,
            territory, start, end, uses, weight, confidence, rate, gross, share, net, currency,
            adjusts, payer_work_id, source_line, identifier, paid_currency, *paid, offer,
        ) = row  # fmt: skip
        yield StatementLine(
            external_id=external_id,
            title=title,
            licensee=licensee,
            model=model,
            use=use,
            right=right,
            territory=territory,
            period=_period(start, end),
            gross=Decimal(gross),
            share=share,
            net=Decimal(net),
            currency=currency,
            claim_number=claim_number,
            claim_hash="" if claim_id is None else hashes(claim_id),
            iscc=iscc,
            uses=None if uses is None else Decimal(uses),
            weight=None if weight is None else Decimal(weight),
            confidence=None if confidence is None else Decimal(confidence),
            rate=None if rate is None else Decimal(rate),
            adjusts=adjusts,
            called=None if source_line is None else names(payer_work_id, identifier),
            source_line=source_line,
            exchange=_exchange(paid_currency, paid) if paid_currency else None,
            offer=offer,
        )


def with_works(
    connection: Connection, statement_id: int
) -> Iterator[tuple[StatementLine, int | None, str]]:
    """Yield each line in their order with the number and title of its work, where it is known."""
    known = connection.execute(
        "SELECT works.work_id, works.title FROM statement_lines AS lines "
        "LEFT JOIN payer_works USING (payer_work_id) "
        "LEFT JOIN works ON works.work_id = coalesce(lines.work_id, payer_works.work_id) "
        "WHERE statement_id = ? ORDER BY position",
        (statement_id,),
    )
    for line, (work_id, title) in zip(of(connection, statement_id), known, strict=True):
        yield line, work_id, title or ""


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
    lines: Iterable[tuple[int, int, StatementLine]],
    now_s: int,
) -> Iterator[tuple[Any, ...]]:
    names = Names(connection, registry_id, now_s)
    ours = functools.lru_cache(_REMEMBERED)(functools.partial(_ours, connection, registry_id))
    for statement_id, position, line in lines:
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
            _text(line.gross),
            line.share,
            _text(line.net),
            line.currency,
            line.adjusts,
            names.number(called),
            line.source_line,
            called.stated,
            *exchange,
            line.offer,
        )


def _exchange_values(exchange: Exchange) -> tuple[Any, ...]:
    return (
        exchange.currency,
        _text(exchange.amount),
        _text(exchange.rate),
        exchange.source,
        exchange.on.isoformat() if exchange.on else "",
    )


def _exchange(currency: str, paid: list[Any]) -> Exchange:
    amount, rate, source, on = paid
    return Exchange(
        amount=None if amount is None else Decimal(amount),
        currency=currency,
        rate=None if rate is None else Decimal(rate),
        source=source,
        on=date.fromisoformat(on) if on else None,
    )


@functools.lru_cache(1000)
def _period(start: str, end: str) -> Period:
    return Period(start=date.fromisoformat(start), end=date.fromisoformat(end))


@functools.lru_cache(1000)
def _day(day: date) -> str:
    return day.isoformat()


def _text(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    text = str(amount)
    return text if "E" not in text else format(amount, "f")
