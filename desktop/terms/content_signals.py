"""Content Signals (contentsignals.org, Cloudflare 2025): a line of robots.txt.

`search`, `ai-input` and `ai-train` are yes or no; a signal that is left out neither grants nor
restricts (policy text, clause c), so silence permits nothing.
"""

from __future__ import annotations

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.terms.wording import TRAINING, check_size, statement, yes_or_no

FIELD = "Content-Signal"
SPEAKS_OF = (*TRAINING, Use.INPUT, Use.SEARCH)
_WORDS = {"search": (Use.SEARCH,), "ai-input": (Use.INPUT,), "ai-train": TRAINING}
_MARKS = {Answer.ALLOW: "yes", Answer.DENY: "no"}
_ANSWERS = {mark: answer for answer, mark in _MARKS.items()}


def value(terms: Terms) -> str:
    """Return the value of the line, such as `search=yes, ai-train=no`; "" says nothing."""
    answers = ((word, yes_or_no(terms, uses)) for word, uses in _WORDS.items())
    return ", ".join(f"{word}={_MARKS[one]}" for word, one in answers if one in _MARKS)


def read(text: str) -> tuple[AiStatement, ...]:
    """Read the value of a Content-Signal line; unknown words and values mean nothing."""
    parts = [part.strip() for part in check_size(text).split(",")]
    return tuple(_statement(part) for part in parts if part)


def _statement(part: str) -> AiStatement:
    word, _, mark = (one.strip() for one in part.partition("="))
    answer = _ANSWERS.get(mark.lower())
    uses = _WORDS.get(word.lower(), ())
    meaning = dict.fromkeys(uses, answer) if answer is not None else {}
    return statement(Vocabulary.CONTENT_SIGNALS, f"{FIELD}: {word}", mark, meaning)
