"""Where what a file says about AI use is not what the user says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms, Use

# These can only say yes or no: their no is also how "ask me first" has to be written in them.
_WITHOUT_CONDITIONS = (
    Vocabulary.TDMREP,
    Vocabulary.ROBOTS,
    Vocabulary.AIPREF,
    Vocabulary.CONTENT_SIGNALS,
    Vocabulary.TDMAI,
    Vocabulary.AITXT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A use for which a file's statement and the user's terms give different answers."""

    use: Use
    statement: AiStatement
    file_says: Answer
    terms_say: Answer


def contradictions(said: Iterable[AiStatement], terms: Terms) -> tuple[Contradiction, ...]:
    """Return every use on which a statement and the terms differ; what is unset cannot differ."""
    return tuple(
        Contradiction(use=use, statement=statement, file_says=answer, terms_say=terms.uses[use])
        for statement in said
        for use, answer in statement.meaning
        if _differ(statement.vocabulary, answer, terms.uses[use])
    )


def _differ(vocabulary: Vocabulary, file_says: Answer, terms_say: Answer) -> bool:
    if Answer.UNSET in (file_says, terms_say) or file_says is terms_say:
        return False
    both = {file_says, terms_say}
    return not (both == {Answer.DENY, Answer.CONSTRAINED} and vocabulary in _WITHOUT_CONDITIONS)
