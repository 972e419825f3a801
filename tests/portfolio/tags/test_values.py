"""Dates, numbers and plain text out of what strangers wrote."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.model.identifiers import recognise, recognised
from desktop.portfolio.tags.dates import first_date, iso_date
from desktop.portfolio.tags.plain import plain, plain_names
from desktop.portfolio.tags.values import first_values


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024:05:31 06:10:00", "2024-05-31"),
        ("2024-05-31T23:30:00-05:00", "2024-05-31"),
        ("2024-05-31Z", "2024-05-31"),
        ("20240531", "2024-05-31"),
        ("20240531061000", "2024-05-31"),
        ("D:20240531061000+02'00'", "2024-05-31"),
        ("2024-05", "2024-05"),
        ("2024-05T06:10", "2024-05"),
        ("2024", "2024"),
        ("  2024 ", "2024"),
        ("2024-00-00", "2024"),
        ("2024-05-00", "2024-05"),
        ("2024:02:29", "2024-02-29"),
        ("2023:02:29", ""),
        ("2024-13-01", ""),
        ("2024-00-07", ""),
        ("0000:00:00 00:00:00", ""),
        ("1904-01-01T00:00:00.000000Z", ""),
        ("9999-12-31", ""),
        ("31.05.2024", ""),
        ("spring 2024", ""),
        ("20245", ""),
        ("202405", "2024-05"),
        ("", ""),
        ("\u0662\u0660\u0662\u0664", ""),
    ],
)
def test_dates(written: str, expected: str) -> None:
    assert iso_date(written) == expected


def test_the_first_that_is_a_date() -> None:
    assert first_date(["soon", "0000:00:00", "2019", "2020"]) == "2019"


@given(st.text(max_size=40))
def test_a_date_is_always_one_a_claim_may_have(written: str) -> None:
    found = iso_date(written)
    assert found == "" or (
        len(found) in (4, 7, 10) and found.isascii() and iso_date(found) == found
    )


@pytest.mark.parametrize(
    ("value", "scheme", "expected"),
    [
        ("US-S1Z-99-00001", "isrc", ("isrc", "USS1Z9900001")),
        ("uss1z9900001", "isrc", ("isrc", "USS1Z9900001")),
        ("USS1Z990000", "isrc", None),
        ("T-034.524.680-1", "iswc", ("iswc", "T0345246801")),
        ("T0345246801", "iswc", ("iswc", "T0345246801")),
        ("T-034.524.680-2", "iswc", None),
        ("urn:isbn:9780306406157", "", ("isbn", "9780306406157")),
        ("ISBN 0-306-40615-2", "", ("isbn", "9780306406157")),
        ("ISBN-13: 978-0-306-40615-7", "", ("isbn", "9780306406157")),
        ("978-0-306-40615-7", "", ("isbn", "9780306406157")),
        ("9780306406158", "", None),
        ("9780306406158", "isbn", None),
        ("0306406152", "", None),
        ("0306406152", "ISBN", ("isbn", "9780306406157")),
        ("urn:issn:0317-8471", "", ("issn", "03178471")),
        ("https://doi.org/10.5555/ABC.12", "", ("doi", "10.5555/abc.12")),
        ("doi:10.5555/abc", "", ("doi", "10.5555/abc")),
        ("10.5/abc", "", None),
        ("979-0-2600-0043-8", "ismn", ("ismn", "9790260000438")),
        ("http://www.gutenberg.org/ebooks/25545", "", None),
        ("urn:uuid:6466d5f1-f791-433d-8f11-23ad44dd57e5", "", None),
        ("anything", "uuid", None),
        ("", "isbn", None),
    ],
)
def test_numbers(value: str, scheme: str, expected: tuple[str, str] | None) -> None:
    assert recognise(value, scheme) == expected


@given(st.text(max_size=300), st.sampled_from(["", "isbn", "isrc", "iswc", "doi", "isan", "x"]))
def test_whatever_is_recognised_is_recognised_again(value: str, scheme: str) -> None:
    found = recognise(value, scheme)
    if found is not None:
        assert recognise(found[1], found[0]) == found
        assert len(found[1]) <= 200


def test_numbers_are_named_once_and_not_without_end() -> None:
    many = [(f"10.5555/{number}", "") for number in range(500)]
    assert len(recognised(many)) == 20
    assert recognised([("USS1Z9900001", "isrc"), ("US-S1Z-99-00001", "isrc")]) == (
        ("isrc", "USS1Z9900001"),
    )


@given(st.text())
def test_plain_text_steers_nothing(written: str) -> None:
    text = plain(written, 50)
    assert len(text) <= 50
    assert text == text.strip()
    assert all(char in "\u200c\u200d" or unicodedata.category(char)[0] != "C" for char in text)
    assert plain(text, 50) == text


def test_plain_text_keeps_what_people_write() -> None:
    assert plain("Ask <ana@example.org>\n&\tpay") == "Ask <ana@example.org> & pay"
    assert plain("evil\u202egnp.exe\x00\x1b[31m\ufeff") == "evilgnp.exe[31m"
    assert plain("نمی\u200cخواهم 👩\u200d🎨") == "نمی\u200cخواهم 👩\u200d🎨"
    assert plain_names(["a", "", "a", "\x00", "b", "c"], 2) == ("a", "b")


def test_a_huge_text_is_cut_before_it_is_looked_at() -> None:
    assert plain("x" * 50_000_000, 10) == "x" * 10


def test_the_first_tag_that_has_a_value_wins_and_decides_the_code() -> None:
    """name and description are left as they are: the Meta-Code is made of them."""
    order = {"name": ("a", "b"), "creator": ("p", "q"), "created": ("d", "e")}
    made = first_values(
        {"a": "", "b": ("One \u202e two", "Three"), "q": ("Ana", "Bo"), "d": "soon", "e": "2020"},
        order,
    )
    assert made.name == "One \u202e two"
    assert [(one.name, one.role) for one in made.creators] == [("Ana", ""), ("Bo", "")]
    assert made.created == "2020"
