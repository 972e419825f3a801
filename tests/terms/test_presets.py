"""The plain answers, and terms as versions."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desktop.model.terms import Answer, Preset, Price, PriceModel, Terms, Use
from desktop.store import terms as terms_store
from desktop.store.database import open_store
from desktop.terms.presets import PRESETS, SENTENCES, TITLES, preset_of
from tests.studio import give_terms, imaginary, keep


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_preset_is_recognised(preset: Preset) -> None:
    assert preset_of(PRESETS[preset]) is preset
    assert PRESETS[preset].uses.keys() == set(Use)
    assert PRESETS[preset].uses[Use.SEARCH] is Answer.ALLOW


def test_every_preset_has_words() -> None:
    assert TITLES.keys() == SENTENCES.keys() == set(Preset)


def test_unset_is_never_a_yes() -> None:
    assert preset_of(Terms(uses={})) is Preset.UNSET
    assert set(Terms(uses={}).uses.values()) == {Answer.UNSET}
    assert preset_of(Terms(uses={Use.TRAIN: Answer.ALLOW})) is Preset.CUSTOM


def test_any_difference_is_custom() -> None:
    base = PRESETS[Preset.NO_AI]
    for use in Use:
        other = {**base.uses, use: Answer.CONSTRAINED}
        assert preset_of(Terms(uses=other)) is Preset.CUSTOM
    assert preset_of(Terms(uses=base.uses, note="But ask.")) is Preset.CUSTOM


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(Decimal(-1), "EUR"), (Decimal("NaN"), "EUR"), (Decimal("Infinity"), "EUR"), (Decimal(1), "")],
)
def test_impossible_prices(amount: Decimal, currency: str) -> None:
    with pytest.raises(ValueError, match=r"price"):
        Price(model=PriceModel.PER_USE, amount=amount, currency=currency)


def test_versions_are_kept_once_and_exactly(tmp_path: Path) -> None:
    price = Price(model=PriceModel.PER_USE, amount=Decimal("0.000000000000000001"), currency="EUR")
    said = Terms(uses={Use.TRAIN: Answer.CONSTRAINED}, price=price, note="Ask.")
    with open_store(tmp_path) as store, store.write() as tx:
        keep(tx, imaginary(Path("/a"), "a"))
        first = terms_store.keep(tx, said, 10)
        assert terms_store.keep(tx, said, 20).version == first.version
        other = terms_store.keep(tx, PRESETS[Preset.OPEN], 20)
        assert other.version != first.version
        assert give_terms(tx, [1], said, 30) == 1
        assert give_terms(tx, [1], said, 40) == 0
        kept = terms_store.of_work(tx, 1)
        assert kept.same_answers(said)
        assert kept.price == price
        give_terms(tx, [1], other, 50)
        assert terms_store.at(tx, 1, 49).version == first.version
        assert terms_store.at(tx, 1, 50).version == other.version
        assert terms_store.at(tx, 1, 29).version == 0
