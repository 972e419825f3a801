"""Terms of several works in one place: the strictest answer of all holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.model.terms import Answer, Terms, Use
from desktop.model.terms import strictest as strictest_answer
from desktop.model.vocabularies import Spot


def strictest(several: Iterable[Terms]) -> Terms:
    """Return terms that permit nothing that any of several does not permit.

    A price is kept where all that have conditions share it; notes are joined.
    """
    known = list(several)
    asking = [one for one in known if Answer.CONSTRAINED in one.uses.values()]
    prices = {one.price for one in asking}
    notes = dict.fromkeys(one.note for one in known if one.note)
    return Terms(
        uses={use: strictest_answer(one.uses[use] for one in known) for use in Use},
        price=prices.pop() if len(prices) == 1 else None,
        note="; ".join(notes),
    )


def spots_of(works: Mapping[str, list[Terms]]) -> tuple[Spot, ...]:
    """Return the spots of a site, the longest path first: where rules are taken in order, the
    first that matches counts."""
    return tuple(
        _spot(location, works[location])
        for location in sorted(works, key=lambda at: (-len(at), at))
    )


def _spot(location: str, several: list[Terms]) -> Spot:
    different: list[Terms] = []
    for one in {id(terms): terms for terms in several}.values():
        if not any(one.same_answers(other) for other in different):
            different.append(one)
    return Spot(
        location=location,
        terms=strictest(different) if len(different) > 1 else different[0],
        works=len(several),
        mixed=len(different) > 1,
    )
