"""Shares are added up exactly, by right, side, country and day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.claims.shares import WORLD, equal_split, excess, gap_words, gaps, totals
from desktop.model.works import Interest, Party, Right, Share

ANA, BEN, CLEO = (Party(party_id=n, name=name) for n, name in enumerate(("Ana", "Ben", "Cleo"), 1))
DAYS = [(date(2026, 1, 1) + timedelta(days=10 * n)).isoformat() for n in range(5)]


def share(party: Party, part: str | None, **more: object) -> Share:
    fraction = Fraction(part) if part is not None else None
    return Share(party=party, right=Right.TRAINING, fraction=fraction, **more)  # type: ignore[arg-type]


def test_sides_and_times_are_added_up_apart() -> None:
    master = share(ANA, "1", interest=Interest.MASTER)
    publishing = share(BEN, "1", interest=Interest.PUBLISHING)
    before = share(ANA, "1", ends="2026-01-01")
    after = share(BEN, "1", starts="2026-01-01")
    assert excess([master, publishing, before, after]) is None
    overlap = share(CLEO, "1/100", starts="2025-12-31", ends="2026-01-02")
    over = excess([before, after, overlap])
    assert over is not None
    assert (over.total, over.since) == (Fraction(101, 100), "2025-12-31")


def test_what_is_left_over_is_said() -> None:
    shares = [share(ANA, "1/2"), share(BEN, "1/4", territories=("PT",)), share(CLEO, None)]
    (gap,) = gaps(shares)
    assert (gap.territory, gap.total, gap.open) == (WORLD, Fraction(1, 2), True)
    assert gaps([share(ANA, "1/2"), share(BEN, "1/2")]) == []
    assert excess([share(ANA, "1"), share(BEN, None)]) is None


def test_a_gap_in_words() -> None:
    (some,) = gaps([share(ANA, "1/3")])
    assert gap_words(some) == "2/3 of training"
    (part_unknown,) = gaps([share(ANA, "1/3"), share(BEN, None)])
    assert gap_words(part_unknown) == "2/3 of training, less a share that is unknown"
    (all_given,) = gaps([share(ANA, "1"), share(BEN, None)])
    assert gap_words(all_given) == "training: a share in it is unknown"


@pytest.mark.parametrize("count", range(1, 12))
def test_an_equal_split_is_the_whole(count: int) -> None:
    band = [Party(party_id=n, name=str(n)) for n in range(count)]
    split = equal_split(band)
    assert {one.total for one in totals(split)} == {Fraction(1)}
    assert len(split) == 3 * count


SHARES = st.lists(
    st.builds(
        share,
        st.sampled_from([ANA, BEN, CLEO]),
        st.sampled_from(["1/3", "1/2", "2/3", "1", None]),
        territories=st.sampled_from([("WORLD",), ("PT",), ("DE", "PT"), ("DE",)]),
        interest=st.sampled_from(list(Interest)),
        starts=st.sampled_from(["", *DAYS[:2]]),
        ends=st.sampled_from(["", *DAYS[3:]]),
    ),
    max_size=6,
)


@given(SHARES)
def test_no_day_and_no_country_is_overlooked(shares: list[Share]) -> None:
    """Compared with asking for every day and country there is."""
    greatest = Fraction(0)
    for interest in Interest:
        for place in ("DE", "PT", "FR"):
            for day in ["0001-01-01", *DAYS, "9999-12-31"]:
                here = [
                    one.fraction or Fraction(0)
                    for one in shares
                    if one.interest is interest
                    and {place, "WORLD"} & set(one.territories)
                    and one.starts <= day
                    and (not one.ends or day < one.ends)
                ]
                greatest = max(greatest, sum(here, Fraction(0)))
    over = excess(shares)
    assert (over.total if over else Fraction(0)) == (greatest if greatest > 1 else 0)
