"""The sums of a statement: right ones pass, every changed amount is found."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.model.payments import Deduction, Statement
from desktop.payments.checks import Checker, check_statement
from desktop.payments.checks.stated import Stated
from tests.payments.making import line, statement
from tests.payments.seeded import SPOILED, clean

cents = st.decimals(min_value=-5000, max_value=50_000, places=2)
fine = st.decimals(min_value=-500, max_value=5000, places=12)
AMOUNTS = ("opening", "adjustments", "tax_withheld", "recouped", "reserve", "closing")


@st.composite
def consistent(draw: st.DrawFn) -> Statement:
    """Return a statement that adds up."""
    nets = draw(st.lists(fine, min_size=1, max_size=12))
    deductions = draw(st.lists(cents, max_size=3))
    return statement(nets, deductions, **{name: draw(cents) for name in AMOUNTS})


def codes(made: Statement) -> list[str]:
    found = [finding.check for finding in check_statement(made)]
    return [code for code in found if code.startswith("A")]


@given(consistent())
def test_what_adds_up_has_no_finding(made: Statement) -> None:
    assert codes(made) == []


@given(
    consistent(),
    st.sampled_from([*AMOUNTS, "payable"]),
    st.decimals(min_value="0.02", max_value=10**6, places=2),
    st.booleans(),
)
def test_any_changed_balance_is_found(made: Statement, name: str, by: Decimal, less: bool) -> None:
    changed = getattr(made, name) + (-by if less else by)
    assert "A4" in codes(dataclasses.replace(made, **{name: changed}))


@given(consistent(), st.decimals(min_value="0.02", max_value=10**6, places=2), st.data())
def test_any_changed_line_is_found(made: Statement, by: Decimal, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=len(made.lines) - 1))
    lines = list(made.lines)
    lines[index] = dataclasses.replace(lines[index], net=lines[index].net + by)
    everything = check_statement(dataclasses.replace(made, lines=tuple(lines)))
    found = [one for one in everything if one.check in ("A1", "A4")]
    assert [finding.check for finding in found] == ["A1"]
    assert found[0].lines == tuple(one.external_id for one in lines)


@given(consistent(), st.decimals(min_value="0.02", max_value=10**6, places=2))
def test_a_changed_gross_breaks_both(made: Statement, by: Decimal) -> None:
    assert codes(dataclasses.replace(made, gross=made.gross + by)) == ["A1", "A4"]


def test_the_tolerance_is_one_unit_of_the_last_stated_place() -> None:
    made = statement([Decimal("10.00")])
    for off, expected in (("0.01", []), ("-0.01", []), ("0.02", ["A1", "A4"])):
        assert codes(dataclasses.replace(made, gross=made.gross + Decimal(off))) == expected
    coarse = dataclasses.replace(made, gross=Decimal("11"), payable=Decimal("11.00"))
    assert codes(coarse) == []
    exact = dataclasses.replace(made, gross=Decimal("10.010"))
    assert codes(exact) == ["A1"]


def test_a_finding_says_what_was_expected_and_what_stands_there() -> None:
    made = dataclasses.replace(statement([Decimal("10.00")]), payable=Decimal("11.00"))
    (finding,) = check_statement(made)
    assert (finding.expected, finding.actual) == ("10.00 EUR", "11.00 EUR")
    assert finding.sentence.endswith(".")


def test_a_deduction_counts() -> None:
    made = statement([Decimal("10.00")], [Decimal("1.50")])
    assert made.payable == Decimal("8.50")
    changed = (Deduction(kind="fee", amount=Decimal("2.50")),)
    assert codes(dataclasses.replace(made, deductions=changed)) == ["A4"]
    assert codes(dataclasses.replace(made, deductions=())) == ["A4"]


def test_lines_of_another_currency_cannot_be_added() -> None:
    made = statement([Decimal("10.00"), Decimal("5.00")])
    lines = (made.lines[0], line(1, Decimal("5.00"), currency="USD"))
    (finding,) = check_statement(dataclasses.replace(made, lines=lines))
    assert (finding.check, finding.expected, finding.actual) == ("A8", "EUR", "USD")
    assert finding.lines == ("L-1",)


@pytest.mark.parametrize("nets", [[], [Decimal(0)]])
def test_nothing_at_all_adds_up(nets: list[Decimal]) -> None:
    assert codes(statement(nets)) == []


def test_the_same_line_twice_in_one_statement() -> None:
    made = statement([Decimal("10.00"), Decimal("5.00")])
    twin = dataclasses.replace(made.lines[1], external_id=made.lines[0].external_id)
    found = check_statement(dataclasses.replace(made, lines=(made.lines[0], twin)))
    (finding,) = [one for one in found if one.check == "D2"]
    assert "stated in this one already" in finding.sentence
    assert finding.lines == ("L-0",)


def test_rounding_every_line_is_found_on_a_long_statement() -> None:
    """Summed exactly 20.0552, rounded line by line 20.00: PAYMENTS.md's label file, smaller."""
    nets = [Decimal("0.004011")] * 5000
    made = statement(nets)
    rounded = dataclasses.replace(made, gross=Decimal("0.00"), payable=Decimal("0.00"))
    assert codes(made) == []
    assert codes(rounded) == ["A1"]


def test_lines_one_by_one_are_checked_as_all_at_once() -> None:
    """What earlier lines said may be given without the lines."""
    for number in range(60):
        code = sorted(SPOILED)[number % len(SPOILED)]
        random = Random(f"stream {number}")
        wrong, known = SPOILED[code](*clean(random), random)
        stated = Stated()
        for one in known.earlier:
            stated.add(one, iter(one.lines))
        heads = tuple(dataclasses.replace(one, lines=()) for one in known.earlier)
        checker = Checker(
            dataclasses.replace(wrong, lines=()),
            dataclasses.replace(known, earlier=heads, stated=stated),
        )
        for line_ in wrong.lines:
            checker.take([line_])
        assert checker.findings() == check_statement(wrong, known), code
