"""Watched folders: real files, real events, and no waiting but for what must come."""

from __future__ import annotations

import os
import queue
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.errors import Cancelled, UsageProblem
from desktop.flows.importing import FileReport, Imported, import_paths
from desktop.flows.watching import (
    Noticed,
    is_watched,
    keep_watching,
    scan_now,
    unwatch,
    watch_folder,
    watched_folders,
)
from desktop.model.works import FileState, Outcome
from desktop.portfolio.watch import FolderWatch
from desktop.services import Services
from desktop.store import file_problems, files, shelf
from tests.portfolio.corpus import painting

LIMIT_S = 120.0
QUIET_S = 0.3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a picture in it and one below it."""
    folder = tmp_path / "Photos"
    (folder / "sub").mkdir(parents=True)
    painting(1, (64, 48)).save(folder / "one.png")
    painting(2, (64, 48)).save(folder / "sub" / "two.png")
    return folder


class Watcher:
    """A flow that watches in a thread, and what it told."""

    def __init__(self, services: Services, *roots: Path) -> None:
        self.services = services
        self.roots = list(roots)
        self.stop = threading.Event()
        self.told: queue.SimpleQueue[Noticed] = queue.SimpleQueue()
        self.looks = 0
        self.here: frozenset[Path] = frozenset()
        self.reports: list[FileReport] = []
        self._watch = FolderWatch(self._asked, here=self._seen, quiet_s=QUIET_S)
        self._thread = threading.Thread(target=self._run)

    def _asked(self) -> list[Path]:
        self.looks += 1
        return self.roots

    def _seen(self, here: frozenset[Path]) -> None:
        self.here = here

    def _run(self) -> None:
        keep_watching(
            self.services,
            self.told.put,
            self.stop.is_set,
            each=self.reports.append,
            watch=self._watch,
        )

    @contextmanager
    def running(self) -> Iterator[Watcher]:
        """Watch, and check that it ends when it is told to."""
        self._thread.start()
        try:
            yield self
        finally:
            self.end(LIMIT_S)

    def end(self, limit_s: float) -> None:
        """Tell it to end, and check that it does within a time."""
        self.stop.set()
        self._thread.join(limit_s)
        assert not self._thread.is_alive()

    def next(self) -> Noticed:
        """Return what it tells next."""
        return self.told.get(timeout=LIMIT_S)

    def counts(self) -> dict[str, int]:
        """Return the outcomes of what it tells next, and how many files are gone."""
        noticed = self.next()
        found = {outcome.value: n for outcome, n in noticed.imported.counts.items() if n}
        return found | ({"gone": len(noticed.gone)} if noticed.gone else {})

    def wait_for_looks(self, count: int) -> None:
        """Wait until it looked for its folders so many times more."""
        wanted = self.looks + count
        until(lambda: self.looks >= wanted)


@pytest.fixture
def watcher(studio: Services, folder: Path) -> Iterator[Watcher]:
    """A watcher that has taken the folder in."""
    with Watcher(studio, folder).running() as made:
        first = made.next()
        assert first.whole
        assert first.imported.counts[Outcome.ADDED] == 2
        yield made


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, and fail if that takes too long."""
    deadline = time.monotonic() + LIMIT_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def works_in(services: Services) -> int:
    with services.store.read() as connection:
        return len(shelf.ids(connection))


def work_of(services: Services, path: Path) -> int | None:
    with services.store.read() as connection:
        row = files.by_path(connection, path)
    return int(row["work_id"]) if row is not None else None


def state_of(services: Services, path: Path) -> str | None:
    with services.store.read() as connection:
        row = files.by_path(connection, path)
    return str(row["state"]) if row is not None else None


def test_new_edited_renamed_deleted(watcher: Watcher, folder: Path) -> None:
    services = watcher.services
    painting(3, (64, 48)).save(folder / "three.png")
    noticed = watcher.next()
    assert (noticed.root, noticed.imported.counts[Outcome.ADDED]) == (folder, 1)
    painting(4, (64, 48)).save(folder / "three.png")
    assert watcher.counts() == {"updated": 1}
    three = work_of(services, folder / "three.png")
    (folder / "three.png").rename(folder / "sub" / "drei.png")
    assert watcher.counts() == {"moved": 1}
    assert work_of(services, folder / "sub" / "drei.png") == three
    (folder / "sub" / "drei.png").unlink()
    assert watcher.counts() == {"gone": 1}
    assert state_of(services, folder / "sub" / "drei.png") == FileState.MISSING
    with services.store.read() as connection:
        assert file_problems.newest(connection) == []
        assert len(shelf.ids(connection)) == 3, "nothing is ever deleted"


def test_a_whole_folder_is_renamed_filled_and_deleted(watcher: Watcher, folder: Path) -> None:
    two = work_of(watcher.services, folder / "sub" / "two.png")
    (folder / "sub").rename(folder / "new name")
    assert watcher.counts() == {"moved": 1}
    assert work_of(watcher.services, folder / "new name" / "two.png") == two
    painting(5, (64, 48)).save(folder / "new name" / "five.png")
    assert watcher.counts() == {"added": 1}
    shutil.rmtree(folder / "new name")
    assert watcher.counts() == {"gone": 2}


def test_a_folder_is_moved_in_with_all_it_holds(
    watcher: Watcher, folder: Path, tmp_path: Path
) -> None:
    deep = tmp_path / "outside" / "deep" / "er"
    deep.mkdir(parents=True)
    for number in range(3):
        painting(10 + number, (64, 48)).save(deep / f"{number}.png")
    (tmp_path / "outside").rename(folder / "inside")
    assert watcher.counts() == {"added": 3}


def test_a_burst_of_files(watcher: Watcher, folder: Path) -> None:
    (folder / "burst").mkdir()
    for number in range(500):
        # By chance a file would begin as a picture or a sound does, and be a broken one.
        data = random.Random(number).randbytes(300)
        (folder / "burst" / f"{number:03d}.dat").write_bytes(data)
    added = 0
    while added < 500:
        noticed = watcher.next()
        assert noticed.imported.counts[Outcome.FAILED] == 0
        added += noticed.imported.counts[Outcome.ADDED]
    assert added == 500


def test_a_file_that_is_written_slowly_is_read_once(watcher: Watcher, folder: Path) -> None:
    lines = 0
    with (folder / "slow.txt").open("w") as file:
        until = time.monotonic() + 4 * QUIET_S
        pause = threading.Event()
        while time.monotonic() < until:
            file.write(f"Line {lines} of a long poem.\n" * 20)
            file.flush()
            lines += 1
            pause.wait(QUIET_S / 5)
        assert watcher.told.empty()
    assert watcher.counts() == {"added": 1}


@pytest.mark.alone
@pytest.mark.parametrize("count", [0, 300], ids=["nothing", "a scan"])
def test_it_ends_at_once(watcher: Watcher, folder: Path, count: int) -> None:
    """Whatever goes on, within 300 ms."""
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"The tide {number} comes back. " * 200)
    until(lambda: not count or works_in(watcher.services) > 2)
    watcher.end(0.3)
    assert works_in(watcher.services) < 2 + max(count, 1)


def test_hidden_and_system_files_are_passed_over(watcher: Watcher, folder: Path) -> None:
    (folder / ".cache").mkdir()
    painting(6, (64, 48)).save(folder / ".cache" / "six.png")
    painting(7, (64, 48)).save(folder / ".seven.png")
    (folder / "Thumbs.db").write_bytes(b"x" * 100)
    painting(8, (64, 48)).save(folder / "eight.png")
    assert watcher.counts() == {"added": 1}
    watcher.wait_for_looks(4)
    assert watcher.told.empty()


def test_a_name_that_is_not_text(watcher: Watcher, folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))
    odd.write_text("The tide returns what the tide has taken. " * 20)
    noticed = watcher.next()
    assert noticed.whole, "what else happened is not known, so everything is looked at"
    assert noticed.imported.counts[Outcome.ADDED] == 1
    painting(9, (64, 48)).save(folder / "nine.png")
    assert watcher.counts()["added"] == 1


@pytest.mark.parametrize("empty", [False, True], ids=["vanished", "an empty mount point"])
def test_a_drive_that_goes_and_comes_back(watcher: Watcher, folder: Path, *, empty: bool) -> None:
    away = folder.with_name("away")
    folder.rename(away)
    if empty:
        folder.mkdir()
    painting(11, (64, 48)).save(away / "eleven.png")
    watcher.wait_for_looks(4)
    assert watcher.told.empty()
    assert watcher.here == (frozenset([folder]) if empty else frozenset())
    assert state_of(watcher.services, folder / "one.png") == FileState.PRESENT
    if empty:
        folder.rmdir()
    away.rename(folder)
    assert watcher.counts() == {"unchanged": 2, "added": 1}
    painting(12, (64, 48)).save(folder / "twelve.png")
    assert watcher.counts() == {"added": 1}


def test_a_broken_file_is_told_once(watcher: Watcher, folder: Path) -> None:
    whole = (folder / "one.png").read_bytes()
    (folder / "broken.png").write_bytes(whole[: len(whole) // 2])
    assert watcher.counts() == {"failed": 1}
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.dat")).write_bytes(b"all is looked at again")
    assert watcher.next().whole
    failed = [one.path.name for one in watcher.reports if one.problem is not None]
    assert failed == ["broken.png"]
    (folder / "broken.png").write_bytes(whole)
    assert watcher.next().imported.counts[Outcome.DUPLICATE] == 1


def test_folders_come_and_go_while_it_runs(watcher: Watcher, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "Other"
    other.mkdir()
    painting(13, (64, 48)).save(other / "thirteen.png")
    watcher.roots.append(other)
    noticed = watcher.next()
    assert (noticed.root, noticed.imported.counts[Outcome.ADDED]) == (other, 1)
    watcher.roots.remove(other)
    watcher.wait_for_looks(2)
    painting(14, (64, 48)).save(other / "fourteen.png")
    painting(15, (64, 48)).save(folder / "fifteen.png")
    noticed = watcher.next()
    assert (noticed.root, noticed.imported.counts[Outcome.ADDED]) == (folder, 1)


def test_the_users_own_scan_goes_first(studio: Services, tmp_path: Path) -> None:
    """The watcher's scan is broken off, and done again afterwards."""
    many, mine = tmp_path / "many", tmp_path / "mine"
    for place, count in ((many, 60), (mine, 2)):
        place.mkdir()
        for number in range(count):
            (place / f"{number}.txt").write_text(f"{place.name} {number} of the tide. " * 200)
    with Watcher(studio, many).running() as watcher:
        until(lambda: works_in(studio) > 0)
        done: Imported = scan_now([mine], studio)
        assert done.counts[Outcome.ADDED] == 2
        assert watcher.told.empty(), "the watcher gave way"
        counts = watcher.counts()
        assert counts["added"] + counts["unchanged"] == 60
        assert counts["unchanged"] > 0


def test_waiting_for_ones_turn_can_be_cancelled(studio: Services) -> None:
    with studio.turns.own(lambda: False) as give_way:
        assert not give_way()
        with pytest.raises(Cancelled), studio.turns.users(lambda: True):
            pytest.fail("two at once")
        assert not give_way()
    with studio.turns.users(lambda: True):
        pass


def test_the_list_of_watched_folders(studio: Services, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        watch_folder(folder / "one.png", studio)
    watch_folder(folder, studio)
    watch_folder(folder, studio)
    assert watched_folders(studio) == [folder]
    assert is_watched(folder / "sub", studio)
    assert not is_watched(tmp_path, studio)
    folder.rename(tmp_path / "away")
    assert unwatch(folder, studio)
    assert not unwatch(folder, studio)
    assert watched_folders(studio) == []


def test_the_librarys_own_list_is_watched(studio: Services, folder: Path) -> None:
    """A folder within a folder is looked at once only."""
    watch_folder(folder, studio)
    watch_folder(folder / "sub", studio)
    told: list[Noticed] = []
    keep_watching(studio, told.append, lambda: bool(told))
    assert [(one.root, one.imported.counts[Outcome.ADDED]) for one in told] == [(folder, 2)]
    assert import_paths([folder], studio).counts[Outcome.UNCHANGED] == 2
