"""What files say is kept as it was read; what older versions kept can still be read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import UsageProblem
from desktop.model.suggestions import AiStatement, Credit, Suggestions, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.store import suggestions
from desktop.store.database import Store

_texts = st.text(max_size=30)
_meanings = st.dictionaries(st.sampled_from(Use), st.sampled_from(Answer)).map(
    lambda found: tuple((use, found[use]) for use in Use if use in found)
)
_everything = st.builds(
    Suggestions,
    title=_texts,
    creators=st.lists(st.builds(Credit, name=_texts, role=_texts)).map(tuple),
    description=_texts,
    rights=_texts,
    created=_texts,
    identifier=_texts,
    identifiers=st.lists(st.tuples(_texts, _texts)).map(tuple),
    language=_texts,
    keywords=st.lists(_texts).map(tuple),
    ai_use=st.lists(
        st.builds(
            AiStatement,
            vocabulary=st.sampled_from(Vocabulary),
            property=_texts,
            value=_texts,
            meaning=_meanings,
        )
    ).map(tuple),
)


@given(_everything)
def test_what_is_kept_comes_back(said: Suggestions) -> None:
    assert suggestions.from_json(suggestions.to_json(said)) == said


def test_rows_of_the_first_version() -> None:
    old = {
        "title": "Harbour",
        "creators": ["Ana Sousa", "Bo Lind"],
        "description": "",
        "rights": "© Ana",
        "created": "2024:05",
        "identifier": "x",
    }
    said = suggestions.from_json(json.dumps(old))
    assert said.creators == (Credit(name="Ana Sousa"), Credit(name="Bo Lind"))
    assert (said.title, said.rights, said.ai_use, said.identifiers) == ("Harbour", "© Ana", (), ())
    assert suggestions.from_json("{}") == Suggestions()


def test_a_vocabulary_of_a_newer_version_is_left_out() -> None:
    said = Suggestions(
        ai_use=(
            AiStatement(vocabulary=Vocabulary.IPTC, property="a", value="b"),
            AiStatement(vocabulary=Vocabulary.CAWG, property="c", value="d"),
        )
    )
    text = suggestions.to_json(said).replace('"iptc"', '"telepathy"')
    assert [one.property for one in suggestions.from_json(text).ai_use] == ["c"]


def test_a_work_that_is_not_there(store: Store) -> None:
    with store.read() as connection, pytest.raises(UsageProblem):
        suggestions.of_work(connection, 5)
