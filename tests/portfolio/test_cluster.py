"""A real Dask cluster on the loopback: the same codes, lost machines, lost schedulers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import Cancelled, ClusterProblem, FileProblem, FileProblemKind
from desktop.flows.importing import import_paths
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.works import Outcome
from desktop.portfolio.bundles import Result
from desktop.portfolio.cluster import ClusterPool
from desktop.portfolio.pool import FingerprintPool
from desktop.services import open_services
from desktop.store import shelf
from tests.cli.running import Cli
from tests.portfolio import corpus
from tests.portfolio.reference import sample

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads /proc to find processes"
)

ROOT = Path(__file__).parents[2]
START_S = 60.0


class Cluster:
    """A scheduler and its workers, each a process as an administrator starts it."""

    def __init__(self, folder: Path, *, with_residuals: bool = True, **environment: str) -> None:
        self.folder = folder
        self._environment = dict(os.environ, PYTHONPATH=str(ROOT) if with_residuals else "")
        self._environment |= environment
        self._environment["DASK_DISTRIBUTED__ADMIN__LOG_FORMAT"] = "%(message)s"
        self._started: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard",
            f"--scheduler-file={file}",
        )  # fmt: skip
        until(lambda: file.exists() and bool(file.read_text()), START_S)
        self.address = str(json.loads(file.read_text())["address"])

    def add_workers(self, count: int) -> None:
        """Start workers of one thread, each below a nanny that replaces it."""
        self._start(
            "worker", self.address, f"--nworkers={count}", "--nthreads=1", "--no-dashboard",
            f"--local-directory={self.folder}",
        )  # fmt: skip

    def readers(self) -> dict[int, int]:
        """Return reading process → the process above it, in which Dask runs tasks."""
        processes = in_sessions([one.pid for one in self._started[1:]])
        spawned = {pid for pid, (_, command) in processes.items() if b"spawn_main" in command}
        return {pid: processes[pid][0] for pid in spawned if processes[pid][0] in spawned}

    def commands(self, word: str) -> list[int]:
        """Return the processes that have a word in their command."""
        processes = in_sessions([one.pid for one in self._started[1:]])
        return [pid for pid, (_, command) in processes.items() if word.encode() in command]

    def stop(self, *, hard: bool = False) -> None:
        """End everything, workers first, and check that nothing was left behind."""
        sessions = [one.pid for one in self._started]
        for one in reversed(self._started):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL) if hard else one.terminate()
            assert one.wait(20) is not None
        until(lambda: not in_sessions(sessions), 10)

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{kind}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments],
                env=self._environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started.append(process)
        return process


def in_sessions(sessions: list[int]) -> dict[int, tuple[int, bytes]]:
    """Return pid → (parent, command) of the processes in some sessions; no zombies."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(session) in sessions and state != "Z":
                found[int(folder.name)] = (int(parent), (folder / "cmdline").read_bytes())
        except OSError:
            continue
    return found


def parent_of(pid: int) -> int:
    """Return the process above another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def until(true: Callable[[], bool], limit_s: float) -> None:
    """Wait until something is true, and fail if that takes too long."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers for the tests that leave them whole."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.add_workers(2)
        yield made
    finally:
        made.stop()


def poems(folder: Path, count: int, *, length: int = 1000) -> list[FoundFile]:
    """Write texts that take a moment to read."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        words = (f"line {number} {line} of the tide " for line in range(length))
        (folder / f"{number:03d}.txt").write_text("\n".join(words))
    return [corpus.found(path) for path in sorted(folder.iterdir())]


def without_time(result: Result) -> object:
    if isinstance(result, FileProblem):
        return (result.path, result.reason, result.message)
    return result


def test_same_results_as_on_this_computer(cluster: Cluster, tmp_path: Path) -> None:
    names = ["image/demo.jpg", "audio/demo.mp3", "text/demo.txt", "video/demo.mp4"]
    files = [corpus.found(sample(name)) for name in names]
    (tmp_path / "empty.png").touch()
    (tmp_path / "broken.png").write_bytes(sample("image/demo.png").read_bytes()[:5000])
    files += [corpus.found(tmp_path / name) for name in ("empty.png", "broken.png")]
    lost = FileProblem("Gone.", path=Path("/x"), reason=FileProblemKind.MISSING)
    with ClusterPool(cluster.address) as pool:
        there = list(pool.run([*files, lost]))
    with FingerprintPool(jobs=1) as here_pool:
        here = list(here_pool.run([*files, lost]))
    key = repr
    assert sorted(map(without_time, there), key=key) == sorted(map(without_time, here), key=key)
    assert sum(isinstance(result, Fingerprint) for result in there) == 4


def test_a_killed_machine_loses_nothing_and_doubles_nothing(
    cluster: Cluster, tmp_path: Path
) -> None:
    files = poems(tmp_path / "poems", 60, length=6000)
    killed = 0
    paths = []
    with ClusterPool(cluster.address) as pool:
        for result in pool.run(files):
            assert isinstance(result, Fingerprint), result
            paths.append(result.found.path)
            readers = cluster.readers()
            if not killed and len(readers) == 2:
                killed = next(iter(readers))
                os.kill(readers[killed], signal.SIGKILL)
                assert len(paths) < 50
    assert killed
    until(lambda: not Path(f"/proc/{killed}").exists(), 10)
    assert sorted(paths) == [one.path for one in files]


def test_a_file_that_takes_machines_down_costs_itself(tmp_path: Path) -> None:
    """A sound whose reader never ends; whoever reads it is killed, among others and then alone."""
    tools = tmp_path / "tools"
    tools.mkdir()
    nap = f"700.{os.getpid()}"
    (tools / "fpcalc").write_text(f"#!/bin/sh\nexec sleep {nap}\n")
    (tools / "fpcalc").chmod(0o755)
    deadly = corpus.tone(tmp_path / "deadly.wav", 4)
    files = [*poems(tmp_path / "poems", 2, length=10), corpus.found(deadly)]
    fragile = Cluster(
        tmp_path,
        PATH=f"{tools}{os.pathsep}{os.environ['PATH']}",
        DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0",
    )
    results: list[Result] = []
    try:
        fragile.add_workers(1)
        with ClusterPool(fragile.address) as pool:
            reading = threading.Thread(target=lambda: results.extend(pool.run(files)))
            reading.start()
            for _ in range(2):
                until(lambda: bool(fragile.commands(nap)), START_S)
                [sleeper] = fragile.commands(nap)
                os.kill(fragile.readers()[parent_of(sleeper)], signal.SIGKILL)
                os.kill(sleeper, signal.SIGKILL)
                until(lambda: sleeper not in fragile.commands(nap), 10)  # noqa: B023
            reading.join(START_S)
            assert not reading.is_alive()
    finally:
        fragile.stop(hard=True)
    [problem] = [one for one in results if isinstance(one, FileProblem)]
    assert (problem.path, problem.reason) == (deadly, FileProblemKind.CRASHED)
    assert "machine" in problem.message
    assert len(results) == 3


@pytest.mark.alone
def test_cancel_answers_at_once(cluster: Cluster, tmp_path: Path) -> None:
    files = poems(tmp_path / "poems", 40)
    wanted = threading.Event()
    with ClusterPool(cluster.address) as pool:
        results = pool.run(files, wanted.is_set)
        next(results)
        asked_at = time.monotonic()
        wanted.set()
        with pytest.raises(Cancelled):
            list(results)
        assert time.monotonic() - asked_at < 0.3


def test_a_run_whose_pool_was_closed_meanwhile_says_that_the_connection_is_gone(
    cluster: Cluster, tmp_path: Path
) -> None:
    with ClusterPool(cluster.address) as pool:
        results = pool.run(poems(tmp_path / "poems", 200))
        next(results)
        pool.close()
        with pytest.raises(ClusterProblem, match="was lost"):
            list(results)


@pytest.mark.alone
def test_cancel_answers_while_it_connects() -> None:
    started = time.monotonic()
    with ClusterPool("tcp://127.0.0.1:9") as pool:
        with pytest.raises(Cancelled):
            list(pool.run([], lambda: time.monotonic() - started > 0.1))
        assert time.monotonic() - started < 0.4


def test_found_is_read_only_a_little_ahead(cluster: Cluster, tmp_path: Path) -> None:
    found = corpus.found(corpus.flat(tmp_path / "a.png"))
    taken = 0

    def endless() -> Iterator[FoundFile]:
        nonlocal taken
        while True:
            taken += 1
            yield found

    with ClusterPool(cluster.address) as pool:
        results = pool.run(endless())
        for _ in range(10):
            next(results)
        results.close()  # type: ignore[attr-defined]
    assert taken <= (3 * 3 + 1) * 12 + 1  # three bundles for each thread, of at most three


def test_what_is_not_shared_is_told(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process has another folder there, as two machines have."""
    poems(tmp_path / "poems", 60, length=30)
    monkeypatch.chdir(tmp_path / "poems")
    files = [corpus.found(Path(f"/proc/self/cwd/{n:03d}.txt")) for n in range(60)]
    with ClusterPool(cluster.address) as pool:
        [problem] = pool.run(files[:1])
        assert isinstance(problem, FileProblem)
        assert problem.reason is FileProblemKind.NOT_READABLE
        assert "do not see this file" in problem.message
        seen = corpus.found(tmp_path / "poems" / "000.txt")
        assert len(list(pool.run([seen, *files]))) == 61
    with ClusterPool(cluster.address) as pool, pytest.raises(ClusterProblem, match="do not see"):
        list(pool.run(files))


def test_a_scan_of_the_command_line(
    cluster: Cluster, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    cli, portfolio = Cli(tmp_path / "library", capfdbinary), tmp_path / "portfolio"
    poems(portfolio, 2)
    (portfolio / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n, and no more")
    there = cli("scan", "--scheduler", cluster.address, portfolio, code=1)
    *rows, last = there.rows
    assert sorted(row["status"] for row in rows) == ["added", "added", "failed"]
    assert last["summary"]["added"] == 2
    here = cli("scan", portfolio, code=1)
    assert [row["status"] for row in here.rows[:-1]] == ["unchanged", "unchanged", "failed"]
    assert cli("scan", "--scheduler", "x", "--jobs", "1", portfolio, code=2).row["problem"]


def test_the_scheduler_goes_and_what_was_read_stays(tmp_path: Path, cheap_keys: None) -> None:
    """First it has no machine; then one; then it dies in the middle."""
    files = poems(tmp_path / "poems", 60, length=6000)
    lonely = Cluster(tmp_path)
    try:
        with (
            ClusterPool(lonely.address, machines_limit_s=0.2) as pool,
            pytest.raises(ClusterProblem, match="no machine"),
        ):
            list(pool.run(files))
        lonely.add_workers(1)
        told: list[Outcome] = []

        def kill_when_told(_report: object) -> None:
            told.append(Outcome.ADDED)
            lonely.scheduler.kill()

        library = tmp_path / "library"
        with (
            open_services(library, scheduler=lonely.address) as services,
            pytest.raises(ClusterProblem, match="was lost") as lost,
        ):
            import_paths([tmp_path / "poems"], services, each=kill_when_told)
        assert "kept" in lost.value.advice
    finally:
        lonely.stop(hard=True)
    with open_services(library, jobs=1) as services:
        with services.store.read() as connection:
            kept = len(shelf.ids(connection))
        assert 0 < len(told) <= kept < 60
        again = import_paths([tmp_path / "poems"], services)
        assert (again.counts[Outcome.UNCHANGED], again.counts[Outcome.ADDED]) == (kept, 60 - kept)


def test_a_scheduler_that_does_not_answer() -> None:
    with (
        ClusterPool("tcp://127.0.0.1:9", connect_limit_s=0.3) as pool,
        pytest.raises(ClusterProblem, match="cannot be reached"),
    ):
        list(pool.run([]))
    with ClusterPool("no address") as pool, pytest.raises(ClusterProblem, match="be reached"):
        list(pool.run([]))


def test_a_cluster_without_residuals(tmp_path: Path) -> None:
    bare = Cluster(tmp_path, with_residuals=False)
    try:
        with (
            ClusterPool(bare.address) as pool,
            pytest.raises(ClusterProblem, match="scheduler does not have Residuals"),
        ):
            list(pool.run([]))
    finally:
        bare.stop(hard=True)


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with ClusterPool("tcp://127.0.0.1:9") as pool, pytest.raises(ClusterProblem) as missing:
        list(pool.run([]))
    assert "residuals[cluster]" in missing.value.advice
