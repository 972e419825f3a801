"""One round with one registry: tell it of keys, then send, listen and fetch for every claimant.

A registry knows a claim by the key that signed it. What an older key signed is sent, and what
became of it read, by the newest key that the registry knows to follow it; else by that key itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from desktop.errors import Busy, KeyProblem, LoginNeeded, Offline, RegistryProblem, Untrusted
from desktop.flows.asking import ask_about_claims
from desktop.flows.connecting import connector_to, describe
from desktop.flows.fetching import fetch_documents
from desktop.flows.hearing import Heard, Tell
from desktop.flows.hearing_offers import hear_offers, send_replies
from desktop.flows.identifying import request_key
from desktop.flows.listening import listen
from desktop.flows.payouts import send_payouts
from desktop.flows.responding import ANSWERS, send_answers
from desktop.flows.sending import Sender
from desktop.flows.telling import tell_of_keys
from desktop.identity.keys import SigningKey
from desktop.model.identities import NoticeKind
from desktop.model.progress import Cancelled
from desktop.model.registries import Ability, Description, Registry, RegistryState
from desktop.registries.connector import Connector
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import feeds, key_tellings, registries


@dataclass(frozen=True, slots=True)
class Voice:
    """A claimant whom the registry knows, and the key that speaks for it there."""

    did: str
    key: SigningKey


def exchange(
    services: Services, registry: Registry, tell: Tell, cancelled: Cancelled, *, eager: bool
) -> list[RegistryProblem]:
    """Exchange as every claimant the registry knows unless it asked for peace; returns problems."""
    if registry.quiet_until is not None and registry.wants_peace(services.now()):
        until = f"{registry.quiet_until:%H:%M:%S} UTC"
        words = f"The registry asked not to be asked again before {until}."
        return [Busy(words, advice="Your claims wait safely in the outbox.")]
    this_round = _Round(services, registry, tell, cancelled, eager=eager)
    this_round.run()
    for problem in this_round.problems:
        note_problem(services, registry, problem)
    return this_round.problems + this_round.locked


class _Round:
    """Goes through all steps; what fails stops no other claimant, unless nothing can be reached.

    problems: what went wrong. locked: why some keys cannot be used.
    """

    def __init__(
        self,
        services: Services,
        registry: Registry,
        tell: Tell,
        cancelled: Cancelled,
        *,
        eager: bool,
    ) -> None:
        self._services, self._registry = services, registry
        self._tell, self._cancelled, self._eager = tell, cancelled, eager
        self.problems: list[RegistryProblem] = []
        self.locked: list[RegistryProblem] = []

    def run(self) -> None:
        """Do it. What older keys signed is sent before what follows it, and heard of after it."""
        self._try(self._exchange)

    def _exchange(self) -> None:
        description = describe(self._registry, self._services)
        tell_of = partial(self._tell_of, description=description)
        if not self._try(partial(tell_of, NoticeKind.ROTATION)):
            return
        there: list[Voice] = []
        for voice in self._voices():
            if self._is_over():
                break
            if self._send(voice, description):
                there.append(voice)
        # A registry that takes no claims now may still have something to tell.
        for voice in reversed(there):
            if not self._try(partial(self._hear, voice, description)):
                break
        # Last: what a revoked key signed before may still be on its way.
        if not self._is_over():
            self._try(partial(tell_of, NoticeKind.REVOCATION))

    def _is_over(self) -> bool:
        return self._cancelled() or any(isinstance(one, Offline | Busy) for one in self.problems)

    def _try(self, step: Callable[[], None]) -> bool:
        """Do a step and keep what went wrong; tell whether the registry is still to be asked."""
        try:
            step()
        except (Offline, Busy) as problem:
            self.problems.append(problem)
            self._wait(problem)
            return False
        except RegistryProblem as problem:
            self.problems.append(problem)
        return not self._cancelled()

    def _voices(self) -> list[Voice]:
        """Return those the registry knows, as far as their keys can be used; note why others not.

        Unless eager, a locked key is left for later.
        """
        services, registry_id = self._services, self._registry.registry_id
        with services.store.read() as connection:
            speakers = {
                did: key_tellings.speaker(connection, registry_id, did)
                for did in feeds.claimants(connection, registry_id)
            }
        voices = []
        for did, speaker in speakers.items():
            if not self._eager and not services.keys.is_open(speaker):
                continue
            try:
                voices.append(Voice(did, request_key(speaker, services)))
            except KeyProblem as problem:
                said = f"What was signed with the key …{did[-4:]} waits. {problem.message}"
                self.locked.append(RegistryProblem(said, advice=problem.advice))
        return voices

    def _tell_of(self, kind: NoticeKind, *, description: Description) -> None:
        services, registry = self._services, self._registry
        tell_of_keys(services, registry, description, kind, self._tell, self._cancelled)

    def _connector(self, voice: Voice, description: Description) -> Connector:
        return connector_to(
            self._registry,
            self._services,
            key=voice.key,
            description=description,
            claimant=voice.did if voice.did != voice.key.did else "",
        )

    def _sender(self, voice: Voice, connector: Connector, description: Description) -> Sender:
        return Sender(self._services, self._registry, connector, description, voice.did, self._tell)

    def _send(self, voice: Voice, description: Description) -> bool:
        """Send what voice claims; tell whether the registry is there for them."""
        try:
            connector = self._connector(voice, description)
            self._reply(connector, description, voice.did)
            sender = self._sender(voice, connector, description)
            sender.send_all(self._cancelled, eager=self._eager)
        except RegistryProblem as problem:
            self.problems.append(problem)
            return not isinstance(problem, Offline | LoginNeeded)
        return True

    def _hear(self, voice: Voice, description: Description) -> None:
        """Hear what voice is told, and send what was said about their claims and accounts."""
        services, registry, did = self._services, self._registry, voice.did
        tell, cancelled, eager = self._tell, self._cancelled, self._eager
        connector = self._connector(voice, description)
        abilities = description.abilities
        if Ability.EVENTS in abilities:
            listen(services, registry, connector, tell, cancelled, did=did)
        if abilities & ANSWERS:
            send_answers(services, registry, connector, tell, cancelled, did, eager=eager)
        if Ability.PAYOUT in abilities:
            send_payouts(
                services, registry, connector, description, tell, cancelled, did, eager=eager
            )
        if Ability.LOOK_UP in abilities and ask_about_claims(
            services, registry, connector, tell, cancelled, did
        ):
            self._sender(voice, connector, description).send_all(cancelled, eager=eager)
        if Ability.STATEMENTS in abilities:
            self._fetch(connector, description, did)
        if Ability.OFFERS in abilities:  # last: money never waits for it
            known = (services, registry, connector, description, tell, cancelled)
            self.problems += hear_offers(*known, did=did)

    def _reply(self, connector: Connector, description: Description, did: str) -> None:
        """Send what was answered to offers: first, since an update ends the claims they name.

        Nothing else waits for it.
        """
        if Ability.OFFERS not in description.abilities:
            return
        known = (self._services, self._registry, connector, description, self._tell)
        try:
            send_replies(*known, self._cancelled, did=did, eager=self._eager)
        except RegistryProblem as problem:
            self.problems.append(problem)

    def _fetch(self, connector: Connector, description: Description, did: str) -> None:
        registry = self._registry
        for fetched in fetch_documents(registry, connector, description, did, self._services):
            if fetched.event == "problem":
                self.problems.append(Untrusted(fetched.detail["message"]))
            else:
                detail = fetched.detail
                self._tell(Heard(event=fetched.event, registry=registry.name, detail=detail))

    def _wait(self, problem: RegistryProblem) -> None:
        """Remember that the registry asked not to be asked for a while; claims wait as well."""
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        if asked is None:
            return
        now_s = self._services.now_s()
        until_s = now_s + delay_s(0, retry_after_s=asked)
        with self._services.store.write() as tx:
            registries.wait(tx, self._registry.registry_id, now_s, until_s)


def note_problem(services: Services, registry: Registry, problem: RegistryProblem) -> None:
    """Keep how the app gets on with a registry after a problem."""
    state = RegistryState.PROBLEM
    if isinstance(problem, Offline):
        state = RegistryState.OFFLINE
    elif isinstance(problem, LoginNeeded):
        state = RegistryState.PAUSED
    elif isinstance(problem, Busy):
        state = RegistryState.READY
    with services.store.write() as tx:
        registries.note(tx, registry.registry_id, state, str(problem), services.now_s())
