"""Reaches a registry through the connector of its kind, and trusts only keys known before."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from desktop.errors import RegistryProblem, Untrusted, UsageProblem
from desktop.identity.keys import (
    DID_KEY,
    ED25519_PUBLIC,
    SigningKey,
    multibase,
    public_key_from_multikey,
)
from desktop.model.registries import Description, Registry
from desktop.registries import kinds
from desktop.registries.connector import Connector, Link
from desktop.services import Services
from desktop.store import identities, journal, registries
from desktop.store.registries import Keys


def connector_to(
    registry: Registry,
    services: Services,
    *,
    key: SigningKey | None = None,
    description: Description | None = None,
    claimant: str = "",
) -> Connector:
    """Return a connector; with a description, to the address that it names.

    claimant: an older key that key follows, and speaks for now.
    Raises RegistryProblem if the kind is not installed any more, or is broken.
    """
    with services.store.read() as connection:
        trusted = registries.trusted(connection, registry.registry_id)
        own = identities.own_keys(connection)
    link = Link(
        transport=services.transport,
        url=description.api if description else registry.url,
        key=key,
        now=services.now,
        options=registry.options,
        trusted=public_keys(trusted.keys) if trusted else {},
        claimant=claimant,
        own=frozenset(did.removeprefix(DID_KEY) for did in own),
    )
    try:
        return kinds.connect(registry.kind, link)
    except UsageProblem as error:
        raise RegistryProblem(
            error.message, advice="Install its package again. Your claims wait in the outbox."
        ) from error


def describe(registry: Registry, services: Services) -> Description:
    """Read what a registry says it is; pin its keys at the first contact.

    Raises RegistryProblem; Untrusted if it shows other keys than the trusted ones, which then
    wait for the user's decision (trust_offered).
    """
    description = connector_to(registry, services).describe()
    shown = Keys(
        did=description.did,
        keys={name: multibase(ED25519_PUBLIC + key) for name, key in description.methods.items()},
    )
    with services.store.read() as connection:
        trusted = registries.trusted(connection, registry.registry_id)
    if trusted is not None and not _fits(shown, trusted, vouched=description.vouched):
        _offer(registry, shown, services)
        raise Untrusted(
            "The registry's key is not the one it had before.",
            advice="Ask the registry in another way whether it changed its key. Nothing was sent. "
            f"If it did, accept the new one (`registries trust {registry.name}`).",
        )
    _keep(registry, description, shown, trusted, services)
    return description


def trust_offered(name: str, services: Services, *, keys: Collection[str] = ()) -> Registry:
    """Trust the keys that a registry shows instead of its old ones, because the user says so.

    keys: only if it is these that it shows ("z6Mk…"), no more and no fewer; none: whichever it
    showed last. Raises UsageProblem.
    """
    with services.store.write() as tx:
        registry = registries.by_name(tx, name)
        offered = registries.offered(tx, registry.registry_id)
        if offered is None:
            raise UsageProblem(f"{name} shows no other key than the one that is trusted.")
        if keys and set(keys) != set(offered.keys.values()):
            raise UsageProblem(
                f"That is not the key that {name} shows.",
                advice=f"It shows {', '.join(sorted(offered.keys.values()))}.",
            )
        now_s = services.now_s()
        registries.accept_keys(tx, registry.registry_id, offered, now_s)
        detail = {"did": offered.did, "keys": sorted(offered.keys.values())}
        journal.add(tx, now_s, "registry.key_accepted", name, detail)
        return registries.by_name(tx, name)


def public_keys(keys: Mapping[str, str]) -> dict[str, bytes]:
    """Return verification method → 32 bytes for keys as the store keeps them."""
    return {name: public_key_from_multikey(text) for name, text in keys.items()}


def _fits(shown: Keys, trusted: Keys, *, vouched: bool) -> bool:
    same_name = shown.did == trusted.did
    return same_name and (vouched or shown.keys.items() <= trusted.keys.items())


def _offer(registry: Registry, shown: Keys, services: Services) -> None:
    with services.store.write() as tx:
        if registries.offered(tx, registry.registry_id) == shown:
            return
        now_s = services.now_s()
        registries.keep_keys(tx, registry.registry_id, shown, "offered", now_s)
        detail = {"did": shown.did, "keys": sorted(shown.keys.values())}
        journal.add(tx, now_s, "registry.key_changed", registry.name, detail)


def _keep(
    registry: Registry,
    description: Description,
    shown: Keys,
    trusted: Keys | None,
    services: Services,
) -> None:
    now_s = services.now_s()
    with services.store.write() as tx:
        registries.described(tx, registry.registry_id, description, now_s)
        if trusted is None:
            registries.keep_keys(tx, registry.registry_id, shown, "first", now_s)
            journal.add(tx, now_s, "registry.pinned", registry.name, {"did": description.did})
        elif shown != trusted or registries.offered(tx, registry.registry_id) is not None:
            registries.keep_keys(tx, registry.registry_id, shown, "described", now_s)
