"""Statement after statement, whatever is kept, carried or released: all of it is someone's."""

from __future__ import annotations

import os
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.money import Money, exponent
from desktop.payments.dividing import (
    NO_WORK,
    Carried,
    Divided,
    Sums,
    WorkLine,
    arrived_cells,
    divide,
    round_cells,
)

ME, BEN, CLEO = 1, 2, 3
SONG, POEM = 7, 8
HALF = {ME: Fraction(1, 2), BEN: Fraction(1, 2)}
# RESIDUALS_CASES=100000 makes a long run of it.
many = settings(max_examples=int(os.environ.get("RESIDUALS_CASES", "60")), deadline=None)
CURRENCIES = ["EUR", "JPY", "KWD", "CLF", "UYW"]  # 2, 0, 3, 4 and 4 decimals


def eur(text: str) -> Money:
    return Money.exactly(Decimal(text), "EUR")


def line(net: str, parts: dict[int, Fraction] | None = None, work: int = SONG) -> WorkLine:
    return WorkLine(work=work, net=Decimal(net), parts=parts or {})


def parties(divided: Divided) -> dict[int, int]:
    found: dict[int, int] = {}
    for (party, _work), minor in divided.settled.items():
        found[party] = found.get(party, 0) + minor
    return found


def test_fees_are_borne_by_all_alike() -> None:
    made = divide(Sums(payable=eur("92")), [line("100", HALF)], Carried(), ME)
    assert made.settled == {(ME, SONG): 4600, (BEN, SONG): 4600}


def test_what_is_too_little_to_be_paid_stays_whose_it_was() -> None:
    """Ben earned 8 in January and nothing in February, when both months are paid."""
    sums = Sums(payable=eur("0"), closing=Decimal(8))
    january = divide(sums, [line("8", {BEN: Fraction(1)})], Carried(), ME)
    assert january.settled == {}
    sums = Sums(payable=eur("20"), opening=Decimal(8))
    february = divide(sums, [line("12", work=POEM)], january.carried, ME)
    assert february.settled == {(BEN, SONG): 800, (ME, POEM): 1200}
    assert february.carried.balance == {}


def test_a_reserve_goes_back_to_those_it_was_kept_from() -> None:
    held = divide(Sums(payable=eur("90"), reserve=Decimal(10)), [line("100", HALF)], Carried(), ME)
    assert parties(held) == {ME: 4500, BEN: 4500}
    part = divide(
        Sums(payable=eur("54"), reserve=Decimal(-4)), [line("50", work=POEM)], held.carried, ME
    )
    assert parties(part) == {ME: 5200, BEN: 200}
    last = divide(Sums(payable=eur("6"), reserve=Decimal(-6)), [], part.carried, ME)
    assert parties(last) == {ME: 300, BEN: 300}
    assert sum(last.carried.reserve.values()) == 0


def test_an_advance_is_repaid_by_who_had_it() -> None:
    """All of January is kept for my advance. Ben's half of it is due: I have the money."""
    sums = Sums(payable=eur("0"), recouped=Decimal(100))
    made = divide(sums, [line("100", HALF)], Carried(), ME)
    assert made.settled == {(ME, NO_WORK): -10000, (ME, SONG): 5000, (BEN, SONG): 5000}
    sums = Sums(payable=eur("60"), recouped=Decimal(40))
    made = divide(sums, [line("100", HALF)], Carried(), ME)
    due = arrived_cells(made.settled, sums, eur("0"), ME)
    assert due[BEN, SONG] == 20
    assert sum(due.values()) == 0


amounts = st.integers(-(10**6), 10**7)


@st.composite
def lines(draw: st.DrawFn) -> list[WorkLine]:
    """Return lines of a few works, of whatever parties, each given whole."""
    made = []
    for _ in range(draw(st.integers(0, 6))):
        weights = draw(st.dictionaries(st.integers(0, 4), st.integers(1, 30), max_size=4))
        total = sum(weights.values())
        made.append(
            WorkLine(
                work=draw(st.integers(0, 3)),
                net=draw(st.decimals(min_value=-(10**5), max_value=10**6, places=9)),
                parts={party: Fraction(one, total) for party, one in weights.items()},
            )
        )
    return made


@many
@given(
    st.lists(st.tuples(lines(), amounts, amounts, amounts, amounts), min_size=1, max_size=4),
    st.sampled_from(CURRENCIES),
    st.integers(0, 100),
)
def test_statement_after_statement_adds_up(
    statements: list[tuple[list[WorkLine], int, int, int, int]], currency: str, percent: int
) -> None:
    """Each opens with what the one before it closed with, or with something else."""
    unit = exponent(currency)
    carried, before = Carried(), Decimal(0)
    for said, payable, closing, recouped, reserve in statements:
        sums = Sums(
            payable=Money(currency, payable),
            opening=before if percent else Decimal(reserve),
            recouped=Decimal(abs(recouped)).scaleb(-unit),
            reserve=Decimal(reserve).scaleb(-unit),
            closing=Decimal(closing if closing % 3 else 0).scaleb(-unit),
        )
        made = divide(sums, said, carried, ME)
        paid = Fraction(sums.payable.decimal) if made.exact else Fraction(0)
        assert sum(made.exact.values()) == paid == Fraction(sums.payable.decimal)
        assert sum(made.settled.values()) == payable
        assert sum(made.carried.balance.values()) == Fraction(sums.closing)
        for cell, exact in made.exact.items():
            assert abs(exact * 10**unit - made.settled[cell]) < 2
        came = Money(currency, max(payable, 0) * percent // 100)
        due = round_cells(came, arrived_cells(made.settled, sums, came, ME)) if payable > 0 else {}
        assert sum(due.values()) == (came.minor if payable > 0 else 0)
        for cell, minor in due.items():
            settled = made.settled.get(cell, 0)
            if cell[0] != ME:
                assert min(0, settled) <= minor <= max(0, settled)
        carried, before = made.carried, sums.closing
