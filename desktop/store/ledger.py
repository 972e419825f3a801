"""What the ledger shows beside its columns: names, statements, single lines, saved searches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from desktop.errors import UsageProblem
from desktop.model.ledger import LineFilter, SavedSearch, StatementFacts, filter_json, read_filter
from desktop.model.payments import StatementLine
from desktop.store import documents, journal, statement_lines
from desktop.store.database import Connection, insert

_SQL_LIMIT = 500


def statement_facts(connection: Connection) -> dict[int, StatementFacts]:
    """Return every statement by its number here."""
    rows = connection.execute("SELECT statement_id, registry_id, number, issued FROM statements")
    return {
        row["statement_id"]: StatementFacts(
            statement_id=row["statement_id"],
            registry_id=row["registry_id"],
            number=row["number"],
            issued=date.fromisoformat(row["issued"]),
        )
        for row in rows
    }


def registry_names(connection: Connection) -> dict[int, str]:
    """Return the name of every registry and payer."""
    rows = connection.execute("SELECT registry_id, name FROM registries")
    return {row["registry_id"]: row["name"] for row in rows}


def payer_works(connection: Connection) -> list[tuple[int, int | None, str]]:
    """Return (payer_work_id, the work it is matched with or None, title) of all payers' works."""
    rows = connection.execute("SELECT payer_work_id, work_id, title FROM payer_works")
    return [(row["payer_work_id"], row["work_id"], row["title"]) for row in rows]


def work_titles(connection: Connection, work_ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of works."""
    found: dict[int, str] = {}
    for start in range(0, len(work_ids), _SQL_LIMIT):
        part = work_ids[start : start + _SQL_LIMIT]
        marks = ", ".join("?" * len(part))
        rows = connection.execute(
            f"SELECT work_id, title FROM works WHERE work_id IN ({marks})", tuple(part)
        )
        found.update((row["work_id"], row["title"]) for row in rows)
    return found


def line_at(connection: Connection, statement_id: int, position: int) -> StatementLine | None:
    """Return one line as it was stated, or None."""
    return next(statement_lines.of(connection, statement_id, position, 1), None)


def original_of(connection: Connection, statement_id: int) -> tuple[str, str, Iterator[bytes]]:
    """Return name, SHA-256 and bytes, part after part, of the document that a statement came in.

    The name is empty where it came by a sync. Raises UsageProblem if there is no such statement.
    """
    row = connection.execute(
        "SELECT document, statements.sha256, document_id, documents.sha256 AS whole "
        "FROM statements LEFT JOIN documents USING (document_id) WHERE statement_id = ?",
        (statement_id,),
    ).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no statement {statement_id}.", advice="`statements list` shows them."
        )
    number = row["document_id"]
    if number is None:
        return "", row["sha256"], iter((bytes(row["document"]),))
    return documents.name_of(connection, number), row["whole"], documents.parts(connection, number)


def saved_searches(connection: Connection) -> list[SavedSearch]:
    """Return the searches that are saved now, by name."""
    rows = connection.execute(
        "SELECT name, wanted FROM saved_searches AS s WHERE wanted IS NOT NULL AND search_id = "
        "(SELECT max(search_id) FROM saved_searches AS later WHERE later.name = s.name) "
        "ORDER BY name"
    )
    return [
        SavedSearch(name=row["name"], wanted=read_filter(json.loads(row["wanted"]))) for row in rows
    ]


def save_search(tx: Connection, name: str, wanted: LineFilter | None, now_s: int) -> None:
    """Save a search under a name, in place of one of that name; None: it is no longer wanted."""
    text = None if wanted is None else json.dumps(filter_json(wanted), ensure_ascii=False)
    search_id = insert(tx, "saved_searches", {"name": name, "wanted": text, "saved_s": now_s})
    action = "search.saved" if wanted is not None else "search.removed"
    journal.add(tx, now_s, action, str(search_id), {})
