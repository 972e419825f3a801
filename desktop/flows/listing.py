"""Compare a list that someone published with the library, and keep what was found that day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import TableProblem
from desktop.flows.claiming import Queued
from desktop.flows.claiming import claim as claim_works
from desktop.listings.columns import listed_work, recognise
from desktop.listings.matching import Library
from desktop.model.listings import Certainty, ListMatch, Looked, MatchState
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.services import Services
from desktop.store import journal, listings
from desktop.tables.reading import read_table

REPORT_EVERY = 2000
MAX_MATCHES = 200_000
Each = Callable[[ListMatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What was kept, and where reading stopped, if it did before the end."""

    looked: Looked
    problem: TableProblem | None = None


def look_up(
    data: bytes,
    name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> LookedUp:
    """Match a list against all works. What cannot be read ends the list there, and is told.

    Raises TableProblem if nothing can be read, Cancelled; then nothing is kept.
    """
    table = read_table(data)
    columns = recognise(table.columns)
    with services.store.read() as connection:
        library = Library(listings.library_works(connection))
    found: list[ListMatch] = []
    rows, problem = 0, None
    try:
        for row in table.rows:
            rows += 1
            if rows % REPORT_EVERY == 0:
                report(Progress(done=rows, total=0, label="Comparing the list"))
                if cancelled():
                    raise StoppedByUser
            found += library.matches(listed_work(row, columns))
    except TableProblem as error:
        if not rows:
            raise
        problem = error
    now_s = services.now_s()
    with services.store.write() as tx:
        listing_id = listings.keep(
            tx,
            name,
            data,
            rows=rows,
            works=len(library),
            left_out=max(0, len(found) - MAX_MATCHES),
            matches=found[:MAX_MATCHES],
            now_s=now_s,
        )
        detail = {"listing_id": listing_id, "rows": rows, "matches": len(found)}
        journal.add(tx, now_s, "listing.looked", name, detail)
        return LookedUp(looked=listings.by_id(tx, listing_id), problem=problem)


def decide(listing_id: int, line: int, work_id: int, state: MatchState, services: Services) -> None:
    """Keep what the user says to a match. Raises UsageProblem."""
    with services.store.write() as tx:
        listings.decide(tx, listing_id, line, work_id, state, services.now_s())


def listed_works(listing_id: int, services: Services) -> list[int]:
    """Return the works that stand on a list: confirmed ones, and sure ones not rejected."""
    with services.store.read() as connection:
        listings.by_id(connection, listing_id)
        found = listings.matches(connection, listing_id)
    return sorted(
        {
            match.work_id
            for match, _, state in found
            if state is MatchState.CONFIRMED
            or (state is MatchState.PROPOSED and match.certainty is Certainty.SURE)
        }
    )


def claim_listed(listing_id: int, registry_name: str, services: Services) -> list[Queued]:
    """Claim every work that stands on a list. Raises as claim."""
    return claim_works(listed_works(listing_id, services), registry_name, services)
