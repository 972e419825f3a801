"""Money: exact on lines, whole minor units where it settles, never a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.model.money import (
    Money,
    exact_product,
    exact_sum,
    exponent,
    parse_amount,
    split_minor,
)

minor_units = st.integers(min_value=-(10**15), max_value=10**15)


@st.composite
def partitions(draw: st.DrawFn) -> list[Fraction]:
    """Return fractions that add up to one."""
    weights = draw(st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=9))
    total = sum(weights)
    return [Fraction(weight, total) for weight in weights] if total else [Fraction(1)]


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("KRW", 0), ("BHD", 3), ("USD", 2)],
)
def test_decimals_are_those_of_iso_4217(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals
    assert str(Money(currency, 1)) == f"{Decimal(1).scaleb(-decimals):f}"


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "XXX", "XAU", "ZZZ", "€"])
def test_what_is_no_currency(currency: str) -> None:
    with pytest.raises(ValueError, match=r"currency|minor unit"):
        exponent(currency)
    with pytest.raises(ValueError, match=r"currency|minor unit"):
        Money(currency, 1)


@pytest.mark.parametrize("minor", [1.0, 0.1, True, "1", None, Decimal(1)])
def test_minor_units_are_whole_numbers(minor: object) -> None:
    with pytest.raises(TypeError):
        Money("EUR", minor)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "12..34", "1,5", "1e3", "NaN", "Infinity", " 1", "1 ", "+1", ".5", "5.", "--1", "0x1",
     "1_000", "١", "1\n", "1." + "0" * 19, "9" * 31, "-"],
)  # fmt: skip
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount(text)


@pytest.mark.parametrize("text", ["0", "-0.00", "12.3400", "0." + "0" * 17 + "1", "9" * 30])
def test_an_amount_keeps_every_digit(text: str) -> None:
    assert format(parse_amount(text), "f") == text


@given(minor_units, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_there_and_back(minor: int, currency: str) -> None:
    money = Money(currency, minor)
    assert Money.exactly(parse_amount(str(money)), currency) == money
    opposite = -money
    assert (-opposite, opposite.minor) == (money, -minor)
    assert money - money == Money(currency, 0)


def test_more_decimals_than_the_currency_has() -> None:
    with pytest.raises(ValueError, match="more decimals"):
        Money.exactly(Decimal("1.001"), "EUR")
    with pytest.raises(ValueError, match="more decimals"):
        Money.exactly(Decimal("1.5"), "JPY")
    assert Money.exactly(Decimal("1.500"), "KWD").minor == 1500
    assert Money.exactly(Decimal("1.00"), "JPY").minor == 1


@pytest.mark.parametrize(
    ("text", "minor"),
    [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.005", 0), ("-0.015", -2), ("0.0051", 1),
     ("20105.51993718", 2010552)],
)  # fmt: skip
def test_rounding_once_half_to_even(text: str, minor: int) -> None:
    assert Money.rounded(Decimal(text), "EUR").minor == minor


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        Money("EUR", 1) + Money("USD", 1)
    with pytest.raises(ValueError, match="cannot be added"):
        Money("EUR", 1) - Money("USD", 1)


@given(minor_units, partitions())
def test_parts_add_up_to_the_whole(minor: int, parts: list[Fraction]) -> None:
    split = split_minor(minor, parts)
    assert sum(split) == minor
    for amount, part in zip(split, parts, strict=True):
        assert abs(amount - part * minor) < 1
        assert part or not amount
    assert split_minor(-minor, parts) == [-amount for amount in split]


@given(minor_units, st.integers(min_value=1, max_value=50))
def test_equal_parts_differ_by_one_unit_and_the_first_win(minor: int, count: int) -> None:
    split = split_minor(minor, [Fraction(1, count)] * count)
    assert max(split) - min(split) <= 1
    assert [abs(amount) for amount in split] == sorted(map(abs, split), reverse=True)


@pytest.mark.parametrize(
    "parts", [[], [Fraction(1, 2)], [Fraction(3, 2), Fraction(-1, 2)], [Fraction(1), Fraction(1)]]
)
def test_parts_that_are_not_the_whole(parts: list[Fraction]) -> None:
    with pytest.raises(ValueError, match="add up to the whole"):
        split_minor(100, parts)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=18,
                            min_value=-(10**25), max_value=10**25), max_size=30))  # fmt: skip
def test_sums_lose_nothing(amounts: list[Decimal]) -> None:
    assert Fraction(exact_sum(amounts)) == sum((Fraction(a) for a in amounts), Fraction(0))


def test_products_are_exact_or_refused() -> None:
    assert exact_product(Decimal("0.1"), Decimal("0.2")) == Decimal("0.02")
    with pytest.raises(ArithmeticError):
        exact_product(Decimal("1." + "1" * 60), Decimal("1." + "1" * 60))
