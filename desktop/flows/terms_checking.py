"""Whether terms can be kept as they are said, in sentences; and what is odd about them."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

from desktop.errors import AppError
from desktop.identity.did_web import did_of, words_of
from desktop.identity.keys import from_multibase
from desktop.model.money import exponent
from desktop.model.terms import MOST_NOTE_CHARACTERS, Answer, PriceModel, Terms, Use


def why_refused(terms: Terms, today: date) -> tuple[str, ...]:
    """Return why terms cannot be kept, a sentence each; nothing: they can. today: in UTC."""
    found = []
    if terms.expires is not None and terms.expires < today:
        found.append(
            f"The last day, {terms.expires.isoformat()}, is over: nothing would be permitted."
        )
    if len(terms.note) > MOST_NOTE_CHARACTERS:
        found.append(
            f"The note has {len(terms.note):,} characters; {MOST_NOTE_CHARACTERS:,} are the most."
        )
    if any(unicodedata.category(one)[0] == "C" and one != "\n" for one in terms.note):
        found.append("The note has hidden characters; it must be plain text.")
    return (*found, *_about_price(terms), *_about_keys(terms))


def remarks(terms: Terms) -> tuple[str, ...]:
    """Return what is odd about terms that can be kept, a sentence each."""
    found = []
    asking = any(
        Answer.CONSTRAINED in uses.values()
        for uses in (terms.uses, *(one.uses for one in terms.licensees))
    )
    if terms.price is not None and not asking:
        found.append("No use is on conditions, so the price is for nothing.")
    if terms.expires is not None and not ends(terms):
        found.append("Nothing is permitted, so the last day changes nothing.")
    for one in terms.licensees:
        if all(one.uses[use] is Answer.UNSET for use in Use):
            found.append(f"Nothing is said for {one.name}: the general answers hold.")
    return tuple(found)


def ends(terms: Terms) -> bool:
    """Tell whether terms permit anything that ends with their last day."""
    if terms.expires is None:
        return False
    then = terms.on(terms.expires + timedelta(days=1))
    return (then.uses, then.licensees) != (terms.uses, terms.licensees)


def _about_price(terms: Terms) -> tuple[str, ...]:
    price = terms.price
    if price is None or price.amount is None:
        return ()
    try:
        exponent(price.currency)
    except ValueError:
        return (f"{price.currency!r} is not a currency; say EUR or USD, for example.",)
    if price.model is PriceModel.FREE and price.amount:
        return ("What is free has no amount; leave the amount out, or choose how it is paid.",)
    return ()


def _about_keys(terms: Terms) -> tuple[str, ...]:
    found = []
    for one in terms.licensees:
        method, _, rest = one.did.removeprefix("did:").partition(":")
        if one.did and method not in _SOUND:
            found.append(f"{one.name}: only did:key and did:web are known, not did:{method}.")
        elif one.did and not _SOUND[method](rest):
            found.append(f"{one.name}: {one.did[:60]!r} is not a sound did:{method}.")
    return tuple(found)


def _is_key(rest: str) -> bool:
    try:
        return len(from_multibase(rest)) > _LEAST_KEY_BYTES
    except ValueError:
        return False


def _is_web(rest: str) -> bool:
    did = f"did:web:{rest}"
    try:
        return did_of(words_of(did)) == did
    except AppError:
        return False


_LEAST_KEY_BYTES = 32
_SOUND = {"key": _is_key, "web": _is_web}
