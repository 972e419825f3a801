"""Offers in words: what for, at what price, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.flows.replying import Covered
from desktop.model.offers import Offer, Reply, Standing
from desktop.model.terms import Answer
from desktop.model.use_words import ANSWERED, SPOKEN, listed, paid_words
from desktop.ui import figures
from desktop.ui.parts import Tone
from desktop.ui.words import printable


def standing_words(offer: Offer, standing: Standing) -> tuple[str, Tone]:
    """Return where an offer stands; only a receipt looks confirmed."""
    yes = offer.reply is not None and offer.reply.reply is Reply.ACCEPT
    return {
        Standing.OPEN: ("Open", Tone.MINE),
        Standing.ANSWERED: ("You said yes" if yes else "You said no", Tone.PLAIN),
        Standing.ACCEPTED: ("Accepted, receipt verified", Tone.CONFIRMED),
        Standing.DECLINED: ("Declined, receipt verified", Tone.CONFIRMED),
        Standing.REFUSED: ("Your answer was not taken", Tone.WRONG),
        Standing.CHANGED: ("Changed since", Tone.PLAIN),
        Standing.WITHDRAWN: ("Withdrawn", Tone.PLAIN),
        Standing.OVER: ("Over", Tone.PLAIN),
    }[standing]


def licensee(offer: Offer) -> str:
    """Return the licensee's name, in one line."""
    return printable(" ".join(offer.said.licensee.split()))


def uses_words(offer: Offer) -> str:
    """Return what the offer is for: training and training generative AI."""
    return listed([SPOKEN[use] for use in offer.said.uses])


def price_words(offer: Offer) -> str:
    """Return the price: 0.40 EUR for each training."""
    said = offer.said
    how = printable(paid_words(said.price_model))
    return f"{said.amount:f} {said.currency} {how}" if said.amount is not None else how


def works_words(offer: Offer, works: Sequence[Covered]) -> str:
    """Return for how many works it is."""
    number = figures.many(len(works), "work")
    return (
        f"{number}: all of yours that {offer.registry} accepted"
        if (offer.said.every_claim)
        else number
    )


def beyond_words(offer: Offer, works: Sequence[Covered]) -> str:
    """Return what the user's own terms say of it now, where that is no plain yes."""
    parts = []
    for use in offer.said.uses:
        counts: dict[Answer, int] = {}
        for one in works:
            if use in one.against:
                answer = one.answers[use]
                counts[answer] = counts.get(answer, 0) + 1
        parts += [
            f"“{ANSWERED[answer]}” to {SPOKEN[use]} for {_of(number, len(works))}"
            for answer, number in counts.items()
        ]
    if not works:
        return "It is for no work of yours."
    return f"Your terms say {listed(parts)}." if parts else "Your terms allow it."


def _of(number: int, total: int) -> str:
    if number == total:
        return "this work" if total == 1 else f"all {figures.count(total)} works"
    return f"{figures.count(number)} of {figures.count(total)} works"
