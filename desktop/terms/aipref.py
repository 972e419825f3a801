"""AIPREF, the IETF's AI preferences (drafts vocab-07 and attach-05, August 2026; not final).

Words (vocab, "Usage Category Labels"): `train-ai`, which is about generative models, and `search`.
What is left out is unknown (vocab, "Statements of Preference"): silence neither permits nor
forbids. Earlier drafts had `train-ai` cover all training, so a yes is written only where all
training is a yes. The form is a Dictionary of RFC 9651 with the tokens y and n.
"""

from __future__ import annotations

from http_sf import StructuredFieldError, Token, parse

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.terms.wording import TRAINING, check_size, statement, yes_or_no

FIELD = "Content-Usage"
SPEAKS_OF = (Use.TRAIN_GENERATIVE, Use.SEARCH)
_WRITTEN = {"train-ai": TRAINING, "search": (Use.SEARCH,)}
_READ = {"train-ai": Use.TRAIN_GENERATIVE, "search": Use.SEARCH}
_TOKENS = {"y": Answer.ALLOW, "n": Answer.DENY}
_MARKS = {Answer.ALLOW: "y", Answer.DENY: "n"}


def value(terms: Terms) -> str:
    """Return the value of the field, such as `train-ai=n, search=y`; "" says nothing."""
    answers = ((word, yes_or_no(terms, uses)) for word, uses in _WRITTEN.items())
    return ", ".join(f"{word}={_MARKS[one]}" for word, one in answers if one in _MARKS)


def read(text: str) -> tuple[AiStatement, ...]:
    """Read the value of a Content-Usage field; unknown words and values mean nothing.

    Raises TermsProblem if it is not a Dictionary: then nothing of it counts (RFC 9651, 4.2).
    """
    trimmed = check_size(text).strip(" \t")
    if not trimmed:  # an empty Dictionary, which the library does not take
        return ()
    try:
        found = parse(trimmed.encode("ascii"), tltype="dictionary")
    except (StructuredFieldError, UnicodeError, ValueError, RecursionError) as error:
        raise TermsProblem(
            f"{FIELD} is not written as AIPREF has it.",
            advice="It should look like: train-ai=n, search=y",
        ) from error
    if not isinstance(found, dict):
        return ()
    return tuple(_statement(str(word), item) for word, item in found.items())


def _statement(word: str, item: object) -> AiStatement:
    bare = item[0] if isinstance(item, tuple) else item
    answer = _TOKENS.get(str(bare)) if isinstance(bare, Token) else None
    use = _READ.get(word)
    meaning = {use: answer} if use is not None and answer is not None else {}
    return statement(Vocabulary.AIPREF, f"{FIELD}: {word}", str(bare), meaning)
