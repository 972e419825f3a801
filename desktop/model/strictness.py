"""Which of several terms is stricter: where they meet, and where one follows another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from desktop.model.terms import MOST_LICENSEES, Answer, Licensee, Price, Terms, Use, strictest

# What a stranger may take an answer for, the least permission first; silence may be read as a yes.
_ORDER = (Answer.DENY, Answer.CONSTRAINED, Answer.UNSET, Answer.ALLOW)


def combined(several: Iterable[Terms]) -> Terms:
    """Return what holds for a work of which several terms were said at once.

    Of each use the strictest answer given counts; terms that say nothing of it do not speak. The
    earliest end counts; a price stays where all that have conditions share it; notes are joined.
    """
    known = list(several)
    if len(known) == 1:
        return known[0]
    ends = [one.expires for one in known if one.expires is not None]
    addresses = {one.address for one in known if one.address}
    held = Terms(
        uses={use: _spoken(one.uses[use] for one in known) for use in Use},
        note="; ".join(dict.fromkeys(one.note for one in known if one.note)),
        expires=min(ends, default=None),
        address=addresses.pop() if len(addresses) == 1 else "",
    )
    held = _with_licensees(held, known)
    prices = {one.price for one in known if _asks(one)}
    return replace(held, price=prices.pop()) if _asks(held) and len(prices) == 1 else held


def permits_more(before: Terms, after: Terms) -> bool:
    """Tell whether terms permit anything, to anybody, at any time, that those before did not.

    Where nothing at all was said before, no word of the creator is loosened.
    """
    if before.same_answers(Terms(uses={}, note=before.note, address=before.address)):
        return False
    names = {one.name.casefold(): one for one in (*before.licensees, *after.licensees)}
    readers = [None, *names.values()]
    if any(_looser(answer_for(before, use, who), answer_for(after, use, who))
           for use in Use for who in readers):  # fmt: skip
        return True
    if before.expires is not None and (after.expires is None or after.expires > before.expires):
        return any(_permits(after, use, who) for use in Use for who in readers)
    return _asks(after) and before.price is not None and _cheaper(before.price, after.price)


def answer_for(terms: Terms, use: Use, who: Licensee | None) -> Answer:
    """Return what terms answer somebody: their own answer if they are named, else the general.

    Two that have the same name or the same key are the same; the strictest answer counts.
    """
    named = [one.uses[use] for one in terms.licensees if who is not None and _same(one, who)]
    own = _spoken(named)
    return terms.uses[use] if own is Answer.UNSET else own


def _asks(terms: Terms) -> bool:
    """Tell whether terms have conditions for anybody."""
    said = (terms.uses, *(one.uses for one in terms.licensees))
    return any(Answer.CONSTRAINED in uses.values() for uses in said)


def _with_licensees(terms: Terms, several: Sequence[Terms]) -> Terms:
    """Return terms with everyone that several name, each with the strictest of their answers.

    Those who are too many, and those of whose keys there are more than names, are answered with
    everybody.
    """
    kept: list[Licensee] = []
    uses = dict(terms.uses)
    for circle in _circles(several):
        named = _named(circle)
        room = MOST_LICENSEES - len(kept)
        kept += [replace(one, uses=_answers(several, circle, one)) for one in named[:room]]
        keys = {one.did for one in circle if one.did} - {one.did for one in named[:room]}
        if keys or len(named) > room:
            together = {use: _spoken(_of(one, use, circle) for one in several) for use in Use}
            given = {use: one for use, one in together.items() if one is not Answer.UNSET}
            uses |= {use: strictest([uses[use], one]) for use, one in given.items()}
    return replace(terms, uses=uses, licensees=tuple(kept))


def _circles(several: Sequence[Terms]) -> list[list[Licensee]]:
    """Return everyone named, together with who may be the same: by a name, or by a key."""
    found: list[list[Licensee]] = []
    for one in (who for terms in several for who in terms.licensees):
        near = [circle for circle in found if any(_same(one, other) for other in circle)]
        found = [circle for circle in found if circle not in near]
        found.append([*(other for circle in near for other in circle), one])
    return found


def _named(circle: Sequence[Licensee]) -> list[Licensee]:
    """Return one licensee for each name of a circle, with a key that came with it."""
    made: list[Licensee] = []
    for one in circle:
        if any(one.name.casefold() == other.name.casefold() for other in made):
            continue
        keys = [other.did for other in circle if other.name.casefold() == one.name.casefold()]
        taken = {"", *(other.did for other in made)}
        did = next((key for key in keys if key not in taken), "")
        made.append(Licensee(name=one.name, did=did, uses={}))
    return made


def _answers(
    several: Sequence[Terms], circle: Sequence[Licensee], one: Licensee
) -> dict[Use, Answer]:
    """Return what somebody is answered, whether known by name, by key, or as one of a circle."""
    readers = (
        circle,
        [other for other in circle if other.name.casefold() == one.name.casefold()],
        [other for other in circle if one.did and other.did == one.did],
    )
    return {
        use: _spoken(_of(terms, use, who) for terms in several for who in readers if who)
        for use in Use
    }


def _of(terms: Terms, use: Use, who: Sequence[Licensee]) -> Answer:
    own = _spoken(one.uses[use] for one in terms.licensees if one in who)
    return terms.uses[use] if own is Answer.UNSET else own


def _same(one: Licensee, other: Licensee) -> bool:
    named = one.name.casefold() == other.name.casefold()
    return named or (bool(one.did) and one.did == other.did)


def _spoken(answers: Iterable[Answer]) -> Answer:
    given = [answer for answer in answers if answer is not Answer.UNSET]
    return strictest(given) if given else Answer.UNSET


def _permits(terms: Terms, use: Use, who: Licensee | None) -> bool:
    return answer_for(terms, use, who) in (Answer.ALLOW, Answer.CONSTRAINED)


def _looser(before: Answer, after: Answer) -> bool:
    return _ORDER.index(after) > _ORDER.index(before)


def _cheaper(before: Price, after: Price | None) -> bool:
    """Tell whether a price may be less than one before; no price at all is to be asked for."""
    if after is None or after == before:
        return False
    if (after.model, after.currency) != (before.model, before.currency):
        return True
    return before.amount is not None and (after.amount is None or after.amount < before.amount)
