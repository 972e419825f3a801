"""The sample works are fit to be shown: small, titled, and all different."""

from __future__ import annotations

from pathlib import Path

from desktop.portfolio.fingerprint import fingerprint
from tests.portfolio import corpus

_WORKS = Path(__file__).parents[2] / "resources" / "samples" / "works"


def test_sample_works_are_distinct_and_telling() -> None:
    """Every content code is there, is unlike the others, and is not featureless."""
    made = [fingerprint(corpus.found(path)) for path in sorted(_WORKS.iterdir())]
    assert len(made) >= 8
    assert len({one.units.content for one in made} - {None}) == len(made)
    assert not [one.found.path for one in made if one.featureless or one.note]
    assert sum(one.found.size_bytes for one in made) < 3_000_000
    seen = [one for one in made if one.kind.value in ("image", "sound", "video")]
    assert all(one.suggestions.title and one.suggestions.creators for one in seen)
