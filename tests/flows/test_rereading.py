"""Whoever changes a row of money in the file is found out: its document says otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from desktop.flows.checking import verify_library
from desktop.flows.importing_money import import_bank_file, import_bank_table, see_table
from desktop.flows.rereading import reread
from desktop.flows.stating import import_statements
from desktop.flows.syncing import sync
from desktop.flows.typed_money import add_entry
from desktop.model.money import Money
from desktop.practice.advance import advance
from desktop.services import Services
from desktop.store import originals, registries, statements
from desktop.store.database import Connection
from tests.flows.payer_files import write_all
from tests.flows.test_importing_money import TABLE
from tests.flows.test_stating import PAYER_OF
from tests.payments.making import line, statement
from tests.studio import REGISTRY, add_works, mid_january, queue, sync_until_sent

TABLES = (
    "statements",
    "statement_lines",
    "deductions",
    "remittances",
    "remittance_statements",
    "bank_files",
    "bank_entries",
)
# Numbers of this library, and when something was done here: no document says them. The last four
# mean nothing where no currency was paid in another.
_OURS = {
    "statement_id", "registry_id", "kept_s", "line_id", "payer_work_id",
    "remittance_id", "bank_file_id", "entry_id", "name", "refused", "mapping", "year_to_date",
    "document_id", "source_line", "reverses",
    "paid_amount", "exchange_rate", "exchange_source", "exchange_date",
}  # fmt: skip


@pytest.fixture
def paid(joined: Services, tmp_path: Path) -> Services:
    """A library with statements, notices of payment, bank files and money typed in."""
    queue(joined, add_works(joined, 2))
    sync_until_sent(joined)
    advanced = advance(tmp_path / "registry", 3, clock=mid_january)
    assert not sync(joined).problems
    for path in advanced.bank_files:
        import_bank_file(path, joined)
    table = tmp_path / "table.csv"
    table.write_text(TABLE)
    mapping = replace(see_table(table, joined).mapping, name="House bank")
    import_bank_table(table, mapping, joined)
    add_entry(Money("EUR", 500), date(2026, 1, 5), joined, counterparty="A fair")
    return joined


def changed(value: Any, column: str) -> Any:
    """Return something else of the same type, that its column can hold."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, str) and len(value) == 64:
        return "0" * 64
    if isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-":
        return ("1999" if column == "period_start" else "2999") + value[4:]
    if value in ("verified", "invalid"):
        return "unsigned"
    if isinstance(value, str) and len(value) == 3 and value.isupper():
        return "CHF"
    if isinstance(value, str) and value.startswith(("[", "{")):
        return "[]" if value != "[]" else None
    if isinstance(value, str) and value.replace(".", "").isdigit():
        return value[:-1] + str((int(value[-1]) + 1) % 10)
    return f"{value}x" if isinstance(value, str) else "1.00"


def columns(tx: Connection, table: str) -> list[str]:
    found = [row["name"] for row in tx.execute(f"PRAGMA table_info({table})")]
    return [name for name in found if name not in _OURS]


def test_any_changed_column_of_any_row_is_named(paid: Services) -> None:
    random = Random(1)
    with paid.store.write() as tx:
        assert reread(tx).wrong == []
        assert reread(tx).unread == 0
        for table in TABLES:
            for verb in ("update", "delete", "insert"):
                tx.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        tx.execute("PRAGMA defer_foreign_keys=ON")
        tried = 0
        for table in TABLES:
            rowids = tx.execute(f"SELECT * FROM {table}").fetchall()
            for column in columns(tx, table):
                row = random.choice(rowids)
                new = changed(row[column], column)
                if new is None:
                    continue
                keys = [k["name"] for k in tx.execute(f"PRAGMA table_info({table})") if k["pk"]]
                where = " AND ".join(f"{key} = ?" for key in keys)
                tx.execute("SAVEPOINT whole")
                tx.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {where}", (new, *(row[k] for k in keys))
                )
                found = reread(tx)
                tx.execute("ROLLBACK TO whole")
                tx.execute("RELEASE whole")
                assert len(found.wrong) >= 1, (table, column, row[column], new)
                tried += 1
        assert tried > 60


IN_FILES = {
    "statement_lines": ("net", "gross", "uses", "title", "period_start", "currency"),
    "statements": ("gross", "payable", "payable_minor", "due", "sha256", "mapping", "refused"),
    "deductions": ("amount", "kind"),
    "documents": ("sha256",),
}


def test_statements_of_files_are_read_again_from_their_files(
    studio: Services, tmp_path: Path
) -> None:
    two = tmp_path / "two currencies.csv"
    two.write_text(
        "Title,Period,Net,Currency,Statement Number\nA,2026-01,1,EUR,S\nA,2026-01,1,JPY,S\n"
    )
    for path in (*write_all(tmp_path / "files"), two):
        import_statements(path, studio, payer=PAYER_OF.get(path.name, "Nord"))
    with studio.store.write() as tx:
        whole = reread(tx)
        assert (whole.wrong, whole.unread) == ([], 0)
        assert whole.rows >= 30
        for table, names in IN_FILES.items():
            for verb in ("update", "delete"):
                tx.execute(f"DROP TRIGGER {table}_no_{verb}")
            for column in names:
                row = tx.execute(
                    f"SELECT rowid AS rid, * FROM {table} WHERE {column} IS NOT NULL"
                    if table != "deductions"
                    else "SELECT 1 AS rid, * FROM deductions WHERE position = 0"
                ).fetchone()
                assert row is not None, (table, column)
                where = "position = 0" if table == "deductions" else f"rowid = {row['rid']}"
                tx.execute("SAVEPOINT whole")
                new = changed(row[column], column)
                tx.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (new,))
                found = reread(tx).wrong
                tx.execute("ROLLBACK TO whole")
                tx.execute("RELEASE whole")
                assert found, (table, column, row[column], new)
        tx.execute("DROP TRIGGER document_parts_no_update")
        tx.execute("UPDATE document_parts SET packed = (SELECT packed FROM document_parts LIMIT 1)")
        assert "has other bytes than it came with" in " ".join(reread(tx).wrong)


@pytest.mark.parametrize(
    ("table", "sql"),
    [
        ("statement_lines", "DELETE FROM statement_lines WHERE line_id = 1"),
        ("statement_lines", "UPDATE statement_lines SET work_id = 3 - work_id WHERE line_id = 1"),
        ("statement_lines", "UPDATE statement_lines SET claim_id = NULL WHERE line_id = 1"),
        (
            "statement_lines",
            "UPDATE statement_lines SET claim_id = NULL, work_id = NULL WHERE line_id = 2",
        ),
        (
            "statement_lines",
            "UPDATE statement_lines SET claim_id = (SELECT max(claim_id) FROM claims), "
            "work_id = (SELECT max(work_id) FROM claims) WHERE line_id = 1",
        ),
        ("statement_lines", "UPDATE statement_lines SET position = -position"),
        ("deductions", "DELETE FROM deductions WHERE statement_id = 1"),
    ],
)
def test_what_is_gone_or_moved_is_named(paid: Services, table: str, sql: str) -> None:
    with paid.store.write() as tx:
        for verb in ("update", "delete"):
            tx.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        tx.execute(sql)
    found = {one.check: one.detail for one in verify_library(paid) if not one.ok}
    assert list(found) == ["rows of money"], found
    assert "tatement" in found["rows of money"]


def test_a_claim_by_its_number_alone_is_missed_from_its_receipt_on(joined: Services) -> None:
    """A statement that came before the receipt could not know whose the number is."""
    queue(joined, add_works(joined, 1))
    sync_until_sent(joined)
    with joined.store.write() as tx:
        registry = registries.by_name(tx, REGISTRY).registry_id
        (number,) = tx.execute("SELECT number FROM claim_states").fetchone()
        for name, kept_s in (("S-early", 1), ("S-late", joined.now_s())):
            one = line(0, Decimal("1.00"), claim_number=number)
            made = replace(
                statement([Decimal("1.00")]), number=name, document=name.encode(), lines=(one,)
            )
            statements.keep(tx, registry, made, kept_s)
        assert originals.unclaimed_lines(tx) == []
        tx.execute("DROP TRIGGER statement_lines_no_update")
        assert tx.execute("UPDATE statement_lines SET claim_id = NULL").rowcount == 2
        assert originals.unclaimed_lines(tx) == [("S-late", 1)]
