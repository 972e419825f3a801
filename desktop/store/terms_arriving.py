"""Terms of works that a scan brings in, or whose files it finds elsewhere, in its transaction."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.model.strictness import permits_more
from desktop.model.terms import Terms
from desktop.store import journal, terms_rules, terms_settling
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.store.terms_rules import Rules

FOUND = "terms.found"


def start(connection: Connection, work_ids: Sequence[int], now_s: int) -> None:
    """Give new works the default for new works, and what is said of the folders they lie in."""
    default = terms_rules.said_of(connection)
    rules = terms_rules.in_force(connection)
    if default is None and not rules.folders:
        return
    terms_settling.begin(connection)
    terms_settling.take(connection, work_ids)
    terms_settling.start_over(connection, default)
    _settle(connection, rules, now_s)
    _keep(connection, "new works", now_s)


def look_again(connection: Connection, work_ids: Sequence[int], now_s: int) -> int:
    """Settle works whose files lie elsewhere now, or were joined by others.

    That a file moved never makes terms looser: such a work keeps what it had, as its own answer.
    Returns how many did.
    """
    rules = terms_rules.in_force(connection)
    if not rules.folders or not work_ids:
        return 0
    terms_settling.begin(connection)
    terms_settling.take(connection, work_ids)
    _settle(connection, rules, now_s)
    held = 0
    nothing = terms_store.keep(connection, Terms(uses={}), now_s)
    for before, after, _ in terms_settling.steps(connection):
        known = terms_store.several(connection, [one for one in (before, after) if one])
        if permits_more(known.get(before or 0, nothing), known.get(after or 0, nothing)):
            held += terms_settling.hold(connection, before, after, nothing.version, now_s)
    _keep(connection, "moved files", now_s)
    if held:
        journal.add(connection, now_s, "terms.held", "moved files", {"works": held})
    return held


def _settle(connection: Connection, rules: Rules, now_s: int) -> None:
    terms_settling.settle(
        connection, rules, lambda terms: terms_store.keep(connection, terms, now_s).version
    )


def _keep(connection: Connection, subject: str, now_s: int) -> None:
    """Keep what was settled; the journal tells of which rows of the history, with their hash."""
    written = terms_settling.keep(connection, None, now_s)
    if written.sha256:
        detail = {"first": written.first, "last": written.last, "rows": written.sha256}
        journal.add(connection, now_s, FOUND, subject, detail)
