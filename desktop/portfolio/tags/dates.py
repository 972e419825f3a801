"""Read the date a file gives as an ISO 8601 date, as exact as it is and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

# EXIF 2024:05:31, IIM and PDF 20240531, ISO 2024-05-31T…, ID3 2024-05, a bare year.
_DATE = re.compile(
    r"\s*(?:D:)?(?P<year>\d{4})"
    r"(?:(?P<mark>[-:/.]?)(?P<month>\d\d)(?:(?P=mark)(?P<day>\d\d))?)?"
    r"(?=$|[\sT]|[+-]\d\d:?\d\d$|Z$|\d{6}(?!\d{4}))",
    re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
# Programs write these where they know no date.
_ZEROS = ("1904-01-01T00:00:00", "1970-01-01T00:00:00", "1601-01-01T00:00:00")


def iso_date(text: str) -> str:
    """Return YYYY, YYYY-MM or YYYY-MM-DD; "" where there is no date, or one that cannot be."""
    if text.strip().startswith(_ZEROS):
        return ""
    found = _DATE.match(text[:64])
    if found is None:
        return ""
    year, month, day = (int(found[part] or 0) for part in ("year", "month", "day"))
    if not _FIRST_YEAR <= year <= _LAST_YEAR or (day and not month):
        return ""
    if not month:  # IIM and EXIF write what is not known as zeros
        return f"{year}"
    try:
        date(year, month, day or 1)
    except ValueError:
        return ""
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"


def first_date(texts: Iterable[str]) -> str:
    """Return the first text that is a date, as iso_date gives it."""
    return next((found for found in map(iso_date, texts) if found), "")
