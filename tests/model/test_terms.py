"""What terms permit to whom and when, and what cannot be terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use
from desktop.store import terms as terms_store
from desktop.store.database import open_store

ANSWERS = st.fixed_dictionaries({use: st.sampled_from(Answer) for use in Use})
TERMS = st.builds(
    Terms,
    uses=ANSWERS,
    licensees=st.lists(
        st.builds(Licensee, name=st.sampled_from("ABC"), uses=ANSWERS),
        max_size=3,
        unique_by=lambda one: one.name,
    ).map(tuple),
    expires=st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 31)),
)
# What each answer permits: a no nothing, silence what the law says, a yes all of it.
PERMITS: dict[Answer, set[str]] = {
    Answer.DENY: set(),
    Answer.CONSTRAINED: {"on conditions"},
    Answer.UNSET: {"the law"},
    Answer.ALLOW: {"on conditions", "the law", "freely"},
}


@given(terms=TERMS, day=st.dates(date(2025, 12, 1), date(2026, 2, 28)))
def test_what_everyone_is_told_permits_nobody_more_than_was_said(terms: Terms, day: date) -> None:
    told, today = terms.for_everyone(), terms.on(day)
    assert not told.licensees
    assert told.on(day) is told
    # What has ended may still be asked for, and is then answered with a no.
    asking = {"on conditions"} if today is not terms else set()
    for use in Use:
        theirs = (one.uses[use] for one in today.licensees)
        for answer in (today.uses[use], *(one for one in theirs if one is not Answer.UNSET)):
            assert PERMITS[told.uses[use]] - PERMITS[answer] <= asking


def test_after_its_last_day_every_yes_is_a_no() -> None:
    said = Terms(
        uses={Use.TRAIN: Answer.ALLOW, Use.INPUT: Answer.CONSTRAINED, Use.OUTPUT: Answer.DENY},
        licensees=(Licensee(name="Lumen", uses={Use.SEARCH: Answer.ALLOW}),),
        expires=date(2026, 6, 30),
    )
    assert said.on(date(2026, 6, 30)) is said
    ended = said.on(date(2026, 7, 1))
    assert ended.uses == {
        **dict.fromkeys((Use.TRAIN, Use.INPUT, Use.OUTPUT), Answer.DENY),
        **dict.fromkeys((Use.TRAIN_GENERATIVE, Use.SEARCH, Use.MINING), Answer.UNSET),
    }
    assert ended.licensees[0].uses[Use.SEARCH] is Answer.UNSET
    assert said.for_everyone().uses[Use.TRAIN] is Answer.CONSTRAINED


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"address": "http://example.org/terms"}, "https"),
        ({"address": "https://example.org/a b"}, "https"),
        ({"address": "https://you@example.org/"}, "https"),
        ({"address": "https://example.org/" + "a" * 300}, "cannot be used"),
        ({"address": "https://example.org/\u202etxt"}, "cannot be used"),
        (
            {"licensees": (Licensee(name="Lumen", uses={}), Licensee(name="LUMEN", uses={}))},
            "twice",
        ),
    ],
)
def test_what_cannot_be_terms_is_told(more: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Terms(uses={}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", " Lumen", "Lu\nmen", "Lu\u202emen", "L" * 201])
def test_a_licensee_has_a_name_on_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Licensee(name=name, uses={})
    with pytest.raises(ValueError, match="public key"):
        Licensee(name="Lumen", uses={}, did="lumen.example")


def test_the_same_terms_are_one_version_and_come_back_whole(tmp_path: Path) -> None:
    whole = Terms(
        uses={Use.TRAIN: Answer.CONSTRAINED},
        price=Price(model=PriceModel.PER_TRAINING, amount=Decimal("12.50"), currency="EUR"),
        note="Ask me.",
        licensees=(
            Licensee(name="Lumen", did="did:web:lumen.example", uses={Use.TRAIN: Answer.ALLOW}),
        ),
        expires=date(2027, 12, 31),
        address="https://example.org/terms?of=work",
    )
    plain = Terms(uses=whole.uses, price=whole.price, note=whole.note)
    with open_store(tmp_path) as store, store.write() as tx:
        kept = terms_store.keep(tx, whole, 1)
        other = terms_store.keep(tx, plain, 2)
        again = terms_store.keep(tx, whole, 3)
        assert kept.version == again.version != other.version
        assert kept.same_answers(whole)
        assert not other.same_answers(whole)
        (row,) = tx.execute("SELECT * FROM terms WHERE terms_id = ?", (kept.version,))
        assert terms_store._terms(row) == kept
