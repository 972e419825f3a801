"""Where files and sites say something else of works than the user does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.flows.reading_terms import understood_inline
from desktop.model.suggestions import AiStatement
from desktop.services import Services
from desktop.store import addresses
from desktop.store import suggestions as suggestions_store
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms import paths
from desktop.terms.contradictions import Contradiction, Expected, contradictions

_SITE_FILES = ("/robots.txt", "/ai.txt", "/.well-known/tdmrep.json")


MOST_COMPARED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A work whose current file says something else than its terms."""

    work_id: int
    title: str
    found: tuple[Contradiction, ...]


def is_of_a_whole_site(address: str) -> bool:
    """Tell whether what stands at an address speaks of all of its site: a robots.txt, an RSL file
    or feed, or the site itself; each work there is then compared by its own address."""
    path = paths.path_of(address)
    return path in (paths.WHOLE_SITE, *_SITE_FILES) or path.endswith((".xml", ".rsl"))


def compare(
    statements: Iterable[AiStatement], work_ids: Iterable[int], services: Services
) -> dict[int, tuple[Contradiction, ...]]:
    """Return for each work where statements contradict its terms of today. Raises UsageProblem."""
    said = tuple(statements)
    today = services.now().date()
    found = {}
    with services.store.read() as connection:
        for work_id in work_ids:
            works_store.get(connection, work_id)
            terms = terms_store.of_work(connection, work_id)
            found[work_id] = contradictions(said, Expected(terms, today))
    return found


def compare_at(
    address: str, read: Callable[[str], Iterable[AiStatement]], services: Services
) -> dict[int, tuple[Contradiction, ...]]:
    """Return for each work published at an address where what is read there contradicts its terms.

    read: what counts for one address. At most MOST_COMPARED works are compared, the first ones.
    """
    found: dict[int, tuple[Contradiction, ...]] = {}
    for work_id, places in list(published_at(address, services).items())[:MOST_COMPARED]:
        said = [one for place in places for one in read(place)]
        found |= compare(said, [work_id], services)
    return found


def published_at(address: str, services: Services) -> dict[int, tuple[str, ...]]:
    """Return the works that are published at an address, each with its address there.

    Of a file that speaks of a whole site, and of the site's own address, all works of the site.
    """
    host, path = paths.host_of(address), paths.path_of(address)
    whole = is_of_a_whole_site(address)
    with services.store.read() as connection:
        known = addresses.of_works(connection)
    found = {
        work_id: tuple(
            one
            for one in places
            if paths.host_of(one) == host and (whole or paths.path_of(one) == path)
        )
        for work_id, places in known.items()
    }
    return {work_id: places for work_id, places in found.items() if places}


def check_terms(services: Services, work_ids: Iterable[int] | None = None) -> list[Differing]:
    """Return the works whose current file contradicts their terms of today, in their order.

    work_ids None: all works. Raises UsageProblem if a work does not exist.
    """
    wanted = None if work_ids is None else list(work_ids)
    today = services.now().date()
    expected: dict[int, Expected] = {}
    differing: list[Differing] = []
    with services.store.read() as connection:
        for work_id in wanted or ():
            works_store.get(connection, work_id)
        versions = terms_store.by_version(connection)
        for version, words, said in suggestions_store.sayings(connection, wanted):
            known = expected.setdefault(version, Expected(versions[version], today))
            found = contradictions(understood_inline(said), known)
            if found:
                works = suggestions_store.works_that_say(connection, version, words, wanted)
                differing += [
                    Differing(work_id=work_id, title=title, found=found) for work_id, title in works
                ]
    return sorted(differing, key=lambda one: one.work_id)
