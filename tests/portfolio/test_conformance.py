"""A generated corpus of everything decoders differ in: every code equals the reference's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import iscc_lib
import pytest

from desktop.errors import FileProblem
from desktop.model.fingerprints import Fingerprint
from desktop.portfolio.fingerprint import fingerprint
from desktop.portfolio.pool import FingerprintPool
from tests.portfolio import conformance_corpus, corpus, reference


def compared(
    paths: Iterable[Path], known: Callable[[Path], bool] = lambda _path: False
) -> tuple[int, list[str]]:
    """Return how many files were compared, and those whose codes differ.

    known: says of a file that the reference is known not to read it.
    """
    count, different = 0, []
    for path in paths:
        try:
            expected = reference.codes(path)
        except Exception as error:  # noqa: BLE001 - the reference raises all kinds
            assert known(path), f"{path.name}: {error!r}"
            continue
        if known(path):
            continue
        made = _made(path)
        count += 1
        if (made.iscc, made.units_256) != expected:
            different.append(path.name)
    return count, different


def _made(path: Path) -> Fingerprint:
    try:
        return fingerprint(corpus.found(path))
    except FileProblem as problem:
        raise AssertionError(f"{path.name}: {problem}") from problem


def test_the_official_vectors_pass() -> None:
    """The test vectors of ISO 24138, as iscc-lib carries them."""
    assert iscc_lib.conformance_selftest()


def test_pictures(tmp_path: Path) -> None:
    count, different = compared(conformance_corpus.pictures(tmp_path))
    assert different == []
    assert count > 280


def test_sounds(tmp_path: Path) -> None:
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    count, different = compared(conformance_corpus.sounds(tmp_path))
    assert different == []
    assert count >= 18


def test_films(tmp_path: Path) -> None:
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    count, different = compared(conformance_corpus.films(tmp_path))
    assert different == []
    assert count == 9


def test_texts(tmp_path: Path) -> None:
    count, different = compared(conformance_corpus.texts(tmp_path))
    assert different == []
    assert count >= 45


def test_the_workers_give_the_same(tmp_path: Path) -> None:
    """What runs in a confined worker gives what runs here."""

    def some() -> Iterator[Path]:
        for number, path in enumerate(conformance_corpus.pictures(tmp_path)):
            if number % 9 == 0:
                yield path

    found = [corpus.found(path) for path in some()]
    with FingerprintPool(jobs=2) as pool:
        results = {
            made.found.path: made for made in pool.run(found) if isinstance(made, Fingerprint)
        }
    assert len(results) == len(found)
    for one in found:
        here = fingerprint(one)
        assert results[one.path].iscc == here.iscc
        assert results[one.path].units_256 == here.units_256
        assert results[one.path].thumbnail == here.thumbnail
