"""Adding up shares, and reading ISCCs: the two comparisons a review rests on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.practice.iscc import codes_of, distance_bits
from desktop.practice.shares import claimant_share, excesses, holdings_of
from tests.practice.claimant import Claimant, fingerprint

ana, ben = Claimant(name="Ana Sousa"), Claimant(name="Ben Okafor")


def totals(*claims: dict[str, Any]) -> dict[str, Fraction]:
    """Return the excess per right of claims taken together."""
    holdings = [one for number, claim in enumerate(claims) for one in holdings_of(claim, number)]
    return {excess.right: excess.total for excess in excesses(holdings)}


def claim(owner: Claimant, *shares: dict[str, Any]) -> dict[str, Any]:
    """Return an unsigned claim with shares."""
    return {**owner.draft(), "shares": list(shares)}


def test_the_whole_is_no_excess() -> None:
    third = [ana.share("training", "1/3", party={"name": f"Member {n}"}) for n in range(3)]
    assert totals(claim(ana, *third)) == {}
    assert totals(claim(ana, *third, ben.share("training", "1/1000"))) == {
        "training": Fraction(1001, 1000)
    }


def test_one_party_in_two_claims_counts_once() -> None:
    both = (ana.share("training", "2/3"), ben.share("training", "1/3"))
    assert totals(claim(ana, *both), claim(ben, *both)) == {}
    assert totals(claim(ana, *both), claim(ben, ben.share("training", "1/2"))) == {
        "training": Fraction(7, 6)
    }


def test_a_name_without_a_did_is_the_one_who_goes_by_it() -> None:
    named = ana.share("training", "1/3", party={"name": "ben  OKAFOR"})
    assert totals(claim(ana, ana.share("training", "2/3"), named), claim(ben, named)) == {}


def test_a_borrowed_name_is_another_party() -> None:
    impostor = Claimant(name="Ana Sousa")
    mine, theirs = (c.share("training", party={"name": "Ana Sousa"}) for c in (ana, impostor))
    assert totals(claim(ana, mine), claim(impostor, theirs)) == {"training": Fraction(2)}


def test_worldwide_covers_every_country() -> None:
    portugal = ben.share("output", "1/4", territories=["PT"])
    assert totals(claim(ana, ana.share("output")), claim(ben, portugal)) == {
        "output": Fraction(5, 4)
    }


def test_the_end_is_the_first_day_after() -> None:
    early = ana.share("output", to="2026-05-01")
    late = ben.share("output", **{"from": "2026-05-01"})
    assert totals(claim(ana, early), claim(ben, late)) == {}
    late["from"] = "2026-04-30"
    assert totals(claim(ana, early), claim(ben, late)) == {"output": Fraction(2)}


parts = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@settings(max_examples=40, deadline=None)
@given(st.lists(parts, min_size=1, max_size=12))
def test_an_excess_is_exactly_what_is_over(given_parts: list[Fraction]) -> None:
    shares = [
        ana.share("training", f"{p.numerator}/{p.denominator}", party={"name": f"Member {n}"})
        for n, p in enumerate(given_parts)
    ]
    total = sum(given_parts, Fraction(0))
    assert totals(claim(ana, *shares)) == ({"training": total} if total > 1 else {})


def test_who_is_paid_what() -> None:
    day = date(2026, 1, 1)
    mixed = claim(ana, ana.share("training", "1/2"), ben.share("training", "1/4"))
    assert claimant_share(mixed, "training", "DE", day) == (Fraction(1, 2), "WORLD")
    assert claimant_share(mixed, "output", "DE", day) is None
    mixed["claimant"]["capacity"] = "representative"
    assert claimant_share(mixed, "training", "DE", day) == (Fraction(3, 4), "WORLD")
    assert claimant_share(claim(ana, ben.share("training")), "training", "DE", day) is None


def test_codes_come_from_the_units_or_from_the_whole() -> None:
    prints = fingerprint("a picture")
    long = codes_of(prints["iscc"], prints["units"], prints["datahash"])
    short = codes_of(prints["iscc"], [], prints["datahash"])
    assert long == short
    assert long.subtype == 1
    assert long.content is not None
    assert len(long.content) == 8


@pytest.mark.parametrize("part", ["datahash", "content", "instance"])
def test_parts_of_two_pictures_do_not_go_together(part: str) -> None:
    one, other = fingerprint("one"), fingerprint("other")
    if part == "datahash":
        one["datahash"] = other["datahash"]
    else:
        index = 0 if part == "content" else 2
        one["units"][index] = other["units"][index]
    with pytest.raises(ValueError, match="belong"):
        codes_of(one["iscc"], one["units"], one["datahash"])


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=9, max_size=72))
def test_nonsense_codes_are_only_ever_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        codes_of(f"ISCC:K{text}", [f"ISCC:{text}"], "1e20" + "0" * 64)


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_distance(one: bytes, other: bytes) -> None:
    assert distance_bits(one, other) == distance_bits(other, one) <= 64
    assert (distance_bits(one, other) == 0) == (one == other)
