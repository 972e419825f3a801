"""What a work's file says of it, offered; taken over only when the user says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from desktop.flows.reading_terms import understood_inline
from desktop.model.places import has_come
from desktop.model.suggestions import Credit, Suggestions
from desktop.model.terms import Terms
from desktop.model.works import Creator, Identifier, Work
from desktop.services import Services
from desktop.store import journal, works
from desktop.store import suggestions as suggestions_store
from desktop.store import terms as terms_store
from desktop.store.database import Connection
from desktop.terms.contradictions import Contradiction, Expected, contradictions

TITLE, CREATORS, CREATED = "title", "creators", "created"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing the file says and the work has not, or has otherwise.

    key: TITLE, CREATORS, CREATED, or the scheme of public numbers. usable: the user has said
    nothing on it; what the user said stays.
    """

    key: str
    values: tuple[str, ...]
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Everything the file of one work says of itself, and how it stands to the user's word."""

    work: Work
    suggestions: Suggestions
    offers: tuple[Offer, ...]
    terms: Terms
    contradictions: tuple[Contradiction, ...]


def said_by_file(work_id: int, services: Services) -> Said:
    """Return what the current file of a work says. Raises UsageProblem if there is no work."""
    with services.store.read() as connection:
        work = works.get(connection, work_id)
        kept = suggestions_store.of_work(connection, work_id)
        said = replace(kept, ai_use=understood_inline(kept.ai_use))
        typed = works.title_is_typed(connection, work_id)
        terms = terms_store.of_work(connection, work_id).on(services.now().date())
    return Said(
        work=work,
        suggestions=said,
        offers=_offers(work, said, services.now().date(), title_typed=typed),
        terms=terms,
        contradictions=contradictions(said.ai_use, Expected(terms, services.now().date())),
    )


def accept_suggestions(
    work_ids: Iterable[int], services: Services, keys: Collection[str] | None = None
) -> int:
    """Take over what the files say where the user said nothing; returns how many works changed.

    keys: those of Offer; None is all. Up to 200 works are kept at once, each whole. Raises
    UsageProblem if a work does not exist; then the works after it in its batch are as they were.
    """
    changed = 0
    remaining = iter(work_ids)
    while batch := list(islice(remaining, _AT_ONCE)):
        now_s = services.now_s()
        with services.store.write() as tx:
            for work_id in batch:
                done = _accept(tx, work_id, keys, services.now().date())
                if done:
                    changed += 1
                    detail = {"changed": done, "from": "file"}
                    journal.add(tx, now_s, "work.edited", str(work_id), detail)
    return changed


def _accept(tx: Connection, work_id: int, keys: Collection[str] | None, today: date) -> list[str]:
    """Take over one work's usable offers; returns their keys."""
    work = works.get(tx, work_id)
    said = suggestions_store.of_work(tx, work_id)
    typed = works.title_is_typed(tx, work_id)
    done = []
    for offer in _offers(work, said, today, title_typed=typed):
        if not offer.usable or (keys is not None and offer.key not in keys):
            continue
        done.append(offer.key)
        if offer.key == TITLE:
            works.set_title(tx, work_id, said.title)
        elif offer.key == CREATORS:
            works.set_creators(tx, work_id, [_creator(one) for one in said.creators])
        elif offer.key == CREATED:
            works.set_created(tx, work_id, said.created)
        else:
            for value in offer.values:
                works.add_identifier(tx, work_id, Identifier(scheme=offer.key, value=value))
    return sorted(done)


def _offers(work: Work, said: Suggestions, today: date, *, title_typed: bool) -> tuple[Offer, ...]:
    return tuple(_every_offer(work, said, today, title_typed))


def _every_offer(work: Work, said: Suggestions, today: date, title_typed: bool) -> Iterator[Offer]:
    """Yield what the work does not have yet, or has otherwise because the user said so.

    A camera whose clock is wrong names days to come: those are no offer.
    """
    if said.title and said.title != work.title:
        yield Offer(key=TITLE, values=(said.title,), usable=not title_typed)
    creators = tuple(_creator(one) for one in said.creators)
    if creators and creators != work.creators:
        names = tuple(credit_text(one) for one in said.creators)
        yield Offer(key=CREATORS, values=names, usable=not work.creators)
    if said.created and said.created != work.created and has_come(said.created, today):
        yield Offer(key=CREATED, values=(said.created,), usable=not work.created)
    known = {(one.scheme, one.value) for one in work.identifiers}
    taken = {scheme for scheme, _ in known}
    for scheme in dict.fromkeys(scheme for scheme, _ in said.identifiers):
        values = _of_scheme(said.identifiers, scheme)
        if not known.issuperset((scheme, value) for value in values):
            yield Offer(key=scheme, values=values, usable=scheme not in taken)


def _of_scheme(pairs: Sequence[tuple[str, str]], scheme: str) -> tuple[str, ...]:
    return tuple(value for other, value in pairs if other == scheme)


def credit_text(credit: Credit) -> str:
    """Return a credit to read: the name, and the role if the file gives one."""
    return f"{credit.name} ({credit.role})" if credit.role else credit.name


def _creator(credit: Credit) -> Creator:
    return Creator(name=credit.name, role=credit.role) if credit.role else Creator(name=credit.name)
