"""Numbers, money, dates and sizes as the user's locale writes them. Display only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from PySide6.QtCore import QLocale

from desktop.model.money import Money, exponent


def locale() -> Locale:
    """Return the user's locale; English where Babel does not know it."""
    name = QLocale.system().name()
    try:
        return Locale.parse(name if name != "C" else "en_GB")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "GB")


def count(number: int) -> str:
    """Return 4,218 as the locale groups it."""
    return format_decimal(number, locale=locale())


def many(number: int, one: str, several: str = "") -> str:
    """Return 1 claim, 4,218 claims; several: the plural where it is not with an s."""
    return f"{count(number)} {one if number == 1 else several or one + 's'}"


def money(amount: Money) -> str:
    """Return an amount with its currency and ISO 4217's decimals."""
    return exact_money(amount.decimal, amount.currency, exponent(amount.currency))


def exact_money(amount: Decimal, currency: str, decimals: int) -> str:
    """Return an exact amount with its currency, shown with that many decimals."""
    here = locale()
    pattern = here.currency_formats["standard"].pattern
    digits = "0." + "0" * decimals if decimals else "0"
    return format_currency(
        amount,
        currency,
        format=pattern.replace("0.00", digits),
        locale=here,
        currency_digits=False,
    )


def rounded_money(amount: Decimal, currency: str) -> str:
    """Return an exact amount shown with the decimals of its currency."""
    return exact_money(amount, currency, exponent(currency))


def line_money(amount: Decimal, currency: str) -> str:
    """Return the exact amount of a line: cents where that is all, else as it stands, up to 6.

    What is smaller still is shown by exact_money, where somebody looks closely.
    """
    least = exponent(currency)
    here = -int(amount.as_tuple().exponent) if amount.is_finite() else 0
    return exact_money(amount, currency, max(least, min(here, 6)))


def day(moment: date) -> str:
    """Return 12 Nov 2026 as the locale writes it."""
    return format_date(moment, format="medium", locale=locale())


def month(moment: date) -> str:
    """Return Nov 2026."""
    return format_date(moment, format="MMM y", locale=locale())


def short_month(moment: date) -> str:
    """Return Nov."""
    return format_date(moment, format="MMM", locale=locale())


def moment(value: datetime) -> str:
    """Return a time of day with its date, in the user's zone."""
    return format_datetime(value.astimezone(), format="medium", locale=locale())


def size(size_bytes: int) -> str:
    """Return 2.8 MB."""
    value, unit = float(size_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    shown = round(value, 1) if value < 10 and unit != "B" else round(value)
    return f"{format_decimal(shown, locale=locale())} {unit}"


def duration(duration_ms: int) -> str:
    """Return 3:07 or 1:02:45."""
    seconds = duration_ms // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def remaining(seconds: float) -> str:
    """Return about 40 s, about 3 min, about 2 h."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min left"
    return f"about {round(seconds / 3600)} h left"
