"""Exact amounts, days and periods out of the cells of a file; what is not exact is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from desktop.model.payments import Period

_PLAIN = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,18})?")
_SCIENTIFIC = re.compile(r"-?[0-9](?:\.[0-9]{1,30})?[eE][+-]?[0-9]{1,2}")
_TOO_EXACT = re.compile(r"[0-9]{0,30}[.,][0-9]{19,}")
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
MOST_DIGITS = 13  # before the point; even with four decimals it fits the store many times
_SYMBOLS = {"€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY")}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "YY": r"(?P<short>[0-9]{2})",
    "MON": r"(?P<name>[A-Za-z]{3,9})\.?",
    "MM": r"(?P<month>[0-9]{2})",
    "M": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{2})",
    "D": r"(?P<day>[0-9]{1,2})",
    "Q": r"Q?(?P<quarter>[1-4])",
    "H": r"H?(?P<half>[12])",
}
_TOKEN = re.compile("YYYY|YY|MON|MM|M|DD|D|Q|H")
_TIME = (
    r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AP]M)?"
    r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)


class Amounts:
    """Reads amounts as one payer writes them; the same text again costs nothing."""

    def __init__(self, decimal: str) -> None:
        """decimal: "." or ",", what stands before the cents; the other may part thousands."""
        self._point = decimal
        self._other_way = re.compile(
            r"[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]+" if decimal == "." else r"[0-9,]*\.[0-9]+"
        )
        self._refused = self._thousands = ""
        other = r"\," if decimal == "." else r"\."
        cents = rf"\{decimal}[0-9]{{1,18}}"
        parted = rf"[1-9][0-9]{{0,2}}(?:(?:{other}|[ '’\u00a0\u202f])[0-9]{{3}})+(?:{cents})?"
        self._grouped = re.compile(rf"{parted}|[0-9]{{1,30}}(?:{cents})?|{cents}")
        self._known: dict[str, Decimal] = {}

    def read(self, text: str) -> Decimal:
        """Return an amount exactly as it stands. Raises ValueError."""
        found = self._known.get(text)
        if found is None:
            plain = self._point == "." and _PLAIN.fullmatch(text)
            found = Decimal(text) if plain else self._unusual(text)
            if found.adjusted() >= MOST_DIGITS:
                raise ValueError(f"{text[:40]!r} is larger than any amount that can be kept")
            if len(self._known) >= 50_000:
                self._known.clear()
            self._known[text] = found
        return found

    @property
    def two_ways(self) -> tuple[str, str] | None:
        """An amount that could be either, and one that shows it was meant the other way."""
        found = (self._thousands, self._refused)
        return found if all(found) else None

    def _unusual(self, text: str) -> Decimal:
        bare = text.strip().replace("−", "-")
        sign = ""
        if bare.startswith("(") and bare.endswith(")"):
            sign, bare = "-", bare[1:-1].strip()
        elif bare.endswith("-"):
            sign, bare = "-", bare[:-1].strip()
        elif bare.startswith("-"):
            sign, bare = "-", bare[1:].strip()
        bare = bare.removeprefix("+")
        bare = re.sub(r"^[$€£¥]\s?|\s?[$€£¥]$", "", bare)
        if bare.startswith("-") and not sign:
            sign, bare = "-", bare[1:]
        if self._point == "." and _SCIENTIFIC.fullmatch(bare):
            return _within(Decimal(sign + bare), text)
        if not self._grouped.fullmatch(bare):
            if self._other_way.fullmatch(bare):
                self._refused = self._refused or bare
            if _TOO_EXACT.fullmatch(bare):
                raise ValueError(f"{text.strip()[:60]!r} has more than 18 decimals")
            raise ValueError(f"{text.strip()[:40]!r} is not an amount")
        if _EITHER.fullmatch(bare):
            self._thousands = self._thousands or bare
        digits = re.sub(r"[ '’\u00a0\u202f]", "", bare)
        digits = digits.replace("," if self._point == "." else ".", "").replace(self._point, ".")
        return Decimal(sign + digits)


def _within(amount: Decimal, text: str) -> Decimal:
    try:
        places = -int(amount.as_tuple().exponent)
    except InvalidOperation as error:
        raise ValueError(f"{text[:40]!r} is not an amount") from error
    if places > 18 or amount.adjusted() > 30:
        raise ValueError(f"{text[:40]!r} has more than 18 decimals")
    return Decimal(f"{amount:f}")


def symbol_contradicts(text: str, currency: str) -> bool:
    """Whether an amount carries the sign of another currency than its own."""
    return any(sign in text and currency not in known for sign, known in _SYMBOLS.items())


class Days:
    """Reads days and periods as one payer writes them; the same text again costs nothing."""

    def __init__(self, formats: Iterable[str]) -> None:
        """formats: such as YYYY-MM-DD, MON YYYY, YYYY-Q, D.M.YYYY; the first that fits counts."""
        self._patterns = [(_pattern(one), one) for one in formats]
        self._known: dict[str, Period] = {}

    def period(self, text: str) -> Period:
        """Return the day, month, quarter, half or year that is written. Raises ValueError."""
        found = self._known.get(text)
        if found is None:
            found = self._read(text.strip())
            if len(self._known) >= 50_000:
                self._known.clear()
            self._known[text] = found
        return found

    def day(self, text: str) -> date:
        """Return a day; of a longer time its first. Raises ValueError."""
        return self.period(text).start

    def _read(self, text: str) -> Period:
        for pattern, _ in self._patterns:
            found = pattern.fullmatch(text)
            if found is not None:
                return _period(found.groupdict(), text)
        written = ", ".join(name for _, name in self._patterns)
        raise ValueError(f"{text[:40]!r} is not a date written as {written}")


def _pattern(written: str) -> re.Pattern[str]:
    parts = _TOKEN.split(written)
    tokens = _TOKEN.findall(written)
    regex = re.escape(parts[0])
    for token, rest in zip(tokens, parts[1:], strict=True):
        regex += _PARTS[token] + re.escape(rest)
    ends = _TIME if {"DD", "D"} & set(tokens) else ""
    return re.compile(regex + ends, re.I)


def _period(said: dict[str, str | None], text: str) -> Period:
    short = said.get("short")
    year = 2000 + int(short) if short else int(said.get("year") or 0)
    name = said.get("name")
    try:
        if name is not None or said.get("month"):
            month = _month(name) if name is not None else int(said["month"] or 0)
            day = said.get("day")
            start = date(year, month, int(day or 1))
            return one_day(start) if day else months(start, 1)
        if said.get("quarter"):
            return months(date(year, 3 * int(said["quarter"] or 1) - 2, 1), 3)
        if said.get("half"):
            return months(date(year, 6 * int(said["half"] or 1) - 5, 1), 6)
        return months(date(year, 1, 1), 12)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is not a day of the calendar") from error


def _month(name: str) -> int:
    short = name[:3].lower()
    if short not in _MONTHS:
        raise ValueError(name)
    return _MONTHS.index(short) + 1


def one_day(day: date) -> Period:
    """Return the period of one day."""
    return Period(start=day, end=day + timedelta(days=1))


def months(start: date, count: int) -> Period:
    """Return a period of whole months."""
    last = start.year * 12 + start.month - 1 + count
    return Period(start=start, end=date(last // 12, last % 12 + 1, 1))


def month_of(day: date) -> Period:
    """Return the month of a day."""
    return months(day.replace(day=1), 1)


def quarter_of(day: date) -> Period:
    """Return the quarter of a day."""
    return months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 3)


def half_of(day: date) -> Period:
    """Return the half year of a day."""
    return months(date(day.year, 1 if day.month <= 6 else 7, 1), 6)


def year_of(day: date) -> Period:
    """Return the year of a day."""
    return months(date(day.year, 1, 1), 12)


def label_of(period: Period) -> str:
    """Return 2026-03, 2026-Q1, 2026-H1, 2026, or both days of any other period."""
    start, end = period.start, period.end
    if start.day == 1 and end.day == 1:
        count = (end.year - start.year) * 12 + end.month - start.month
        if count == 1:
            return f"{start:%Y-%m}"
        if count == 12 and start.month == 1:
            return f"{start:%Y}"
        if count == 3 and start.month % 3 == 1:
            return f"{start:%Y}-Q{start.month // 3 + 1}"
        if count == 6 and start.month % 6 == 1:
            return f"{start:%Y}-H{start.month // 6 + 1}"
    return f"{start.isoformat()}–{(end - timedelta(days=1)).isoformat()}"


Bucket = Callable[[date], Period]
