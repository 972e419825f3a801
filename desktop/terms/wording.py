"""From answers to the words of a vocabulary and back, and what gets lost on the way.

The rule that all vocabularies keep: what is written never permits more than was said.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.model.vocabularies import Loss, Said, Target

MOST_CHARACTERS = 2_000_000
MOST_STATEMENTS = 2_000
_VALUE_CHARACTERS = 300
_SPOKEN = {
    Use.TRAIN: "training",
    Use.TRAIN_GENERATIVE: "training generative AI",
    Use.INPUT: "use as input",
    Use.OUTPUT: "use in output",
    Use.SEARCH: "search",
    Use.MINING: "text and data mining",
}
_ANSWERS = {
    Answer.ALLOW: "yes",
    Answer.DENY: "no",
    Answer.CONSTRAINED: "“only on conditions”",
}
TRAINING = (Use.TRAIN, Use.TRAIN_GENERATIVE)
# The strictest answer first; what is unset answers nothing.
_STRICTNESS = (Answer.DENY, Answer.CONSTRAINED, Answer.ALLOW)


def yes_or_no(terms: Terms, uses: Iterable[Use]) -> Answer:
    """Return what one word for several uses may say in a vocabulary that has yes and no only.

    Yes only if each of them is a yes; no if any of them is a no or has conditions; else nothing.
    """
    answers = {terms.uses[use] for use in uses}
    if answers & {Answer.DENY, Answer.CONSTRAINED}:
        return Answer.DENY
    return Answer.ALLOW if answers == {Answer.ALLOW} else Answer.UNSET


def understood(statements: Iterable[AiStatement]) -> dict[Use, Answer]:
    """Return what statements say together: the strictest answer counts, as AIPREF has it (5.1)."""
    found: dict[Use, set[Answer]] = {use: set() for use in Use}
    for statement in statements:
        for use, answer in statement.meaning:
            found[use].add(answer)
    return {
        use: next((one for one in _STRICTNESS if one in answers), Answer.UNSET)
        for use, answers in found.items()
    }


def statement(
    vocabulary: Vocabulary, name: str, value: str, meaning: Mapping[Use, Answer] | None = None
) -> AiStatement:
    """Return a statement in the words of its vocabulary; no meaning: nothing is guessed."""
    known = meaning or {}
    return AiStatement(
        vocabulary=vocabulary,
        property=_plain(name),
        value=_plain(value),
        meaning=tuple((use, known[use]) for use in Use if use in known),
    )


def said(
    target: Target,
    name: str,
    text: str,
    statements: Iterable[AiStatement],
    terms: Terms,
    *,
    speaks_of: Iterable[Use],
    carries_price: bool = False,
    carries_words: bool = False,
    why_no_conditions: str = "",
) -> Said:
    """Return what was written with its losses; statements: how a reader of the text reads it."""
    means, known = understood(statements), set(speaks_of)
    sentences: dict[Use | None, str] = {}
    for use in Use:
        if terms.uses[use] is not means[use]:
            sentences[use] = _sentence(name, use, terms.uses[use], means[use], use in known)
            if why_no_conditions and terms.uses[use] is Answer.CONSTRAINED and use in known:
                sentences[use] = f"{_first(use)} is written as a no: {why_no_conditions}"
    lost = [
        *sentences.items(),
        *((None, one) for one in ([] if carries_words else _about_all(name, terms, carries_price))),
    ]
    losses = tuple(Loss(target=target, use=use, sentence=_begun(one)) for use, one in lost)
    return Said(target=target, text=text, losses=losses, means=means)


def _about_all(name: str, terms: Terms, carries_price: bool) -> Iterable[str]:
    if terms.price is not None and not carries_price and Answer.CONSTRAINED in terms.uses.values():
        yield f"{name} does not tell your price."
    if terms.note:
        yield f"{name} does not tell your note."


def _sentence(name: str, use: Use, mine: Answer, theirs: Answer, has_word: bool) -> str:
    if mine is Answer.UNSET:
        return (
            f"You have said nothing of {_SPOKEN[use]}; {name} says no to it, because it cannot "
            "leave it open."
        )
    if not has_word or theirs is Answer.UNSET:
        what = f"has no word for {_SPOKEN[use]}" if not has_word else "has one word for several"
        return f"{name} {what}: your {_ANSWERS[mine]} to {_SPOKEN[use]} is not in it."
    if mine is Answer.CONSTRAINED:
        return f"{name} knows no conditions: {_SPOKEN[use]} is written as a no, to be asked for."
    return (
        f"{_first(use)} shares a word of {name} with something you do not allow; "
        f"the stricter answer is written, {_ANSWERS[theirs]}."
    )


def _begun(sentence: str) -> str:
    """Return a sentence with a capital first, unless a file's name begins it."""
    return f"The {sentence[4:]}" if sentence.startswith("the ") else sentence


def _first(use: Use) -> str:
    return _SPOKEN[use][0].upper() + _SPOKEN[use][1:]


def check_size(text: str) -> str:
    """Return text without a byte order mark. Raises TermsProblem if it is too long or binary."""
    if len(text) > MOST_CHARACTERS:
        raise TermsProblem(
            "This is too long to say what AI may do.", advice="Give only the part that says it."
        )
    if "\x00" in text:
        raise TermsProblem("This is not a text.", advice="Give a text, or the file itself.")
    return text.removeprefix("\ufeff")


def read_json(text: str) -> Any:
    """Read JSON strictly. Raises TermsProblem for anything else, and where a key comes twice."""
    try:
        return json.loads(check_size(text), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise TermsProblem(
            "This is not sound JSON.", advice="Look whether it was copied whole."
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _plain(text: str) -> str:
    """Return foreign words on one line, without anything that steers how they are shown."""
    kept = "".join(
        " " if char.isspace() else char
        for char in text[: 4 * _VALUE_CHARACTERS]
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(kept.split())[:_VALUE_CHARACTERS]
