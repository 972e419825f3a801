"""Letting months pass: what falls due happens in order, one transaction a month.

Works beside a running server, in the same process or another, and without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.errors import UsageProblem
from desktop.identity.keys import SigningKey
from desktop.model.times import Clock, utc_now
from desktop.practice.clock import (
    at,
    keep_setting,
    month_start,
    next_month,
    now_of,
    plus_months,
    set_now,
    setting,
)
from desktop.practice.keyfile import key_of
from desktop.practice.ledger import Ledger, ledger_exists
from desktop.practice.lines import month_name
from desktop.practice.offers import make_offers
from desktop.practice.remittances import export_bank_files, pay_month
from desktop.practice.review import review, settle_deadlines
from desktop.practice.statements import close_month

ISSUE_DAY = 3
PAY_DAY = 23
HOUR = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """What happened while the months passed. now is the registry's new time."""

    months: int
    now: datetime
    statements: int
    remittances: int
    bank_files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Happening:
    moment: datetime
    kind: str
    start: date


def advance(store: Path, months: int, *, clock: Clock = utc_now) -> Advanced:
    """Move the clock of the practice registry in store and do all that falls due.

    Raises UsageProblem where there is no registry, or for a number of months that makes no sense.
    """
    if not ledger_exists(store):
        raise UsageProblem(
            f"There is no practice registry in {store}.", advice="Start it once, then advance it."
        )
    ledger = Ledger(store)
    try:
        return _advance(ledger, key_of(ledger), months, clock)
    finally:
        ledger.close()


def _advance(ledger: Ledger, key: SigningKey, months: int, clock: Clock) -> Advanced:
    with ledger.read() as connection:
        start = now_of(connection, clock)
        plus_months(start, months)
    counts = {"issue": 0, "pay": 0}
    files: tuple[Path, ...] = ()
    for step in range(1, months + 1):
        now = plus_months(start, step)
        with ledger.write() as connection:
            review_all(connection, now_of(connection, clock))
            for kind, count in catch_up(connection, key, now).items():
                counts[kind] += count
            settle_deadlines(connection, now)
            review_all(connection, now)
            set_now(connection, clock, max(now, now_of(connection, clock)))
        files += export_bank_files(ledger)
    return Advanced(
        months=months,
        now=now,
        statements=counts["issue"],
        remittances=counts["pay"],
        bank_files=files,
    )


def review_all(connection: Any, now: datetime) -> None:
    """Review everything that waits."""
    while review(connection, now):
        pass


def begin_books(connection: Any, now: datetime) -> None:
    """Note the month before now as closed and paid, once, so that the books begin now."""
    before = month_name(month_start(month_start(now) - timedelta(days=1)))
    for kind in ("issue", "pay"):
        if not setting(connection, kind, ""):
            keep_setting(connection, kind, before)


def catch_up(connection: Any, key: SigningKey, until: datetime) -> dict[str, int]:
    """Do, in order, what falls due until a moment; return how many statements and remittances."""
    begin_books(connection, until)
    counts = {"issue": 0, "pay": 0}
    while (happening := _next(connection)).moment <= until:
        settle_deadlines(connection, happening.moment)
        do = close_month if happening.kind == "issue" else pay_month
        counts[happening.kind] += do(connection, happening.start, key, happening.moment)
        if happening.kind == "issue":
            make_offers(connection, happening.start, key, happening.moment)
        keep_setting(connection, happening.kind, month_name(happening.start))
    return counts


def _next(connection: Any) -> _Happening:
    return min(
        (_after(connection, "issue", ISSUE_DAY), _after(connection, "pay", PAY_DAY)),
        key=lambda happening: happening.moment,
    )


def _after(connection: Any, kind: str, day: int) -> _Happening:
    """Return the first happening of its kind that has not happened: early in the month after."""
    done = date.fromisoformat(setting(connection, kind, "") + "-01")
    start = next_month(done)
    return _Happening(at(next_month(start).replace(day=day), HOUR), kind, start)
