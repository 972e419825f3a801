"""The claimants' ordered, append-only feed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.model.times import from_seconds, to_rfc3339
from desktop.practice.problems import Problem
from desktop.protocol import is_surely_valid

START = "000000"
MAX_PAGE = 500
MAX_CURSOR = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """What of which feed is asked for; "" is the caller's own."""

    after: int = 0
    limit: int = 100
    claimant: str = ""


def add_event(connection: Any, claimant: str, kind: str, moment: datetime, **details: Any) -> None:
    """Append an event to claimant's feed."""
    connection.execute(
        "INSERT INTO events (claimant, type, time, details) VALUES (?, ?, ?, ?)",
        [claimant, kind, int(moment.timestamp()), canonical_bytes(details)],
    )


def read_page(connection: Any, claimant: str, page: Page) -> dict[str, Any]:
    """Return a page of claimant's events. Raises a 400 Problem for a cursor never given."""
    last = connection.execute("SELECT coalesce(max(cursor), 0) FROM events").fetchone()[0]
    check_cursor(page.after, last)
    rows = connection.execute(
        "SELECT cursor, type, time, details FROM events"
        " WHERE claimant = ? AND cursor > ? ORDER BY cursor LIMIT ?",
        [claimant, page.after, page.limit + 1],
    ).fetchall()
    events = [_event(row) for row in rows[: page.limit]]
    following = events[-1]["cursor"] if events else cursor_text(page.after)
    return {"events": events, "next": following, "more": len(rows) > page.limit}


def check_cursor(after: int, last: int) -> None:
    """Raise a 400 Problem for a cursor that was never given."""
    if after > last:
        raise Problem(400, "unknown-cursor", "This cursor was never given; start without one.")


def page_of(query: list[tuple[str, str]], *, usual: int = 100, most: int = MAX_PAGE) -> Page:
    """Read after, limit and claimant. Raises a 400 Problem for anything else or malformed."""
    values = dict(query)
    if len(values) != len(query) or not values.keys() <= {"after", "limit", "claimant"}:
        raise Problem(400, "malformed", "Only after, limit and claimant may be given, once each.")
    after, limit = values.get("after", START), values.get("limit", str(usual))
    if not _is_number(after, 6, 18) or not _is_number(limit, 1, 3):
        raise Problem(400, "malformed", "after or limit is not of the form that is asked for.")
    if not 1 <= int(limit) <= most:
        raise Problem(400, "malformed", f"limit is 1 to {most}.")
    claimant = values.get("claimant", "")
    if "claimant" in values and not is_surely_valid("DidKey", claimant):
        raise Problem(400, "malformed", "claimant is not a did:key.")
    return Page(after=int(after), limit=int(limit), claimant=claimant)


def _is_number(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= len(text) <= most


def _event(row: Any) -> dict[str, Any]:
    return {
        "cursor": cursor_text(row["cursor"]),
        "type": row["type"],
        "time": to_rfc3339(from_seconds(row["time"])),
        **json.loads(row["details"]),
    }


def cursor_text(number: int) -> str:
    """Return a cursor as feeds have it."""
    return f"{number:06d}"
