"""Where terms meet, nothing is permitted that any of them denies, to anybody, at any time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.strictness import answer_for, combined, permits_more
from desktop.model.terms import Answer, Licensee, Price, PriceModel, Terms, Use

DAY = date(2026, 5, 1)
ANSWERS = st.sampled_from([*Answer])
USES = st.dictionaries(st.sampled_from([*Use]), ANSWERS)
KEYS = st.sampled_from(["", "did:web:a.example", "did:web:b.example"])
LICENSEES = st.lists(
    st.builds(
        lambda name, uses, did: Licensee(name=name, uses=uses, did=did),
        st.sampled_from("ABC"),
        USES,
        KEYS,
    ),
    unique_by=lambda one: one.name,
    max_size=2,
).map(tuple)
TERMS = st.builds(
    lambda uses, licensees, days, price: Terms(
        uses=uses,
        licensees=licensees,
        expires=None if days is None else DAY + timedelta(days=days),
        price=None
        if price is None
        else Price(model=PriceModel.PER_USE, amount=Decimal(price), currency="EUR"),
    ),
    USES,
    LICENSEES,
    st.none() | st.integers(-2, 2),
    st.none() | st.integers(1, 3),
)
READERS = [
    None,
    *(Licensee(name=name, uses={}) for name in "ABCD"),
    Licensee(name="D", uses={}, did="did:web:a.example"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(TERMS, min_size=1, max_size=3))
def test_together_they_permit_nothing_that_one_does_not(several: list[Terms]) -> None:
    together = combined(several)
    for day in range(-3, 4):
        on = DAY + timedelta(days=day)
        now, then = [one.on(on) for one in several], together.on(on)
        for who in READERS:
            for use in Use:
                said = {answer_for(one, use, who) for one in now}
                held = answer_for(then, use, who)
                if held is Answer.ALLOW:
                    assert said <= {Answer.ALLOW, Answer.UNSET}
                elif held is not Answer.DENY:
                    assert Answer.DENY not in said


@settings(max_examples=60, deadline=None)
@given(TERMS, TERMS)
def test_what_follows_permits_more_or_less(before: Terms, after: Terms) -> None:
    assert not permits_more(before, before)
    said = any(answer is not Answer.UNSET for answer in before.uses.values())
    if said and not permits_more(before, after):
        for who in READERS:
            for use in Use:
                for day in range(-3, 4):
                    on = DAY + timedelta(days=day)
                    was = answer_for(before.on(on), use, who)
                    then = answer_for(after.on(on), use, who)
                    assert (was, then) not in {
                        (Answer.DENY, Answer.ALLOW),
                        (Answer.DENY, Answer.CONSTRAINED),
                        (Answer.CONSTRAINED, Answer.ALLOW),
                    }


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [("5", "5", False), ("5", "4", True), ("5", "6", False), ("5", None, False)],
)
def test_a_lower_price_permits_more(before: str, after: str | None, more: bool) -> None:
    def priced(amount: str | None) -> Terms:
        price = (
            Price(model=PriceModel.PER_USE, amount=Decimal(amount), currency="EUR")
            if amount
            else None
        )
        return Terms(uses={Use.TRAIN: Answer.CONSTRAINED}, price=price)

    assert permits_more(priced(before), priced(after)) is more


def test_too_many_licensees_are_answered_with_everybody() -> None:
    def with_names(prefix: str, answer: Answer) -> Terms:
        named = [Licensee(name=f"{prefix}{n}", uses={Use.TRAIN: answer}) for n in range(60)]
        return Terms(uses={Use.TRAIN: Answer.ALLOW}, licensees=tuple(named))

    held = combined([with_names("a", Answer.ALLOW), with_names("b", Answer.DENY)])
    assert len(held.licensees) == 100
    assert held.uses[Use.TRAIN] is Answer.DENY
    assert answer_for(held, Use.TRAIN, Licensee(name="b59", uses={})) is Answer.DENY
    assert answer_for(held, Use.TRAIN, Licensee(name="a1", uses={})) is Answer.ALLOW
