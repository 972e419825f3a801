"""Statements that should not count, because they were imported by mistake; undone the same way."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.services import Services
from desktop.store import journal, statement_versions
from desktop.store.statement_versions import AsideStatement

MAX_REASON = 1000


def set_aside(statement_id: int, reason: str, services: Services) -> None:
    """Let a statement count no more; it and its lines stay visible. Raises UsageProblem."""
    words = " ".join(reason.split())
    if not words or len(words) > MAX_REASON:
        raise UsageProblem("Say in a few words why it should not count.")
    _say(statement_id, True, words, services)


def count_again(statement_id: int, services: Services) -> None:
    """Let a statement that was set aside count again. Raises UsageProblem."""
    _say(statement_id, False, "undone", services)


def list_aside(services: Services) -> list[AsideStatement]:
    """Return the statements that do not count now, what was set aside last first."""
    with services.store.read() as connection:
        return statement_versions.all_aside(connection)


def _say(statement_id: int, aside: bool, reason: str, services: Services) -> None:
    now_s = services.now_s()
    with services.store.write() as tx:
        statement_versions.set_aside(tx, statement_id, aside, reason, now_s)
        action = "statement.set_aside" if aside else "statement.counted_again"
        journal.add(tx, now_s, action, str(statement_id), {"statement_id": statement_id})
