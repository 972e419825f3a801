"""Declares a claim although another key declared the same; only the user decides that."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.model.claims import ClaimRow, ClaimState
from desktop.model.registries import NOT_POSSIBLE, Ability
from desktop.services import Services
from desktop.store import claims, journal, outbox, registries


def force_claim(claim_id: int, registry_name: str, services: Services) -> ClaimRow:
    """Queue a claim again, to be declared all the same; returns where it stands now.

    Raises UsageProblem if it does not stand still because of another's declaration.
    """
    with services.store.write() as tx:
        registry = registries.by_name(tx, registry_name)
        row = claims.row_at(tx, claim_id, registry.registry_id)
        if row is None:
            raise UsageProblem(f"There is no claim {claim_id} at {registry_name}.")
        if not row.may_be_forced:
            raise UsageProblem(f"Claim {claim_id} met no conflict that a decision could end.")
        if Ability.FORCE not in registry.abilities:
            raise UsageProblem(NOT_POSSIBLE[Ability.FORCE])
        now_s = services.now_s()
        outbox.force(tx, claim_id, registry.registry_id)
        claims.set_state(tx, claim_id, registry.registry_id, ClaimState.QUEUED, now_s)
        detail = {"claim_id": claim_id, "against": dict(row.conflict or {})}
        journal.add(tx, now_s, "claim.forced", registry_name, detail)
        return claims.row_at(tx, claim_id, registry.registry_id) or row
