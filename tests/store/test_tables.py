"""What SQLite itself refuses: wrong types, orphans, changes of the past, more than arrived."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile
from desktop.model.matches import MatchKind, NewMatch
from desktop.model.money import Money, exact_sum
from desktop.model.registries import RegistryKind
from desktop.store import bank, file_problems, files, journal, matches, registries, works
from desktop.store.database import Connection, Store, insert
from desktop.store.decimals import register_decimals
from desktop.store.engine import sqlite3
from desktop.store.schema_0001 import APPEND_ONLY_0001
from tests.studio import imaginary, keep


@pytest.fixture
def filled(store: Store) -> Iterator[Connection]:
    """A transaction on a library with one row of everything that is append-only."""
    with store.write() as tx:
        keep(tx, imaginary(Path("/a.png"), "a"))
        registries.add(tx, "R", RegistryKind.OPEN_CLAIMS, "https://r.example")
        one = {"claim_id": 1, "registry_id": 1}
        insert(tx, "terms", {"uses": "{}", "created_s": 1})
        insert(tx, "work_terms", {"work_id": 1, "terms_id": 1, "since_s": 1})
        insert(
            tx,
            "claims",
            {
                "work_id": 1,
                "fingerprint_id": 1,
                "claim_hash": "a" * 64,
                "content_hash": "b" * 64,
                "did": "did:key:x",
                "document": b"{}",
                "signed_s": 1,
            },
        )
        insert(
            tx,
            "receipts",
            {
                **one,
                "number": "1",
                "sequence": 1,
                "received_s": 1,
                "status": "under_review",
                "document": b"{}",
                "sha256": "c",
                "kept_s": 1,
            },
        )
        insert(
            tx,
            "events",
            {
                "registry_id": 1,
                "cursor": "1",
                "type": "x",
                "time_s": 1,
                "document": b"{}",
                "kept_s": 1,
            },
        )
        insert(tx, "statements", statement_values())
        insert(
            tx,
            "deductions",
            {"statement_id": 1, "position": 0, "kind": "fee", "amount": "1.00"},
        )
        insert(
            tx,
            "findings",
            {
                "statement_id": 1,
                "code": "A1",
                "sentence": "s",
                "expected": "1",
                "actual": "2",
            },
        )
        insert(tx, "remittances", remittance_values())
        insert(
            tx,
            "remittance_statements",
            {"remittance_id": 1, "number": "S", "revision": 1, "amount_minor": 100},
        )
        insert(
            tx,
            "documents_refused",
            {
                "registry_id": 1,
                "kind": "statement",
                "number": "S",
                "document": b"x",
                "sha256": "d",
                "problem": "p",
                "kept_s": 1,
            },
        )
        bank.keep_file(tx, "a.xml", b"x", 1)
        insert(tx, "bank_entries", entry_values())
        journal.add(tx, 1, "test", "x", {})
        yield tx


def statement_values() -> dict[str, object]:
    amounts = dict.fromkeys(
        ("opening", "gross", "adjustments", "tax_withheld", "recouped", "reserve", "closing"),
        "0.00",
    )
    return {
        **amounts,
        "registry_id": 1,
        "number": "S",
        "revision": 1,
        "period_start": "2026-01-01",
        "period_end": "2026-02-01",
        "issued": "2026-02-03",
        "due": "2026-02-28",
        "currency": "EUR",
        "payable": "1.00",
        "payable_minor": 100,
        "document": b"{}",
        "sha256": "e",
        "signature": "verified",
        "kept_s": 1,
    }


def remittance_values(external_id: str = "P") -> dict[str, object]:
    return {
        "registry_id": 1,
        "external_id": external_id,
        "issued": "2026-02-23",
        "amount_minor": 100,
        "currency": "EUR",
        "reference": "r",
        "channel": "iban",
        "document": b"{}",
        "sha256": "f",
        "kept_s": 1,
    }


def entry_values(occurrence: int = 1, amount_minor: int = 100) -> dict[str, object]:
    return {
        "bank_file_id": 1,
        "account": "DE1",
        "bank_reference": "B",
        "booked_on": "2026-02-24",
        "amount_minor": amount_minor,
        "currency": "EUR",
        "occurrence": occurrence,
        "counterparty": "",
        "reference": "",
        "end_to_end_id": "",
        "kept_s": 1,
    }


def match_of(
    entry_id: int, minor: int, *, remittance_id: int | None = 1, currency: str = "EUR"
) -> NewMatch:
    amount = Money(currency, minor)
    return NewMatch(
        entry_id=entry_id,
        kind=MatchKind.PAYMENT if minor >= 0 else MatchKind.RETURNED,
        amount=amount,
        settled=amount,
        remittance_id=remittance_id,
    )


@pytest.mark.parametrize("table", APPEND_ONLY_0001)
def test_the_past_cannot_be_changed(filled: Connection, table: str) -> None:
    column = filled.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()[0]
    (count,) = filled.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert count >= 1
    for sql in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            filled.execute(sql)
    assert filled.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count


WRONG = [
    ("settings", {"name": "a", "value": None}),
    ("parties", {"name": "", "created_s": 1}),
    ("parties", {"name": "A", "created_s": "yesterday"}),
    ("parties", {"name": "A", "created_s": 1.5}),
    ("terms", {"uses": "not json", "created_s": 1}),
    ("bank_entries", {**entry_values(2), "amount_minor": 1.5}),
    ("bank_entries", {**entry_values(2), "amount_minor": "12..34"}),
    ("bank_entries", {**entry_values(2), "currency": "EURO"}),
    ("bank_entries", entry_values(0)),
    ("bank_entries", entry_values(1)),
    ("statements", statement_values()),
    ("statements", {**statement_values(), "revision": 2, "period_end": "2026-01-01"}),
    ("statements", {**statement_values(), "revision": 2, "signature": "probably"}),
    ("statements", {**statement_values(), "revision": 2, "payable_minor": 100.5}),
    ("remittances", remittance_values()),
    ("registries", {"name": "R", "kind": "open_claims", "url": "x"}),
    ("registries", {"name": "S", "kind": "open_claims", "url": "x", "state": "angry"}),
    ("claim_states", {"claim_id": 1, "registry_id": 1, "state": "great", "changed_s": 1}),
    ("outbox", {"claim_id": 1, "registry_id": 1, "state": "gone", "queued_s": 1}),
    (
        "shares",
        {"work_id": 1, "party_id": 1, "claimed_right": "output", "numerator": 3, "denominator": 2},
    ),
]


@pytest.mark.parametrize(("table", "values"), WRONG)
def test_wrong_rows_are_refused(filled: Connection, table: str, values: dict[str, object]) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        insert(filled, table, values)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("claim_states", {"claim_id": 9, "registry_id": 1, "state": "queued", "changed_s": 1}),
        ("outbox", {"claim_id": 1, "registry_id": 9, "state": "queued", "queued_s": 1}),
        ("deductions", {"statement_id": 9, "position": 0, "kind": "fee", "amount": "1"}),
        ("findings", {"statement_id": 9, "code": "A1", "sentence": "", "expected": "",
                      "actual": ""}),
        ("statements", {**statement_values(), "registry_id": 9, "number": "T"}),
        ("money_matches", {"remittance_id": 9, "entry_id": 1, "amount_minor": 1, "reason": "",
                           "kind": "payment", "settled_minor": 1, "settled_currency": "EUR",
                           "confirmed": 1, "made_s": 1}),
    ],
)  # fmt: skip
def test_orphans_are_refused(filled: Connection, table: str, values: dict[str, object]) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        insert(filled, table, values)


def test_a_work_that_is_claimed_cannot_be_deleted(filled: Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        filled.execute("DELETE FROM works")


@pytest.mark.parametrize(
    ("entry_minor", "first", "second", "allowed"),
    [
        (100, 60, 40, True),
        (100, 60, 41, False),
        (100, 100, 1, False),
        (-100, -60, -40, True),
        (-100, -60, -41, False),
        (100, 99, 2, False),
    ],
)
def test_matches_never_exceed_what_arrived(
    filled: Connection, entry_minor: int, first: int, second: int, allowed: bool
) -> None:
    insert(filled, "remittances", remittance_values("Q"))
    entry = insert(filled, "bank_entries", entry_values(2, entry_minor))
    matches.add(filled, match_of(entry, first), 1)
    if allowed:
        matches.add(filled, match_of(entry, second, remittance_id=2), 1)
        return
    with pytest.raises(sqlite3.IntegrityError, match="matches exceed the bank entry"):
        matches.add(filled, match_of(entry, second, remittance_id=2), 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (match_of(1, 101), "exceed"),
        (match_of(1, -1), "exceed"),
        (match_of(1, 0), "CHECK"),
        (match_of(1, 5, currency="USD"), "in the currency of what was stated"),
        (match_of(1, 5, remittance_id=None), "CHECK"),
    ],
)
def test_a_match_that_cannot_be_is_refused(filled: Connection, wrong: NewMatch, words: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=words):
        matches.add(filled, wrong, 1)


def test_a_match_is_taken_back_whole_and_once(filled: Connection) -> None:
    match_id = matches.add(filled, match_of(1, 100), 1)
    (held,) = matches.live(filled)
    half = Money("EUR", 50)
    for wrong in (replace(held, amount=half), replace(held, settled=half)):
        with pytest.raises(sqlite3.IntegrityError, match="taken back whole"):
            matches.take_back(filled, wrong, "", 2)
    back = matches.take_back(filled, held, "", 2)
    assert matches.live(filled) == []
    for again in (held, replace(held, match_id=back)):
        with pytest.raises(sqlite3.IntegrityError):
            matches.take_back(filled, again, "", 3)
    assert matches.add(filled, match_of(1, 100), 4) > match_id


@given(
    st.lists(
        st.decimals(
            min_value=Decimal("-1e20"), max_value=Decimal("1e20"), places=18, allow_nan=False
        ),
        max_size=20,
    )
)
def test_decimal_sum_is_exact(amounts: list[Decimal]) -> None:
    connection = sqlite3.connect(":memory:")
    register_decimals(connection)
    connection.execute("CREATE TABLE t (x TEXT) STRICT")
    connection.executemany("INSERT INTO t VALUES (?)", [(format(a, "f"),) for a in amounts])
    connection.execute("INSERT INTO t VALUES (NULL)")
    (text,) = connection.execute("SELECT decimal_sum(x) FROM t").fetchone()
    connection.close()
    assert Decimal(text) == exact_sum(amounts)
    assert "E" not in text


def test_decimal_sum_where_floats_fail(filled: Connection) -> None:
    query = "SELECT decimal_sum(value) AS exact, sum(value) AS rough FROM json_each(?)"
    row = filled.execute(query, ('["0.1","0.2","0.000000000000000001"]',)).fetchone()
    assert row["exact"] == "0.300000000000000001"
    assert str(row["rough"]) == "0.30000000000000004"


BYTES = b"/works/caf\xe9/\xff\xfe.png"


def test_paths_that_are_not_text(store: Store) -> None:
    path = Path(os.fsdecode(BYTES))
    with store.write() as tx:
        kept = keep(tx, imaginary(path, "x", inode=2**64 - 3))
        file_problems.put(
            tx,
            FileProblem("Broken.", path=path.with_name("b"), reason=FileProblemKind.BROKEN),
            1,
        )
    with store.read() as connection:
        row = connection.execute("SELECT path, typeof(path) AS type FROM files").fetchone()
        assert (bytes(row["path"]), row["type"]) == (BYTES, "blob")
        assert works.by_path(connection, path) == kept.work_id
        assert [found for _, found in files.under(connection, path.parent)] == [bytes(path)]
        assert [problem.path for problem in file_problems.newest(connection)] == [
            path.with_name("b")
        ]
        found = FoundFile(path=path, size_bytes=1, mtime_ns=1, inode=2**64 - 3)
        assert files.unchanged(connection, [found])[0]
        assert works.get(connection, 1).title.isprintable()


def test_under_a_folder_means_below_it_only(store: Store) -> None:
    names = ["/a/b/1", "/a/b/c/2", "/a/b0", "/a/b-/3", "/a/b", "/a/bb/4", "/a/b/%", "/A/b/5"]
    with store.write() as tx:
        for name in names:
            keep(tx, imaginary(Path(name), name))
    with store.read() as connection:
        found = {path.decode() for _, path in files.under(connection, Path("/a/b"))}
        assert found == {"/a/b/1", "/a/b/c/2", "/a/b", "/a/b/%"}
        assert len(list(files.under(connection, Path("/")))) == len(names)


def test_under_pages_through_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAGE", 3)
    with store.write() as tx:
        for number in range(10):
            keep(tx, imaginary(Path(f"/w/{number}"), str(number)))
    with store.read() as connection:
        assert len(list(files.under(connection, Path("/w")))) == 10
