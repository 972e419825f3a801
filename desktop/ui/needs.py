"""What needs the user, as values: each with a sentence and, where there is one, an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import FileProblemKind
from desktop.flows.comparing_terms import check_terms
from desktop.flows.finding_money import find_money
from desktop.flows.payouts import NOT_MINE
from desktop.flows.reminding import Due, reminders
from desktop.flows.replying import list_offers
from desktop.flows.terms_history import Expiring, expiring
from desktop.flows.unshared import not_given, what_to_do
from desktop.flows.updating import Older, Way, outdated
from desktop.flows.weighing import list_findings
from desktop.model.allocations import Unshared
from desktop.model.claims import ClaimState
from desktop.model.findings import FindingState, KeptFinding
from desktop.model.registries import RegistryState
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import copies as copies_store
from desktop.store import events as events_store
from desktop.store import file_problems
from desktop.store import identities as identities_store
from desktop.store import payouts as payouts_store
from desktop.store import registries as registries_store
from desktop.store.database import Connection
from desktop.ui import figures, words
from desktop.ui.finding_words import finding_word
from desktop.ui.offer_words import licensee, price_words, uses_words
from desktop.ui.parts import Tone
from desktop.ui.sidebar import Place

LIMIT = 300
OFFERS_SHOWN = 5
MOST_WORKS = 10
ASKING = (ClaimState.CONFLICT, ClaimState.IN_DISPUTE, ClaimState.REFUSED, ClaimState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing that needs the user. key: it is about the user's own key; money: money to place.

    mine: the registry that confirmed an account which was not given here. older: claims that say
    older terms. shares: the work whose shares would mend it; again: the payments that are to be
    divided again; works: what AI may do with them ends, or their files say otherwise; copies:
    the works whose published copies say terms of before; offer: it waits for an answer.
    """

    word: str
    tone: Tone
    title: str
    sentence: str
    retry: Path | None = None
    place: Place | None = None
    cause: FileProblemKind | None = None
    count: int = 1
    key: bool = False
    mine: str = ""
    money: bool = False
    payment: int | None = None
    older: Older | None = None
    shares: int | None = None
    again: tuple[int, ...] = ()
    works: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    offer: int | None = None


def needs_of(services: Services, unshared: Sequence[Unshared] | None = None) -> list[Need]:
    """Return what needs the user, the gravest first; never on the main thread: it may take seconds.

    unshared: what is nobody's, if that was read already.
    """
    nobodys = not_given(services) if unshared is None else unshared
    found: list[Need] = []
    with services.store.read() as connection:
        replaced = claims_store.replaced(connection)
        for state in ASKING:
            for claim in claims_store.rows(connection, state=state, limit=LIMIT):
                if (claim.claim_id, claim.registry_id) in replaced:
                    continue
                word, tone = words.claim_state(claim)
                held = f"{claim.registry} holds the money until this is answered."
                found.append(
                    Need(
                        word=word,
                        tone=tone,
                        title=claim.title,
                        sentence=claim.reason or held,
                        place=Place.CLAIMS,
                    )
                )
        found += _finding_needs(services)
        for name, fetch, problem in events_store.refused(connection)[:LIMIT]:
            found.append(
                Need(
                    word="Not believed",
                    tone=Tone.WRONG,
                    title=f"{fetch.kind.capitalize()} {fetch.number} of {name}",
                    sentence=problem,
                    place=Place.REGISTRIES,
                )
            )
        for registry in registries_store.everyone(connection):
            if registry.state in (RegistryState.PAUSED, RegistryState.PROBLEM):
                found.append(
                    Need(
                        word="Registry",
                        tone=Tone.NEEDS,
                        title=registry.name,
                        sentence=registry.last_problem,
                        place=Place.REGISTRIES,
                    )
                )
        found += _money_needs(services)
        found += _share_needs(nobodys)
        found += _offer_needs(services)
        found += _terms_needs(services)
        found += _ending_needs(services)
        found += _copy_needs(connection)
        found += _differing_needs(services)
        found += _form_needs(services)
        found += _payout_needs(connection)
        found += _key_needs(connection)
        for cause, count in file_problems.causes(connection):
            found.append(_file_need(connection, cause, count))
    return found


def _differing_needs(services: Services) -> list[Need]:
    """Return one card for all files that say something else about AI than the terms."""
    found = check_terms(services)
    if not found:
        return []
    few = ", ".join(words.printable(one.title) for one in found[:3])
    more = f" and {figures.count(len(found) - 3)} more" if len(found) > 3 else ""
    return [
        Need(
            word="Terms",
            tone=Tone.NEEDS,
            title=f"{figures.many(len(found), 'file')} and your terms differ about AI",
            sentence=f"{few}{more}. The details of each work tell what its file says. Answer "
            "again, or publish copies that say what you say.",
            works=tuple(one.work_id for one in found[:LIMIT]),
        )
    ]


def _finding_needs(services: Services) -> list[Need]:
    """Return what does not add up or is worth asking, one card for each statement."""
    found: dict[str, list[KeptFinding]] = {}
    for one in list_findings(services):
        if one.state is FindingState.OPEN:
            found.setdefault(one.about, []).append(one)
    return [
        Need(
            word=finding_word(some[0])[0],
            tone=finding_word(some[0])[1],
            title=about,
            sentence=_told(some),
            place=Place.PAYMENTS,
            payment=some[0].statement_id,
        )
        for about, some in found.items()
    ]


def _told(some: list[KeptFinding]) -> str:
    first = some[0].finding
    said = f"{first.sentence} Expected {first.expected}, found {first.actual}."
    if len(some) > 1:
        said += f" And {figures.many(len(some) - 1, 'more finding')}."
    return f"{said} Ask the registry, or say why it is nothing."


def _money_needs(services: Services) -> list[Need]:
    """Return the money that came and waits for the user's word; what is overdue is a finding."""
    proposals = find_money(services).proposals
    if not proposals:
        return []
    entries = len({number for one in proposals for number in one.entries})
    came = figures.many(entries, "entry", "entries")
    return [
        Need(
            word="Money",
            tone=Tone.NEEDS,
            title=f"{came} on your accounts may be what you wait for",
            sentence=f"The likeliest: {words.printable('; '.join(proposals[0].why))}. "
            "Nothing counts until you say so.",
            money=True,
        )
    ]


def _share_needs(found: Sequence[Unshared]) -> list[Need]:
    """Return the money that no share gives to anybody, a card for each work that has the most."""
    needs = [
        Need(
            word="Shares",
            tone=Tone.NEEDS,
            title=f"{figures.money(one.amount)} of {words.printable(one.title or 'no single work')}"
            " is not given to anybody",
            sentence=what_to_do(one),
            place=Place.CLAIMS if one.by_claim else None,
            payment=None if one.work_id else one.payments[0],
            shares=one.work_id or None if one.why and not one.by_claim else None,
            again=() if one.why else one.recorded,
        )
        for one in found[:MOST_WORKS]
    ]
    rest = len(found) - MOST_WORKS
    if rest > 0:
        needs.append(
            Need(
                word="Shares",
                tone=Tone.NEEDS,
                title=f"The same of {figures.many(rest, 'work')} more",
                sentence="Those with more money come first; these follow when they are settled.",
                place=Place.PAYMENTS,
            )
        )
    return needs


def _offer_needs(services: Services) -> list[Need]:
    """Return the offers that wait for an answer, each by itself; of many, that there are many."""
    waiting = list_offers(services, open_only=True, limit=LIMIT)
    if len(waiting) > OFFERS_SHOWN:
        return [
            Need(
                word="Offers",
                tone=Tone.MINE,
                title=f"{figures.count(len(waiting))} offers wait for your answer",
                sentence="Saying nothing agrees to nothing.",
                place=Place.REGISTRIES,
            )
        ]
    return [
        Need(
            word="Offer",
            tone=Tone.MINE,
            title=f"{licensee(one)} offers {price_words(one)}",
            sentence=f"For {uses_words(one)}, by way of {one.registry}. Answer before "
            f"{figures.moment(one.said.open_until)}; saying nothing agrees to nothing.",
            offer=one.offer_id,
        )
        for one in waiting
    ]


def _terms_needs(services: Services) -> list[Need]:
    """Return which registries were told older terms and can be told newer ones."""
    return [
        Need(
            word="Terms",
            tone=Tone.NEEDS,
            title=f"{figures.many(one.claims, 'claim')} at {one.registry.name} "
            f"{'says' if one.claims == 1 else 'say'} older terms than you do now",
            sentence=f"{one.why} Until then, what you said before stands there.",
            older=one,
        )
        for one in outdated(services)
        if one.way is not Way.NOT_POSSIBLE
    ]


def _ending_needs(services: Services) -> list[Need]:
    """Return the answers about AI that end within a month, or have ended; a card for each day."""
    by_day: dict[date, list[Expiring]] = {}
    for one in expiring(services):
        by_day.setdefault(one.last_day, []).append(one)
    return [
        Need(
            word="Terms",
            tone=Tone.WRONG if some[0].over else Tone.NEEDS,
            title=f"What AI may do with {_whose(some)} {'ended' if some[0].over else 'ends'} on "
            f"{figures.day(last)}",
            sentence="Every yes is a no now. Answer again, or leave it so."
            if some[0].over
            else "After that day every yes is a no, until you answer again.",
            works=tuple(one.work_id for one in some),
        )
        for last, some in by_day.items()
    ]


def _copy_needs(connection: Connection) -> list[Need]:
    """Return which works' published copies say terms of before; one card for all of them."""
    found = copies_store.outdated(connection)
    if not found:
        return []
    whose = figures.many(len(found), "work")
    return [
        Need(
            word="Copies",
            tone=Tone.NEEDS,
            title=f"Published copies of {whose} say your terms of before",
            sentence="Publish them again, and put the new copies where the old ones are.",
            copies=tuple(found),
        )
    ]


def _whose(some: list[Expiring]) -> str:
    if len(some) == 1:
        return f"“{words.printable(some[0].title)}”"
    return figures.many(len(some), "work")


def _form_needs(services: Services) -> list[Need]:
    """Return what forms ask of the user today."""
    wrong = (Due.PASSED, Due.BROKEN)
    return [
        Need(
            word="Form",
            tone=Tone.WRONG if one.due in wrong else Tone.NEEDS,
            title=one.registry,
            sentence=one.sentence,
            place=Place.REGISTRIES,
        )
        for one in reminders(services)
    ]


def _payout_needs(connection: Connection) -> list[Need]:
    """Return what is wrong with where registries pay: the gravest thing there is."""
    found = [
        Need(
            word="Account",
            tone=Tone.WRONG,
            title=f"{one.registry} pays to an account that was not given here",
            sentence=NOT_MINE,
            mine=one.registry,
        )
        for one in payouts_store.not_mine(connection)
    ]
    return found + [
        Need(
            word="Account",
            tone=Tone.WRONG,
            title=f"{one.registry} does not pay to {one.hint}",
            sentence=one.last_problem,
            place=Place.REGISTRIES,
        )
        for one in payouts_store.refused(connection)
    ]


def _key_needs(connection: Connection) -> list[Need]:
    """Return what is to be done for the user's keys: one that ended, those kept nowhere else."""
    found = []
    for identity in identities_store.everyone(connection):
        if identity.revoked and identity.current and identity.key.ended is not None:
            found.append(
                Need(
                    word="Key",
                    tone=Tone.WRONG,
                    title=f"The key of {identity.party.name} is revoked",
                    sentence=f"Since {identity.key.ended:%d %B %Y} nothing can be signed with it. "
                    "What was signed before stays. Make another identity to go on.",
                    key=True,
                )
            )
        elif not identity.revoked and not identity.key.backed_up:
            found.append(
                Need(
                    word="Key",
                    tone=Tone.NEEDS,
                    title=f"Keep the key of {identity.party.name} safe",
                    sentence="It is only on this computer, and nobody can make it again. Write its "
                    "24 words on paper, or save an encrypted copy somewhere else.",
                    key=True,
                )
            )
    return found


def _file_need(connection: Connection, cause: FileProblemKind, count: int) -> Need:
    """Return the need of one file, or of all files with the same kind of problem."""
    first = file_problems.with_reason(connection, cause, 1)[0]
    alone = count == 1
    return Need(
        word="File",
        tone=Tone.NEEDS,
        title=words.file_name(first.path) if alone else words.files_with(cause, count),
        sentence=str(first),
        retry=first.path if alone else None,
        cause=None if alone else cause,
        count=count,
    )
