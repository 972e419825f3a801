"""Times: aware UTC in code, integers in SQL, RFC 3339 with Z on the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def to_rfc3339(moment: datetime) -> str:
    """Return 2026-01-31T12:34:56Z; fractions of a second are dropped."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone is no moment.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 time with its zone. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is before the first year or after the last.") from error


def from_seconds(seconds: int) -> datetime:
    """Return the aware time of UTC seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
