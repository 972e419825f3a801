"""Whose a payment is: by claims and works, on the day of use; and what is handed on of it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from desktop.errors import UsageProblem
from desktop.flows.advancing import add_advance
from desktop.flows.checking import Check, verify_library
from desktop.flows.describing import split_equally
from desktop.flows.dividing import allocations, divide_again
from desktop.flows.handing_on import balances, record_payout, take_back_payout
from desktop.flows.importing_money import import_bank_file
from desktop.flows.reconciling import list_payments
from desktop.flows.syncing import sync
from desktop.model.allocations import NOBODY
from desktop.model.matches import MatchKind
from desktop.model.payments import PaymentState
from desktop.model.works import Interest, Right
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import divisions, journal
from desktop.store.engine import sqlite3
from tests.flows.sharing import PAYER, add_shares, eur, pay, receive, shared_work
from tests.studio import REGISTRY, add_works, mid_january, queue, sync_until_sent


def parts(services: Services, payment_id: int) -> dict[str, str]:
    """Return party → what it gets of a payment, and see that it adds up."""
    found: Counter[str] = Counter()
    payment = next(one for one in list_payments(services) if one.payment_id == payment_id)
    for one in allocations(services, payment_id=payment_id):
        if one.payment_id == payment_id:
            found[one.party] += one.settled.minor
    assert sum(found.values()) == payment.stated.minor
    return {name: f"{minor / 100:.2f}" for name, minor in sorted(found.items())}


def test_by_the_shares_of_the_day(studio: Services) -> None:
    """Ben left at the end of March; Cleo holds his part since, but in Portugal only."""
    song = shared_work(studio, {"me": "2/3"})
    add_shares(studio, song, {"Ben": "1/3"}, ends="2026-04-01")
    add_shares(studio, song, {"Cleo": "1/3"}, starts="2026-04-01", territories=("PT",))
    march = pay(studio, {song: "90"}, month=date(2026, 3, 1), number="S-3")
    april = pay(studio, {song: "90"}, month=date(2026, 4, 1), number="S-4")
    there = pay(
        studio,
        {song: "90"},
        month=date(2026, 5, 1),
        number="S-5",
        line_changes={"territory": "PT"},
    )
    assert parts(studio, march) == {"Ana Sousa": "60.00", "Ben": "30.00"}
    assert parts(studio, april) == {"Ana Sousa": "60.00", "Not given to anybody": "30.00"}
    assert parts(studio, there) == {"Ana Sousa": "60.00", "Cleo": "30.00"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"right": "mechanical", "use": "stream"}, {"Not given to anybody": "80.00"}),
        ({"right": "mechanical", "use": "output"}, {"Ana Sousa": "40.00", "Ben": "40.00"}),
        ({"share": "1/2", "right": "output"}, {"Ana Sousa": "80.00"}),
        ({"right": "training"}, {"Ana Sousa": "80.00"}),
    ],
)
def test_a_right_that_the_line_does_not_name_is_not_guessed(
    studio: Services, said: dict[str, str], expected: dict[str, str]
) -> None:
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"}, rights=(Right.OUTPUT,))
    assert parts(studio, pay(studio, {song: "80"}, line_changes=said)) == expected


def test_shares_that_are_more_than_the_whole_are_not_guessed(studio: Services) -> None:
    """Shares without a first day, said again with one: both hold, which is twice the whole."""
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    add_shares(studio, song, {"me": "1/2", "Ben": "1/2"}, starts="2020-01-01")
    assert parts(studio, pay(studio, {song: "90"})) == {"Not given to anybody": "90.00"}


def test_recording_and_song_are_half_each(studio: Services) -> None:
    song = shared_work(studio, {"me": "1"}, interest=Interest.MASTER)
    add_shares(studio, song, {"me": "1/2", "Ben": "1/2"}, interest=Interest.PUBLISHING)
    assert parts(studio, pay(studio, {song: "80"})) == {"Ana Sousa": "60.00", "Ben": "20.00"}


def test_works_that_are_mine_and_lines_of_no_work_are_mine(studio: Services) -> None:
    song = shared_work(studio, {"me": "1/3", "Ben": "1/3", "Cleo": "unknown"})
    (mine,) = add_works(studio, 1, word="mine")
    paid = pay(studio, {song: "30", mine: "5", 0: "1"})
    assert parts(studio, paid) == {
        "Ana Sousa": "16.00",
        "Ben": "10.00",
        "Not given to anybody": "10.00",
    }
    alone = pay(studio, {mine: "7"}, number="S-2", month=date(2026, 2, 1))
    assert parts(studio, alone) == {"Ana Sousa": "7.00"}


def test_the_circle_with_a_band(
    joined: Services, registry: PracticeServer, tmp_path: object
) -> None:
    """By the signed claims: shares that change later do not change what was claimed."""
    works = add_works(joined, 3)
    split_equally(works, ["me", "Ben", "Cleo"], joined)
    queue(joined, works)
    sync_until_sent(joined)
    advanced = advance(tmp_path / "registry", 2, clock=mid_january)  # type: ignore[operator]
    sync(joined)
    split_equally(works, ["me", "Ben"], joined)
    # The registry pays each claimant's own share: a third, and that third is mine.
    mine = allocations(joined)
    assert {one.party for one in mine} == {"Ana Sousa"}
    assert {one.due.minor for one in mine} == {0}
    for path in advanced.bank_files:
        import_bank_file(path, joined)
    paid = [one for one in list_payments(joined) if one.state is PaymentState.RECONCILED]
    arrived = {one.payment_id for one in allocations(joined) if one.arrived and one.due.minor}
    assert {one.payment_id for one in paid} == arrived
    assert all(one.arrived_on for one in allocations(joined) if one.payment_id in arrived)
    assert REGISTRY in {one.registry for one in mine}


def test_what_came_is_divided_in_its_currency_and_after_its_fees(studio: Services) -> None:
    """100.01 stated; the bank made 91.20 of 98.01, and kept 2.00: fees are everybody's."""
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    paid = pay(studio, {song: "100.01"})
    receive(studio, paid, "40.00")
    ben = {one.party: one for one in allocations(studio)}["Ben"]
    assert (ben.settled, ben.due, ben.awaited) == (eur("50.00"), eur("20"), eur("30"))
    with pytest.raises(sqlite3.IntegrityError):
        receive(studio, paid, "1", settles="-1")
    receive(studio, paid, "50.03", currency="GBP", settles="58.01", on=date(2026, 3, 9))
    receive(studio, paid, "0", settles="2.00", kind=MatchKind.FEE)
    found = {one.party: one for one in allocations(studio)}
    assert {name: one.settled for name, one in found.items()} == {
        "Ana Sousa": eur("49.01"),
        "Ben": eur("49.00"),
    }
    assert all(one.arrived and one.arrived_on == date(2026, 3, 9) for one in found.values())
    came: Counter[tuple[date, str]] = Counter()
    for one in found.values():
        for part in one.arrivals:
            came[part.on, part.amount.currency] += part.amount.minor
            assert part.whole.minor in {4000, 5003}
    assert came == {(date(2026, 3, 1), "EUR"): 4000, (date(2026, 3, 9), "GBP"): 5003}
    [_, pounds] = [one for one in balances(studio) if one.party == "Ben"]
    assert pounds.due.currency == "GBP"
    assert abs(pounds.due.minor - 2501) <= 1


def test_handed_on_and_taken_back(studio: Services) -> None:
    """Nothing arrives of what an advance repaid: Ben's part is due at once."""
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    pay(studio, {song: "100"}, recouped="100.00")
    payout, balance = record_payout(
        "ben", "30.00", "eur", studio, on=date(2026, 2, 10), reference="transfer 7"
    )
    assert (balance.due, balance.paid, balance.open) == (eur("50"), eur("30"), eur("20"))
    _, over = record_payout("Ben", "25", "EUR", studio)
    assert over.open == eur("-5")
    back = take_back_payout(payout.payout_id, studio)
    assert (back.amount, back.reverses) == (eur("-30"), payout.payout_id)
    [ben] = [one for one in balances(studio) if one.party == "Ben"]
    assert ben.open == eur("25")
    with pytest.raises(UsageProblem, match="taken back already"):
        take_back_payout(payout.payout_id, studio)
    for name, amount, currency, why in (
        ("Nobody", "1", "EUR", "nobody called"),
        ("Ana Sousa", "1", "EUR", "is you"),
        ("Ben", "12..34", "EUR", "not an amount"),
        ("Ben", "1.234", "EUR", "more decimals"),
        ("Ben", "1", "EURO", "ISO 4217"),
        ("Ben", "0", "EUR", "Nothing"),
    ):
        with pytest.raises(UsageProblem, match=why):
            record_payout(name, amount, currency, studio)
    with studio.store.read() as connection:
        assert journal.first_break(connection) is None
        rows = connection.execute("SELECT count(*) AS n FROM collaborator_payouts").fetchone()
    assert rows["n"] == 3


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE collaborator_payouts SET amount_minor = 1", "payout 1 was changed"),
        ("UPDATE collaborator_payouts SET paid_on = '2026-01-01'", "payout 1 was changed"),
        ("DELETE FROM collaborator_payouts", "payout 1 is missing"),
        ("INSERT INTO collaborator_payouts (party_id, paid_on, amount_minor, currency, "
         "recorded_s) VALUES (2, '2026-01-01', 1, 'EUR', 1)", "payout 2 is not in the journal"),
        ("UPDATE advances SET amount_minor = 1", "advance 1 was changed"),
        ("UPDATE division_parts SET minor = minor + 1", "division 1 does not add up"),
    ],
)  # fmt: skip
def test_what_somebody_changes_in_secret_is_named(studio: Services, sql: str, told: str) -> None:
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    pay(studio, {song: "10.00"})
    record_payout("Ben", "5.00", "EUR", studio)
    add_advance(PAYER, "7.00", "EUR", studio)
    assert said(studio).ok
    with studio.store.write() as tx:
        for table in ("collaborator_payouts", "advances", "division_parts"):
            for verb in ("update", "delete"):
                tx.execute(f"DROP TRIGGER {table}_no_{verb}")
        tx.execute(sql)
    assert not said(studio).ok
    assert told in said(studio).detail


def said(services: Services) -> Check:
    """Return what `verify` says of payouts and advances."""
    return next(one for one in verify_library(services) if one.check.startswith("payouts to"))


def test_what_was_paid_on_stays_divided_as_it_was(studio: Services) -> None:
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    first = pay(studio, {song: "10.01"})
    record_payout("Ben", "5.00", "EUR", studio)
    add_shares(studio, song, {"me": "3/4", "Ben": "1/4"})
    second = pay(studio, {song: "10.00"}, number="S-2", month=date(2026, 2, 1))
    assert parts(studio, first) == {"Ana Sousa": "5.01", "Ben": "5.00"}
    assert parts(studio, second) == {"Ana Sousa": "7.50", "Ben": "2.50"}
    assert divide_again([first], studio) == 1
    assert divide_again([first], studio) == 0
    assert parts(studio, first) == {"Ana Sousa": "7.51", "Ben": "2.50"}


def test_a_division_that_does_not_add_up_is_refused(studio: Services) -> None:
    song = shared_work(studio, {"me": "1/2", "Ben": "1/2"})
    paid = pay(studio, {song: "10.00"})
    with studio.store.read() as connection:
        ben = connection.execute("SELECT party_id FROM parties WHERE name = 'Ben'").fetchone()[0]
    for base, cents, why in ((eur("10"), 999, "do not add up"), (eur("9.99"), 999, "not what")):
        with pytest.raises(sqlite3.IntegrityError, match=why), studio.store.write() as tx:
            divisions.keep(tx, paid, base, {(ben, song): cents}, 1)
    with studio.store.write() as tx:
        number = divisions.keep(tx, paid, eur("10"), {(ben, song): 600, (NOBODY, 0): 400}, 1)
    with pytest.raises(sqlite3.IntegrityError, match="closed"), studio.store.write() as tx:
        tx.execute("INSERT INTO division_parts (division_id, minor) VALUES (?, 1)", (number,))
    # A part without its division does not survive the transaction.
    with pytest.raises(sqlite3.IntegrityError), studio.store.write() as tx:
        tx.execute("INSERT INTO division_parts (division_id, minor) VALUES (99, 1)")
    assert Fraction(6) in {one.exact for one in allocations(studio)}
