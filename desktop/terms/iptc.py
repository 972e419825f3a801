"""IPTC Photo Metadata 2025.1, "Data Mining": one value of the PLUS Coalition for a file.

PLUS LDF, "Data Mining". A prohibition of mining holds training in it, and only two values speak of
search: PROHIBITED, and its exception for search engines. SEECONSTRAINT prohibits unless the words
of plus:OtherConstraints are met. There is no word for use as input or in output; a reader may take
ALLOWED for a yes to all, so it is written only where every use is allowed.
"""

from __future__ import annotations

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.terms.in_words import usage_terms
from desktop.terms.wording import TRAINING, check_size, statement

PLUS = "http://ns.useplus.org/ldf/vocab/DMI-"
PROPERTY, CONSTRAINTS, WORDS = "plus:DataMining", "plus:OtherConstraints", "xmpRights:UsageTerms"
SPEAKS_OF = (*TRAINING, Use.SEARCH, Use.MINING)
MEANINGS = {
    "ALLOWED": dict.fromkeys(SPEAKS_OF, Answer.ALLOW),
    "PROHIBITED": dict.fromkeys(SPEAKS_OF, Answer.DENY),
    "PROHIBITED-AIMLTRAINING": dict.fromkeys(TRAINING, Answer.DENY),
    "PROHIBITED-GENAIMLTRAINING": {Use.TRAIN_GENERATIVE: Answer.DENY},
    "PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {
        **dict.fromkeys((*TRAINING, Use.MINING), Answer.DENY),
        Use.SEARCH: Answer.ALLOW,
    },
    "PROHIBITED-SEECONSTRAINT": dict.fromkeys((*TRAINING, Use.MINING), Answer.CONSTRAINED),
    "PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": dict.fromkeys((*TRAINING, Use.MINING), Answer.CONSTRAINED),
    "PROHIBITED-SEELINKEDRIGHTSEXPR": dict.fromkeys((*TRAINING, Use.MINING), Answer.CONSTRAINED),
}
ONE_ANSWER = "IPTC has one answer for a file, and training and mining must have it together."
_NO = (Answer.DENY, Answer.CONSTRAINED)


def data_mining(terms: Terms) -> str:
    """Return the value for a file, a full address, or "" where nothing is to be said."""
    name = _name(terms.for_everyone())
    return PLUS + name if name else ""


def constraints(terms: Terms) -> str:
    """Return the conditions in words, where the value sends its reader to them; else ""."""
    return usage_terms(terms) if data_mining(terms).endswith("-SEECONSTRAINT") else ""


def write(terms: Terms) -> str:
    """Return the properties that say it, one a line; "" says nothing."""
    lines = {
        PROPERTY: data_mining(terms),
        CONSTRAINTS: constraints(terms),
        WORDS: usage_terms(terms),
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items() if value)


def read(text: str) -> tuple[AiStatement, ...]:
    """Read the properties, one a line; values that are not PLUS's mean nothing."""
    said = []
    for line in check_size(text).splitlines():
        name, _, value = (part.strip() for part in line.partition(": "))
        if name == PROPERTY:
            said.append(read_value(value))
        elif name in (CONSTRAINTS, WORDS):
            said.append(statement(Vocabulary.IPTC, name, value))
    return tuple(said)


def read_value(value: str) -> AiStatement:
    """Read a value of plus:DataMining: a full address of PLUS, or nothing is understood."""
    known = MEANINGS.get(value.removeprefix(PLUS)) if value.startswith(PLUS) else None
    return statement(Vocabulary.IPTC, PROPERTY, value, known)


def _name(terms: Terms) -> str:
    uses = terms.uses
    mining, search = uses[Use.MINING], uses[Use.SEARCH]
    training = {uses[use] for use in TRAINING}
    if search in _NO:
        return "PROHIBITED"
    if mining is Answer.CONSTRAINED and training <= {Answer.CONSTRAINED, Answer.ALLOW}:
        return "PROHIBITED-SEECONSTRAINT"
    if mining in _NO:
        allowed = search is Answer.ALLOW
        return "PROHIBITED-EXCEPTSEARCHENGINEINDEXING" if allowed else "PROHIBITED"
    if uses[Use.TRAIN] in _NO:
        return "PROHIBITED-AIMLTRAINING"
    if uses[Use.TRAIN_GENERATIVE] in _NO:
        return "PROHIBITED-GENAIMLTRAINING"
    return "ALLOWED" if set(uses.values()) == {Answer.ALLOW} else ""
