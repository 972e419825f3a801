"""Countries and dates as people type them, checked. ISO 3166-1 alpha-2; RFC 3339 dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

WORLD = "WORLD"
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # of the CLDR's list of regions
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def country(text: str) -> str:
    """Return a country's code in capitals. Raises ValueError."""
    code = text.strip().upper()
    if code not in _countries():
        raise ValueError(f"{text[:40]!r} is no country: two letters are asked for, such as PT.")
    return code


def territories(texts: Iterable[str]) -> tuple[str, ...]:
    """Return territories, each once, sorted; WORLD stands alone. Raises ValueError."""
    found = {WORLD if text.strip().upper() == WORLD else country(text) for text in texts}
    if not found:
        raise ValueError("A share holds somewhere: name countries, or WORLD.")
    return (WORLD,) if WORLD in found else tuple(sorted(found))


def partial_date(text: str) -> str:
    """Return YYYY, YYYY-MM or YYYY-MM-DD; "" for nothing. Raises ValueError."""
    text = text.strip()
    parts = _PARTIAL.fullmatch(text)
    if not text:
        return ""
    if parts is None:
        raise ValueError(f"{text[:40]!r} is no date: write 2024, 2024-03 or 2024-03-09.")
    try:
        date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    except ValueError as error:
        raise ValueError(
            f"There is no day such as {text}: write 2024, 2024-03 or 2024-03-09."
        ) from error
    return text


def full_date(text: str) -> str:
    """Return YYYY-MM-DD; "" for nothing. Raises ValueError."""
    found = partial_date(text)
    if found and len(found) != 10:
        raise ValueError(f"{text[:40]!r} is no day: write it as 2024-03-09.")
    return found


def has_come(text: str, today: date) -> bool:
    """Tell whether a date of partial_date's form has come; today, in UTC, may be a day late.

    Of a year or month, its first day counts.
    """
    parts = _PARTIAL.fullmatch(text)
    if parts is None:
        return True
    first = date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    return first <= today + timedelta(days=1)


def past_date(text: str, today: date) -> str:
    """Return a partial_date that has come. Raises ValueError."""
    found = partial_date(text)
    if not has_come(found, today):
        raise ValueError(f"{found} has not come yet; today is {today:%Y-%m-%d}.")
    return found


def past_day(text: str, today: date) -> str:
    """Return a full_date that has come. Raises ValueError."""
    return past_date(full_date(text), today)


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    known = map(str, Locale("en").territories)
    codes = {code for code in known if len(code) == 2 and code.isalpha()}
    return frozenset(codes - _NO_COUNTRIES)
