"""A collaborator's statement: it adds up to the cent, and goes on where the one before ended."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from desktop.errors import UsageProblem
from desktop.flows.accounting import collaborator_statements, give_statement
from desktop.flows.dividing import divide_again
from desktop.flows.handing_on import record_payout, take_back_payout
from desktop.model.allocations import CollaboratorStatement
from desktop.model.money import Money
from desktop.services import Services
from desktop.store import journal
from desktop.store.engine import sqlite3
from tests.flows.sharing import add_shares, eur, pay, receive, shared_work

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def account(one: CollaboratorStatement) -> tuple[str, ...]:
    """Return its five figures, and see that they are made of its rows."""
    assert one.opening + one.changed + one.due - one.paid == one.closing
    assert sum(row.amount.minor for row in one.rows) == one.due.minor
    figures = (one.opening, one.changed, one.due, one.paid, one.closing)
    return tuple(str(figure) for figure in figures)


@pytest.fixture
def song(studio: Services) -> int:
    """100.01 are paid, 40 in March and the rest in April; 30 more are awaited."""
    song = shared_work(studio, {"me": "2/3", "Ben Okafor": "1/3"})
    paid = pay(studio, {song: "100.01"})
    receive(studio, paid, "40.00", on=date(2026, 3, 5))
    receive(studio, paid, "60.01", on=date(2026, 4, 7))
    pay(studio, {song: "30.00"}, number="S-2", month=date(2026, 2, 1))
    return song


def statement(services: Services, first: date, last: date) -> CollaboratorStatement:
    [one] = collaborator_statements("Ben Okafor", first, last, services)
    return one


def test_one_goes_on_where_the_one_before_ended(
    studio: Services, song: int, tmp_path: Path
) -> None:
    record_payout("Ben Okafor", "10.00", "EUR", studio, on=date(2026, 3, 20))
    [march] = give_statement("Ben Okafor", MARCH, date(2026, 3, 31), tmp_path / "march.pdf", studio)
    assert account(march) == ("0.00", "0.00", "13.33", "10.00", "3.33")
    april = statement(studio, APRIL, date(2026, 4, 30))
    assert account(april) == ("3.33", "0.00", "20.01", "0.00", "23.34")
    [row] = april.rows
    assert (row.on, row.whole, row.title) == (date(2026, 4, 7), eur("60.01"), "song 0")
    assert [one.amount for one in april.awaited] == [eur("10.00")]
    # Over both months at once, the same is left.
    assert statement(studio, MARCH, date(2026, 4, 30)).closing == april.closing
    # A payout in March that is only said now is no secret in April.
    record_payout("Ben Okafor", "1.00", "EUR", studio, on=date(2026, 3, 30))
    april = statement(studio, APRIL, date(2026, 4, 30))
    assert account(april) == ("3.33", "-1.00", "20.01", "0.00", "22.34")
    add_shares(studio, song, {"me": "1/2", "Ben Okafor": "1/2"})
    assert statement(studio, APRIL, date(2026, 4, 30)).closing == april.closing
    divide_again([march_payment(studio)], studio)
    april = statement(studio, APRIL, date(2026, 4, 30))
    assert account(april) == ("3.33", "5.67", "30.00", "0.00", "39.00")


def march_payment(services: Services) -> int:
    with services.store.read() as connection:
        row = connection.execute("SELECT statement_id FROM statements WHERE number = 'S-1'")
        return int(row.fetchone()[0])


def test_the_files_say_the_same(studio: Services, song: int, tmp_path: Path) -> None:
    pounds = pay(studio, {song: "9.00"}, number="S-3", month=date(2026, 3, 1), currency="GBP")
    receive(studio, pounds, "9.00", currency="GBP", on=date(2026, 4, 9))
    payout, _ = record_payout(
        "Ben Okafor", "5", "EUR", studio, on=date(2026, 4, 8), reference="=HYPERLINK(1)"
    )
    take_back_payout(payout.payout_id, studio)
    period = (MARCH, date(2026, 4, 30))
    made = give_statement("ben okafor", *period, tmp_path / "ben.csv", studio)
    assert [one.currency for one in made] == ["EUR", "GBP"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "ben.csv").read_text("utf-8-sig"))))
    for one in made:
        assert added_up([row for row in rows if row["currency"] == one.currency]) == one.closing
    assert "'=HYPERLINK(1)" in {row["statement or reference"] for row in rows}
    give_statement("Ben Okafor", *period, tmp_path / "ben.pdf", studio)
    text = pdf_text(tmp_path / "ben.pdf")
    with studio.store.read() as connection:
        _, head = journal.head(connection)
        assert journal.first_break(connection) is None
    for words in (
        *("Statement for Ben Okafor", "From Ana Sousa", "Page 1 of", head, "33.34"),
        *("Account in GBP", "song 0", "For everybody", "Stated, and still to arrive"),
    ):
        assert words in text, words


def added_up(rows: Sequence[dict[str, str]]) -> Money:
    """Return the closing balance of a table, which is the sum of what stands above it."""
    total = sum((Decimal(row["amount"]) for row in rows[:-1]), Decimal(0))
    assert rows[-1]["kind"] == "closing"
    assert Decimal(rows[-1]["amount"]) == total
    return Money.exactly(total, rows[-1]["currency"])


def pdf_text(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_what_cannot_be_given(studio: Services, song: int, tmp_path: Path) -> None:
    last = date(2026, 3, 31)
    for name, first, file, why in (
        ("Nobody", MARCH, "a.pdf", "nobody called"),
        ("Ana Sousa", MARCH, "a.pdf", "is you"),
        ("Ben Okafor", APRIL, "a.pdf", "ends after it begins"),
        ("Ben Okafor", MARCH, "a.doc", "neither PDF nor CSV"),
        ("Ben Okafor", MARCH, "no/such/place.csv", "cannot be written"),
    ):
        with pytest.raises(UsageProblem, match=why):
            give_statement(name, first, last, tmp_path / file, studio)
    with studio.store.read() as connection:
        kept = connection.execute("SELECT count(*) FROM collaborator_statements").fetchone()[0]
    assert kept == 0
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"), studio.store.write() as tx:
        tx.execute(
            "INSERT INTO collaborator_statements (party_id, starts, ends, currency, "
            "opening_minor, changed_minor, due_minor, paid_minor, closing_minor, made_s) "
            "VALUES (2, '2026-03-01', '2026-04-01', 'EUR', 1, 0, 2, 1, 3, 1)"
        )
