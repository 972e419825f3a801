"""Claims that say older terms than the library: which they are, and what brings them up to date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from desktop.claims.draft import terms_document
from desktop.errors import Cancelled as Stopped
from desktop.errors import UsageProblem
from desktop.flows.claiming import Prepared, claimant_now, prepare_one
from desktop.flows.terms_there import told
from desktop.forms.terms_facts import terms_text
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.registries import NOT_POSSIBLE, Ability, Registry
from desktop.model.terms import Terms
from desktop.services import Services
from desktop.store import claim_terms, journal, registries
from desktop.store import terms as terms_store
from desktop.store.claim_terms import Group, Outdated, Term
from desktop.store.database import Connection

_REPORT_EVERY = 200
_NAMED = 20


class Way(StrEnum):
    """How a registry learns of newer terms."""

    SENT = "sent"
    BY_HAND = "by_hand"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """Claims at one registry that say older terms. why: what is to be done, or why nothing can."""

    registry: Registry
    claims: int
    way: Way
    why: str
    groups: tuple[Group, ...]


def outdated(services: Services) -> list[Older]:
    """Return for each registry how many claims there say older terms than the library does.

    A claim that would say the same again, because the registry takes no more, is not one.
    """
    today = services.now().date()
    with services.store.read() as connection:
        found = claim_terms.groups(connection, today)
        if not found:
            return []
        versions = _versions(connection, found)
        known = {one.registry_id: one for one in registries.everyone(connection)}
    result = []
    for registry_id in dict.fromkeys(group.registry_id for group in found):
        registry = known[registry_id]
        mine = [one for one in found if one.registry_id == registry_id]
        differ = tuple(one for one in mine if _says_other(registry, one, versions, today))
        if differ:
            way, why = way_of(registry)
            number = sum(one.claims for one in differ)
            result.append(Older(registry=registry, claims=number, way=way, why=why, groups=differ))
    return result


def outdated_claims(older: Older, services: Services) -> list[Outdated]:
    """Return the claims that say older terms at a registry, by work."""
    with services.store.read() as connection:
        return claim_terms.members(connection, older.groups, services.now().date())


def older_words(claim_id: int, registry_id: int, services: Services) -> str:
    """Return in words that a claim says older terms, and what that asks of the user; "" if not."""
    today = services.now().date()
    with services.store.read() as connection:
        group = claim_terms.group_of(connection, claim_id, registry_id, today)
        if group is None:
            return ""
        registry = registries.by_id(connection, registry_id)
        versions = _versions(connection, [group])
    if not _says_other(registry, group, versions, today):
        return ""
    return f"It says older terms than you do now. {way_of(registry)[1]}"


def way_of(registry: Registry) -> tuple[Way, str]:
    """Return how a registry learns of newer terms, and what that asks of the user."""
    if registry.by_hand:
        return Way.BY_HAND, "Only you can tell: write to whoever took the form."
    if not registry.did or Ability.SUPERSEDE in registry.abilities:
        return Way.SENT, "A new claim takes the place of each."
    return Way.NOT_POSSIBLE, NOT_POSSIBLE[Ability.SUPERSEDE]


def prepare_updates(
    registry_name: str,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    most: int | None = None,
    but: Collection[int] = (),
) -> list[Prepared]:
    """Return what would be sent to bring a registry's claims up to date, for the preview.

    most: only so many works. but: works that are passed over. A claim that never left the outbox
    is replaced; where what stands says the same as the library again, nothing is sent in its
    place. Raises KeyProblem, UsageProblem, Cancelled.
    """
    claimant = claimant_now(services)
    older = older_at(registry_name, services)
    todo = outdated_claims(older, services) if older else []
    if older is not None and older.way is Way.NOT_POSSIBLE:
        todo = [one for one in todo if one.unsent]
    passed = set(but)
    todo = [one for one in todo if one.work_id not in passed][:most]
    prepared = []
    with services.store.read() as connection:
        for done, one in enumerate(todo, start=1):
            if cancelled():
                raise Stopped
            unsent = one.claim_id if one.unsent else None
            made = (
                prepare_one(
                    connection, one.work_id, older.registry, claimant, services, unsent=unsent
                )
                if older
                else None
            )
            if made is not None:
                prepared.append(made)
            if done % _REPORT_EVERY == 0:
                report(Progress(done=done, total=len(todo), label="Preparing updates"))
    return prepared


def older_at(registry_name: str, services: Services) -> Older | None:
    """Return what is older at one registry, or None. Raises UsageProblem if there is no such."""
    with services.store.read() as connection:
        registry_id = registries.by_name(connection, registry_name).registry_id
    return next(
        (one for one in outdated(services) if one.registry.registry_id == registry_id), None
    )


def letter(older: Older, services: Services) -> str:
    """Return what to write to whoever took a form: which works, and what holds for them now."""
    today = services.now().date()
    by_version: dict[int, list[Outdated]] = {}
    for one in outdated_claims(older, services):
        by_version.setdefault(one.now, []).append(one)
    with services.store.read() as connection:
        versions = terms_store.several(connection, by_version)
    parts = [f"As of {today:%d %B %Y}, other terms hold for these works:"]
    for version, works in by_version.items():
        names = [
            f"- {one.title}" + (f" (your number {one.number})" if one.number else "")
            for one in works
        ]
        if len(names) > _NAMED:
            rest = len(names) - _NAMED
            names = [*names[:_NAMED], f"- and {rest:,} more {'work' if rest == 1 else 'works'}"]
        said = terms_document(versions.get(version, Terms(uses={})).on(today))
        parts += ["", *names, "", terms_text(said)]
    return "\n".join(parts)


def told_by_hand(registry_name: str, services: Services) -> int:
    """Keep that the user told whoever took a form what holds now; returns of how many claims.

    Raises UsageProblem where the app itself tells it.
    """
    older = older_at(registry_name, services)
    if older is None:
        return 0
    if older.way is not Way.BY_HAND:
        raise UsageProblem(
            f"{older.registry.name} is no form that you hand in.",
            advice=f"Send the updates: `claim --update --registry {older.registry.name}`.",
        )
    works = outdated_claims(older, services)
    now_s = services.now_s()
    with services.store.write() as tx:
        claim_terms.told(tx, older.registry.registry_id, works, now_s)
        journal.add(tx, now_s, "terms.told", older.registry.name, {"claims": len(works)})
    return len(works)


def _versions(connection: Connection, found: list[Group]) -> dict[int, Terms]:
    wanted = {number for one in found for number in (one.said, one.now)}
    return terms_store.several(connection, wanted)


def _says_other(
    registry: Registry, group: Group, versions: Mapping[int, Terms], today: date
) -> bool:
    """Tell whether a claim signed today would say other terms there than these claims do."""
    nothing = Terms(uses={})
    old, new = versions.get(group.said, nothing), versions.get(group.now, nothing)
    before = told(registry, old, today if group.term is Term.OVER else date.min)
    if group.said == group.now and before.expires is not None:
        return False  # it told its last day itself
    return not before.same_answers(replace(told(registry, new, today), version=before.version))
