"""Asks registries, a few claims at a time, whether they still know what they gave receipts for."""

from __future__ import annotations

from desktop.errors import Refused
from desktop.flows.hearing import Heard, Tell
from desktop.model.claims import ClaimState
from desktop.model.progress import Cancelled
from desktop.model.registries import Registry
from desktop.registries.connector import Connector
from desktop.services import Services
from desktop.store import claims, journal, outbox

AT_ONCE = 25
EVERY_S = 24 * 3600
LOST = "The registry gave a receipt and does not know the claim any more. It is sent again."
_NOT_FOUND = (404, 410)


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
        known = _is_known(connector, claim_hash)
        now_s = services.now_s()
        with services.store.write() as tx:
            claims.note_asked(tx, claim_id, registry.registry_id, now_s)
            if not known:
                claims.set_state(
                    tx, claim_id, registry.registry_id, ClaimState.LOST, now_s, reason=LOST
                )
                outbox.queue_again(tx, claim_id, registry.registry_id)
                journal.add(tx, now_s, "claim.lost", registry.name, {"claim_id": claim_id})
        if not known:
            lost += 1
            tell(Heard(event="lost", registry=registry.name, detail={"claim_id": claim_id}))
    return lost


def _is_known(connector: Connector, claim_hash: str) -> bool:
    try:
        return bool(connector.claim(claim_hash)["hash"] == claim_hash)
    except Refused as problem:
        if problem.status not in _NOT_FOUND:
            raise
        return False
