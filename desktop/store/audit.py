"""What happened to one statement's money, one bank entry or one payout, from every table."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.audit import Act, Happened
from desktop.store.database import Connection, Row

_MATCHES = """
SELECT m.*, e.booked_on, e.currency, e.counterparty, EXISTS (SELECT 1 FROM money_matches AS back
    WHERE back.takes_back = m.match_id) AS is_back, s.number FROM money_matches AS m
JOIN bank_entries AS e USING (entry_id) LEFT JOIN statements AS s USING (statement_id)
"""
_FILES = """
SELECT attached_files.*, coalesce((SELECT taken_away FROM attached_file_marks AS mark
    WHERE mark.attached_id = attached_files.attached_id
    ORDER BY attached_file_mark_id DESC LIMIT 1), 0) AS away FROM attached_files
"""


def of_statement(connection: Connection, registry_id: int, number: str) -> Iterator[Happened]:
    """Yield what happened to all revisions of a statement, and to its money; in no order."""
    key = (registry_id, number)
    for row in connection.execute(
        "SELECT statements.*, registries.name AS registry, (SELECT count(*) FROM statement_lines "
        "AS l WHERE l.statement_id = statements.statement_id) AS lines, (SELECT count(*) FROM "
        "findings AS f WHERE f.statement_id = statements.statement_id) AS found FROM statements "
        "JOIN registries USING (registry_id) WHERE (registry_id, number) = (?, ?)",
        key,
    ):
        yield _one(Act.STATED, row["kept_s"], row, "registry revision signature lines found")
    for row in connection.execute(
        "SELECT remittances.*, registries.name AS registry, p.amount_minor AS part_minor "
        "FROM remittances JOIN remittance_statements AS p USING (remittance_id) "
        "JOIN registries USING (registry_id) WHERE (registry_id, p.number) = (?, ?)",
        key,
    ):
        names = "registry external_id part_minor currency"
        yield _one(Act.ANNOUNCED, row["kept_s"], row, names)
    rows = connection.execute(
        f"{_MATCHES} WHERE m.statement_id IN (SELECT statement_id FROM statements "
        "WHERE (registry_id, number) = (?1, ?2)) OR m.remittance_id IN (SELECT remittance_id FROM "
        "remittances JOIN remittance_statements AS p USING (remittance_id) "
        "WHERE (registry_id, p.number) = (?1, ?2))",
        key,
    )
    yield from (_match(row) for row in rows)
    newest = None
    for row in connection.execute(
        "SELECT * FROM payment_marks WHERE (registry_id, number) = (?, ?) ORDER BY mark_id DESC",
        key,
    ):
        newest = newest or row["mark_id"]
        last = {"last": row["mark_id"] == newest}
        yield _one(Act.MARKED, row["made_s"], row, "mark reason", **last)
    for row in connection.execute(
        "SELECT set_aside.* FROM set_aside JOIN statements USING (statement_id) "
        "WHERE (registry_id, number) = (?, ?)",
        key,
    ):
        yield _one(Act.ASIDE, row["said_s"], row, "aside reason statement_id")
    files = connection.execute(f"{_FILES} WHERE (registry_id, payment_number) = (?, ?)", key)
    yield from _files(connection, files.fetchall())


def of_entry(connection: Connection, entry_id: int) -> Iterator[Happened]:
    """Yield what happened to a bank entry; in no order."""
    for row in connection.execute(
        "SELECT bank_entries.*, bank_files.name AS file, EXISTS (SELECT 1 FROM bank_entries AS "
        "back WHERE back.reverses = bank_entries.entry_id) AS is_back FROM bank_entries "
        "JOIN bank_files USING (bank_file_id) WHERE entry_id = ?1 OR reverses = ?1",
        (entry_id,),
    ):
        names = "file line bank_reference reverses is_back entry_id"
        yield _one(Act.BOOKED, row["kept_s"], row, names)
    rows = connection.execute(f"{_MATCHES} WHERE m.entry_id = ?", (entry_id,))
    yield from (_match(row) for row in rows)
    files = connection.execute(f"{_FILES} WHERE entry_id = ?", (entry_id,))
    yield from _files(connection, files.fetchall())


def of_payout(connection: Connection, payout_id: int) -> Iterator[Happened]:
    """Yield what happened to a payout to a collaborator; in no order."""
    for row in connection.execute(
        "SELECT one.*, parties.name AS party, EXISTS (SELECT 1 FROM collaborator_payouts AS back "
        "WHERE back.reverses = one.payout_id) AS is_back FROM collaborator_payouts AS one "
        "JOIN parties USING (party_id) WHERE payout_id = ?1 OR reverses = ?1",
        (payout_id,),
    ):
        names = "payout_id party amount_minor currency reverses is_back"
        yield _one(Act.PAID, row["recorded_s"], row, names)
    files = connection.execute(f"{_FILES} WHERE payout_id = ?", (payout_id,))
    yield from _files(connection, files.fetchall())


def _match(row: Row) -> Happened:
    act = Act.MATCHED if row["takes_back"] is None else Act.UNMATCHED
    names = "match_id entry_id kind amount_minor currency booked_on counterparty reason confirmed"
    return _one(act, row["made_s"], row, f"{names} is_back number")


def _files(connection: Connection, rows: list[Row]) -> Iterator[Happened]:
    for row in rows:
        yield _one(Act.ATTACHED, row["kept_s"], row, "name attached_id away", back=False)
        for mark in connection.execute(
            "SELECT * FROM attached_file_marks WHERE attached_id = ?", (row["attached_id"],)
        ):
            act = Act.TAKEN_AWAY if mark["taken_away"] else Act.ATTACHED
            yield _one(act, mark["marked_s"], row, "name attached_id away", back=True)


def _one(act: Act, time_s: int, row: Row, names: str, **more: object) -> Happened:
    return Happened(time_s=time_s, act=act, about={n: row[n] for n in names.split()} | more)
