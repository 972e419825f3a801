"""Which of several terms is stricter: where they meet, and where one follows another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from desktop.model.terms import Answer, Licensee, Price, Terms, Use, strictest

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
        licensees=_licensees(known),
        expires=min(ends, default=None),
        address=addresses.pop() if len(addresses) == 1 else "",
    )
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
    """Return what terms answer somebody: their own answer if they are named, else the general."""
    named = _named(terms, who) if who is not None else None
    own = named.uses[use] if named is not None else Answer.UNSET
    return terms.uses[use] if own is Answer.UNSET else own


def _asks(terms: Terms) -> bool:
    """Tell whether terms have conditions for anybody."""
    said = (terms.uses, *(one.uses for one in terms.licensees))
    return any(Answer.CONSTRAINED in uses.values() for uses in said)


def _licensees(several: Sequence[Terms]) -> tuple[Licensee, ...]:
    """Return everyone named, with the strictest of what each of several terms answers them."""
    named = {who.name.casefold(): who for one in several for who in one.licensees}
    return tuple(
        Licensee(
            name=who.name,
            did=_did(several, who),
            uses={use: _spoken(answer_for(one, use, who) for one in several) for use in Use},
        )
        for who in named.values()
    )


def _did(several: Sequence[Terms], who: Licensee) -> str:
    """Return the key of a licensee where all agree on it; else nobody is meant by a key."""
    keys = {found.did for one in several if (found := _named(one, who)) is not None}
    return keys.pop() if len(keys) == 1 else ""


def _named(terms: Terms, who: Licensee) -> Licensee | None:
    name = who.name.casefold()
    return next((one for one in terms.licensees if one.name.casefold() == name), None)


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
