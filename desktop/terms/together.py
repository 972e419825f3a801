"""Terms of several works in one place, and of places within places: the strictest answer holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from desktop.model.terms import Answer, Terms, Use
from desktop.model.terms import strictest as strictest_answer
from desktop.model.vocabularies import Spot
from desktop.terms.paths import encloses, is_exact, without_end


def strictest(several: Iterable[Terms]) -> Terms:
    """Return terms that permit nothing that any of several does not permit.

    Of several, licensees are told apart no more, and the first end counts. A price is kept where
    all that have conditions share it, an address where all have it; notes are joined.
    """
    known = list(several)
    if len(known) == 1:
        return known[0]
    ends = [one.expires for one in known if one.expires is not None]
    addresses = {one.address for one in known}
    known = [one.for_everyone() for one in known]
    asking = [one for one in known if Answer.CONSTRAINED in one.uses.values()]
    prices = {one.price for one in asking}
    notes = dict.fromkeys(one.note for one in known if one.note)
    return Terms(
        uses={use: strictest_answer(one.uses[use] for one in known) for use in Use},
        price=prices.pop() if len(prices) == 1 else None,
        note="; ".join(notes),
        expires=min(ends, default=None),
        address=addresses.pop() if len(addresses) == 1 else "",
    )


def spots_of(works: Mapping[str, list[Terms]]) -> tuple[Spot, ...]:
    """Return the spots of a site, the longest pattern first: where rules are taken in order, the
    first that matches counts. works: pattern (paths.py) → terms of the works there.

    What is permitted for one address is written for it alone; what is forbidden there is written
    for every address that begins like it (with a query, say).
    """
    folders: dict[str, Spot] = {}
    made: dict[str, Spot] = {}
    for pattern in sorted(works, key=lambda one: (is_exact(one), len(one), one)):
        spot = _spot(pattern, works[pattern])
        around = _around(pattern, folders)
        if is_exact(pattern):
            for one in _for_one(spot, around):
                made.setdefault(one.location, one)
        else:
            folders[pattern] = made[pattern] = _closed(spot, around)
    return tuple(made[one] for one in sorted(made, key=lambda at: (-len(at), at)))


def whole_paths(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """Return spots for a reader who does not see what follows a question mark in an address."""
    if not any("?" in spot.location for spot in spots):
        return tuple(spots)
    plain = [spot for spot in spots if "?" not in spot.location]
    folders = {one.location: one for one in plain if not is_exact(one.location)}
    paths: dict[str, list[Terms]] = {}
    for spot in spots:
        path, mark, _ = spot.location.partition("?")
        if mark:
            inside = [one.terms for one in plain if without_end(one.location) == path]
            outer = _around(path, folders)
            outside = [outer.terms if outer else Terms(uses={})]
            paths.setdefault(path, inside or outside).append(spot.terms)
    rest = [one for one in plain if without_end(one.location) not in paths]
    merged = [
        Spot(location=path, terms=strictest(several), works=len(several), mixed=True)
        for path, several in paths.items()
    ]
    return tuple(sorted((*rest, *merged), key=lambda one: (-len(one.location), one.location)))


def _for_one(spot: Spot, around: Spot | None) -> Iterator[Spot]:
    """Yield the spot of one address, and that of the addresses that begin like it."""
    path = without_end(spot.location)
    outside = around.terms if around is not None else Terms(uses={})
    alike = strictest([spot.terms, outside])
    mine, wider, theirs = (one.for_everyone().uses for one in (spot.terms, alike, outside))
    taken = around is not None and around.location == path
    if wider == mine and not taken:
        yield _closed(replace(spot, location=path), around)
        return
    yield _closed(spot, around)
    if wider != theirs and not taken:
        yield _closed(replace(spot, location=path, terms=alike), around)


def _around(pattern: str, folders: Mapping[str, Spot]) -> Spot | None:
    """Return the narrowest folder that has a pattern in it."""
    path = without_end(pattern)
    outer = [one for one in folders if encloses(one, path) or (one == path != pattern)]
    return folders[max(outer, key=len)] if outer else None


def _closed(spot: Spot, around: Spot | None) -> Spot:
    """Return a spot that says no where nothing was said of it but something of what is around it:
    a reader who finds no word for it would take that for an answer."""
    if around is None:
        return spot
    mine, theirs = spot.terms.for_everyone().uses, around.terms.for_everyone().uses
    silent = tuple(
        use for use in Use if mine[use] is Answer.UNSET and theirs[use] is not Answer.UNSET
    )
    if not silent:
        return spot
    uses = {**spot.terms.uses, **dict.fromkeys(silent, Answer.DENY)}
    return replace(spot, terms=replace(spot.terms, uses=uses), closed=silent)


def _spot(location: str, several: list[Terms]) -> Spot:
    different: list[Terms] = []
    for one in {id(terms): terms for terms in several}.values():
        if not any(one.same_answers(other) for other in different):
            different.append(one)
    return Spot(
        location=location,
        terms=strictest(different),
        works=len(several),
        mixed=len(different) > 1,
    )
