"""What uses, answers and ways of paying are called where a person reads of them."""

from __future__ import annotations

from desktop.model.terms import Answer, PriceModel, Use

SPOKEN: dict[Use, str] = {
    Use.TRAIN: "training",
    Use.TRAIN_GENERATIVE: "training generative AI",
    Use.INPUT: "use as input",
    Use.OUTPUT: "use in output",
    Use.SEARCH: "search",
    Use.MINING: "text and data mining",
}
ANSWERED: dict[Answer, str] = {
    Answer.ALLOW: "yes",
    Answer.DENY: "no",
    Answer.CONSTRAINED: "only on conditions",
    Answer.UNSET: "nothing said",
}
PAID: dict[PriceModel, str] = {
    PriceModel.FREE: "free of charge",
    PriceModel.ATTRIBUTION: "for being named",
    PriceModel.SUBSCRIPTION: "by subscription",
    PriceModel.PER_TRAINING: "for each training",
    PriceModel.PER_CRAWL: "for each crawl",
    PriceModel.PER_USE: "for each use",
    PriceModel.CONTRIBUTION: "as a contribution",
}


def paid_words(model: str) -> str:
    """Return how a way of paying is called; a word that nobody here knows stays as it is."""
    return PAID[PriceModel(model)] if model in set(PriceModel) else model


def listed(words: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), "".join(words[-1:])) if part)
