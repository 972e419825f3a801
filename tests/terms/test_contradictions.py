"""Where a file's statement and the user's terms give different answers."""

from __future__ import annotations

import pytest

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.terms.contradictions import contradictions
from desktop.terms.presets import PRESETS

A, D, C, U = Answer.ALLOW, Answer.DENY, Answer.CONSTRAINED, Answer.UNSET


def statement(vocabulary: Vocabulary, **meaning: Answer) -> AiStatement:
    return AiStatement(
        vocabulary=vocabulary,
        property="p",
        value="v",
        meaning=tuple((Use(use.replace("_", "-")), answer) for use, answer in meaning.items()),
    )


@pytest.mark.parametrize(
    ("vocabulary", "file_says", "terms_say", "differ"),
    [
        (Vocabulary.IPTC, D, A, True),
        (Vocabulary.IPTC, A, D, True),
        (Vocabulary.IPTC, A, C, True),
        (Vocabulary.IPTC, C, A, True),
        (Vocabulary.CAWG, D, C, True),
        (Vocabulary.CAWG, C, D, True),
        (Vocabulary.TDMREP, D, C, False),  # TDMRep has no other way to say "ask me"
        (Vocabulary.ROBOTS, D, C, False),
        (Vocabulary.TDMREP, A, C, True),
        (Vocabulary.TDMREP, D, A, True),
        (Vocabulary.IPTC, D, D, False),
        (Vocabulary.IPTC, D, U, False),
        (Vocabulary.IPTC, U, D, False),
    ],
)
def test_pairs_of_answers(
    vocabulary: Vocabulary, file_says: Answer, terms_say: Answer, differ: bool
) -> None:
    found = contradictions(
        [statement(vocabulary, train=file_says)], Terms(uses={Use.TRAIN: terms_say})
    )
    assert bool(found) is differ


def test_every_use_that_differs_is_named() -> None:
    said = [statement(Vocabulary.IPTC, train=A, search=A, mining=D), statement(Vocabulary.RIGHTS)]
    found = contradictions(said, PRESETS[Preset.NO_AI])
    assert [(one.use, one.file_says, one.terms_say) for one in found] == [(Use.TRAIN, A, D)]
    assert found[0].statement is said[0]
    assert contradictions(said, Terms(uses={})) == ()
