"""What the user does about offers: looks at them, accepts exactly what is shown, or declines.

Needs no network; the next sync sends the signed answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from desktop.claims.offer_reply import signed_reply
from desktop.errors import UsageProblem
from desktop.flows.identifying import answering_key
from desktop.flows.terms_changing import apply_change
from desktop.flows.terms_checking import why_refused
from desktop.identity.keys import SigningKey
from desktop.model.offers import Offer, Reply, Standing
from desktop.model.registries import Ability
from desktop.model.strictness import answer_for
from desktop.model.terms import Answer, Licensee, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import journal, key_tellings, offers, registries
from desktop.store import terms as terms_store
from desktop.store.database import Connection

MOST_CLAIMS = 10_000
WHY_NOT = {
    Standing.ANSWERED: "You have answered this offer; your answer is on its way.",
    Standing.ACCEPTED: "You have accepted this offer.",
    Standing.DECLINED: "You have declined this offer.",
    Standing.REFUSED: "Your answer to this offer was not taken.",
    Standing.CHANGED: "This offer was changed since; look at the newer one.",
    Standing.WITHDRAWN: "This offer was withdrawn.",
    Standing.OVER: "This offer is over.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A work that an offer is for, by the claim that was accepted, and the terms it has.

    answers: what these say today to the licensee, of each use of the offer.
    """

    claim_id: int
    claim_hash: str
    work_id: int
    title: str
    terms: Terms
    answers: Mapping[Use, Answer]

    @property
    def against(self) -> tuple[Use, ...]:
        """The uses of the offer that the terms do not simply allow."""
        return tuple(use for use, answer in self.answers.items() if answer is not Answer.ALLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An offer with all that one should know before answering it."""

    offer: Offer
    standing: Standing
    works: tuple[Covered, ...]
    paid: tuple[tuple[str, Decimal], ...]


def list_offers(services: Services, *, open_only: bool = False, limit: int = -1) -> list[Offer]:
    """Return offers, the newest first; of one that was changed, the older revisions stay seen."""
    now = services.now()
    open_at_s = int(now.timestamp()) if open_only else None
    with services.store.read() as connection:
        found = offers.everything(connection, open_at_s=open_at_s, limit=limit)
    return [one for one in found if not open_only or one.standing(now) is Standing.OPEN]


def look_at(offer_id: int, services: Services) -> Looked:
    """Return an offer with the works it is for and what was paid. Raises UsageProblem."""
    today = services.now().date()
    with services.store.read() as connection:
        offer = offers.by_id(connection, offer_id)
        rows = offers.standing_claims(connection, offer, [offer.said.claimant])
        terms_of = terms_store.versions_of(connection, [one[2] for one in rows])
        versions = {work_id: version for work_id, _, version in terms_of}
        known = terms_store.several(connection, set(versions.values()))
        paid = offers.paid_under(connection, offer)
    works, who = [], _licensee(offer)
    for claim_id, claim_hash, work_id, title in rows:
        terms = known.get(versions.get(work_id, 0), Terms(uses={}))
        now = terms.on(today)
        works.append(
            Covered(
                claim_id=claim_id,
                claim_hash=claim_hash,
                work_id=work_id,
                title=title,
                terms=terms,
                answers={use: answer_for(now, use, who) for use in offer.said.uses},
            )
        )
    return Looked(
        offer=offer,
        standing=offer.standing(services.now()),
        works=tuple(works),
        paid=tuple(sorted(paid.items())),
    )


def accept(
    offer_id: int,
    services: Services,
    *,
    works: Collection[int] | None = None,
    shown: str = "",
    add_to_terms: bool = False,
) -> Offer:
    """Say yes to an offer, for the works it covers now or only for some; signed and queued.

    shown: the hash of the document that was shown; another one is not accepted. add_to_terms:
    also let the terms of these works say that this licensee may, on the offer's conditions.
    Raises UsageProblem if it cannot be accepted, KeyProblem, ClaimProblem.
    """
    looked = look_at(offer_id, services)
    _check(looked, shown)
    chosen = _chosen(looked, works)
    key = _key_for(looked.offer, services)
    document = signed_reply(
        looked.offer,
        Reply.ACCEPT,
        key,
        created=services.now(),
        claims=[one.claim_hash for one in chosen],
    )
    claim_ids = [one.claim_id for one in chosen]
    answered = _queue(looked.offer, Reply.ACCEPT, document, claim_ids, services)
    if add_to_terms:
        let_terms_say_so(looked.offer, chosen, services)
    return answered


def decline(offer_id: int, services: Services, *, reason: str = "", shown: str = "") -> Offer:
    """Say no to an offer; signed and queued. Raises as accept."""
    looked = look_at(offer_id, services)
    _check(looked, shown)
    key = _key_for(looked.offer, services)
    document = signed_reply(
        looked.offer,
        Reply.DECLINE,
        key,
        created=services.now(),
        reason=" ".join(reason.split()),
    )
    return _queue(looked.offer, Reply.DECLINE, document, [], services)


def let_terms_say_so(offer: Offer, works: Sequence[Covered], services: Services) -> int:
    """Let terms name the licensee for the uses it was accepted for; returns how many works changed.

    Terms that cannot name it, because of its name, its key or their number of licensees, are left,
    and so are those that name somebody else by its name or by its key. They say
    "only on conditions", which are those of the offer: a licence ends, and a plain yes would not.
    What they allow everybody stays as it is.
    """
    by_terms: dict[int, list[Covered]] = {}
    today = services.now().date()
    for one in works:
        if one.terms.on(today) is not one.terms:
            continue  # they have ended, and say no to everybody
        by_terms.setdefault(one.terms.version, []).append(one)
    changed = 0
    for some in by_terms.values():
        new = _with_licensee(some[0].terms, offer)
        if not new.same_answers(some[0].terms) and not why_refused(new, today):
            choice = Choice.works([one.work_id for one in some])
            changed += apply_change(choice, new, services).change.changed
    return changed


def _with_licensee(terms: Terms, offer: Offer) -> Terms:
    who = _licensee(offer)
    uses = {use for use in offer.said.uses if terms.uses[use] is not Answer.ALLOW}
    if who is None or not uses:
        return terms
    known = {one.name.casefold(): one for one in terms.licensees}
    before = known.get(who.name.casefold(), who)
    namesakes = [one for one in terms.licensees if who.did and one.did == who.did]
    if (before.did and before.did != who.did) or any(one is not before for one in namesakes):
        return terms
    answers = {**before.uses, **dict.fromkeys(uses, Answer.CONSTRAINED)}
    known[who.name.casefold()] = replace(before, uses=answers)
    try:
        return replace(terms, licensees=tuple(known.values()), version=0)
    except ValueError:
        return terms


def _licensee(offer: Offer) -> Licensee | None:
    """Return who makes an offer as terms would name them; None: terms cannot name them."""
    try:
        name = " ".join(offer.said.licensee.split())
        return Licensee(name=name, did=offer.said.licensee_did, uses={})
    except ValueError:
        return None


def _check(looked: Looked, shown: str) -> None:
    """Raise UsageProblem unless the offer is open, and the very one that was shown."""
    if looked.standing is not Standing.OPEN:
        raise UsageProblem(
            WHY_NOT[looked.standing], advice=f"`offers show {looked.offer.offer_id}` tells more."
        )
    if shown and shown != looked.offer.sha256:
        raise UsageProblem("This is not the offer that you were shown.", advice="Look again.")


def _chosen(looked: Looked, works: Collection[int] | None) -> list[Covered]:
    chosen = [one for one in looked.works if works is None or one.work_id in works]
    missing = sorted(set(works or ()) - {one.work_id for one in chosen})
    if missing:
        raise UsageProblem(
            f"Work {missing[0]} is not one that this offer is for.",
            advice="Only works whose claims the registry accepted can be.",
        )
    if not chosen:
        raise UsageProblem(
            "No claim that this offer is for stands now, so there is nothing to say yes to.",
            advice="Look at the claims: `claims`.",
        )
    if len(chosen) > MOST_CLAIMS:
        raise UsageProblem(
            f"One answer is for {MOST_CLAIMS:,} works at most; this offer is for {len(chosen):,}.",
            advice="Name some: `offers accept ID --works …`.",
        )
    return chosen


def _key_for(offer: Offer, services: Services) -> SigningKey:
    """Return the key to answer with: of whom it was offered to, or the newest that follows it."""
    with services.store.read() as connection:
        registry = registries.by_id(connection, offer.registry_id)
        did = offer.said.claimant
        if Ability.KEYS in registry.abilities:
            did = key_tellings.will_speak(connection, registry.registry_id, did)
    return answering_key(did, services)


def _queue(
    offer: Offer, reply: Reply, document: bytes, claim_ids: Sequence[int], services: Services
) -> Offer:
    now_s = services.now_s()
    with services.store.write() as tx:
        _still_open(tx, offer, services)
        offers.queue(tx, offer.offer_id, reply, document, claim_ids, now_s)
        detail = {"offer": offer.offer_id, "works": len(claim_ids)}
        journal.add(tx, now_s, f"offer.{reply.value}", offer.registry, detail)
        return offers.by_id(tx, offer.offer_id)


def _still_open(tx: Connection, offer: Offer, services: Services) -> None:
    """Raise UsageProblem if something came between looking and answering."""
    standing = offers.by_id(tx, offer.offer_id).standing(services.now())
    if standing is not Standing.OPEN:
        raise UsageProblem(WHY_NOT[standing])
