"""Who I am: the first key, and opening it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.errors import KeyProblem, UsageProblem
from desktop.identity.keys import SigningKey
from desktop.model.times import from_seconds
from desktop.model.works import Party
from desktop.services import Services
from desktop.store import journal, parties

MAX_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the user is towards registries. kept_in: where the secret rests, in words."""

    party: Party
    created: datetime
    kept_in: str = ""


def create_identity(name: str, services: Services) -> Identity:
    """Make the first key and keep it safe before the library names it.

    Raises UsageProblem if there is an identity or the name is empty; KeyProblem if the key could
    not be kept, and then nothing was changed.
    """
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME_CHARACTERS:
        raise UsageProblem("Your name is missing or far too long.", advice="Type it again.")
    known = who_am_i(services)
    if known is not None:
        raise UsageProblem(f"This library already belongs to {known.party.name}.")
    key = SigningKey.generate()
    kept_in = services.keys.keep(key)
    now_s = services.now_s()
    with services.store.write() as tx:
        party = parties.add(tx, Party(name=name, did=key.did, is_self=True), now_s)
        journal.add(tx, now_s, "identity.created", key.did, {"party_id": party.party_id})
    return Identity(party=party, created=from_seconds(now_s), kept_in=kept_in)


def who_am_i(services: Services) -> Identity | None:
    """Return the user's identity, or None before there is one."""
    with services.store.read() as connection:
        party = parties.me(connection)
        if party is None:
            return None
        created_s = parties.created_s(connection, party.party_id)
    return Identity(party=party, created=from_seconds(created_s))


def my_key(services: Services) -> SigningKey:
    """Return the open signing key. Raises KeyProblem: no identity, wrong or missing password."""
    identity = who_am_i(services)
    if identity is None:
        raise KeyProblem(
            "There is no identity yet, so nothing can be signed.",
            advice="Tell your name first: `identity init --name NAME`.",
        )
    return services.keys.load(identity.party.did)
