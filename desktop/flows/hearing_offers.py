"""Reads what licensees offer by a registry, and sends the answers; believes nothing unverified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.errors import (
    AppError,
    BatchTooLarge,
    Busy,
    Refused,
    RegistryProblem,
    Untrusted,
)
from desktop.flows.hearing import Heard, Tell
from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.model.offers import Offer, OfferPage, OfferReply, OfferWord
from desktop.model.progress import Cancelled
from desktop.model.registries import Description, Registry
from desktop.registries.connector import Connector
from desktop.registries.open_offers import read_reply_receipt, read_word
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import events, journal, offers
from desktop.store.database import Connection
from desktop.store.events import Fetch

MOST_PAGES = 20
MOST_REFUSED = 100
_NO_SUCH_CURSOR = 400


def hear_offers(
    services: Services,
    registry: Registry,
    connector: Connector,
    description: Description,
    tell: Tell,
    cancelled: Cancelled,
    *,
    did: str,
) -> list[RegistryProblem]:
    """Read on to the end of what did is offered, or MOST_PAGES of it; returns what is not believed.

    Raises RegistryProblem; Untrusted for pages that go backwards or never end.
    """
    with services.store.read() as connection:
        cursor = offers.cursor_of(connection, registry.registry_id, did)
    problems: list[RegistryProblem] = []
    for number in range(MOST_PAGES):
        page = _page(connector, cursor, first=number == 0)
        problems += _keep(services, registry, description, page, did, tell)
        if not page.more or cancelled() or len(problems) >= MOST_REFUSED:
            return problems
        if page.next == cursor or not page.entries:
            raise Untrusted("The registry says that there are more offers, and has nothing new.")
        cursor = page.next
    return problems


def _page(connector: Connector, cursor: str, *, first: bool) -> OfferPage:
    """Return a page; a registry that lost its books is read from the start."""
    try:
        return connector.offers(cursor)
    except Refused as problem:
        if problem.status == _NO_SUCH_CURSOR and first and cursor:
            return connector.offers("")
        raise


def _keep(
    services: Services,
    registry: Registry,
    description: Description,
    page: OfferPage,
    did: str,
    tell: Tell,
) -> list[RegistryProblem]:
    """Keep a page and its cursor in one transaction; what is not believed is kept as evidence."""
    heard: list[Heard] = []
    problems: list[RegistryProblem] = []
    now_s = services.now_s()
    with services.store.write() as tx:
        for entry in page.entries:
            try:
                word = read_word(entry, description, did)
                _check_ours(tx, registry, did, word)
            except Untrusted as problem:
                problems.append(problem)
                _refuse(tx, registry, entry, problem, now_s)
                continue
            if offers.keep(tx, registry.registry_id, did, word, now_s):
                heard.append(_heard(registry, word))
                detail = {"offer": word.number, "revision": word.revision}
                action = "offer.withdrawn" if word.withdrawn else "offer.kept"
                journal.add(tx, now_s, action, registry.name, detail)
        offers.set_cursor(tx, registry.registry_id, did, page.next)
    for one in heard:
        tell(one)
    return problems


def _check_ours(tx: Connection, registry: Registry, did: str, word: OfferWord) -> None:
    """Raise Untrusted for works that are not ours, or another offer under a known number."""
    if word.said is None:
        return
    strange = offers.unknown_claims(tx, registry.registry_id, word.said.claims)
    if strange:
        never = "a claim that was" if len(strange) == 1 else f"{len(strange):,} claims that were"
        raise Untrusted(f"Offer {word.number} is for {never} never sent there.")
    known = offers.sha256_of(tx, registry.registry_id, did, word.number, word.revision)
    if known is not None and known != sha256_hex(word.document):
        raise Untrusted(f"The registry changed offer {word.number} without saying so.")


def _refuse(
    tx: Connection,
    registry: Registry,
    entry: Mapping[str, Any],
    problem: AppError,
    now_s: int,
) -> None:
    said = entry.get("offer") or entry.get("withdrawn") or {}
    fetch = Fetch(kind="offer", number=str(said.get("id", "")), revision=said.get("revision", 0))
    document = canonical_bytes(said)
    events.keep_refused(tx, registry.registry_id, fetch, document, problem.message, now_s)


def _heard(registry: Registry, word: OfferWord) -> Heard:
    detail: dict[str, Any] = {"offer": word.number, "revision": word.revision}
    if word.said is not None:
        detail["licensee"] = word.said.licensee
    if word.reason:
        detail["reason"] = word.reason
    event = "offer.withdrawn" if word.withdrawn else "offer.made"
    return Heard(event=event, registry=registry.name, detail=detail)


def send_replies(
    services: Services,
    registry: Registry,
    connector: Connector,
    description: Description,
    tell: Tell,
    cancelled: Cancelled,
    *,
    did: str,
    eager: bool,
) -> None:
    """Send what was answered to offers. Raises RegistryProblem; what was not taken waits."""
    with services.store.read() as connection:
        due = offers.due(connection, registry.registry_id, did, services.now_s(), eager=eager)
        known = {one.offer_id: offers.by_id(connection, one.offer_id) for one in due}
    for reply in due:
        if cancelled():
            return
        _send(services, registry, connector, description, known[reply.offer_id], reply, tell)


def _send(
    services: Services,
    registry: Registry,
    connector: Connector,
    description: Description,
    offer: Offer,
    reply: OfferReply,
    tell: Tell,
) -> None:
    with services.store.write() as tx:
        offers.mark_sending(tx, reply.answer_id)
    detail: dict[str, Any] = {"offer": offer.said.number, "answer": reply.reply.value}
    try:
        said = connector.answer_offer(offer.said.number, reply.document)
        receipt = read_reply_receipt(said, reply.document, description, offer.said.claimant)
    except (Refused, BatchTooLarge) as problem:
        with services.store.write() as tx:
            offers.refuse(tx, reply.answer_id, problem.message)
            journal.add(tx, services.now_s(), "offer.refused", registry.name, detail)
        words = f"{registry.name} did not take your answer to an offer: {problem.message}"
        told = {**detail, "message": words}
        tell(Heard(event="offer.refused", registry=registry.name, detail=told))
        return
    except RegistryProblem as problem:
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        later = delay_s(reply.attempts + 1, retry_after_s=asked)
        with services.store.write() as tx:
            offers.requeue(tx, reply.answer_id, services.now_s() + later, problem.message)
        raise
    now_s = services.now_s()
    with services.store.write() as tx:
        offers.acknowledge(tx, reply.answer_id, receipt, now_s)
        journal.add(tx, now_s, "offer.receipt", registry.name, detail)
    tell(Heard(event="offer.answered", registry=registry.name, detail=detail))
