"""Matching over random money: never more than came, never more than is owed, in any order.

RESIDUALS_CASES=20000 makes a long run of it.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from iso4217 import Currency

from desktop.model.matches import MatchKind, MoneyMatch, NewMatch, Proposal
from desktop.model.money import Money, exponent
from desktop.model.payments import BankEntry, PaymentState
from desktop.payments.bank_headings import HEADINGS
from desktop.payments.bank_tables import guess, read_bank_table, read_columns
from desktop.payments.hints import Debt, Free
from desktop.payments.matching import Arrived, Awaited, Of, certain_matches, mentions
from desktop.payments.proposing import propose
from desktop.payments.states import payment_state
from desktop.payments.subsets import adding_up

many = settings(max_examples=int(os.environ.get("RESIDUALS_CASES", "60")), deadline=None)
CURRENCIES = sorted({one.code for one in Currency if one.exponent is not None})
PAYERS = ("Lumen Royalties", "Atlas Learning")
FEW = ("EUR", "JPY", "KWD")
DAY = date(2026, 3, 1)

currencies = st.sampled_from(CURRENCIES)
small = st.integers(min_value=-40, max_value=60).filter(bool)


def test_every_exponent_of_iso_4217_is_among_them() -> None:
    assert {exponent(one) for one in CURRENCIES} == {0, 2, 3, 4}


@st.composite
def debts(draw: st.DrawFn) -> list[Debt]:
    """Return statements of two payers in three currencies, some with nothing open."""
    return [
        Debt(
            statement_id=number,
            registry_id=(payer := draw(st.integers(0, 1))),
            registry=PAYERS[payer],
            number=f"ST-2026-{number:04}",
            open=Money(draw(st.sampled_from(FEW)), draw(st.integers(-5, 60))),
            issued=DAY - timedelta(days=draw(st.integers(0, 40))),
            pay_by=DAY,
            references=(f"ST-2026-{number:04}",),
            names=(PAYERS[payer],),
        )
        for number in range(1, draw(st.integers(1, 7)) + 1)
    ]


@st.composite
def entries(draw: st.DrawFn) -> list[Free]:
    """Return entries that name a statement, a payer, both or nothing."""
    found = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        amount = Money(draw(st.sampled_from(FEW)), draw(small))
        fee = draw(st.none() | st.integers(1, 3))
        entry = BankEntry(
            account="DE1",
            bank_reference=str(number),
            booked_on=DAY + timedelta(days=draw(st.integers(-60, 60))),
            amount=amount,
            counterparty=draw(st.sampled_from(["", *PAYERS])),
            reference=draw(st.sampled_from(["", "ST-2026-0001", "st 2026 0002 returned"])),
            fee=Money(amount.currency, fee) if fee else None,
        )
        ruled_out = frozenset(draw(st.sets(st.integers(1, 7), max_size=2)))
        found.append(Free(entry_id=number, entry=entry, left=amount, not_for=ruled_out))
    return found


def held_of(free: list[Free], owed: list[Debt]) -> list[MoneyMatch]:
    """Return money that came earlier for the statements, the opposite of what goes back."""
    return [
        MoneyMatch(
            match_id=one.entry_id,
            entry_id=100 + one.entry_id,
            kind=MatchKind.PAYMENT,
            amount=-one.left,
            settled=-one.left,
            statement_id=owed[0].statement_id,
            remittance_id=None,
            reason="",
            confirmed=True,
            booked_on=one.entry.booked_on - timedelta(days=3),
            account="DE1",
            counterparty=PAYERS[0],
            reference="",
        )
        for one in free
        if one.left.minor < 0 and one.left.currency == owed[0].open.currency
    ]


def no_rate(_money: Money, _currency: str, _day: date) -> Money | None:
    return None


def fits(proposal: Proposal, free: dict[int, Free], owed: dict[int, Debt]) -> None:
    """What is proposed is never more than came, nor than is open, and has the right sign."""
    for entry_id in proposal.entries:
        left = free[entry_id].left.minor
        taken = sum(part.amount.minor for part in proposal.parts if part.entry_id == entry_id)
        assert min(0, left) <= taken <= max(0, left)
    for number in proposal.statements:
        parts = [part for part in proposal.parts if part.statement_id == number]
        settled = sum(part.settled.minor for part in parts)
        assert settled <= max(0, owed[number].open.minor)
        assert {part.settled.currency for part in parts} == {owed[number].open.currency}
        assert not any(number in free[part.entry_id].not_for for part in parts)
    assert all(_sound(part) for part in proposal.parts)
    assert 40 <= proposal.score <= 100
    assert proposal.why


def _sound(part: NewMatch) -> bool:
    if part.kind is MatchKind.PAYMENT:
        return part.amount.minor > 0 and part.settled.minor > 0
    if part.kind is MatchKind.RETURNED:
        return part.amount.minor < 0 and part.settled.minor < 0
    return part.amount.minor == 0 and part.settled.minor != 0


@many
@given(entries(), debts(), st.randoms(use_true_random=False))
def test_proposals_fit_and_no_order_matters(
    free: list[Free], owed: list[Debt], dice: random.Random
) -> None:
    held = held_of(free, owed)
    found = propose(free, owed, held, no_rate)
    by_entry, by_number = {one.entry_id: one for one in free}, {d.statement_id: d for d in owed}
    for proposal in found:
        fits(proposal, by_entry, by_number)
    dice.shuffle(free)
    dice.shuffle(owed)
    dice.shuffle(held)
    again = propose(free, owed, held_of(free, sorted(owed, key=_number)), no_rate)
    assert {one.name: one.score for one in again} == {one.name: one.score for one in found}


def _number(debt: Debt) -> int:
    return debt.statement_id


@many
@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.booleans()), max_size=8),
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_what_is_certain_is_certain_in_any_order(
    said: list[tuple[int, int, bool]], came: list[tuple[int, int]], dice: random.Random
) -> None:
    awaited = [
        Awaited(
            key=key,
            external_id=f"PM-202601-{name:04}",
            reference="",
            amount=Money("EUR", minor),
            of=Of.STATEMENT if stated else Of.REMITTANCE,
        )
        for key, (name, minor, stated) in enumerate(said)
    ]
    arrived = [
        Arrived(
            key=key,
            entry=BankEntry(
                account="",
                bank_reference="",
                booked_on=DAY,
                amount=Money("EUR", minor),
                reference=f"for pm 202601 {name:04}",
            ),
        )
        for key, (name, minor) in enumerate(came)
    ]
    found = certain_matches(awaited, arrived)
    assert len({one.arrived for one in found}) == len({one.awaited for one in found}) == len(found)
    for one in found:
        assert arrived[one.arrived].entry.amount == awaited[one.awaited].amount == one.amount
    dice.shuffle(awaited)
    dice.shuffle(arrived)
    again = certain_matches(awaited, arrived)
    assert {(one.awaited, one.arrived) for one in again} == {
        (one.awaited, one.arrived) for one in found
    }


@many
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.data())
def test_amounts_that_add_up_are_found(amounts: list[int], data: st.DataObject) -> None:
    """A few are always found; whatever is found adds up, each amount used once."""
    planted = data.draw(st.sets(st.integers(0, len(amounts) - 1), min_size=1))
    target = sum(amounts[place] for place in planted)
    found = adding_up(amounts, target)
    assert sum(amounts[place] for place in found) == target
    assert len(set(found)) == len(found) > 0
    assert adding_up(amounts, sum(amounts) + 1) == ()


@many
@given(
    currencies,
    st.integers(-(10**12), 10**12),
    st.integers(-(10**12), 10**12),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.booleans(),
)
def test_a_state_says_what_the_sums_say(
    currency: str, stated: int, received: int, named: int, announced: bool, late: bool
) -> None:
    """Reconciled if and only if nothing is open; short, overdue and too much likewise."""
    state = payment_state(
        stated=Money(currency, stated),
        remitted=Money(currency, stated if announced else 0),
        received=Money(currency, received),
        due=DAY,
        today=DAY + timedelta(days=late),
        named=Money(currency, named),
    )
    open_ = stated - received - named
    if state is PaymentState.RECONCILED:
        assert open_ == 0
    if state is PaymentState.PART_PAID:
        assert 0 < open_ < stated
    if state is PaymentState.OVERDUE:
        assert late
        assert open_ > 0
    if open_ == 0 and stated > 0:
        assert state is PaymentState.RECONCILED
    if state is PaymentState.NOTHING_DUE:
        assert stated <= 0
        assert received == 0


@many
@given(currencies, st.integers(-(10**13), 10**13), st.booleans(), st.booleans())
def test_an_amount_in_a_table_is_read_to_the_last_digit(
    currency: str, minor: int, comma: bool, grouped: bool
) -> None:
    """However a bank writes it: with a comma or a point, thousands apart or not."""
    money = Money(currency, minor)
    text = f"{money.decimal:,f}" if grouped else f"{money.decimal:f}"
    written = text.translate(str.maketrans(",.", ".,")) if comma else text
    table = read_columns(f"Date;Amount;Currency\n2026-03-01;{written};{currency}\n".encode())
    mapping = guess(table)
    assert set(mapping.columns) <= set(HEADINGS)
    told = read_bank_table(table, replace(mapping, comma=comma))
    assert [one.amount for one in told.entries] == [money], (written, told.problems)


@many
@given(st.text(alphabet="PS0123456789-/ .", min_size=1, max_size=18), st.text(max_size=6))
def test_a_reference_is_found_however_it_is_spaced(reference: str, around: str) -> None:
    bare = "".join(char for char in reference if char.isalnum())
    spaced = " ".join(bare)
    assert mentions(spaced, (reference,)) is (len(bare) >= 6)
    assert not mentions(f"{bare}7", (reference,)) or not bare[-1:].isdigit() or len(bare) < 6
    assert mentions(around, ()) is False
