"""TDM·AI (docs.tdmai.org, draft of November 2025): a declaration bound to a work's ISCC.

Values are the texts "true" and "false". A word that is left out takes over the answer of the wider
one (`train-genai` from `train-ai` from `all`), so all five words are always written, and what the
user left open is written as "false": never a permission nobody gave. `all` is all automated
processing, so it is a yes only where use in output, for which there is no word, is one as well.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.terms.wording import read_json, statement

WORDS = {
    "all": Use.MINING,
    "train-ai": Use.TRAIN,
    "train-genai": Use.TRAIN_GENERATIVE,
    "ai-use": Use.INPUT,
    "search": Use.SEARCH,
}
SPEAKS_OF = tuple(WORDS.values())
_WIDER = {"train-genai": "train-ai", "train-ai": "all"}
_ANSWERS = {"true": Answer.ALLOW, "false": Answer.DENY}
_FRAME = {"version", "iscc", "intent", "reference", "summary", "policy"}
_INTENTS = ("activate", "update", "supersede")


def write(terms: Terms, iscc: str) -> str:
    """Return the declaration for a work; "" where nothing was said that it could tell.

    summary, the words for people beside it, holds the note and the address of the full terms.
    """
    told = terms.for_everyone().uses
    if not iscc or all(told[use] is Answer.UNSET for use in SPEAKS_OF):
        return ""
    answers = {
        word: "true" if told[use] is Answer.ALLOW else "false" for word, use in WORDS.items()
    }
    if told[Use.OUTPUT] is not Answer.ALLOW:
        answers["all"] = "false"
    words = " ".join(" ".join((terms.note, terms.address)).split())
    declaration = {"version": "1.0", "iscc": iscc, "intent": "activate", **answers}
    declaration |= {"summary": words} if words else {}
    return json.dumps(declaration, indent=2, ensure_ascii=False) + "\n"


def read(text: str) -> tuple[AiStatement, ...]:
    """Read a declaration; values that are not its two texts mean nothing, nor do those below them.

    Raises TermsProblem if it is no declaration of version 1.0 for an ISCC.
    """
    found = read_json(text)
    if not isinstance(found, dict) or not _framed(found):
        raise TermsProblem(
            "This is not a TDM·AI declaration.",
            advice="It has a version 1.0, an ISCC, and an intent: activate, update or supersede.",
        )
    said = [_statement(found, word, use) for word, use in WORDS.items()]
    strange = [name for name in found if name not in WORDS and name not in _FRAME]
    return (
        *(one for one in said if one is not None),
        *(statement(Vocabulary.TDMAI, name, json.dumps(found[name])) for name in strange),
    )


def _framed(found: dict[str, Any]) -> bool:
    return (
        found.get("version") == "1.0"
        and isinstance(found.get("iscc"), str)
        and found["iscc"].startswith("ISCC:")
        and found.get("intent", "activate") in _INTENTS
    )


def _statement(found: dict[str, Any], word: str, use: Use) -> AiStatement | None:
    source: str | None = word
    while source is not None and source not in found:
        source = _WIDER.get(source)
    if source is None:
        return None
    value = found[source]
    answer = _ANSWERS.get(value) if isinstance(value, str) else None
    name = word if source == word else f"{word} (from {source})"
    shown = value if isinstance(value, str) else json.dumps(value)
    return statement(Vocabulary.TDMAI, name, shown, {use: answer} if answer is not None else {})
