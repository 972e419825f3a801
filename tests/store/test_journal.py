"""The journal's chain: any change, removal or new order of rows is noticed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.model.journal import FaultKind
from desktop.store import journal
from desktop.store.database import Connection, Store

ROWS = 6


def write_rows(tx: Connection) -> None:
    for number in range(ROWS):
        journal.add(tx, 1000 + number, "test", f"subject {number}", {"n": number, "é": "ü"})


def unlocked(tx: Connection) -> None:
    """Take the triggers away, as somebody with the file in hand could."""
    tx.execute("DROP TRIGGER journal_no_update")
    tx.execute("DROP TRIGGER journal_no_delete")


def test_a_whole_chain(store: Store) -> None:
    with store.read() as connection:
        assert journal.first_break(connection) is None
        assert journal.head(connection) == (0, journal.GENESIS)
    with store.write() as tx:
        write_rows(tx)
        assert journal.first_break(tx) is None
        number, digest = journal.head(tx)
    assert number == ROWS
    assert len(digest) == 64


CHANGES = {
    "time": "UPDATE journal SET time_s = time_s + 1 WHERE seq = 3",
    "action": "UPDATE journal SET action = 'other' WHERE seq = 3",
    "subject": "UPDATE journal SET subject = subject || ' ' WHERE seq = 3",
    "detail": "UPDATE journal SET detail = '{}' WHERE seq = 3",
    "hash": "UPDATE journal SET hash = 'x' WHERE seq = 3",
    "previous hash": "UPDATE journal SET previous_hash = 'x' WHERE seq = 3",
    "first removed": "DELETE FROM journal WHERE seq = 1",
    "middle removed": "DELETE FROM journal WHERE seq = 3",
    "two exchanged": "UPDATE journal SET seq = CASE seq WHEN 3 THEN -1 ELSE seq END",
    "renumbered": "UPDATE journal SET seq = -seq",
}


@pytest.mark.parametrize("how", CHANGES)
def test_every_tampering_is_noticed(store: Store, how: str) -> None:
    with store.write() as tx:
        write_rows(tx)
        unlocked(tx)
        tx.execute(CHANGES[how])
        assert journal.first_break(tx) is not None


def test_the_place_is_named(store: Store) -> None:
    with store.write() as tx:
        write_rows(tx)
        unlocked(tx)
        tx.execute("UPDATE journal SET detail = '{}' WHERE seq = 4")
        assert journal.first_break(tx) == 4


def test_two_rows_exchanged(store: Store) -> None:
    with store.write() as tx:
        write_rows(tx)
        unlocked(tx)
        for old, new in ((3, 99), (4, 3), (99, 4)):
            tx.execute("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))
        assert journal.first_break(tx) == 3


COLUMNS = ("time_s", "action", "subject", "detail", "previous_hash", "hash")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, ROWS), st.sampled_from(COLUMNS))
def test_any_changed_column_of_any_row_names_the_row(store: Store, seq: int, column: str) -> None:
    """And no other: what follows a changed row still follows what stood there."""
    with store.write() as tx:
        if not journal.head(tx)[0]:
            write_rows(tx)
        tx.execute("SAVEPOINT whole")
        unlocked(tx)
        other = "time_s + 1" if column == "time_s" else f"""'{{"n":"' || {column} || '"}}'"""
        if column == "detail":
            other = "'{}'"
        tx.execute(f"UPDATE journal SET {column} = {other} WHERE seq = ?", (seq,))
        found = list(journal.faults(tx))
        tx.execute("ROLLBACK TO whole")
        tx.execute("RELEASE whole")
    assert [(fault.kind, fault.seq) for fault in found] == [(FaultKind.CHANGED, seq)]


def test_each_kind_of_tampering_has_its_name(store: Store) -> None:
    def told(*statements: str) -> list[str]:
        with store.write() as tx:
            tx.execute("SAVEPOINT whole")
            unlocked(tx)
            for sql in statements:
                tx.execute(sql)
            found = [fault.sentence for fault in journal.faults(tx)]
            tx.execute("ROLLBACK TO whole")
            tx.execute("RELEASE whole")
        return found

    with store.write() as tx:
        write_rows(tx)
    assert told("DELETE FROM journal WHERE seq IN (2, 3)") == ["Rows 2 to 3 are missing."]
    assert told("DELETE FROM journal WHERE seq = 1") == ["Row 1 is missing."]
    move = "UPDATE journal SET seq = {} WHERE seq = {}"
    swap = [move.format(99, 3), move.format(3, 4), move.format(4, 99)]
    assert told(*swap) == [
        "Row 3 stood at place 4: the order was changed.",
        "Row 4 stood at place 3: the order was changed.",
    ]
    forged = journal._hash(3, 1, "a", "b", "{}", "f" * 64)
    put = f"INSERT INTO journal VALUES (3, 1, 'a', 'b', '{{}}', '{'f' * 64}', '{forged}')"
    assert told("DELETE FROM journal WHERE seq = 3", put) == [
        "Row 3 does not follow row 2: one of them was replaced.",
        "Row 4 does not follow row 3: one of them was replaced.",
    ]
    assert told() == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.booleans()),
    st.text(max_size=20).filter(lambda text: "\x00" not in text),
)
def test_any_words_hold(store: Store, detail: dict[str, object], subject: str) -> None:
    try:
        subject.encode()
    except UnicodeEncodeError:
        return
    with store.write() as tx:
        journal.add(tx, 5, "test", subject, {"d": repr(detail)})
        assert journal.first_break(tx) is None
