"""One round with every registry: describe, send, listen, fetch."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.errors import RegistryProblem
from desktop.flows.connecting import describe
from desktop.flows.exchanging import exchange, note_problem
from desktop.flows.form_packs import add_form, check_form
from desktop.flows.hearing import Heard, Synced, Tell
from desktop.flows.identifying import my_key_for_requests
from desktop.flows.journaling import checkpoint_if_due
from desktop.flows.timestamping import ask_for_timestamps
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import (
    Description,
    Registry,
    RegistryKind,
    RegistryState,
)
from desktop.registries import kinds
from desktop.services import Services
from desktop.store import journal, registries
from desktop.store.waiting import waiting


def _ignore(_heard: Heard) -> None:
    return


def add_registry(
    name: str,
    url: str,
    services: Services,
    *,
    kind: str = RegistryKind.OPEN_CLAIMS,
    options: Mapping[str, str] | None = None,
) -> Registry:
    """Keep a registry; works offline. options: as typed, by name (Kind.options).

    url: of a form, its name or the path of its description. Raises UsageProblem, FormProblem, or
    RegistryProblem for its address or a broken connector.
    """
    if kind == RegistryKind.FORM_PACK:
        return add_form(name, url, services, options)
    known = kinds.kind_of(kind)
    known.check_address(url)
    chosen = kinds.read_options(known, options or {})
    with services.store.write() as tx:
        added = registries.add(tx, name, known.name, url.rstrip("/"), chosen)
        journal.add(tx, services.now_s(), "registry.added", name, {"kind": str(added.kind)})
    return added


def change_options(name: str, options: Mapping[str, str], services: Services) -> Registry:
    """Keep other options of a registry; those not given stay. Raises UsageProblem."""
    with services.store.read() as connection:
        registry = registries.by_name(connection, name)
    chosen = kinds.read_options(kinds.kind_of(registry.kind), options)
    with services.store.write() as tx:
        registries.set_options(tx, registry.registry_id, {**registry.options, **chosen})
        changed = {"options": sorted(chosen)}
        journal.add(tx, services.now_s(), "registry.options", name, changed)
        return registries.by_name(tx, name)


def check_registry(name: str, services: Services) -> tuple[Registry, Description]:
    """Read a registry's description and pin its key. Raises RegistryProblem."""
    with services.store.read() as connection:
        registry = registries.by_name(connection, name)
    if registry.by_hand:
        return check_form(registry, services)
    try:
        description = describe(registry, services)
    except RegistryProblem as problem:
        note_problem(services, registry, problem)
        raise
    with services.store.read() as connection:
        return registries.by_name(connection, name), description


def sync(
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    only: str = "",
    eager: bool = True,
    tell: Tell = _ignore,
) -> Synced:
    """Exchange with every registry, or only with one: send, listen, fetch. Forms are passed over.

    eager: also send what waits after a failed try of ours, because the user asked now; a wait
    that the registry asked for is always kept. One registry with a problem never stops the rest.
    Raises KeyProblem if the key cannot be opened.
    """
    with services.store.read() as connection:
        known = [registries.by_name(connection, only)] if only else registries.everyone(connection)
    known = [one for one in known if not (one.by_hand or one.only_pays)]
    result = Synced()

    def hear(heard: Heard) -> None:
        result.count(heard)
        tell(heard)

    if known:
        my_key_for_requests(services)
    for done, registry in enumerate(known):
        if cancelled():
            break
        if registry.state is RegistryState.PAUSED and not eager:
            continue
        report(Progress(done=done, total=len(known), label=registry.name))
        for problem in exchange(services, registry, hear, cancelled, eager=eager):
            result.problems.append((registry.name, problem))
            hear(Heard(event="problem", registry=registry.name, detail={"message": str(problem)}))
    if not only and not cancelled():
        for name, problem in ask_for_timestamps(services, hear, cancelled, eager=eager):
            result.problems.append((name, problem))
            hear(Heard(event="problem", registry=name, detail={"message": str(problem)}))
    report(Progress(done=len(known), total=len(known)))
    checkpoint_if_due(services)
    with services.store.read() as connection:
        result.waiting = waiting(connection).total
    return result
