"""Every hostile file ends in a state with a reason, and the good ones among them are read."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import shutil
import socket
import socketserver
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, Kind
from desktop.portfolio.pool import FingerprintPool
from desktop.portfolio.scan import find_files
from tests.portfolio import corpus, hostile, hostile_texts
from tests.portfolio.reference import golden, sample

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="half of the corpus exists on Linux only"
    ),
]
LIMIT_S = 10.0
MEMORY_BYTES = 768 * 1024**2  # of data; libraries' own pages come on top, to 1 GiB
MOST_MEMORY_KIB = 1024**2
_MARK = "RESIDUALS_HOSTILE"


@dataclass(slots=True)
class Outcome:
    """All that can be said after the corpus went through the pool once."""

    made: hostile.Corpus
    results: dict[Path, Fingerprint | FileProblem] = field(default_factory=dict)
    twice: list[Path] = field(default_factory=list)
    gap_s: float = 0.0
    longest_s: float = 0.0
    growth_kib: int = 0
    largest_kib: int = 0
    calls: list[bytes] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    def of(self, item: hostile.Item) -> Fingerprint | FileProblem:
        return self.results[item.path]


@contextlib.contextmanager
def _listener(calls: list[bytes]) -> Iterator[str]:
    """Run a server that writes down whoever calls, and yield its address."""

    class Caller(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            calls.append(self.request.recv(200))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Caller) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def _call(web: str, calls: list[bytes]) -> None:
    """Call the server once, so that its silence before means something."""
    host, port = web.removeprefix("http://").split(":")
    before = len(calls)
    with socket.create_connection((host, int(port))) as caller:
        caller.sendall(b"the test itself")
    deadline = time.monotonic() + 5
    while len(calls) == before and time.monotonic() < deadline:
        time.sleep(0.01)


def _listing(folder: Path) -> set[str]:
    """Return every path below folder with its size, date, mode and inode."""
    found = set()
    for root, folders, names, handle in os.fwalk(folder):
        for name in (*folders, *names):
            with contextlib.suppress(OSError):
                info = os.stat(name, dir_fd=handle, follow_symlinks=False)
                facts = (info.st_size, info.st_mtime_ns, info.st_mode, info.st_ino)
                found.add(f"{os.path.join(root, name)} {facts}")
    return found


def _marked() -> list[str]:
    """Return the commands of all processes that inherited the mark, orphans too."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            if _MARK.encode() in (folder / "environ").read_bytes():
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return [command for command in found if "resource_tracker" not in command]


@pytest.fixture(scope="module")
def outcome() -> Iterator[Outcome]:
    """Write the corpus, put it through the pool, and look around.

    In a process of its own: what the kernel says of the memory of a process and its children is
    the most since it began, so other tests' would count. Not in pytest's own folder: 250 MB and
    paths of full length would stay there for three runs.
    """
    whole = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
            yield alone.submit(_observed, whole).result()
    finally:
        shutil.rmtree(whole)


def _observed(whole: Path) -> Outcome:
    base, home, scratch = (whole / name for name in ("base", "home", "scratch"))
    for folder in (base, home, scratch):
        folder.mkdir()
    calls: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch, _listener(calls) as web:
        made = hostile.write(base / "corpus", web)
        patch.setenv(_MARK, "1")
        for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(home))
        patch.setattr("tempfile.tempdir", str(scratch))
        before = _listing(base) | _listing(home)
        seen = Outcome(made, calls=calls)
        _run(seen)
        _call(web, calls)
        seen.written = (_listing(base) | _listing(home) | _listing(scratch)) ^ before
        deadline = time.monotonic() + 5
        while (left := _marked()) and time.monotonic() < deadline:
            time.sleep(0.05)
        seen.left = left
    return seen


def _run(seen: Outcome) -> None:
    """Put everything through the pool, and keep the figures."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with FingerprintPool(jobs=2, time_limit_s=LIMIT_S, memory_limit_bytes=MEMORY_BYTES) as pool:
        seen.longest_s = max(
            pool.limit_s((corpus.found(item.path),))
            for item in seen.made.items
            if item.group not in ("places", "names")
        )
        last = time.monotonic()
        for result in pool.run(find_files([seen.made.folder])):
            seen.gap_s = max(seen.gap_s, time.monotonic() - last)
            last = time.monotonic()
            path = result.path if isinstance(result, FileProblem) else result.found.path
            if path in seen.results:
                seen.twice.append(path)
            seen.results[path] = result
    seen.growth_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    seen.largest_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def test_every_file_has_one_state_with_a_reason(outcome: Outcome) -> None:
    """300 files at least; a problem says what is wrong and what to do, in sentences."""
    assert len(outcome.made.items) >= 300
    missing = [item.path for item in outcome.made.items if item.path not in outcome.results]
    assert missing == []
    assert outcome.twice == []
    for result in outcome.results.values():
        if isinstance(result, FileProblem):
            assert result.message.endswith(".")
            assert result.advice.endswith(".")
            assert result.path.name not in result.message + result.advice
        elif not result.units.content:
            assert result.note.endswith(".")


def test_each_class_has_its_reason(outcome: Outcome) -> None:
    """Where only one answer is right, it is given."""
    wrong = {
        item.path.name: result
        for item in outcome.made.items
        if item.reasons
        and not (
            isinstance(result := outcome.of(item), FileProblem) and result.reason in item.reasons
        )
    }
    assert wrong == {}


def test_good_files_have_their_codes(outcome: Outcome) -> None:
    """Among the hostile ones, and under names that are hostile themselves."""
    good = [item for item in outcome.made.items if item.like]
    assert len(good) >= 40
    for item in good:
        result = outcome.of(item)
        assert isinstance(result, Fingerprint), (item.path.name, result)
        assert result.units.content
        units = golden()[item.like]["units"]
        assert result.units_256[-3:] == tuple(units)[-3:], item.path.name


def test_few_files_break_a_worker(outcome: Outcome) -> None:
    """A worker that dies costs its file; most files must not come that far."""
    crashed = [
        path.name
        for path, result in outcome.results.items()
        if isinstance(result, FileProblem) and result.reason is FileProblemKind.CRASHED
    ]
    assert len(crashed) <= 5, crashed


def test_nothing_takes_longer_than_it_may(outcome: Outcome) -> None:
    """With two workers, something is heard within the limit of the longest file."""
    assert outcome.gap_s < outcome.longest_s + 5


def test_memory_stays_small(outcome: Outcome) -> None:
    """1 GiB for a worker or what it starts; the main process hardly grows."""
    assert outcome.largest_kib < MOST_MEMORY_KIB
    assert outcome.growth_kib < 64 * 1024


def test_java_does_not_escape_its_limit(outcome: Outcome) -> None:
    """Tika's heap is none the kernel limits; the watch ends it, and the file is too large.

    On a busy machine Java may end the worker itself before the watch looks.
    """
    [bomb] = [item for item in outcome.made.items if item.path.name == "bomb.docx"]
    result = outcome.of(bomb)
    assert isinstance(result, FileProblem)
    assert result.reason in (
        FileProblemKind.TOO_LARGE,
        FileProblemKind.TOO_SLOW,
        FileProblemKind.CRASHED,
    )


def test_nobody_called_home(outcome: Outcome) -> None:
    """Not one connection, from no reader and no program."""
    assert outcome.calls == [b"the test itself"]


def test_nothing_was_written_and_nobody_stayed(outcome: Outcome) -> None:
    """Neither beside the files nor in the home folder, nor left in the scratch folder."""
    assert outcome.written == set()
    assert outcome.left == []


def test_no_other_file_was_read_in(outcome: Outcome) -> None:
    """What entities, includes and playlists point at is nowhere in the results."""
    aside = outcome.made.folder.parent / f"{outcome.made.folder.name}-aside"
    with FingerprintPool(jobs=1) as pool:
        found = [corpus.found(aside / name) for name in ("secret.txt", "secret.wav")]
        secrets = [result for result in pool.run(found) if isinstance(result, Fingerprint)]
    contents = {result.units.content for result in secrets}
    assert len(contents) == 2
    for result in outcome.results.values():
        if isinstance(result, Fingerprint):
            assert result.units.content not in contents, result.found.path.name
            assert hostile_texts.SECRET[:30] not in repr(result.suggestions)


def test_playlists_are_not_played(outcome: Outcome) -> None:
    """Whatever they are called, and whatever is put before them."""
    lists = [item for item in outcome.made.items if item.group == "playlists"]
    assert len(lists) > 50
    kinds = {item.path.name: getattr(outcome.of(item), "kind", None) for item in lists}
    films = [name for name, kind in kinds.items() if kind is Kind.VIDEO]
    assert films == []


def test_the_system_is_not_read(outcome: Outcome) -> None:
    """Links to /proc, /sys and /dev lead to refusals, at once."""
    refused = {
        str(path): result.reason if isinstance(result, FileProblem) else result.kind
        for path, result in outcome.results.items()
        if path.parts[1] in ("proc", "sys", "dev")
    }
    assert len(refused) >= 5
    fitting = (FileProblemKind.NOT_A_FILE, FileProblemKind.MISSING)
    assert {path: what for path, what in refused.items() if what not in fitting} == {}


def test_samples_are_known() -> None:
    """The good files' codes are those of the reference, so equality means something."""
    for name in hostile.GOOD:
        assert golden()[name]["units"]
        assert sample(name).exists()
