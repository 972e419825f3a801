"""The registry's clock: the real time plus an offset that is kept in the ledger.

Only `advance` moves it; it is read anew every time, since another process may have moved it.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.times import Clock

MAX_MONTHS = 120
LAST_YEAR = 9000


def now_of(connection: Any, clock: Clock) -> datetime:
    """Return the registry's time now, in whole seconds, aware, in UTC."""
    real = clock().astimezone(UTC).replace(microsecond=0)
    return real + timedelta(seconds=int(setting(connection, "offset_s", "0")))


def set_now(connection: Any, clock: Clock, moment: datetime) -> None:
    """Move the clock so that it is moment now."""
    real = clock().astimezone(UTC).replace(microsecond=0)
    keep_setting(connection, "offset_s", str(round((moment - real).total_seconds())))


def setting(connection: Any, name: str, default: str) -> str:
    """Return a kept setting, or default."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
    return default if row is None else str(row["value"])


def keep_setting(connection: Any, name: str, value: str) -> None:
    """Keep a setting."""
    connection.execute(
        "INSERT INTO settings (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )


def plus_months(moment: datetime, months: int) -> datetime:
    """Return the same time of day months later; the 31st becomes a shorter month's last day.

    Raises UsageProblem outside of 1 to MAX_MONTHS months, or too far in the future.
    """
    if not 1 <= months <= MAX_MONTHS:
        raise UsageProblem(f"The practice clock moves 1 to {MAX_MONTHS} months at a time.")
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    if year > LAST_YEAR:
        raise UsageProblem("The practice clock cannot go that far.")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def month_start(day: date | datetime) -> date:
    """Return the first day of the month that day is in."""
    return date(day.year, day.month, 1)


def next_month(start: date) -> date:
    """Return the first day of the month after."""
    return (start + timedelta(days=32)).replace(day=1)


def at(day: date, hour: int) -> datetime:
    """Return the moment of hour o'clock UTC on day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
