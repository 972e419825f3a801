"""What a claim's terms offer to a form: each answer by itself, or all of them as plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.model.forms import Column, Fact
from desktop.model.terms import Answer, Use, strictest
from desktop.model.use_words import ANSWERED, SPOKEN, paid_words

ANSWERS: dict[Fact, Use] = {
    Fact.TERMS_TRAIN: Use.TRAIN,
    Fact.TERMS_TRAIN_GENERATIVE: Use.TRAIN_GENERATIVE,
    Fact.TERMS_INPUT: Use.INPUT,
    Fact.TERMS_OUTPUT: Use.OUTPUT,
    Fact.TERMS_SEARCH: Use.SEARCH,
    Fact.TERMS_MINING: Use.MINING,
}
ABOUT_TERMS = frozenset({Fact.TERMS, Fact.TERMS_PRICE, Fact.TERMS_ADDRESS, *ANSWERS})
Said = tuple[str, ...] | None
Terms = Mapping[str, Any]


def terms_text(terms: Terms) -> str:
    """Return all that a claim's terms say, in plain sentences; nothing of it is left out."""
    said = [(use, Answer(terms["uses"][use.value])) for use in Use]
    parts = [f"{SPOKEN[use][:1].upper()}{SPOKEN[use][1:]}: {ANSWERED[word]}" for use, word in said]
    for one in terms.get("licensees", []):
        answers = ", ".join(
            f"{SPOKEN[Use(use)]} {ANSWERED[Answer(word)]}" for use, word in one["uses"].items()
        )
        parts.append(f"For {one['name']}: {answers}")
    if "price" in terms:
        parts.append(f"Price: {_price(terms['price'])}")
    if "expires" in terms:
        parts.append(f"What is permitted ends after {terms['expires']}")
    if "address" in terms:
        parts.append(f"Full terms: {terms['address']}")
    return ". ".join([*parts, *([terms["note"].rstrip(".")] if terms.get("note") else [])]) + "."


def _price(price: Mapping[str, str]) -> str:
    amount = f"{price['amount']} {price['currency']} " if "amount" in price else ""
    return amount + paid_words(price["model"])


def read_terms_fact(fact: Fact, terms: Terms, _column: Column) -> Said:
    """Return what the terms of a claim say for one fact about them.

    A column of its own names no licensees and no last day: the strictest answer stands in it.
    """
    if fact in ANSWERS:
        answer = _for_everyone(terms, ANSWERS[fact])
        return (answer.value,) if answer is not Answer.UNSET else None
    return _OTHERS[fact](terms)


def _for_everyone(terms: Terms, use: Use) -> Answer:
    """Return one answer as Terms.for_everyone has it."""
    said = [
        Answer(one["uses"][use.value])
        for one in terms.get("licensees", [])
        if use.value in one["uses"]
    ]
    answer = strictest([Answer(terms["uses"][use.value]), *said])
    return Answer.CONSTRAINED if answer is Answer.ALLOW and "expires" in terms else answer


_OTHERS: dict[Fact, Callable[[Terms], Said]] = {
    Fact.TERMS: lambda terms: (terms_text(terms),),
    Fact.TERMS_PRICE: lambda terms: (_price(terms["price"]),) if "price" in terms else None,
    Fact.TERMS_ADDRESS: lambda terms: (terms["address"],) if "address" in terms else None,
}
