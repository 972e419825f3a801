"""Which claims say other terms than the library does now; all works at once, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.store.database import Connection

# What a claim says: its own terms, or those that the user told by hand since.
_SAID = "iif(told.claim_id IS NULL, claims.terms_id, told.terms_id)"
_SAID_ON = "date(coalesce(told.told_s, claims.signed_s), 'unixepoch')"
# A claim that stands and says other terms than its work has, or ones that ended since it did so;
# the newest of its work at its registry.
_OUTDATED = f"""
FROM claim_states AS there
JOIN claims ON claims.claim_id = there.claim_id
JOIN works ON works.work_id = claims.work_id
LEFT JOIN form_terms_told AS told ON told.form_terms_told_id = (
    SELECT max(form_terms_told_id) FROM form_terms_told AS some
    WHERE some.claim_id = there.claim_id AND some.registry_id = there.registry_id)
LEFT JOIN terms ON terms.terms_id = {_SAID}
WHERE there.state NOT IN ('refused', 'rejected', 'withdrawn', 'superseded')
AND ({_SAID} IS NOT works.terms_id OR (terms.expires < :today AND {_SAID_ON} <= terms.expires))
AND NOT EXISTS (SELECT 1 FROM claims AS newer JOIN claim_states AS state
    ON state.claim_id = newer.claim_id AND state.registry_id = there.registry_id
    WHERE newer.work_id = claims.work_id AND newer.claim_id > claims.claim_id
    AND state.state NOT IN ('refused', 'rejected', 'withdrawn', 'superseded'))
"""
_WHEN = f"""CASE WHEN terms.expires IS NULL OR terms.expires >= :today THEN 'running'
WHEN {_SAID_ON} <= terms.expires THEN 'ended' ELSE 'over' END"""


class Term(StrEnum):
    """How the last day of a claim's terms stands: running, ended since it was signed, or before."""

    RUNNING = "running"
    ENDED = "ended"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """So many claims at one registry that say the same old version. said, now: 0 is none."""

    registry_id: int
    said: int
    now: int
    term: Term
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """One claim that says older terms. unsent: it never left the outbox. number: what the
    registry calls it, if that is known."""

    claim_id: int
    work_id: int
    title: str
    said: int
    now: int
    unsent: bool
    number: str = ""


def groups(connection: Connection, today: date) -> list[Group]:
    """Return what claims say other terms than the library, counted."""
    rows = connection.execute(
        f"SELECT there.registry_id, coalesce({_SAID}, 0) AS said, "
        f"coalesce(works.terms_id, 0) AS now, {_WHEN} AS term, count(*) AS n {_OUTDATED} "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        {"today": today.isoformat()},
    )
    return [
        Group(
            registry_id=row["registry_id"],
            said=row["said"],
            now=row["now"],
            term=Term(row["term"]),
            claims=row["n"],
        )
        for row in rows
    ]


def group_of(connection: Connection, claim_id: int, registry_id: int, today: date) -> Group | None:
    """Return what one claim says that the library does not any more, or None."""
    row = connection.execute(
        f"SELECT coalesce({_SAID}, 0) AS said, coalesce(works.terms_id, 0) AS now, {_WHEN} AS term "
        f"{_OUTDATED} AND there.claim_id = :claim AND there.registry_id = :registry",
        {"today": today.isoformat(), "claim": claim_id, "registry": registry_id},
    ).fetchone()
    if row is None:
        return None
    return Group(
        registry_id=registry_id,
        said=row["said"],
        now=row["now"],
        term=Term(row["term"]),
        claims=1,
    )


def members(connection: Connection, found: Iterable[Group], today: date) -> list[Outdated]:
    """Return the claims of groups of one registry, by work."""
    wanted = {(one.registry_id, one.said, one.now, one.term.value) for one in found}
    registries: Collection[int] = {registry_id for registry_id, *_ in wanted}
    result = []
    for registry_id in sorted(registries):
        rows = connection.execute(
            "SELECT claims.claim_id, works.work_id, works.title, there.number, "
            f"coalesce({_SAID}, 0) AS said, coalesce(works.terms_id, 0) AS now, "
            f"{_WHEN} AS term, there.state = 'queued' AND EXISTS (SELECT 1 FROM outbox "
            "WHERE outbox.claim_id = claims.claim_id AND outbox.registry_id = there.registry_id "
            f"AND attempts = 0) AS unsent {_OUTDATED} AND there.registry_id = :registry "
            "ORDER BY works.work_id",
            {"today": today.isoformat(), "registry": registry_id},
        )
        result += [
            Outdated(
                claim_id=row["claim_id"],
                work_id=row["work_id"],
                title=row["title"],
                said=row["said"],
                now=row["now"],
                unsent=bool(row["unsent"]),
                number=row["number"],
            )
            for row in rows
            if (registry_id, row["said"], row["now"], row["term"]) in wanted
        ]
    return result


def told(connection: Connection, registry_id: int, found: Iterable[Outdated], now_s: int) -> None:
    """Keep that the user told by hand what holds now of these claims."""
    connection.executemany(
        "INSERT INTO form_terms_told (claim_id, registry_id, terms_id, told_s) "
        "VALUES (?, ?, nullif(?, 0), ?)",
        [(one.claim_id, registry_id, one.now, now_s) for one in found],
    )
