"""Money and dates as people write them: ISO 4217's decimals, never a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale

from desktop.model.money import Money
from desktop.ui import figures


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "locale", lambda: Locale("de", "DE"))


@pytest.mark.parametrize(
    ("currency", "minor", "expected"),
    [
        ("EUR", 341872, "3.418,72\xa0€"),
        ("JPY", 341872, "341.872\xa0¥"),
        ("KWD", 341872, "341,872\xa0KWD"),
        ("EUR", -5, "-0,05\xa0€"),
        # Babel's own data says 0 decimals for these two; ISO 4217 says 3 and 2.
        ("IQD", 341872, "341,872\xa0IQD"),
        ("RSD", 341872, "3.418,72\xa0RSD"),
    ],
)
def test_every_currency_has_its_own_decimals(
    german: None, currency: str, minor: int, expected: str
) -> None:
    assert figures.money(Money(currency, minor)) == expected


def test_large_amounts_keep_every_digit(german: None) -> None:
    shown = figures.exact_money(Decimal("12345678901234567890.12"), "EUR", 2)
    assert shown == "12.345.678.901.234.567.890,12\xa0€"


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [(0, "0 B"), (999, "999 B"), (2_800_000, "2,8 MB"), (25_000_000_000, "25 GB")],
)
def test_sizes(german: None, size_bytes: int, expected: str) -> None:
    assert figures.size(size_bytes) == expected


@pytest.mark.parametrize(
    ("duration_ms", "expected"), [(0, "0:00"), (187_000, "3:07"), (3_765_000, "1:02:45")]
)
def test_durations(duration_ms: int, expected: str) -> None:
    assert figures.duration(duration_ms) == expected
