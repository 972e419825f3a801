"""The pool survives what files do to its workers, and leaves no process behind."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import Cancelled, FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.portfolio.pool import FingerprintPool
from tests.portfolio import corpus
from tests.portfolio.reference import sample

# No other process on this machine sleeps for just as long.
_NAP = f"600.{os.getpid()}"
linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads /proc to find processes"
)


@pytest.fixture
def stuck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an fpcalc that never ends first on PATH, and return a sound to give to it."""
    tools = tmp_path / "tools"
    tools.mkdir()
    script = tools / "fpcalc"
    script.write_text(f"#!/bin/sh\nexec sleep {_NAP}\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return corpus.tone(tmp_path / "stuck.wav", 4)


@pytest.fixture(autouse=True)
def no_process_left() -> Iterator[None]:
    """Fail the test if a child, or a child's child, is still there afterwards."""
    before = set(_family())
    yield
    _until(lambda: set(_family()) <= before | _trackers())
    _until(lambda: not _sleepers())


def _trackers() -> set[int]:
    """Return multiprocessing's own resource tracker, which lives as long as we do."""
    return {pid for pid in _family() if b"resource_tracker" in _command(pid)}


def _sleepers() -> list[int]:
    """Return the programs our stuck sounds started, orphans too."""
    everyone = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [pid for pid in everyone if _NAP.encode() in _command(pid)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _family(of: int = 0) -> list[int]:
    """Return all processes below this one; zombies do not count."""
    if not sys.platform.startswith("linux"):
        return []
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                parents[int(folder.name)] = int(parent)
    family: list[int] = []
    generation = {of or os.getpid()}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        family.extend(generation)
    return family


def _until(true: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait until something is true, and fail if that takes too long."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _workers() -> list[int]:
    return [pid for pid in _family() if b"spawn_main" in _command(pid)]


def test_every_file_has_a_result() -> None:
    """Mixed kinds, two workers, and a problem from the scan passes through."""
    names = ["image/demo.jpg", "audio/demo.mp3", "text/demo.txt", "image/demo.png"]
    lost = FileProblem("Gone.", path=Path("/x"), reason=FileProblemKind.MISSING)
    with FingerprintPool(jobs=2) as pool:
        results = list(pool.run([*(corpus.found(sample(name)) for name in names), lost]))
        assert lost in results
        made = [result for result in results if isinstance(result, Fingerprint)]
        assert {one.found.path for one in made} == {sample(name) for name in names}
        again = list(pool.run([corpus.found(sample(names[0]))]))
        assert again[0] in results


def test_problems_come_back_as_results(tmp_path: Path) -> None:
    """A problem crosses the process border whole."""
    path = tmp_path / "nothing.jpg"
    path.touch()
    with FingerprintPool(jobs=1) as pool:
        [problem] = pool.run([corpus.found(path)])
    assert isinstance(problem, FileProblem)
    assert (problem.path, problem.reason) == (path, FileProblemKind.EMPTY)
    assert problem.advice


def test_found_is_read_only_a_little_ahead(tmp_path: Path) -> None:
    """An endless scan is not swallowed: the main process stays small."""
    path = corpus.flat(tmp_path / "a.png")
    taken = itertools.count()

    def endless() -> Iterator[FoundFile]:
        while True:
            next(taken)
            yield corpus.found(path)

    with FingerprintPool(jobs=1) as pool:
        results = pool.run(endless())
        for _ in range(10):
            next(results)
        results.close()  # type: ignore[attr-defined]
    assert next(taken) <= 10 + 9 * 12 + 1


def test_workers_are_replaced(tmp_path: Path) -> None:
    """After max_tasks files a fresh process goes on; nothing is lost in between."""
    found = corpus.found(corpus.flat(tmp_path / "a.png"))
    with FingerprintPool(jobs=1, max_tasks=2) as pool:
        assert len(list(pool.run([found] * 7))) == 7


def test_slow_file_is_stopped(stuck: Path) -> None:
    """It becomes a problem of its own; the next file is fine."""
    with FingerprintPool(jobs=1, time_limit_s=1.0) as pool:
        slow, good = pool.run([corpus.found(stuck), corpus.found(sample("image/demo.jpg"))])
    assert isinstance(slow, FileProblem)
    assert (slow.path, slow.reason) == (stuck, FileProblemKind.TOO_SLOW)
    assert isinstance(good, Fingerprint)


@linux_only
def test_killed_worker_costs_one_file(stuck: Path, tmp_path: Path) -> None:
    """SIGKILL in the middle of a file, twice: that file is named, the others are done."""
    others = [corpus.found(sample(name)) for name in ("image/demo.png", "image/demo.gif")]

    def kill_when_started() -> None:
        for _ in range(2):  # among others, and then alone
            _until(lambda: bool(_sleepers()), 20)
            for pid in _sleepers():
                worker = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                os.kill(worker, signal.SIGKILL)
            _until(lambda: not _sleepers(), 20)

    killer = threading.Thread(target=kill_when_started)
    killer.start()
    with FingerprintPool(jobs=2) as pool:
        results = list(pool.run([corpus.found(stuck), *others]))
    killer.join()
    crashed = [result for result in results if isinstance(result, FileProblem)]
    assert [(problem.path, problem.reason) for problem in crashed] == [
        (stuck, FileProblemKind.CRASHED)
    ]
    assert len(results) == 3


@linux_only
def test_idle_worker_killed_is_replaced(tmp_path: Path) -> None:
    """Even if every worker dies between two runs."""
    found = corpus.found(corpus.flat(tmp_path / "a.png"))
    with FingerprintPool(jobs=2) as pool:
        assert len(list(pool.run([found]))) == 1
        for pid in _workers():
            os.kill(pid, signal.SIGKILL)
        assert isinstance(next(iter(pool.run([found]))), Fingerprint)


@pytest.mark.alone
@linux_only
def test_cancel_answers_at_once_and_leaves_nothing(stuck: Path) -> None:
    """Within 300 ms, though a worker waits for a program that never ends."""
    wanted = threading.Event()
    asked_at = [0.0]

    def ask_when_started() -> None:
        _until(lambda: bool(_sleepers()), 20)
        asked_at[0] = time.monotonic()
        wanted.set()

    threading.Thread(target=ask_when_started).start()
    with FingerprintPool(jobs=2) as pool:
        with pytest.raises(Cancelled):
            list(pool.run([corpus.found(stuck)] * 20, wanted.is_set))
        assert time.monotonic() - asked_at[0] < 0.3
        _until(lambda: not _sleepers())


@linux_only
def test_memory_is_limited(tmp_path: Path) -> None:
    """A picture that fits the pixel limit but not the worker is a problem, not a crash."""
    path = tmp_path / "wide.png"
    corpus.painting(1, (100, 100)).resize((9000, 9000)).save(path, compress_level=1)
    with FingerprintPool(jobs=1, memory_limit_bytes=300 * 1024**2) as pool:
        [result] = pool.run([corpus.found(path)])
    assert isinstance(result, FileProblem)
    assert result.reason is FileProblemKind.TOO_LARGE


@linux_only
def test_workers_are_modest(stuck: Path) -> None:
    """Lowest priority, Ctrl-C left to the parent, no core dumps."""
    with FingerprintPool(jobs=1) as pool:
        results = pool.run([corpus.found(stuck)], lambda: bool(_sleepers()))
        with pytest.raises(Cancelled):
            for _ in results:
                pass
    with FingerprintPool(jobs=1) as pool:
        list(pool.run([corpus.found(sample("image/demo.jpg"))]))
        [worker] = _workers()
        assert os.getpriority(os.PRIO_PROCESS, worker) == 19
        os.kill(worker, signal.SIGINT)
        assert len(list(pool.run([corpus.found(sample("image/demo.jpg"))]))) == 1
        assert worker in _workers()


def test_pool_module_is_light() -> None:
    """The main process never loads a decoder."""
    heavy = "PIL exiv2 taglib iscc_lib iscc_tika pypdfium2 lxml numpy puremagic resvg_py"
    code = (
        "import sys, desktop.portfolio.pool, desktop.portfolio.scan;"
        f"print(sorted(set(sys.modules) & set({heavy.split()!r})))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "[]"


def test_works_from_a_thread(tmp_path: Path) -> None:
    """As a window uses it."""
    found = corpus.found(corpus.flat(tmp_path / "a.png"))
    results: list[object] = []

    def work() -> None:
        with FingerprintPool(jobs=1) as pool:
            results.extend(pool.run([found]))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert len(results) == 1
    assert isinstance(results[0], Fingerprint)
