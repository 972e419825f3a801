"""Terms in plain words, for the places of a vocabulary that people read.

Written from what may be told to everyone: no licensee is named in a file that goes out.
"""

from __future__ import annotations

from desktop.model.terms import Answer, Price, PriceModel, Terms, Use

_SUBJECTS = {
    Use.TRAIN: "Training AI",
    Use.TRAIN_GENERATIVE: "Training generative AI",
    Use.INPUT: "Use as input of AI",
    Use.OUTPUT: "Use in output of AI",
    Use.SEARCH: "Search engines",
    Use.MINING: "Text and data mining",
}
_ANSWERS = {
    Answer.ALLOW: "yes",
    Answer.DENY: "no",
    Answer.CONSTRAINED: "only on conditions, by agreement",
}
_PAID = {
    PriceModel.FREE: "free of charge",
    PriceModel.ATTRIBUTION: "for attribution",
    PriceModel.SUBSCRIPTION: "as a subscription",
    PriceModel.PER_TRAINING: "for each training",
    PriceModel.PER_CRAWL: "for each crawl",
    PriceModel.PER_USE: "for each use",
    PriceModel.CONTRIBUTION: "for a contribution",
}


def usage_terms(terms: Terms) -> str:
    """Return what may be done with a work, in sentences; "" where nothing was said."""
    told = terms.for_everyone()
    said = [
        f"{_SUBJECTS[use]}: {_ANSWERS[told.uses[use]]}."
        for use in Use
        if told.uses[use] is not Answer.UNSET
    ]
    if not said:
        return ""
    if told.price is not None and Answer.CONSTRAINED in told.uses.values():
        said.append(f"Price: {_price(told.price)}.")
    if terms.expires is not None:
        said.append(f"What is permitted ends after {terms.expires.isoformat()} (UTC).")
    if told.note:
        said.append(_line(told.note))
    if told.address:
        said.append(f"Full terms: {told.address}")
    return " ".join(said)


def _line(text: str) -> str:
    """Return text on one line, without characters that XML cannot hold."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _price(price: Price) -> str:
    amount = f"{price.amount:f} {price.currency} " if price.amount is not None else ""
    return f"{amount}{_PAID[price.model]}"
