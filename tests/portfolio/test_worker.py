"""What a worker makes of a decoder's worst, and what the pool makes of a worker's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.portfolio import worker
from desktop.portfolio.pool import FingerprintPool
from tests.portfolio import corpus, hostile_texts
from tests.portfolio.reference import sample

FOUND = FoundFile(path=Path("/a/b.jpg"), size_bytes=1, mtime_ns=1)


class _Unpicklable(BaseException):
    """Cannot be rebuilt from its arguments, as some decoders' exceptions."""

    def __init__(self, what: str, *, code: int) -> None:
        super().__init__(what)
        self.code = code


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (_Unpicklable("panic", code=1), FileProblemKind.CRASHED),
        (RuntimeError("Failed to decode frame 0"), FileProblemKind.CRASHED),
        (SystemExit(3), FileProblemKind.CRASHED),
        (MemoryError(), FileProblemKind.TOO_LARGE),
        (TimeoutError(), FileProblemKind.TOO_SLOW),
        (worker.too_slow(FOUND), FileProblemKind.TOO_SLOW),
    ],
)
def test_whatever_is_raised_becomes_a_problem(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, reason: FileProblemKind
) -> None:
    """Nothing that a decoder raises leaves the process."""

    def fail(_found: FoundFile) -> Fingerprint:
        raise error

    monkeypatch.setattr("desktop.portfolio.fingerprint.fingerprint", fail)
    monkeypatch.setattr(worker, "allow_cpu_s", lambda _seconds: None)
    monkeypatch.setattr(worker, "_out_of_memory", False)
    problem = worker.work(FOUND, 1.0, worker.read)
    assert isinstance(problem, FileProblem)
    assert (problem.path, problem.reason) == (FOUND.path, reason)
    assert problem.message.endswith(".")
    assert problem.advice.endswith(".")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_that_no_limit_stops(tmp_path: Path) -> None:
    """Tika's heap goes past RLIMIT_DATA; its worker is ended, and another reads the next file."""
    bomb = tmp_path / "bomb.docx"
    bomb.write_bytes(hostile_texts.word_bomb(sample("text/demo.docx").read_bytes(), 250))
    with FingerprintPool(jobs=1, memory_limit_bytes=320 * 1024**2) as pool:
        large, good = pool.run([corpus.found(bomb), corpus.found(sample("text/demo.docx"))])
    assert isinstance(large, FileProblem)
    assert large.path == bomb
    assert large.reason is FileProblemKind.TOO_LARGE
    assert isinstance(good, Fingerprint)
    assert good.units.content


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_bomb_leaves_nothing_to_the_next_file(tmp_path: Path) -> None:
    """What it took for good goes with its worker; every file after it has the whole limit."""
    bomb = tmp_path / "bomb.docx"
    bomb.write_bytes(hostile_texts.word_bomb(sample("text/demo.docx").read_bytes(), 250))
    names = ("image/demo.jpg", "text/demo.odt", "text/demo.docx")
    good = [corpus.found(sample(name)) for name in names]
    with FingerprintPool(jobs=1, memory_limit_bytes=230 * 1024**2) as pool:
        for _ in range(3):
            results = list(pool.run([corpus.found(bomb), *good]))
            assert len(results) == 4
            made = {result.found for result in results if isinstance(result, Fingerprint)}
            assert made == set(good)


@pytest.mark.parametrize("size", ["1e400mm", "99999999999999999999", "nan", "-5"])
def test_drawings_of_impossible_size(tmp_path: Path, size: str) -> None:
    """A length beyond all numbers does not break the worker."""
    path = tmp_path / "a.svg"
    path.write_bytes(hostile_texts.svg(b"<circle r='9'/>", more=f'width="{size}"'.encode()))
    with FingerprintPool(jobs=1) as pool:
        [result] = pool.run([corpus.found(path)])
    assert not isinstance(result, FileProblem) or result.reason is FileProblemKind.BROKEN
