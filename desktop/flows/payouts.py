"""Where registries are to pay: asked twice, signed, queued, and in force once they confirm it.

Needs no network; the next sync sends what waits, and asks again when a confirmation is announced.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.claims.payout_channel import signed_channel
from desktop.errors import AppError, BatchTooLarge, Busy, Refused, RegistryProblem, UsageProblem
from desktop.flows.hearing import Heard, Tell
from desktop.flows.identifying import my_key, who_am_i
from desktop.model.payouts import (
    NAMES,
    RIGHT,
    Payout,
    PayoutKind,
    PayoutState,
    hint_of,
    read_value,
    shown_value,
)
from desktop.model.progress import Cancelled
from desktop.model.registries import NOT_POSSIBLE, Ability, Description, Event, Registry
from desktop.registries import kinds
from desktop.registries.connector import Connector
from desktop.registries.retry import delay_s
from desktop.services import Services
from desktop.store import identities, journal, key_tellings, payouts, registries
from desktop.store.database import Connection

CONFIRMED = "payout_channel.confirmed"
NOT_MINE = (
    "The registry says that a new payout account is in force, and it was not given here. If you "
    "did not do that on another computer, tell the registry now: somebody may have your key."
)
_NEWER_KNOWN = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A payout channel of the right form, before it was typed a second time. Changes nothing.

    before: what the registry was told last, or None.
    """

    registry: str
    kind: PayoutKind
    value: str
    before: Payout | None

    @property
    def shown(self) -> str:
        """The value as people compare it with paper."""
        return shown_value(self.kind, self.value)


def payout_kinds(registry: Registry) -> tuple[PayoutKind, ...]:
    """Return the ways a registry pays in; all we know before its description was read."""
    if not registry.description:
        return tuple(PayoutKind)
    try:
        read = kinds.kind_of(registry.kind).payout_kinds
    except AppError:
        return ()
    named = read(registry.description) if read else ()
    return tuple(kind for kind in PayoutKind if kind in named)


def propose(registry_name: str, kind: PayoutKind, typed: str, services: Services) -> Proposal:
    """Check what was typed the first time. Raises UsageProblem that says what would be right."""
    with services.store.read() as connection:
        registry = registries.by_name(connection, registry_name)
        _refuse_where_nothing_is_paid(registry)
        if kind not in payout_kinds(registry):
            ways = ", ".join(NAMES[one] for one in payout_kinds(registry))
            raise UsageProblem(
                f"{registry.name} does not pay that way.",
                advice=f"It pays by: {ways}." if ways else "It names no way that we know.",
            )
        value = checked_value(kind, typed)
    before = newest_payout(registry, services)
    return Proposal(registry=registry.name, kind=kind, value=value, before=before)


def newest_payout(registry: Registry, services: Services) -> Payout | None:
    """Return what a registry was told last by who signs now, also with an older key it follows."""
    me = who_am_i(services)
    if me is None:
        return None
    with services.store.read() as connection:
        did = me.party.did
        return _newest_of(connection, registry, [did, *_kin(connection, registry, did)])


def set_payout(proposal: Proposal, typed_again: str, services: Services) -> Payout:
    """Sign and queue where to pay, once it was typed the same a second time.

    Raises UsageProblem if it was not, KeyProblem if the key cannot be opened; nothing is changed.
    """
    if _read(proposal.kind, typed_again) != proposal.value:
        raise UsageProblem(
            "What you typed the second time is something else than the first time.",
            advice="Compare both with the paper, character by character. Nothing was changed.",
        )
    key = my_key(services)
    created = services.now()
    document = signed_channel(proposal.kind.value, proposal.value, key, created=created)
    with services.store.write() as tx:
        registry = registries.by_name(tx, proposal.registry)
        _refuse_where_nothing_is_paid(registry)
        now_s = services.now_s()
        payouts.take_back(tx, registry.registry_id, _kin(tx, registry, key.did))
        payout_id = payouts.queue(
            tx, registry.registry_id, key.did, proposal.kind.value, document, now_s
        )
        detail = {"kind": proposal.kind.value, "ends_in": hint_of(proposal.value)}
        journal.add(tx, now_s, "payout.set", registry.name, detail)
        return payouts.by_id(tx, payout_id)


def checked_value(kind: PayoutKind, typed: str) -> str:
    """Return what was typed in its one form. Raises UsageProblem that says what would be right."""
    try:
        return read_value(kind, typed)
    except ValueError as error:
        advice = f"{RIGHT[kind]} Check every character."
        raise UsageProblem(str(error), advice=advice) from error


def it_was_me(registry_name: str, services: Services) -> int:
    """Take note that the user knows of accounts given elsewhere; returns how many."""
    with services.store.write() as tx:
        registry = registries.by_name(tx, registry_name)
        mine = [one for one in payouts.not_mine(tx) if one.registry_id == registry.registry_id]
        for one in mine:
            payouts.settle(tx, one.payout_id, PayoutState.SEEN)
        if mine:
            journal.add(tx, services.now_s(), "payout.known", registry.name, {"count": len(mine)})
    return len(mine)


def hear_confirmation(
    tx: Connection, registry: Registry, event: Event, did: str, now_s: int
) -> None:
    """Take a registry's word that a channel is in force as a reason to ask which.

    The event names no channel: ours is sent once more, and the answer tells whether it is that.
    It may have been given with another key of the line that did is in.
    """
    newest = _newest_of(tx, registry, [did, *_kin(tx, registry, did)])
    if newest is None:
        payouts.keep_foreign(tx, registry.registry_id, did, event.document, now_s)
        journal.add(tx, now_s, "payout.not_mine", registry.name, {"cursor": event.cursor})
    elif newest.state in (PayoutState.SENT, PayoutState.IN_FORCE):
        payouts.requeue(tx, newest.payout_id, 0, "")


def send_payouts(
    services: Services,
    registry: Registry,
    connector: Connector,
    description: Description,
    tell: Tell,
    cancelled: Cancelled,
    did: str,
    *,
    eager: bool,
) -> None:
    """Send where to pay. Raises RegistryProblem; what was not taken waits."""
    with services.store.read() as connection:
        due = payouts.due(connection, registry.registry_id, did, services.now_s(), eager=eager)
    for payout in due:
        if cancelled():
            return
        if payout.kind not in description.payout_kinds:
            words = f"{registry.name} does not pay that way any more. Choose another."
            _settle(services, registry, payout, PayoutState.REFUSED, tell, words)
            continue
        _send(services, registry, connector, payout, tell)


def _send(
    services: Services, registry: Registry, connector: Connector, payout: Payout, tell: Tell
) -> None:
    with services.store.write() as tx:
        payouts.mark_sending(tx, payout.payout_id)
    try:
        said = connector.set_payout(payout.document)
    except (Refused, BatchTooLarge) as problem:
        words = problem.message
        if isinstance(problem, Refused) and problem.status == _NEWER_KNOWN:
            words = f"{words} {NOT_MINE}"
        _settle(services, registry, payout, PayoutState.REFUSED, tell, words)
        return
    except RegistryProblem as problem:
        asked = problem.retry_after_s if isinstance(problem, Busy) else None
        later = delay_s(payout.attempts + 1, retry_after_s=asked)
        with services.store.write() as tx:
            payouts.requeue(tx, payout.payout_id, services.now_s() + later, problem.message)
        raise
    sure = said["status"] == "confirmed" and said["kind"] == payout.kind
    state = PayoutState.IN_FORCE if sure else PayoutState.SENT
    _settle(services, registry, payout, state, tell)


def _read(kind: PayoutKind, typed: str) -> str:
    try:
        return read_value(kind, typed)
    except ValueError:
        return ""


def _settle(
    services: Services,
    registry: Registry,
    payout: Payout,
    state: PayoutState,
    tell: Tell,
    problem: str = "",
) -> None:
    with services.store.write() as tx:
        payouts.settle(tx, payout.payout_id, state, problem)
        if state is PayoutState.IN_FORCE:
            payouts.end_those_before(tx, payout, _kin(tx, registry, payout.did))
        detail = {"kind": payout.kind, "ends_in": payout.hint}
        journal.add(tx, services.now_s(), f"payout.{state.value}", registry.name, detail)
    told = {"payout": payout.kind, "ends_in": payout.hint, "state": state.value}
    if problem:
        told["message"] = problem
    tell(Heard(event="payout", registry=registry.name, detail=told))


def _kin(tx: Connection, registry: Registry, did: str) -> list[str]:
    """Return the other keys of the user's that a registry takes, or will, for the same claimant."""
    if Ability.KEYS not in registry.abilities:
        return []
    newest = key_tellings.will_speak(tx, registry.registry_id, did)
    return [
        other
        for other in identities.own_keys(tx)
        if other != did and key_tellings.will_speak(tx, registry.registry_id, other) == newest
    ]


def _newest_of(tx: Connection, registry: Registry, dids: list[str]) -> Payout | None:
    given = [payouts.newest(tx, registry.registry_id, did) for did in dids]
    return max((one for one in given if one), key=lambda one: one.payout_id, default=None)


def _refuse_where_nothing_is_paid(registry: Registry) -> None:
    if registry.description and Ability.PAYOUT not in registry.abilities:
        raise UsageProblem(NOT_POSSIBLE[Ability.PAYOUT])
