"""Versions of terms, and which work had which since when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from desktop.model.terms import Answer, Price, PriceModel, Terms, Use
from desktop.store import settings
from desktop.store.database import Connection, Row

DEFAULT = "default_terms_id"


def keep(connection: Connection, terms: Terms, now_s: int) -> Terms:
    """Keep terms as a version, or find the version that says the same; returned with its number."""
    columns = _columns(terms)
    row = connection.execute(
        "SELECT terms_id FROM terms WHERE uses = ? AND price_model = ? AND price_amount IS ? "
        "AND price_currency = ? AND note = ?",
        columns,
    ).fetchone()
    if row is None:
        cursor = connection.execute(
            "INSERT INTO terms (uses, price_model, price_amount, price_currency, note, created_s) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (*columns, now_s),
        )
        version = int(cursor.lastrowid or 0)
    else:
        version = int(row["terms_id"])
    return Terms(uses=terms.uses, price=terms.price, note=terms.note, version=version)


def set_for_works(connection: Connection, version: int, work_ids: Iterable[int], now_s: int) -> int:
    """Give works the terms of that version; returns how many changed."""
    changed = 0
    for work_id in work_ids:
        cursor = connection.execute(
            "UPDATE works SET terms_id = ?1 WHERE work_id = ?2 AND terms_id IS NOT ?1",
            (version, work_id),
        )
        if cursor.rowcount:
            _note_history(connection, version, work_id, now_s)
            changed += 1
    return changed


def set_for_all(connection: Connection, version: int, now_s: int) -> int:
    """Give every work, and every work to come, the terms of that version."""
    connection.execute(
        "INSERT INTO work_terms (work_id, terms_id, since_s) "
        "SELECT work_id, ?1, ?2 FROM works WHERE terms_id IS NOT ?1",
        (version, now_s),
    )
    cursor = connection.execute(
        "UPDATE works SET terms_id = ?1 WHERE terms_id IS NOT ?1", (version,)
    )
    settings.put(connection, DEFAULT, str(version))
    return int(cursor.rowcount)


def default_version(connection: Connection) -> int | None:
    """Return the version that new works get, or None."""
    text = settings.get(connection, DEFAULT)
    return int(text) if text else None


def of_work(connection: Connection, work_id: int) -> Terms:
    """Return the current terms of a work; all unset where nothing was said."""
    row = connection.execute(
        "SELECT terms.* FROM works JOIN terms USING (terms_id) WHERE work_id = ?", (work_id,)
    ).fetchone()
    return _terms(row) if row else Terms(uses={})


def by_version(connection: Connection) -> dict[int, Terms]:
    """Return every version in use by some work, by its number."""
    rows = connection.execute(
        "SELECT * FROM terms WHERE terms_id IN (SELECT DISTINCT terms_id FROM works)"
    )
    return {int(row["terms_id"]): _terms(row) for row in rows}


def versions_of(
    connection: Connection, work_ids: Iterable[int] | None = None
) -> list[tuple[int, str, int]]:
    """Return (work, its ISCC-CODE, version of its terms or 0) of some works, or of all."""
    narrowed = (
        "" if work_ids is None else "WHERE works.work_id IN (SELECT value FROM json_each(?)) "
    )
    ids = [] if work_ids is None else [json.dumps(list(work_ids))]
    rows = connection.execute(
        "SELECT works.work_id, fingerprints.iscc, works.terms_id FROM works JOIN fingerprints "
        f"ON fingerprints.fingerprint_id = works.fingerprint_id {narrowed}ORDER BY works.work_id",
        ids,
    )
    return [(int(row["work_id"]), str(row["iscc"]), row["terms_id"] or 0) for row in rows]


def at(connection: Connection, work_id: int, moment_s: int) -> Terms:
    """Return the terms a work had at that moment."""
    row = connection.execute(
        "SELECT terms.* FROM work_terms JOIN terms USING (terms_id) "
        "WHERE work_id = ? AND since_s <= ? ORDER BY work_terms_id DESC LIMIT 1",
        (work_id, moment_s),
    ).fetchone()
    return _terms(row) if row else Terms(uses={})


def start_works(connection: Connection, work_ids: Iterable[int], now_s: int) -> None:
    """Give new works the default terms, if there are any."""
    version = default_version(connection)
    if version is not None:
        for work_id in work_ids:
            connection.execute(
                "UPDATE works SET terms_id = ? WHERE work_id = ?", (version, work_id)
            )
            _note_history(connection, version, work_id, now_s)


def _note_history(connection: Connection, version: int, work_id: int, now_s: int) -> None:
    connection.execute(
        "INSERT INTO work_terms (work_id, terms_id, since_s) VALUES (?, ?, ?)",
        (work_id, version, now_s),
    )


def _columns(terms: Terms) -> tuple[str, str, str | None, str, str]:
    uses = {use.value: terms.uses[use].value for use in Use}
    price = terms.price
    amount = str(price.amount) if price and price.amount is not None else None
    return (
        json.dumps(uses, separators=(",", ":"), sort_keys=True),
        price.model.value if price else "",
        amount,
        price.currency if price else "",
        terms.note,
    )


def _terms(row: Row) -> Terms:
    price = None
    if row["price_model"]:
        amount = Decimal(row["price_amount"]) if row["price_amount"] is not None else None
        price = Price(
            model=PriceModel(row["price_model"]), amount=amount, currency=row["price_currency"]
        )
    uses = {Use(use): Answer(answer) for use, answer in json.loads(row["uses"]).items()}
    return Terms(uses=uses, price=price, note=row["note"], version=row["terms_id"])
