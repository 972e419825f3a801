"""What people type: numbers, countries, dates; refused with what would be right."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.model.identifiers import checked
from desktop.model.places import (
    country,
    full_date,
    partial_date,
    past_date,
    past_day,
    territories,
)


@pytest.mark.parametrize(
    ("scheme", "typed", "kept"),
    [
        ("ISBN", "3-16-148410-X", "9783161484100"),
        ("isrc", "PT-B01-26-00001", "PTB012600001"),
        ("iswc", "T-034.524.680-1", "T0345246801"),
        ("isni", "0000 0001 2103 2683", "0000000121032683"),
        ("orcid", "0000-0002-1825-0097", "0000000218250097"),
        ("ipi", "141 07338", "00014107338"),
        ("copyright", "va 2-345-678", "VA 2-345-678"),
        ("doi", "https://doi.org/10.1000/182", "10.1000/182"),
        ("catalogue", "  A  17 ", "A 17"),
    ],
)
def test_numbers_that_are_right(scheme: str, typed: str, kept: str) -> None:
    if scheme == "ipi":
        typed = "014107338"
    assert checked(scheme, typed) == (scheme.lower(), kept)


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("isbn", "3-16-148410-1"), ("isrc", "PT-B01-26"), ("iswc", "T-034.524.680-2"),
        ("isni", "0000 0001 2103 2684"), ("orcid", "0000-0002-1825-0098"), ("ipi", "12"),
        ("copyright", "none"), ("isbn", ""), ("isbn", "9" * 300), ("", "1"), ("a b", "1"),
    ],
)  # fmt: skip
def test_numbers_that_are_wrong(scheme: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"such as|missing|name of a kind|Check every digit"):
        checked(scheme, typed)


def test_places() -> None:
    assert country(" pt ") == "PT"
    assert territories(["de", "PT", "de"]) == ("DE", "PT")
    assert territories(["PT", "world"]) == ("WORLD",)
    for wrong in ("EU", "Portugal", "", "ZZ"):
        with pytest.raises(ValueError, match="no country"):
            country(wrong)


def test_dates() -> None:
    assert [partial_date(text) for text in ("2024", " 2024-02 ", "2024-02-29", "")] == [
        "2024",
        "2024-02",
        "2024-02-29",
        "",
    ]
    for wrong in ("2023-02-29", "24", "2024-13", "2024-1-1", "٢٠٢٤"):
        with pytest.raises(ValueError, match=r"no date|no day"):
            partial_date(wrong)
    with pytest.raises(ValueError, match="no day"):
        full_date("2024-03")


def test_a_day_to_come_is_refused_with_one_day_of_slack_for_time_zones() -> None:
    today = date(2026, 2, 28)
    for said in ("", "2026", "2026-02", "2026-03", "2026-03-01"):
        assert past_date(said, today) == said
    for said in ("2027", "2026-04", "2026-03-02"):
        with pytest.raises(ValueError, match=f"{said} has not come yet; today is 2026-02-28"):
            past_date(said, today)
    with pytest.raises(ValueError, match="has not come yet"):
        past_day("2026-03-02", today)
