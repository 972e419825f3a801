"""Which work a payer means: said once, it holds for all its statements, also those to come."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import UsageProblem
from desktop.listings.matching import Library
from desktop.model.listings import ListedWork
from desktop.model.payer_works import MatchReason, PayerWork, PayerWorkState
from desktop.services import Services
from desktop.store import journal, listings, payer_works

MOST_PROPOSALS = 3
MOST_COMPARED = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A work that may be meant, because its title is alike; the user decides."""

    work_id: int
    title: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """What a payer calls a work that is not known, and which it may be, the likeliest first."""

    work: PayerWork
    proposals: tuple[Proposal, ...] = ()


def list_unmatched(services: Services, *, registry: str = "") -> list[Unmatched]:
    """Return what payers call works of which none is known yet, most lines first."""
    with services.store.read() as connection:
        found = payer_works.everything(
            connection, state=PayerWorkState.UNMATCHED, registry=registry
        )
        if not found:
            return []
        works = list(listings.library_works(connection))
    titles = {work.work_id: work.title for work in works}
    library = Library(works)
    near, far = found[:MOST_COMPARED], found[MOST_COMPARED:]
    return [
        *(Unmatched(work=one, proposals=_proposals(one, library, titles)) for one in near),
        *(Unmatched(work=one) for one in far),
    ]


def list_named(
    services: Services, *, state: PayerWorkState | None = None, registry: str = ""
) -> list[PayerWork]:
    """Return what payers call works, with what each is matched to."""
    with services.store.read() as connection:
        return payer_works.everything(connection, state=state, registry=registry)


def match_payer_work(payer_work_id: int, work_id: int, services: Services) -> PayerWork:
    """Say which work is meant, for all lines with that name. Raises UsageProblem."""
    return _decide(payer_work_id, PayerWorkState.MATCHED, work_id, MatchReason.USER, services)


def not_mine(payer_work_id: int, services: Services) -> PayerWork:
    """Say that it is no work of the user's; it is asked about no more. Raises UsageProblem."""
    return _decide(payer_work_id, PayerWorkState.NOT_MINE, None, MatchReason.USER, services)


def undo_match(payer_work_id: int, services: Services) -> PayerWork:
    """Take back the newest decision; what counted before counts again. Raises UsageProblem."""
    with services.store.read() as connection:
        payer_works.by_id(connection, payer_work_id)
        before = payer_works.before_last(connection, payer_work_id)
    if before is None:
        raise UsageProblem("Nothing was decided of this name yet.")
    return _decide(payer_work_id, before[0], before[1], MatchReason.UNDO, services)


def match_known(services: Services) -> int:
    """Match names that became certain since, by a number, code or claim; returns how many."""
    now_s = services.now_s()
    with services.store.write() as tx:
        matched = payer_works.match_known(tx, None, now_s)
        if matched:
            journal.add(tx, now_s, "payer_works.matched", "all", {"matched": matched})
    return matched


def _decide(
    payer_work_id: int,
    state: PayerWorkState,
    work_id: int | None,
    reason: MatchReason,
    services: Services,
) -> PayerWork:
    now_s = services.now_s()
    with services.store.write() as tx:
        payer_works.decide(tx, payer_work_id, state, work_id, reason, now_s)
        detail = {"state": state.value, "work_id": work_id}
        journal.add(tx, now_s, "payer_work.decided", str(payer_work_id), detail)
        return payer_works.by_id(tx, payer_work_id)


def _proposals(one: PayerWork, library: Library, titles: dict[int, str]) -> tuple[Proposal, ...]:
    creators = one.name.creators
    listed = ListedWork(line=0, title=one.name.title, authors=(creators,) if creators else ())
    bare = ListedWork(line=0, title=one.name.title)
    found = library.matches(listed) or library.matches(bare)
    return tuple(
        Proposal(
            work_id=match.work_id,
            title=titles.get(match.work_id, ""),
            score=match.score,
            reason=match.reason,
        )
        for match in found[:MOST_PROPOSALS]
    )
