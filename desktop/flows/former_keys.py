"""Which key may replace a claim that stands at a registry: its own, or one that follows it."""

from __future__ import annotations

import shlex
from typing import Any

from desktop.claims import draft
from desktop.errors import ClaimProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.model.claims import SignedClaim
from desktop.model.identities import KeyState, OwnKey
from desktop.model.registries import Ability, Registry
from desktop.model.works import Party
from desktop.store import identities, key_tellings
from desktop.store.database import Connection


def by_another_key(
    connection: Connection,
    standing: tuple[int, SignedClaim] | None,
    claimant: Party,
    registry: Registry,
) -> tuple[str, ClaimProblem | None]:
    """Return a former key of the claimant's that signed what stands, and why it is in the way.

    It is not where the registry knows that one key follows another. Else nobody but the key that
    signed a claim can replace it: where that key can withdraw it, it has to; where nothing is
    withdrawn, or the key is revoked, the new claim stands alone.
    """
    key = identities.key(connection, standing[1].did) if standing else None
    if standing is None or key is None or key.did == claimant.did:
        return "", None
    if follows(connection, claimant.did, standing[1], registry):
        return key.did, None
    can_end = Ability.WITHDRAW in registry.abilities or not registry.did
    if registry.by_hand or not can_end or _is_dead(connection, key, registry):
        return "", None
    end = f"`claim withdraw {standing[0]} --registry {shlex.quote(registry.name)}`"
    then = f"withdraw it ({end}), and claim the work again when that was sent."
    if key.party_id == claimant.party_id:
        words = f"The claim that stands at {registry.name} was signed with your former key."
        return key.did, ClaimProblem(
            f"{words} {registry.name} lets only that key change it.",
            advice=then[0].upper() + then[1:],
        )
    holder = identities.of_party(connection, key.party_id)
    name = holder.party.name if holder else "another identity of yours"
    return "", ClaimProblem(
        f"This work is claimed at {registry.name} by {name}, and you sign as {claimant.name}.",
        advice=f"Sign as {name} to change that claim. Or {then}",
    )


def follows(connection: Connection, did: str, former: SignedClaim, registry: Registry) -> bool:
    """Tell whether a registry lets did replace a claim: its own, or of a key that it follows."""
    if former.did == did:
        return True
    speaker = key_tellings.will_speak(connection, registry.registry_id, former.did)
    return Ability.KEYS in registry.abilities and speaker == did


def _is_dead(connection: Connection, key: OwnKey, registry: Registry) -> bool:
    """Tell whether nobody can speak for what a key signed any more: who would is revoked."""
    if Ability.KEYS in registry.abilities:
        speaker = key_tellings.will_speak(connection, registry.registry_id, key.did)
        key = identities.key(connection, speaker) or key
    return key.state is KeyState.REVOKED


def said_by(former: str, document: dict[str, Any]) -> str:
    """Return the content hash that a document would have with a former key of its claimant."""
    mine = str(document["claimant"]["did"])
    text = canonical_bytes(document).replace(mine.encode(), former.encode())
    return draft.content_hash(parse_json(text))
