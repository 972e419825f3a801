"""What the user says of works: titles, creators, numbers, shares, and what AI may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

from desktop.errors import UsageProblem
from desktop.flows.terms_changing import apply_change
from desktop.model import identifiers as numbers
from desktop.model import places
from desktop.model.terms import Terms
from desktop.model.terms_changes import Choice
from desktop.model.works import (
    Basis,
    Capacity,
    Creator,
    Evidence,
    Identifier,
    Interest,
    Known,
    Party,
    Publication,
    Reach,
    Right,
    Share,
    Work,
)
from desktop.services import Services
from desktop.store import addresses, journal, parties, works
from desktop.store import evidence as evidence_store
from desktop.store import shares as shares_store
from desktop.store.database import Connection
from desktop.terms.paths import checked

MAX_EVIDENCE_BYTES = 100 * 1024 * 1024
ME = "me"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareSaid:
    """A share as a user says it. who: a name or DID, or "me". fraction None: unknown."""

    who: str
    right: Right
    fraction: Fraction | None
    interest: Interest = Interest.WHOLE
    territories: tuple[str, ...] = (places.WORLD,)
    starts: str = ""
    ends: str = ""
    basis: Basis = Basis.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkChanges:
    """What to change of works; None and empty leave things as they are.

    shares replace what the same party had for the same right, side and start; all shares of the
    work if only_these_shares.
    """

    title: str | None = None
    creators: Sequence[Creator] | None = None
    identifiers: Sequence[Identifier] = ()
    drop_identifiers: Sequence[Identifier] = ()
    created: str | None = None
    publication: Publication | None = None
    ai_involvement: str | None = None
    capacity: Capacity | None = None
    sole_owner: Known | None = None
    shares: Sequence[ShareSaid] = ()
    only_these_shares: bool = False
    published_at: Sequence[str] = ()
    no_longer_at: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswers:
    """What was said before, the most frequent first, to offer it again."""

    names: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


def past_answers(services: Services) -> PastAnswers:
    """Return names of creators and parties, and countries of publication."""
    with services.store.read() as connection:
        names = [*works.creator_names(connection), *(p.name for p in parties.everyone(connection))]
        return PastAnswers(
            names=tuple(dict.fromkeys(names)), countries=works.publication_countries(connection)
        )


def set_terms(new: Terms, work_ids: Iterable[int] | None, services: Services) -> int:
    """Keep terms as a version and give them to works; None: to all, now and to come.

    Returns how many works changed. Raises UsageProblem if a work does not exist.
    """
    choice = Choice.everything() if work_ids is None else Choice.works(work_ids)
    return apply_change(choice, new, services).change.changed


def edit_works(work_ids: Sequence[int], changes: WorkChanges, services: Services) -> int:
    """Keep what the user says of works, all of it or nothing; returns how many there were.

    Raises UsageProblem that names the field and what would be right.
    """
    now_s = services.now_s()
    with services.store.write() as tx:
        now = checked_changes(changes, services.now().date())
        shares = [_share(tx, said, now_s) for said in changes.shares]
        for work_id in work_ids:
            works.get(tx, work_id)
            _change(tx, work_id, now, shares)
            for there, said in ((False, now.no_longer_at), (True, now.published_at)):
                for address in said:
                    addresses.say(tx, work_id, address, there=there, now_s=now_s)
        subject = str(work_ids[0]) if len(work_ids) == 1 else f"{len(work_ids)} works"
        journal.add(tx, now_s, "work.edited", subject, {"changed": _fields(changes)})
    return len(work_ids)


def edit_work(work_id: int, services: Services, changes: WorkChanges) -> Work:
    """Keep what the user says of one work and return it; see edit_works."""
    edit_works([work_id], changes, services)
    with services.store.read() as connection:
        return works.get(connection, work_id)


def split_equally(
    work_ids: Sequence[int],
    names: Sequence[str],
    services: Services,
    *,
    rights: Sequence[Right] = tuple(Right),
    interest: Interest = Interest.WHOLE,
) -> int:
    """Give everyone named the same part of each right, exactly the whole together."""
    people = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not people:
        raise UsageProblem("Nobody is named.", advice="Name everyone, and yourself as me.")
    equal = [
        ShareSaid(
            who=name,
            right=right,
            fraction=Fraction(1, len(people)),
            interest=interest,
            basis=Basis.AGREED,
        )
        for right in rights
        for name in people
    ]
    return edit_works(work_ids, WorkChanges(shares=equal, only_these_shares=True), services)


def edit_party(
    name: str,
    services: Services,
    *,
    isni: str | None = None,
    orcid: str | None = None,
    ipi: str | None = None,
    contact: str | None = None,
    reach: Reach | None = None,
) -> Party:
    """Keep what is known of a person or company, made new if there is none of that name.

    "me" is the user. Raises UsageProblem.
    """
    now_s = services.now_s()
    typed = {"isni": isni, "orcid": orcid, "ipi": ipi}
    with services.store.write() as tx:
        party = _party(tx, name, now_s)
        kept = {
            scheme: getattr(party, scheme) if value is None else _number(scheme, value)
            for scheme, value in typed.items()
        }
        changed = Party(
            party_id=party.party_id,
            name=party.name,
            did=party.did,
            is_self=party.is_self,
            contact=party.contact if contact is None else contact.strip(),
            reach=party.reach if reach is None else reach,
            **kept,
        )
        parties.update(tx, changed)
        detail = {"changed": [scheme for scheme, value in typed.items() if value is not None]}
        journal.add(tx, now_s, "party.edited", str(party.party_id), detail)
    return changed


def add_evidence(
    work_id: int,
    data: bytes,
    services: Services,
    *,
    kind: str,
    name: str = "",
    dated: str = "",
    note: str = "",
) -> Evidence:
    """Keep a file that speaks for a claim, with its bytes. Raises UsageProblem."""
    if not data or len(data) > MAX_EVIDENCE_BYTES:
        raise UsageProblem(
            "This file is empty, or larger than 100 MB.",
            advice="Keep a smaller copy of what matters in it.",
        )
    kind = "-".join(kind.lower().split())
    item = Evidence(
        sha256="",
        kind=_right("Kind of evidence", numbers.token, kind),
        name=name,
        dated=evidence_day(dated, services.now().date()),
        note=note.strip(),
    )
    with services.store.write() as tx:
        works.get(tx, work_id)
        kept = evidence_store.add(tx, work_id, item, data, services.now_s())
        detail = {"sha256": kept.sha256, "kind": kept.kind}
        journal.add(tx, services.now_s(), "evidence.added", str(work_id), detail)
    return kept


def evidence_day(text: str, today: date) -> str:
    """Return the day that evidence is of, or "". today: in UTC. Raises UsageProblem."""
    return _right("Date of the evidence", partial(places.past_day, today=today), text)


def checked_changes(changes: WorkChanges, today: date) -> WorkChanges:
    """Return the changes, but for shares, with everything typed in its proper form.

    today: in UTC; what was made or published has been. Raises UsageProblem that names the field.
    """
    if changes.title is not None and not changes.title.strip():
        raise UsageProblem("A work needs a title.")
    publication = changes.publication
    if publication is not None:
        publication = Publication(
            answer=publication.answer,
            on=_right(
                "Date of publication", partial(places.past_date, today=today), publication.on
            ),
            country=_right("Country of publication", places.country, publication.country)
            if publication.country
            else "",
        )
        if publication.answer is not Known.YES and (publication.on or publication.country):
            raise UsageProblem(
                "A work that was not published has no date or country of publication.",
                advice="Say that it was published, or leave them out.",
            )
    return WorkChanges(
        title=" ".join(changes.title.split()) if changes.title is not None else None,
        creators=changes.creators,
        identifiers=[_identifier(item) for item in changes.identifiers],
        drop_identifiers=changes.drop_identifiers,
        created=_right("Date made", partial(places.past_date, today=today), changes.created)
        if changes.created is not None
        else None,
        publication=publication,
        ai_involvement=changes.ai_involvement,
        capacity=changes.capacity,
        sole_owner=changes.sole_owner,
        only_these_shares=changes.only_these_shares,
        published_at=[_right("Published at", checked, one) for one in changes.published_at],
        no_longer_at=[_right("No longer at", checked, one) for one in changes.no_longer_at],
    )


def _change(tx: Connection, work_id: int, changes: WorkChanges, shares: Sequence[Share]) -> None:
    if changes.title is not None:
        works.set_title(tx, work_id, changes.title)
    if changes.creators is not None:
        works.set_creators(tx, work_id, changes.creators)
    for identifier in changes.drop_identifiers:
        works.remove_identifier(tx, work_id, identifier)
    for identifier in changes.identifiers:
        works.add_identifier(tx, work_id, identifier)
    if changes.created is not None:
        works.set_created(tx, work_id, changes.created)
    if changes.publication is not None:
        works.set_publication(tx, work_id, changes.publication)
    works.set_claiming(
        tx,
        work_id,
        ai_involvement=changes.ai_involvement,
        capacity=changes.capacity,
        sole_owner=changes.sole_owner,
    )
    if changes.only_these_shares:
        shares_store.replace(tx, work_id, shares)
    else:
        for share in shares:
            shares_store.put(tx, work_id, share)


def _fields(changes: WorkChanges) -> list[str]:
    empty = WorkChanges()
    return sorted(
        name for name in WorkChanges.__slots__ if getattr(changes, name) != getattr(empty, name)
    )


def _share(tx: Connection, said: ShareSaid, now_s: int) -> Share:
    try:
        return Share(
            party=_party(tx, said.who, now_s),
            right=said.right,
            fraction=said.fraction,
            territories=places.territories(said.territories),
            interest=said.interest,
            starts=places.full_date(said.starts),
            ends=places.full_date(said.ends),
            basis=said.basis,
        )
    except ValueError as error:
        raise UsageProblem(str(error), advice="Nothing was changed.") from error


def _party(tx: Connection, name: str, now_s: int) -> Party:
    name = " ".join(name.split())
    if not name:
        raise UsageProblem("A party has a name.")
    me = parties.me(tx) if name == ME else None
    return me or parties.named(tx, name, now_s)


def _identifier(item: Identifier) -> Identifier:
    try:
        scheme, value = numbers.checked(item.scheme, item.value)
    except ValueError as error:
        raise UsageProblem(str(error), advice="Nothing was changed.") from error
    return Identifier(scheme=scheme, value=value)


def _number(scheme: str, value: str) -> str:
    return _identifier(Identifier(scheme=scheme, value=value)).value if value.strip() else ""


def _right(field: str, check: Callable[[str], str], text: str) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise UsageProblem(f"{field}: {error}", advice="Nothing was changed.") from error
