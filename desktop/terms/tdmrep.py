"""TDMRep, the W3C community group's TDM Reservation Protocol (final report, May 2024).

`tdm-reservation` is inverted: 1 keeps the rights (a no), 0 leaves text and data mining free
(section 4). It has one word, for mining; training is widely held to be mining, so a 0 is written
only where mining and all training are a yes. Where nothing is written, Article 4 of the EU's
directive 2019/790 lets mining happen; so every no is written, and only what was left open is left
out. Values are numbers in JSON, text elsewhere.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.model.vocabularies import Place
from desktop.terms.paths import comparable, matches, path_of
from desktop.terms.wording import MOST_STATEMENTS, TRAINING, read_json, statement, yes_or_no

SPEAKS_OF = (Use.MINING,)
_WRITTEN = (Use.MINING, *TRAINING)
_MARKS = {Answer.DENY: 1, Answer.ALLOW: 0}
_KNOWN = {"location", "tdm-reservation", "tdm-policy"}


def reservation(terms: Terms) -> int | None:
    """Return 1 (reserved), 0 (free), or None where nothing is to be said."""
    return _MARKS.get(yes_or_no(terms, _WRITTEN))


def can_be_asked(terms: Terms) -> bool:
    """Tell whether mining is reserved, but not refused: then a policy says how to get it."""
    told = terms.for_everyone()
    answers = {told.uses[use] for use in _WRITTEN}
    return Answer.CONSTRAINED in answers and Answer.DENY not in answers


def policy(terms: Terms, place: Place) -> str:
    """Return the address of a policy, or ""; the full terms are one for people (section 4.2)."""
    if not can_be_asked(terms):
        return ""
    return place.policy or terms.address


def rule(terms: Terms, place: Place) -> dict[str, Any] | None:
    """Return one rule of tdmrep.json (section 5.1), or None where nothing is to be said."""
    mark = reservation(terms)
    if mark is None:
        return None
    asked = policy(terms, place)
    return {
        "location": place.location,
        "tdm-reservation": mark,
        **({"tdm-policy": asked} if asked else {}),
    }


def write(rules: list[dict[str, Any]]) -> str:
    """Return tdmrep.json, always a list; "" for no rule. The first rule that matches counts."""
    return json.dumps(rules, indent=2, ensure_ascii=False) + "\n" if rules else ""


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read tdmrep.json; address: only the rule that counts for it, the first that matches.

    Raises TermsProblem if it is no list of rules (section 5.1).
    """
    rules = read_json(text)
    if not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        raise TermsProblem(
            "This is not a tdmrep.json.", advice="It is a list: [{…}], also for one rule."
        )
    if len(rules) > MOST_STATEMENTS:
        raise TermsProblem("These are too many rules to be read.")
    if path := path_of(address):
        rules = [one for one in rules if _matches(one, path)][:1]
    return tuple(one for rule in rules for one in _rule(rule))


def _matches(found: dict[str, Any], path: str) -> bool:
    location = found.get("location")
    return isinstance(location, str) and bool(location) and matches(comparable(location), path)


def read_value(name: str, value: str) -> AiStatement:
    """Read tdm-reservation or tdm-policy of a header or meta element (sections 5.2 and 5.3)."""
    answer = {"1": Answer.DENY, "0": Answer.ALLOW}.get(value.strip())
    if answer is None or not name.lower().endswith("reservation"):
        return statement(Vocabulary.TDMREP, name, value)
    return statement(Vocabulary.TDMREP, name, value, {Use.MINING: answer})


def _rule(found: dict[str, Any]) -> list[AiStatement]:
    location = found.get("location")
    where = f"{location} " if isinstance(location, str) else ""
    mark = found.get("tdm-reservation")
    # Only the numbers 1 and 0 are values: neither true nor "1" nor 1.0.
    answer = {1: Answer.DENY, 0: Answer.ALLOW}.get(mark) if type(mark) is int else None
    meaning = {Use.MINING: answer} if answer is not None and where else {}
    said = [
        statement(
            Vocabulary.TDMREP, f"{where}tdm-reservation", json.dumps(mark, default=str), meaning
        )
    ]
    said += [
        statement(Vocabulary.TDMREP, f"{where}{name}", str(value))
        for name, value in found.items()
        if name == "tdm-policy" or name not in _KNOWN
    ]
    return said
