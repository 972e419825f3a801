"""From answers to the words of a vocabulary and back, and what gets lost on the way.

The rule that all vocabularies keep: what is written never permits more than was said.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use, strictest
from desktop.model.use_words import SPOKEN
from desktop.model.vocabularies import Beside, Loss, Said, Target

MOST_CHARACTERS = 2_000_000
MOST_STATEMENTS = 2_000
_VALUE_CHARACTERS = 300
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

    Yes only if each of them is a yes, for everybody and for good; no if any of them is a no or has
    conditions; else nothing.
    """
    told = terms.for_everyone()
    answers = {told.uses[use] for use in uses}
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
    carries: Collection[Beside] = (),
    why_no_conditions: str = "",
) -> Said:
    """Return what was written with its losses; statements: how a reader of the text reads it.

    carries: what a reader finds in the text, or in a file it names, beside the answers.
    why_no_conditions: why this vocabulary cannot write these conditions.
    """
    means, known = understood(statements), set(speaks_of)
    told = terms.for_everyone().uses
    sentences: dict[Use | None, str] = {}
    for use in Use:
        mine = terms.uses[use]
        if mine is means[use]:
            continue
        if means[use] is Answer.DENY and use in known and told[use] is not mine:
            sentences[use] = _narrowed(name, use, terms)
        elif why_no_conditions and mine is Answer.CONSTRAINED and use in known:
            sentences[use] = f"{_first(use)} is written as a no: {why_no_conditions}"
        else:
            sentences[use] = _sentence(name, use, mine, means[use], use in known)
    losses = [
        *(Loss(target=target, use=use, sentence=_begun(one)) for use, one in sentences.items()),
        *(
            Loss(target=target, use=None, sentence=_begun(one), beside=what)
            for what, one in _about_all(name, terms, carries)
        ),
    ]
    return Said(target=target, text=text, losses=tuple(losses), means=means)


def _narrowed(name: str, use: Use, terms: Terms) -> str:
    """Tell why what the user permits to some, or for a time, is written as a no."""
    if strictest([terms.uses[use], *_own_answers(terms, use)]) is terms.uses[use]:
        return f"{_first(use)} is written as a no: {name} cannot say {_end(terms)}."
    return (
        f"{_first(use)} is written as a no for everyone: you do not give it to every licensee, "
        f"and {name} names none."
    )


def _own_answers(terms: Terms, use: Use) -> list[Answer]:
    return [one.uses[use] for one in terms.licensees if one.uses[use] is not Answer.UNSET]


def _end(terms: Terms) -> str:
    end = terms.expires
    return f"that your yes ends on {end.day} {end:%B %Y}" if end else ""


def _about_all(
    name: str, terms: Terms, carries: Collection[Beside]
) -> Iterable[tuple[Beside, str]]:
    asks = terms.price is not None and Answer.CONSTRAINED in terms.uses.values()
    if asks and Beside.PRICE not in carries:
        yield Beside.PRICE, f"{name} does not tell your price."
    if terms.note and Beside.NOTE not in carries:
        yield Beside.NOTE, f"{name} does not tell your note."
    if terms.address and Beside.ADDRESS not in carries:
        yield Beside.ADDRESS, f"{name} does not tell the address of your full terms."
    named = [
        one.name
        for one in terms.licensees
        if any(one.uses[use] not in (Answer.UNSET, terms.uses[use]) for use in Use)
    ]
    if named and Beside.LICENSEES not in carries:
        few = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
        told = f"{name} names no licensees: your own answers to {few} are not in it."
        yield Beside.LICENSEES, told
    ends = terms.expires is not None and _permits_anything(terms)
    if ends and Beside.END not in carries:
        yield Beside.END, f"{name} cannot say {_end(terms)}; no yes of yours is written."


def _permits_anything(terms: Terms) -> bool:
    answers = {*terms.uses.values(), *(a for one in terms.licensees for a in one.uses.values())}
    return bool(answers & {Answer.ALLOW, Answer.CONSTRAINED})


def _sentence(name: str, use: Use, mine: Answer, theirs: Answer, has_word: bool) -> str:
    if mine is Answer.UNSET:
        return (
            f"You have said nothing of {SPOKEN[use]}; {name} says no to it, because it cannot "
            "leave it open."
        )
    if not has_word or theirs is Answer.UNSET:
        what = f"has no word for {SPOKEN[use]}" if not has_word else "has one word for several"
        return f"{name} {what}: your {_ANSWERS[mine]} to {SPOKEN[use]} is not in it."
    if mine is Answer.CONSTRAINED:
        return f"{name} knows no conditions: {SPOKEN[use]} is written as a no, to be asked for."
    return (
        f"{_first(use)} shares a word of {name} with something you do not allow; "
        f"the stricter answer is written, {_ANSWERS[theirs]}."
    )


def _begun(sentence: str) -> str:
    """Return a sentence with a capital first, unless a file's name begins it."""
    return f"The {sentence[4:]}" if sentence.startswith("the ") else sentence


def _first(use: Use) -> str:
    return SPOKEN[use][0].upper() + SPOKEN[use][1:]


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
