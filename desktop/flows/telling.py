"""Tells registries that a key of the user's was replaced or revoked, each once."""

from __future__ import annotations

from desktop.errors import BatchTooLarge, Refused, Untrusted
from desktop.flows.connecting import connector_to
from desktop.flows.hearing import Heard, Tell
from desktop.identity.keys import SigningKey
from desktop.model.identities import NoticeKind
from desktop.model.progress import Cancelled
from desktop.model.registries import Ability, Description, Registry
from desktop.services import Services
from desktop.store import journal, key_tellings
from desktop.store.key_tellings import Telling

_BECAME = {NoticeKind.ROTATION: "replaced", NoticeKind.REVOCATION: "revoked"}


def tell_of_keys(
    services: Services,
    registry: Registry,
    description: Description,
    kind: NoticeKind,
    tell: Tell,
    cancelled: Cancelled,
) -> None:
    """Tell a registry what it was not told yet of the keys it has met.

    A reply that is lost makes it be told once more, which changes nothing there. Raises
    RegistryProblem at the first that stops it.
    """
    if Ability.KEYS not in description.abilities:
        return
    with services.store.read() as connection:
        todo = key_tellings.untold(connection, registry.registry_id, kind)
    for telling in todo:
        if cancelled():
            return
        _tell(services, registry, description, telling, tell)


def _tell(
    services: Services,
    registry: Registry,
    description: Description,
    telling: Telling,
    tell: Tell,
) -> None:
    # A notice speaks for itself: a key made for this call tells nothing of who else the user is,
    # and asks for no password; the key that is told of may be lost.
    key = SigningKey.generate()
    connector = connector_to(registry, services, key=key, description=description)
    problem = ""
    try:
        said = connector.tell_of_key(telling.document)
        if said["did"] != telling.did or not _is_as_told(telling, said):
            raise Untrusted("The registry answered for another key than we told it of.")
    except (Refused, BatchTooLarge) as refusal:
        problem = refusal.message
    now_s = services.now_s()
    with services.store.write() as tx:
        key_tellings.keep(tx, registry.registry_id, telling, problem, now_s)
        detail = {"notice": telling.notice_id, "kind": telling.kind.value, "taken": not problem}
        journal.add(tx, now_s, "key.told", registry.name, detail)
    told = {"key": telling.did, "state": _BECAME[telling.kind]}
    if problem:
        told["message"] = f"{registry.name} did not take the end of a key of yours: {problem}"
    tell(Heard(event="key", registry=registry.name, detail=dict(told)))


def _is_as_told(telling: Telling, said: dict[str, str]) -> bool:
    if telling.kind is NoticeKind.REVOCATION:
        return said["status"] == "revoked"
    return said.get("successor") == telling.new_did
