"""A generated corpus of everything decoders differ in: every code equals the reference's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import iscc_lib
import pytest

from desktop.errors import FileProblem
from desktop.model.fingerprints import Fingerprint
from desktop.portfolio.fingerprint import fingerprint
from desktop.portfolio.pool import FingerprintPool
from tests.portfolio import conformance_corpus, corpus, reference

_WITHOUT_TAGS = ["size-1x1.bmp", "size-1x1.gif", "size-2x3.bmp", "size-2x3.gif", "tiff-big.tif"]


def compared(paths: Iterable[Path]) -> tuple[int, list[str], list[str]]:
    """Return how many files were compared, whose codes differ, and what the reference cannot read.

    What it cannot read must still be read here.
    """
    count, different, unread = 0, [], []
    for path in paths:
        made = _made(path)
        try:
            expected = reference.codes(path)
        except Exception:  # noqa: BLE001 - the reference raises all kinds
            unread.append(path.name)
            continue
        count += 1
        if (made.iscc, made.units_256) != expected:
            different.append(path.name)
    return count, different, sorted(unread)


def _made(path: Path) -> Fingerprint:
    try:
        return fingerprint(corpus.found(path))
    except FileProblem as problem:
        raise AssertionError(f"{path.name}: {problem}") from problem


def test_the_official_vectors_pass() -> None:
    """The test vectors of ISO 24138, as iscc-lib carries them."""
    assert iscc_lib.conformance_selftest()


def test_pictures(tmp_path: Path) -> None:
    count, different, unread = compared(conformance_corpus.pictures(tmp_path))
    assert different == []
    assert count >= 285
    # It gives up where exiv2 cannot read the tags of a tiny file.
    assert unread == _WITHOUT_TAGS


def test_sounds(tmp_path: Path) -> None:
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    count, different, unread = compared(conformance_corpus.sounds(tmp_path))
    assert different == []
    assert unread == ["sound.mka", "sound.wma"]
    assert count >= 18


def test_films(tmp_path: Path) -> None:
    if not reference.has_programs():
        pytest.skip("fpcalc and ffprobe are needed to run the reference")
    count, different, unread = compared(conformance_corpus.films(tmp_path))
    assert different == []
    assert unread == []
    assert count == 9


def test_texts(tmp_path: Path) -> None:
    count, different, unread = compared(conformance_corpus.texts(tmp_path))
    assert different == []
    assert unread == ["rich.rtf"]
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
