"""Sums by anything are exact: the same as adding up decimals one by one."""

from __future__ import annotations

import os
from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.line_columns import (
    LIMB,
    Columns,
    Dimension,
    digits_of,
    joined,
    month_code,
    month_of,
    work_code,
    work_of,
)
from desktop.model.money import EXACT, exact_sum
from desktop.payments import cube

# RESIDUALS_CASES=100000 makes a long run of it.
EXAMPLES = int(os.environ.get("RESIDUALS_CASES", "100"))
AMOUNTS = st.decimals(
    min_value=-(10**30) + 1, max_value=10**30 - 1, places=18, allow_nan=False
) | st.decimals(min_value=-1000, max_value=1000, places=4)
LINES = st.lists(
    st.tuples(AMOUNTS, st.integers(0, 5), st.integers(0, 2), st.integers(0, 3)), max_size=40
)


def columns_of(lines: list[tuple[Decimal, int, int, int]]) -> Columns:
    """Lines of (net, licensee, currency, use), in months 0, 1, 2 …"""
    digits = [digits_of(line[0]) for line in lines]
    deep = max((len(one) for one in digits), default=0)
    limbs = np.zeros((deep, len(lines)), np.int32)
    for index, one in enumerate(digits):
        limbs[: len(one), index] = one
    nothing = np.zeros(len(lines), np.int32)
    codes = dict.fromkeys(Dimension, nothing)
    for place, dimension in enumerate(
        (Dimension.LICENSEE, Dimension.CURRENCY, Dimension.USE), start=1
    ):
        codes[dimension] = np.array([line[place] for line in lines], np.int32)
    codes[Dimension.MONTH] = np.arange(len(lines), dtype=np.int32)
    return Columns(codes, limbs, np.arange(len(lines), dtype=np.int32))


@given(AMOUNTS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_digits_are_the_amount(amount: Decimal) -> None:
    digits = digits_of(amount)
    whole = sum(digit * LIMB**place for place, digit in enumerate(digits))
    assert EXACT.scaleb(Decimal(whole), -18) == amount
    assert all(abs(digit) < LIMB for digit in digits)


def test_a_nineteenth_decimal_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 18 decimals"):
        digits_of(Decimal("0.0000000000000000001"))


@given(LINES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_sums_equal_those_of_decimals(lines: list[tuple[Decimal, int, int, int]]) -> None:
    expected: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    training: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for net, licensee, currency, use in lines:
        expected[licensee, currency].append(net)
        if use == 1:
            training[licensee, currency].append(net)
    totals = cube.add_up(columns_of(lines), Dimension.LICENSEE, kinds=(1, 2))
    keys = [totals.codes(index) for index in range(len(totals))]
    assert sorted(keys) == sorted(expected)
    for index, key in enumerate(keys):
        assert totals.net(index) == exact_sum(expected[key])
        assert totals.part(0, index) == exact_sum(training[key])
        assert totals.count(index) == len(expected[key])
    nets = [totals.net(index) for index in range(len(totals))]
    assert nets == sorted(nets, reverse=True)


@given(LINES, st.sets(st.integers(-1, 7)), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=EXAMPLES, deadline=None)
def test_filters_keep_what_fits(
    lines: list[tuple[Decimal, int, int, int]], wanted: set[int], first: int, last: int
) -> None:
    columns = columns_of(lines)
    rows = cube.choose(columns, {Dimension.LICENSEE: wanted}, (first, last))
    assert rows is not None
    assert rows.tolist() == [
        index for index, line in enumerate(lines) if line[1] in wanted and first <= index <= last
    ]
    totals = cube.add_up(columns, Dimension.CURRENCY, rows)
    assert exact_sum(totals.net(index) for index in range(len(totals))) == exact_sum(
        lines[index][0] for index in rows
    )


@given(LINES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_lines_are_ordered_by_amount(lines: list[tuple[Decimal, int, int, int]]) -> None:
    columns = columns_of(lines)
    order = cube.largest_first(columns, np.arange(len(lines)))
    nets = [lines[index][0] for index in order]
    assert nets == sorted(nets, reverse=True)


@given(LINES, LINES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_two_statements_add_up_to_one(
    one: list[tuple[Decimal, int, int, int]], other: list[tuple[Decimal, int, int, int]]
) -> None:
    both = joined([columns_of(one), columns_of(other)])
    totals = cube.add_up(both, Dimension.CURRENCY)
    assert exact_sum(totals.net(index) for index in range(len(totals))) == exact_sum(
        line[0] for line in (*one, *other)
    )


def test_no_line_is_no_total() -> None:
    assert len(cube.add_up(joined([]), Dimension.WORK)) == 0
    assert cube.choose(joined([]), {}) is None


def test_a_sparse_dimension_takes_no_room_for_what_is_missing() -> None:
    columns = columns_of([(Decimal(1), 0, 0, 0), (Decimal(2), 0, 0, 0)])
    sparse = {**columns.codes, Dimension.WORK: np.array([7, 2_000_000_000], np.int32)}
    totals = cube.add_up(Columns(sparse, columns.limbs, columns.position), Dimension.WORK)
    assert [totals.codes(index)[0] for index in range(len(totals))] == [2_000_000_000, 7]


def test_many_nines_lose_nothing() -> None:
    """Where floats alone would: a million times 999,999,999 in each place."""
    n = 1_000_000
    limbs = np.full((3, n), LIMB - 1, np.int32)
    nothing = np.zeros(n, np.int32)
    columns = Columns(dict.fromkeys(Dimension, nothing), limbs, nothing)
    totals = cube.add_up(columns, Dimension.WORK)
    assert totals.net(0) == EXACT.multiply(Decimal("999999999.999999999999999999"), Decimal(n))


@given(st.dates())
def test_months_come_back(day: object) -> None:
    code = month_code(day)  # type: ignore[arg-type]
    assert month_of(code) == day.replace(day=1)  # type: ignore[attr-defined]


def test_works_come_back() -> None:
    for work in ((None, None), (12, None), (None, 7)):
        assert work_of(work_code(*work)) == work
