"""Versions of terms, and which work had which since when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use
from desktop.store.database import Connection, Row


def keep(connection: Connection, terms: Terms, now_s: int) -> Terms:
    """Keep terms as a version, or find the version that says the same; returned with its number."""
    version = find(connection, terms)
    if version is not None:
        return replace(terms, version=version)
    columns = _columns(terms)
    cursor = connection.execute(
        f"INSERT INTO terms ({', '.join(columns)}, created_s) VALUES ({'?, ' * len(columns)}?)",
        (*columns.values(), now_s),
    )
    return replace(terms, version=int(cursor.lastrowid or 0))


def find(connection: Connection, terms: Terms) -> int | None:
    """Return the version that says the same, or None."""
    columns = _columns(terms)
    row = connection.execute(
        f"SELECT terms_id FROM terms WHERE {' AND '.join(f'{name} IS ?' for name in columns)}",
        tuple(columns.values()),
    ).fetchone()
    return int(row["terms_id"]) if row else None


def several(connection: Connection, versions: Iterable[int]) -> dict[int, Terms]:
    """Return versions by their numbers; those that do not exist are left out."""
    rows = connection.execute(
        "SELECT * FROM terms WHERE terms_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(versions)),),
    )
    return {int(row["terms_id"]): _terms(row) for row in rows}


def sha256_of(connection: Connection, version: int) -> str:
    """Return a hash over everything that a version says; "" if there is none."""
    known = several(connection, [version]).get(version)
    if known is None:
        return ""
    text = json.dumps(_columns(known), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


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


def versions_among(connection: Connection, work_ids: Iterable[int]) -> set[int]:
    """Return which versions works have, however many they are; 0 where nothing was said."""
    rows = connection.execute(
        "SELECT DISTINCT ifnull(terms_id, 0) AS version FROM works "
        "WHERE work_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(work_ids)),),
    )
    return {int(row["version"]) for row in rows}


def at(connection: Connection, work_id: int, moment_s: int) -> Terms:
    """Return the terms a work had at that moment."""
    row = connection.execute(
        "SELECT terms.* FROM work_terms JOIN terms USING (terms_id) "
        "WHERE work_id = ? AND since_s <= ? ORDER BY work_terms_id DESC LIMIT 1",
        (work_id, moment_s),
    ).fetchone()
    return _terms(row) if row else Terms(uses={})


def _columns(terms: Terms) -> dict[str, str | None]:
    """Return what is kept of terms; the names are the columns'."""
    price = terms.price
    return {
        "uses": _uses_text(terms.uses),
        "price_model": price.model.value if price else "",
        "price_amount": str(price.amount) if price and price.amount is not None else None,
        "price_currency": price.currency if price else "",
        "note": terms.note,
        "licensees": _compact(
            [
                {"name": one.name, "did": one.did, "uses": _answers(one.uses)}
                for one in terms.licensees
            ]
        ),
        "expires": terms.expires.isoformat() if terms.expires else None,
        "address": terms.address,
    }


def _answers(uses: Mapping[Use, Answer]) -> dict[str, str]:
    return {use.value: uses[use].value for use in Use}


def _uses_text(uses: Mapping[Use, Answer]) -> str:
    return json.dumps(_answers(uses), separators=(",", ":"), sort_keys=True)


def _compact(value: list[dict[str, Any]]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _uses(said: Mapping[str, str]) -> dict[Use, Answer]:
    return {Use(use): Answer(answer) for use, answer in said.items()}


def _terms(row: Row) -> Terms:
    price = None
    if row["price_model"]:
        amount = Decimal(row["price_amount"]) if row["price_amount"] is not None else None
        price = Price(
            model=PriceModel(row["price_model"]), amount=amount, currency=row["price_currency"]
        )
    return Terms(
        uses=_uses(json.loads(row["uses"])),
        price=price,
        note=row["note"],
        licensees=tuple(
            Licensee(name=one["name"], did=one["did"], uses=_uses(one["uses"]))
            for one in json.loads(row["licensees"])
        ),
        expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
        address=row["address"],
        version=row["terms_id"],
    )
