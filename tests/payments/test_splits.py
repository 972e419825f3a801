"""Whatever is divided, in whatever currency, forwards or taken back: it adds up to the cent."""

from __future__ import annotations

import os
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.money import Money, exact_sum, exponent
from desktop.payments.splits import NOBODY, Holder, PaidLine, parts_of_line, split_amount

ME, BEN, CHIDI = 1, 2, 3
F = Fraction
# RESIDUALS_CASES=100000 makes a long run of it.
many = settings(max_examples=int(os.environ.get("RESIDUALS_CASES", "200")), deadline=None)
CURRENCIES = ["EUR", "JPY", "KWD", "CLF", "USD", "UYW"]  # 2, 0, 3, 4, 2 and 4 decimals
fractions = st.fractions(min_value=0, max_value=1, max_denominator=60)
nets = st.decimals(min_value=-(10**6), max_value=10**7, places=12)


def held(*parts: tuple[int, Fraction | None]) -> list[Holder]:
    return [Holder(party=party, part=part, is_payee=party == ME) for party, part in parts]


@pytest.mark.parametrize(
    ("paid", "holders", "expected"),
    [
        (F(1), [], {}),
        (F(1), held((ME, F(1))), {ME: F(1)}),
        # Paid for my own share: it is all mine.
        (F(1, 3), held((ME, F(1, 3)), (BEN, F(1, 3)), (CHIDI, F(1, 3))), {ME: F(1)}),
        # Paid for everybody: everybody's.
        (
            F(1),
            held((ME, F(1, 3)), (BEN, F(1, 3)), (CHIDI, F(1, 3))),
            {ME: F(1, 3), BEN: F(1, 3), CHIDI: F(1, 3)},
        ),
        (None, held((ME, F(1, 2)), (BEN, F(1, 2))), {ME: F(1, 2), BEN: F(1, 2)}),
        # Paid for me and a part of the others: they share that part as they hold.
        (F(3, 4), held((ME, F(1, 2)), (BEN, F(1, 4)), (CHIDI, F(1, 4))),
         {ME: F(2, 3), BEN: F(1, 6), CHIDI: F(1, 6)}),
        # Less is held than was paid for: the rest is open.
        (F(1), held((ME, F(1, 2)), (BEN, F(1, 4))), {ME: F(1, 2), BEN: F(1, 4), NOBODY: F(1, 4)}),
        # Nobody knows what Ben holds: it stays open.
        (F(1), held((ME, F(1, 2)), (BEN, None)), {ME: F(1, 2), NOBODY: F(1, 2)}),
        (F(1), held((BEN, F(1))), {BEN: F(1)}),
        # Two shares of mine, of the recording and of the song, are one.
        (F(1), held((ME, F(1, 4)), (ME, F(1, 4)), (BEN, F(1, 2))), {ME: F(1, 2), BEN: F(1, 2)}),
    ],
)  # fmt: skip
def test_whose_a_line_is(
    paid: Fraction | None, holders: list[Holder], expected: dict[int, Fraction]
) -> None:
    assert parts_of_line(paid, holders) == expected


holders = st.lists(
    st.builds(
        Holder,
        party=st.integers(1, 6),
        part=st.none() | fractions,
        is_payee=st.just(False),
    ),
    max_size=5,
)


@many
@given(fractions, holders, fractions)
def test_a_line_is_given_whole_and_nobody_less_than_nothing(
    paid: Fraction, others: list[Holder], own: Fraction
) -> None:
    mine = Holder(party=ME, part=own, is_payee=True)
    rest = [one for one in others if one.party != ME]
    parts = parts_of_line(paid, [mine, *rest])
    if not paid:
        assert parts == {}
        return
    assert sum(parts.values()) == 1
    assert all(part > 0 for part in parts.values())
    if own >= paid:
        assert parts == {ME: 1}
    known = {one.party for one in rest if one.part} | {ME, NOBODY}
    assert set(parts) <= known


@st.composite
def paid_lines(draw: st.DrawFn) -> list[PaidLine]:
    """Return lines of whatever parties, each given whole."""
    made = []
    for net in draw(st.lists(nets, min_size=1, max_size=8)):
        weights = draw(st.dictionaries(st.integers(0, 5), st.integers(1, 40), max_size=4))
        total = sum(weights.values())
        made.append(
            PaidLine(net=net, parts={party: F(one, total) for party, one in weights.items()})
        )
    return made


@many
@given(paid_lines(), st.integers(-(10**9), 10**10), st.sampled_from(CURRENCIES))
def test_parts_add_up_to_the_whole(lines: list[PaidLine], minor: int, currency: str) -> None:
    amount = Money(currency, minor)
    parts = split_amount(amount, lines, ME)
    assert sum(one.minor for one in parts.values()) == minor
    assert all(one.currency == currency for one in parts.values())
    total = exact_sum(line.net for line in lines)
    if total:
        for party, part in parts.items():
            exact = sum(F(line.net) * (line.parts or {ME: F(1)}).get(party, F(0)) for line in lines)
            assert abs(exact / F(total) * minor - part.minor) < 1


@many
@given(paid_lines(), st.integers(1, 10**9), st.sampled_from(CURRENCIES), st.randoms())
def test_taken_back_as_it_was_given_and_in_any_order(
    lines: list[PaidLine], minor: int, currency: str, random: object
) -> None:
    there = split_amount(Money(currency, minor), lines, ME)
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert split_amount(Money(currency, minor), shuffled, ME) == there
    if exact_sum(line.net for line in lines):
        back = split_amount(Money(currency, -minor), lines, ME)
        assert {party: -part.minor for party, part in back.items()} == {
            party: part.minor for party, part in there.items()
        }


def test_what_cancels_is_divided_as_it_stands() -> None:
    """Ben's chargeback of 10 against my 10: I am due 10, he owes 10, and nothing was paid."""
    lines = [
        PaidLine(net=Decimal(10), parts={ME: F(1)}),
        PaidLine(net=Decimal(-10), parts={BEN: F(1)}),
    ]
    parts = split_amount(Money("EUR", 0), lines, ME)
    assert {party: part.minor for party, part in parts.items()} == {ME: 1000, BEN: -1000}


def test_a_cent_that_is_left_goes_to_the_lower_number() -> None:
    lines = [PaidLine(net=Decimal(1), parts={ME: F(1, 3), BEN: F(1, 3), CHIDI: F(1, 3)})]
    parts = split_amount(Money("EUR", 100), lines, ME)
    assert {party: part.minor for party, part in parts.items()} == {ME: 34, BEN: 33, CHIDI: 33}
    assert exponent("EUR") == 2
