"""Counts everything that waits to be sent, over all tables it waits in."""

from __future__ import annotations

from desktop.model.registries import Ability
from desktop.model.waiting import Waiting
from desktop.store import answers, key_tellings, offers, outbox, payouts, registries
from desktop.store.database import Connection
from desktop.store.key_tellings import Telling


def waiting(connection: Connection) -> Waiting:
    """Return how much waits to be sent."""
    return Waiting(
        claims=outbox.waiting(connection),
        answers=answers.waiting(connection) + len(offers.waiting(connection)),
        accounts=len(payouts.waiting(connection)),
        keys=len(keys_to_tell_of(connection)),
    )


def keys_to_tell_of(connection: Connection) -> list[tuple[str, Telling]]:
    """Return (registry, what it is to be told of a key), where registries take that."""
    return [
        (registry.name, telling)
        for registry in registries.everyone(connection)
        if Ability.KEYS in registry.abilities
        for telling in key_tellings.untold(connection, registry.registry_id)
    ]
