"""One round with every registry: describe, send, listen, fetch."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.errors import Busy, KeyProblem, LoginNeeded, Offline, RegistryProblem, Untrusted
from desktop.flows.asking import ask_about_claims
from desktop.flows.connecting import connector_to, describe
from desktop.flows.fetching import fetch_documents
from desktop.flows.form_packs import add_form, check_form
from desktop.flows.hearing import Heard, Synced, Tell
from desktop.flows.identifying import my_key_for_requests, request_key
from desktop.flows.journaling import checkpoint_if_due
from desktop.flows.listening import listen
from desktop.flows.payouts import send_payouts
from desktop.flows.responding import ANSWERS, send_answers
from desktop.flows.sending import Sender
from desktop.flows.timestamping import ask_for_timestamps
from desktop.identity.keys import SigningKey
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import (
    Ability,
    Description,
    Registry,
    RegistryKind,
    RegistryState,
)
from desktop.registries import kinds
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import answers, feeds, journal, outbox, registries


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
        _note_problem(services, registry, problem)
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
        for problem in _as_everyone(services, registry, hear, cancelled, eager=eager):
            result.problems.append((registry.name, problem))
            hear(Heard(event="problem", registry=registry.name, detail={"message": str(problem)}))
    if not only and not cancelled():
        for name, problem in ask_for_timestamps(services, hear, cancelled, eager=eager):
            result.problems.append((name, problem))
            hear(Heard(event="problem", registry=name, detail={"message": str(problem)}))
    report(Progress(done=len(known), total=len(known)))
    checkpoint_if_due(services)
    with services.store.read() as connection:
        result.waiting = outbox.waiting(connection) + answers.waiting(connection)
    return result


def _as_everyone(
    services: Services, registry: Registry, hear: Tell, cancelled: Cancelled, *, eager: bool
) -> list[RegistryProblem]:
    """Exchange as every claimant the registry knows unless it asked for peace; returns problems."""
    if registry.quiet_until is not None and registry.quiet_until > services.now():
        until = f"{registry.quiet_until:%H:%M:%S} UTC"
        words = f"The registry asked not to be asked again before {until}."
        return [Busy(words, advice="Your claims wait safely in the outbox.")]
    keys, locked = _keys_at(services, registry, eager=eager)
    problems: list[RegistryProblem] = []
    for key in keys:
        if cancelled() or any(isinstance(problem, Offline | Busy) for problem in problems):
            break
        problems += _exchange(services, registry, key, hear, cancelled, eager=eager)
    for problem in problems:
        _note_problem(services, registry, problem)
    return problems + locked


def _keys_at(
    services: Services, registry: Registry, *, eager: bool
) -> tuple[list[SigningKey], list[RegistryProblem]]:
    """Return the keys a registry knows the user by, and why some of them cannot be used.

    A registry knows a claim by the key that signed it, so that key sends it and reads what became
    of it, also after it was replaced or revoked. Unless eager, a locked key is left for later.
    """
    keys: list[SigningKey] = []
    locked: list[RegistryProblem] = []
    with services.store.read() as connection:
        dids = feeds.claimants(connection, registry.registry_id)
    for did in dids:
        if not eager and not services.keys.is_open(did):
            continue
        try:
            keys.append(request_key(did, services))
        except KeyProblem as problem:
            said = f"What was signed with the key …{did[-4:]} waits. {problem.message}"
            locked.append(RegistryProblem(said, advice=problem.advice))
    return keys, locked


def _exchange(
    services: Services,
    registry: Registry,
    key: SigningKey,
    hear: Tell,
    cancelled: Cancelled,
    *,
    eager: bool,
) -> list[RegistryProblem]:
    """Do all steps with one registry; returns what went wrong.

    A registry that takes no claims now may still have something to tell, so a problem with
    sending does not stop the listening; no connection does.
    """
    problems: list[RegistryProblem] = []
    try:
        description = describe(registry, services)
        connector = connector_to(registry, services, key=key, description=description)
        sender = Sender(services, registry, connector, description, key.did, hear)
        try:
            sender.send_all(cancelled, eager=eager)
        except (Offline, LoginNeeded):
            raise
        except RegistryProblem as problem:
            problems.append(problem)
        abilities = description.abilities
        if Ability.EVENTS in abilities:
            listen(services, registry, connector, hear, cancelled, did=key.did)
        if abilities & ANSWERS:
            send_answers(services, registry, connector, hear, cancelled, key.did, eager=eager)
        if Ability.PAYOUT in abilities:
            send_payouts(
                services, registry, connector, description, hear, cancelled, key.did, eager=eager
            )
        if Ability.LOOK_UP in abilities and ask_about_claims(
            services, registry, connector, hear, cancelled, key.did
        ):
            sender.send_all(cancelled, eager=eager)
        if Ability.STATEMENTS not in abilities:
            return problems
        for fetched in fetch_documents(registry, connector, description, key.did, services):
            if fetched.event == "problem":
                problems.append(Untrusted(fetched.detail["message"]))
            else:
                hear(Heard(event=fetched.event, registry=registry.name, detail=fetched.detail))
    except Busy as problem:
        problems.append(problem)
        _wait(services, registry, problem)
    except RegistryProblem as problem:
        problems.append(problem)
    return problems


def _wait(services: Services, registry: Registry, problem: Busy) -> None:
    """Remember that the registry asked not to be asked before a while; claims wait as well."""
    if problem.retry_after_s is None:
        return
    until_s = services.now_s() + delay_s(0, retry_after_s=problem.retry_after_s)
    with services.store.write() as tx:
        registries.wait(tx, registry.registry_id, until_s)


def _note_problem(services: Services, registry: Registry, problem: RegistryProblem) -> None:
    state = RegistryState.PROBLEM
    if isinstance(problem, Offline):
        state = RegistryState.OFFLINE
    elif isinstance(problem, LoginNeeded):
        state = RegistryState.PAUSED
    elif isinstance(problem, Busy):
        state = RegistryState.READY
    with services.store.write() as tx:
        registries.note(tx, registry.registry_id, state, str(problem), services.now_s())
