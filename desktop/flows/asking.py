"""Asks registries, a few claims at a time, whether they still know what they gave receipts for."""

from __future__ import annotations

from desktop.errors import Refused, Untrusted
from desktop.flows.hearing import Heard, Tell
from desktop.model.claims import ClaimState
from desktop.model.progress import Cancelled
from desktop.model.registries import Registry
from desktop.registries.connector import Connector
from desktop.services import Services
from desktop.store import claims, journal, outbox
from desktop.store.database import Connection

AT_ONCE = 25
EVERY_S = 24 * 3600
LOST = "The registry gave a receipt and does not know the claim any more. It is sent again."
_NOT_FOUND = (404, 410)
_WAITING = (ClaimState.ACKNOWLEDGED, ClaimState.UNDER_REVIEW)


def ask_about_claims(
    services: Services,
    registry: Registry,
    connector: Connector,
    tell: Tell,
    cancelled: Cancelled,
    did: str,
) -> int:
    """Ask about the claims asked about longest ago; those that are lost are queued again.

    did: only about claims signed with this key: a registry may know nothing of another's.
    Returns how many were lost. Raises RegistryProblem.
    """
    before_s = services.now_s() - EVERY_S
    with services.store.read() as connection:
        todo = claims.to_ask_about(connection, registry.registry_id, before_s, AT_ONCE, did)
    lost = 0
    for claim_id, claim_hash in todo:
        if cancelled():
            break
        status = _status(connector, claim_hash)
        known = status is not None
        now_s = services.now_s()
        with services.store.write() as tx:
            claims.note_asked(tx, claim_id, registry.registry_id, now_s)
            if status is not None:
                _catch_up(tx, claim_id, registry.registry_id, status, now_s)
            else:
                claims.set_state(
                    tx, claim_id, registry.registry_id, ClaimState.LOST, now_s, reason=LOST
                )
                outbox.queue_again(tx, claim_id, registry.registry_id)
                journal.add(tx, now_s, "claim.lost", registry.name, {"claim_id": claim_id})
        if not known:
            lost += 1
            tell(Heard(event="lost", registry=registry.name, detail={"claim_id": claim_id}))
    return lost


def _status(connector: Connector, claim_hash: str) -> ClaimState | None:
    """Return where the registry says that a claim stands; None if it does not know the claim."""
    try:
        said = connector.claim(claim_hash)
    except Refused as problem:
        if problem.status not in _NOT_FOUND:
            raise
        return None
    if said["hash"] != claim_hash:
        raise Untrusted("The registry answered for another claim than we asked about.")
    return ClaimState(said["status"])


def _catch_up(
    tx: Connection, claim_id: int, registry_id: int, status: ClaimState, now_s: int
) -> None:
    """Take over the registry's word where no event told how a review ended."""
    if claims.state(tx, claim_id, registry_id) in _WAITING and status not in _WAITING:
        claims.set_state(tx, claim_id, registry_id, status, now_s)
