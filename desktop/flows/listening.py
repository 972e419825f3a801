"""Reads a registry's feed after a cursor; a page and its cursor are kept together."""

from __future__ import annotations

from typing import Any

from desktop.errors import Refused, Untrusted
from desktop.flows.hearing import Heard, Tell
from desktop.flows.payouts import CONFIRMED, hear_confirmation
from desktop.model.claims import ClaimState
from desktop.model.progress import Cancelled
from desktop.model.registries import Event, EventPage, Registry
from desktop.registries.connector import Connector
from desktop.services import Services
from desktop.store import claims, events, feeds, journal, outbox
from desktop.store.database import Connection
from desktop.store.events import Fetch

ROUND_BYTES = 64 * 1024 * 1024
MAX_IDLE_PAGES = 3
_NO_SUCH_CURSOR = 400

STATE_OF_EVENT = {
    "claim.accepted": ClaimState.ACCEPTED,
    "claim.rejected": ClaimState.REJECTED,
    "claim.conflict": ClaimState.CONFLICT,
    "claim.dispute": ClaimState.IN_DISPUTE,
    "claim.resolved": ClaimState.ACCEPTED,
    "claim.superseded": ClaimState.SUPERSEDED,
    "claim.withdrawn": ClaimState.WITHDRAWN,
}


def listen(
    services: Services,
    registry: Registry,
    connector: Connector,
    tell: Tell,
    cancelled: Cancelled,
    *,
    did: str,
) -> None:
    """Read on from the kept cursor to the end of did's feed, or to ROUND_BYTES of it.

    A registry that lost its books knows no cursor of before: its feed is read from the start.
    Raises RegistryProblem; Untrusted for a feed that says there is more, and has nothing new.
    """
    with services.store.write() as tx:
        cursor, mark = feeds.open_feed(tx, registry.registry_id, did)
    idle, room, first = 0, ROUND_BYTES, True
    while True:
        try:
            page = connector.events(cursor)
        except Refused as problem:
            if problem.status != _NO_SUCH_CURSOR or not (first and cursor):
                raise
            cursor, mark, first = "", _begin_anew(services, registry, did), False
            continue
        first = False
        moves = page.more and page.next != cursor
        fresh = _keep(services, registry, page, did, mark)
        for heard in fresh:
            tell(heard)
        idle = 0 if fresh else idle + 1
        if moves and idle >= MAX_IDLE_PAGES:
            raise Untrusted("The registry says that there is more, and tells nothing new.")
        room -= sum(len(event.document) for event in page.events)
        if not moves or cancelled() or room < 0:
            return
        cursor = page.next


def _begin_anew(services: Services, registry: Registry, did: str) -> str:
    with services.store.write() as tx:
        now_s = services.now_s()
        journal.add(tx, now_s, "feed.began_anew", registry.name, {"key": did})
        return feeds.begin_anew(tx, registry.registry_id, did, now_s)


def _keep(
    services: Services, registry: Registry, page: EventPage, did: str, mark: str
) -> list[Heard]:
    """Keep a page and its cursor in one transaction; returns what of it was new."""
    fresh: list[Heard] = []
    with services.store.write() as tx:
        now_s = services.now_s()
        for event in page.events:
            if events.keep(tx, registry.registry_id, event, now_s, mark=mark):
                claim_id = _apply(tx, registry.registry_id, event, now_s, did)
                if event.type == CONFIRMED:
                    hear_confirmation(tx, registry, event, did, now_s)
                detail = _detail(event, claim_id)
                fresh.append(Heard(event=event.type, registry=registry.name, detail=detail))
        feeds.set_cursor(tx, registry.registry_id, did, page.next)
    return fresh


def _apply(tx: Connection, registry_id: int, event: Event, now_s: int, did: str) -> int | None:
    """Let an event have its effect; returns the claim it is about, if it is ours."""
    if event.statement is not None:
        number, revision = event.statement
        statement = Fetch(kind="statement", number=number, revision=revision)
        events.announce(tx, registry_id, statement, did)
    if event.remittance:
        events.announce(tx, registry_id, Fetch(kind="remittance", number=event.remittance), did)
    state = STATE_OF_EVENT.get(event.type)
    ours = claims.by_hash(tx, event.claim_hash) if event.claim_hash else None
    if state is None or ours is None or not _is_there(tx, ours[0], registry_id, event):
        return None
    claims.set_state(
        tx,
        ours[0],
        registry_id,
        state,
        now_s,
        number=event.claim_number,
        reason=event.reason,
        conflict=event.conflict,
    )
    return ours[0]


def _is_there(tx: Connection, claim_id: int, registry_id: int, event: Event) -> bool:
    """Tell whether an event can be about a claim: it left for that registry, under that number."""
    number = claims.receipt_number(tx, claim_id, registry_id)
    same = number in ("", event.claim_number) or not event.claim_number
    return same and outbox.has_left(tx, claim_id, registry_id)


def _detail(event: Event, claim_id: int | None) -> dict[str, Any]:
    detail: dict[str, Any] = {"cursor": event.cursor}
    if event.claim_number:
        detail |= {"claim_id": claim_id, "number": event.claim_number}
    if event.statement:
        detail["statement"] = event.statement[0]
    if event.remittance:
        detail["remittance"] = event.remittance
    if event.reason:
        detail["reason"] = event.reason
    return detail
