"""What is kept for an advance is never more than the advance, or it is found."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.money import EXACT, exact_sum
from desktop.payments.checks import check_statement
from desktop.payments.checks.known import Known
from desktop.payments.recoupment import advance_left
from tests.payments.making import statement

many = settings(max_examples=int(os.environ.get("RESIDUALS_CASES", "40")), deadline=None)
cents = st.integers(1, 10**6).map(lambda minor: Decimal(minor).scaleb(-2))
START = date(2026, 1, 31)


@many
@given(st.lists(cents, min_size=1, max_size=3), st.lists(cents, min_size=1, max_size=6))
def test_every_cent_above_the_advance_is_found(granted: list[Decimal], kept: list[Decimal]) -> None:
    advances = [(START, amount) for amount in granted]
    before: list[tuple[date, Decimal]] = [(START - timedelta(days=1), Decimal(999))]
    for number, amount in enumerate(kept):
        left = advance_left(advances, before)
        made = replace(
            statement([Decimal(10**6)], recouped=amount), issued=START + timedelta(days=number)
        )
        found = {one.check for one in check_statement(made, Known(advance_left=left))}
        total = EXACT.subtract(exact_sum(granted), exact_sum(kept[: number + 1]))
        assert ("T3" in found) is (total < 0)
        before.append((made.issued, amount))
        assert advance_left(advances, before) == total


def test_where_no_advance_is_known_nothing_is_said() -> None:
    assert advance_left([], [(START, Decimal(5))]) is None
