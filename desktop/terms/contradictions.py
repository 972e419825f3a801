"""Where what a file or a site says about AI use is not what the user says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use
from desktop.model.vocabularies import Target
from desktop.terms.spoken import say

_TARGETS = {
    Vocabulary.IPTC: Target.IPTC,
    Vocabulary.CAWG: Target.C2PA,
    Vocabulary.TDMREP: Target.TDMREP,
    Vocabulary.ROBOTS: Target.META,
    Vocabulary.AIPREF: Target.HEADERS,
    Vocabulary.CONTENT_SIGNALS: Target.CONTENT_SIGNALS,
    Vocabulary.TDMAI: Target.TDMAI,
    Vocabulary.RSL: Target.RSL,
    Vocabulary.AITXT: Target.AITXT,
}
# Their no is also how "ask me first" has to be written.
_YES_OR_NO = (
    *(Vocabulary.TDMREP, Vocabulary.ROBOTS, Vocabulary.AIPREF, Vocabulary.CONTENT_SIGNALS),
    *(Vocabulary.TDMAI, Vocabulary.AITXT),
)
_ISCC = "ISCC:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A use for which a file's statement and the user's terms give different answers."""

    use: Use
    statement: AiStatement
    file_says: Answer
    terms_say: Answer


class Expected:
    """Terms as they hold on a day, and how each vocabulary has to write them; asked once each.

    What a vocabulary cannot say it writes as a no, and that is no contradiction.
    """

    def __init__(self, terms: Terms, day: date | None = None) -> None:
        self.terms = terms if day is None else terms.on(day)
        self._written: dict[Vocabulary, Mapping[Use, Answer]] = {}

    def differs(self, vocabulary: Vocabulary, use: Use, answer: Answer) -> bool:
        """Tell whether a statement is neither what the user says nor what would be written."""
        mine = self.terms.uses[use]
        if Answer.UNSET in (answer, mine) or answer is mine:
            return False
        if {answer, mine} == {Answer.DENY, Answer.CONSTRAINED} and vocabulary in _YES_OR_NO:
            return False
        return answer is not self._means(vocabulary)[use]

    def _means(self, vocabulary: Vocabulary) -> Mapping[Use, Answer]:
        known = self._written.get(vocabulary)
        if known is None:
            target = _TARGETS.get(vocabulary)
            known = say(target, self.terms, iscc=_ISCC).means if target else self.terms.uses
            self._written[vocabulary] = known
        return known


def contradictions(
    said: Iterable[AiStatement], terms: Terms | Expected
) -> tuple[Contradiction, ...]:
    """Return every use on which a statement and the terms differ; what is unset cannot differ."""
    expected = terms if isinstance(terms, Expected) else Expected(terms)
    return tuple(
        Contradiction(
            use=use,
            statement=statement,
            file_says=answer,
            terms_say=expected.terms.uses[use],
        )
        for statement in said
        for use, answer in statement.meaning
        if expected.differs(statement.vocabulary, use, answer)
    )
