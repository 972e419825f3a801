"""CAWG Training and Data Mining Assertion 1.1, as it stands in a C2PA manifest.

Four entries, each `allowed`, `notAllowed` or `constrained` with its conditions in words; a reader
who does not know those treats it as a no. An entry that is left out says nothing. There is no entry
for search or for use in output. The library that signs takes any value, so they are checked here.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.errors import TermsProblem
from desktop.model.copies import Entry
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.terms.in_words import usage_terms
from desktop.terms.wording import read_json, statement

LABEL = "cawg.training-mining"
ENTRIES = {
    "cawg.data_mining": Use.MINING,
    "cawg.ai_training": Use.TRAIN,
    "cawg.ai_generative_training": Use.TRAIN_GENERATIVE,
    "cawg.ai_inference": Use.INPUT,
}
SPEAKS_OF = tuple(ENTRIES.values())
USES = {
    Answer.ALLOW: "allowed",
    Answer.DENY: "notAllowed",
    Answer.CONSTRAINED: "constrained",
}
_ANSWERS = {word: answer for answer, word in USES.items()}


def entries(terms: Terms) -> tuple[Entry, ...]:
    """Return the entries for a work, in the specification's order; what was left open has none."""
    told = terms.for_everyone()
    words = usage_terms(terms)
    return tuple(
        Entry(
            name=name,
            use=USES[told.uses[use]],
            info=words if told.uses[use] is Answer.CONSTRAINED else "",
        )
        for name, use in ENTRIES.items()
        if told.uses[use] in USES
    )


def assertion(said: tuple[Entry, ...]) -> dict[str, Any]:
    """Return the data of the assertion. Raises TermsProblem for an entry that is not CAWG's."""
    for one in said:
        if one.name not in ENTRIES or one.use not in _ANSWERS:
            raise TermsProblem(f"{one.name} {one.use} is not of CAWG's vocabulary.")
    return {
        "entries": {
            one.name: {"use": one.use, **({"constraint_info": one.info} if one.info else {})}
            for one in said
        }
    }


def write(terms: Terms) -> str:
    """Return the data of the assertion as JSON; "" says nothing."""
    said = entries(terms)
    return json.dumps(assertion(said), indent=2, ensure_ascii=False) + "\n" if said else ""


def read(text: str) -> tuple[AiStatement, ...]:
    """Read the data of an assertion as JSON; a value that is not CAWG's means nothing.

    Raises TermsProblem if it has no entries.
    """
    found = read_json(text)
    said = found.get("entries") if isinstance(found, dict) else None
    if not isinstance(said, dict):
        raise TermsProblem(
            "This is not a training-mining assertion.", advice="It has entries: {…}."
        )
    return tuple(one for name, entry in said.items() for one in _entry(name, entry))


def _entry(name: str, entry: Any) -> list[AiStatement]:
    use = entry.get("use") if isinstance(entry, dict) else None
    answer = _ANSWERS.get(use) if isinstance(use, str) else None
    known = ENTRIES.get(f"cawg.{name.partition('.')[2]}") if _prefixed(name) else None
    meaning = {known: answer} if known is not None and answer is not None else {}
    shown = use if isinstance(use, str) else json.dumps(entry)
    info = entry.get("constraint_info") if isinstance(entry, dict) else None
    beside = (
        [statement(Vocabulary.CAWG, f"{name} constraint_info", info)]
        if isinstance(info, str)
        else []
    )
    return [statement(Vocabulary.CAWG, name, shown, meaning), *beside]


def _prefixed(name: str) -> bool:
    """Tell whether a name is CAWG's, or of C2PA 1.x, which had the same entries."""
    return name.partition(".")[0] in ("cawg", "c2pa")
