"""The words in which the window asks what AI may do, and tells what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use
from desktop.model.vocabularies import Beside, Said
from desktop.ui import figures

USES = {
    Use.TRAIN: ("Training", "An AI of any kind learns from it."),
    Use.TRAIN_GENERATIVE: (
        "Training generative AI",
        "An AI that makes pictures, music, film or text learns from it.",
    ),
    Use.INPUT: (
        "Input",
        "An AI looks at it to answer somebody’s question, without learning from it.",
    ),
    Use.OUTPUT: ("Output", "What an AI makes contains it, or parts of it."),
    Use.SEARCH: ("Search", "Search engines list it, and lead people to it."),
    Use.MINING: (
        "Data mining",
        "Computers go through it, with much else, for patterns. A no here is the reservation "
        "that the law of the European Union asks for.",
    ),
}
ANSWERS = {
    Answer.ALLOW: "Yes",
    Answer.CONSTRAINED: "On conditions",
    Answer.DENY: "No",
    Answer.UNSET: "Not said",
}
AS_EVERYBODY = "As for everybody"
MODELS = {
    None: "No price named",
    PriceModel.FREE: "Free of charge",
    PriceModel.ATTRIBUTION: "For naming me",
    PriceModel.CONTRIBUTION: "For a contribution",
    PriceModel.SUBSCRIPTION: "For a subscription",
    PriceModel.PER_TRAINING: "For each training",
    PriceModel.PER_CRAWL: "For each visit of a crawler",
    PriceModel.PER_USE: "For each use",
}
WITHOUT_AMOUNT = (None, PriceModel.FREE, PriceModel.ATTRIBUTION)
BESIDES = {
    Beside.PRICE: "your price",
    Beside.NOTE: "your note",
    Beside.ADDRESS: "your full terms",
    Beside.LICENSEES: "your licensees",
    Beside.END: "the last day",
}
_SHORT = {
    Use.TRAIN: "training",
    Use.TRAIN_GENERATIVE: "training generative AI",
    Use.INPUT: "input",
    Use.OUTPUT: "output",
    Use.SEARCH: "search",
    Use.MINING: "data mining",
}
_ORDER = (Answer.DENY, Answer.CONSTRAINED, Answer.ALLOW)


def answers_line(answers: Mapping[Use, Answer]) -> str:
    """Return "No: training, input · Yes: search"; "" where nothing is answered."""
    return " · ".join(f"{ANSWERS[answer]}: {uses}" for answer, uses in answer_groups(answers))


def answer_groups(answers: Mapping[Use, Answer]) -> list[tuple[Answer, str]]:
    """Return each answer with the uses it is given to, the strictest first."""
    return [
        (answer, uses_words(use for use in Use if answers[use] is answer))
        for answer in _ORDER
        if answer in answers.values()
    ]


def uses_words(uses: Iterable[Use]) -> str:
    """Return uses by their short names; training of any kind is named once."""
    shown = list(uses)
    if Use.TRAIN in shown and Use.TRAIN_GENERATIVE in shown:
        shown.remove(Use.TRAIN_GENERATIVE)
    return ", ".join(_SHORT[use] for use in shown)


def price_words(price: Price) -> str:
    """Return a price as one reads it, such as "For each training: €500.00"."""
    words = MODELS[price.model]
    if price.amount is None:
        return words
    return f"{words}: {figures.line_money(price.amount, price.currency)}"


def licensee_words(one: Licensee) -> str:
    """Return who a licensee is, and on a second line what differs for them."""
    answers = {use: one.uses.get(use, Answer.UNSET) for use in Use}
    return f"{one.name}\n{answers_line(answers) or AS_EVERYBODY}"


def besides(terms: Terms) -> str:
    """Return, short, what terms say besides their six answers; "" for nothing."""
    parts = []
    if terms.price is not None:
        parts.append(price_words(terms.price))
    if terms.licensees:
        parts.append(figures.many(len(terms.licensees), "licensee"))
    if terms.expires is not None:
        parts.append(f"until {figures.day(terms.expires)}")
    if terms.address:
        parts.append("full terms at an address")
    if terms.note:
        parts.append("a note")
    return " · ".join(parts)


def lost_line(said: Said) -> str:
    """Return, short, what a vocabulary does not say as it was said; "" where it says all."""
    silent, stricter, besides, whole = [], [], [], []
    for loss in said.losses:
        if loss.beside is not None:
            besides.append(BESIDES[loss.beside])
        elif loss.use is None:
            whole.append(loss.sentence)
        elif said.means[loss.use] is Answer.UNSET:
            silent.append(loss.use)
        else:
            stricter.append(loss.use)
    missing = ", ".join([*([uses_words(silent)] if silent else []), *besides])
    parts = [f"Not in it: {missing}."] if missing else []
    if stricter:
        parts.append(f"Stricter than your answer: {uses_words(stricter)}.")
    return " ".join([*parts, *dict.fromkeys(whole)])
