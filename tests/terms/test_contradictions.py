"""Where a file's statement and the user's terms give different answers."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Licensee, Preset, Price, PriceModel, Terms, Use
from desktop.model.vocabularies import Target
from desktop.terms import (
    aitxt,
    c2pa,
    headers,
    html_meta,
    iptc,
    robots,
    rsl_reading,
    tdmai,
    tdmrep,
)
from desktop.terms.contradictions import Expected, contradictions
from desktop.terms.presets import PRESETS
from desktop.terms.spoken import say

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


READ = {
    Target.ROBOTS: robots.read,
    Target.HEADERS: headers.read,
    Target.META: html_meta.read,
    Target.TDMREP: tdmrep.read,
    Target.TDMAI: tdmai.read,
    Target.RSL: rsl_reading.read,
    Target.AITXT: aitxt.read,
    Target.IPTC: iptc.read,
    Target.C2PA: c2pa.read,
}


@pytest.mark.parametrize("target", READ)
def test_what_the_app_writes_contradicts_nothing(target: Target) -> None:
    for answers in itertools.product(Answer, repeat=3):
        training, generative, rest = answers
        uses = {**dict.fromkeys(Use, rest), Use.TRAIN: training, Use.TRAIN_GENERATIVE: generative}
        named = Licensee(name="Acme", uses={Use.SEARCH: D})
        for terms in (
            Terms(uses=uses, price=Price(model=PriceModel.ATTRIBUTION)),
            Terms(uses=uses, licensees=(named,)),
            Terms(uses=uses, expires=date(2027, 3, 1)),
        ):
            text = say(target, terms, iscc="ISCC:KEC").text
            assert contradictions(READ[target](text) if text else (), terms) == (), terms


def test_an_answer_that_has_ended_is_a_no() -> None:
    said = [statement(Vocabulary.IPTC, search=A)]
    ends = Terms(uses={Use.SEARCH: A}, expires=date(2027, 3, 1))
    assert contradictions(said, Expected(ends, date(2027, 3, 1))) == ()
    assert len(contradictions(said, Expected(ends, date(2027, 3, 2)))) == 1
