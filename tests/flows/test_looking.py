"""A second scan: what is as it was is not opened, nor what was hopeless; killers are left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from desktop.errors import FileProblem, FileProblemKind
from desktop.flows import looking
from desktop.flows.absence import give_up_on_killers
from desktop.flows.importing import FileReport, Imported, import_paths
from desktop.model.fingerprints import FoundFile
from desktop.model.progress import Cancelled, never
from desktop.model.works import FileState, Outcome
from desktop.portfolio.bundles import Result
from desktop.portfolio.pool import FingerprintPool
from desktop.services import Services
from desktop.store import file_problems, shelf, works
from tests.portfolio.corpus import painting
from tests.studio import imaginary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures in a folder and its sub-folder."""
    folder = tmp_path / "portfolio"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("one.png", "two.png", "sub/three.png")):
        painting(number, (64, 48)).save(folder / name)
    return folder


class Counting(FingerprintPool):
    """A real pool that remembers what it was asked to read, in this order."""

    def __init__(self) -> None:
        super().__init__(jobs=1)
        self.read: list[str] = []

    def run(
        self, found: Iterable[FoundFile | FileProblem], cancelled: Cancelled = never
    ) -> Iterator[Result]:
        def noted() -> Iterator[FoundFile | FileProblem]:
            for one in found:
                self.read.append(one.path.name)
                yield one

        return super().run(noted(), cancelled)


def scan(services: Services, *paths: Path) -> tuple[Imported, dict[str, FileReport], list[str]]:
    """Import; return the sum, what was said of each file, and which were opened."""
    told: dict[str, FileReport] = {}
    pool = Counting()
    services.new_pool = lambda: pool

    def each(report: FileReport) -> None:
        told[report.path.name] = report

    imported = import_paths(paths, services, each=each)
    return imported, told, pool.read


def test_largest_files_are_read_first(studio: Services, tmp_path: Path) -> None:
    folder = tmp_path / "sizes"
    folder.mkdir()
    for number, size in enumerate((30, 5, 400, 90)):
        painting(number, (size, size)).save(folder / f"{size}.bmp")
    _, _, read = scan(studio, folder)
    assert read == ["400.bmp", "90.bmp", "30.bmp", "5.bmp"]


def test_what_could_not_be_read_is_not_tried_again_until_it_changes(
    studio: Services, folder: Path
) -> None:
    broken = folder / "broken.png"
    broken.write_bytes((folder / "one.png").read_bytes()[:400])
    first, _, read = scan(studio, folder)
    assert (first.counts[Outcome.FAILED], len(read)) == (1, 4)
    second, told, read = scan(studio, folder)
    assert second.counts[Outcome.FAILED] == 1
    assert second.causes == {FileProblemKind.BROKEN: 1}
    problem = told["broken.png"].problem
    assert problem is not None
    assert problem.reason is FileProblemKind.BROKEN
    assert read == []
    _, _, read = scan(studio, broken)
    assert read == ["broken.png"], "named outright it is tried again"
    painting(9).save(broken)
    third, _, read = scan(studio, folder)
    assert (third.counts[Outcome.ADDED], read) == (1, ["broken.png"])
    with studio.store.read() as connection:
        assert file_problems.count(connection) == 0


def test_a_newer_version_tries_again(
    studio: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 99)
    scan(studio, folder)
    monkeypatch.setattr(looking, "READ_BY", "later")
    _, _, read = scan(studio, folder)
    assert read == ["broken.png"]


def test_what_stalled_a_worker_is_tried_twice(studio: Services, folder: Path) -> None:
    found = FoundFile(path=folder / "x", size_bytes=5, mtime_ns=6, inode=7)
    slow = FileProblem("Slow.", path=found.path, reason=FileProblemKind.TOO_SLOW)
    with studio.store.write() as tx:
        file_problems.put(tx, slow, 1, found=found, read_by="v")
        assert file_problems.known(tx, [found], "v") == {}
        file_problems.put(tx, slow, 2, found=found, read_by="v")
        assert set(file_problems.known(tx, [found], "v")) == {found.path}
        assert file_problems.known(tx, [found], "w") == {}


def test_a_moved_file_is_not_read(studio: Services, folder: Path) -> None:
    _, first, _ = scan(studio, folder)
    (folder / "one.png").rename(folder / "sub" / "one.png")
    imported, told, read = scan(studio, folder)
    assert (imported.counts[Outcome.MOVED], imported.missing, read) == (1, 0, [])
    assert told["one.png"].work_id == first["one.png"].work_id
    with studio.store.read() as connection:
        (file,) = works.get(connection, first["one.png"].work_id or 0).files
    assert (file.path, file.state) == (folder / "sub" / "one.png", FileState.PRESENT)


def test_a_whole_folder_moved_keeps_its_works(studio: Services, folder: Path) -> None:
    _, first, _ = scan(studio, folder)
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    imported, told, read = scan(studio, elsewhere)
    assert (imported.counts[Outcome.MOVED], read) == (3, [])
    assert {name: one.work_id for name, one in told.items()} == {
        name: one.work_id for name, one in first.items()
    }


def test_a_renamed_file_is_recognised_by_its_bytes(studio: Services, folder: Path) -> None:
    _, first, _ = scan(studio, folder)
    (folder / "one.png").rename(folder / "uno.png")
    imported, told, read = scan(studio, folder)
    assert (imported.counts[Outcome.MOVED], read) == (1, ["uno.png"])
    assert told["uno.png"].work_id == first["one.png"].work_id


def test_a_drive_that_is_back_costs_a_look(studio: Services, folder: Path) -> None:
    """Its files were marked missing one day; now they are there as they were."""
    _, first, _ = scan(studio, folder)
    hidden = folder / ".hidden.png"
    (folder / "one.png").rename(hidden)
    imported, _, _ = scan(studio, folder)
    assert imported.missing == 1
    hidden.rename(folder / "one.png")
    imported, _, read = scan(studio, folder)
    assert (imported.counts[Outcome.UNCHANGED], read) == (3, [])
    with studio.store.read() as connection:
        (file,) = works.get(connection, first["one.png"].work_id or 0).files
    assert file.state is FileState.PRESENT


def test_a_drive_unplugged_in_the_middle_is_one_problem(studio: Services, folder: Path) -> None:
    scan(studio, folder)
    for number in range(40):
        painting(100 + number, (64, 48)).save(folder / f"new {number}.png")
    away = folder.with_name("away")

    class Unplugged(FingerprintPool):
        def run(
            self, found: Iterable[FoundFile | FileProblem], cancelled: Cancelled = never
        ) -> Iterator[Result]:
            everything = list(found)
            folder.rename(away)
            return super().run(iter(everything), cancelled)

    studio.new_pool = lambda: Unplugged(jobs=1)
    imported = import_paths([folder], studio)
    assert imported.counts[Outcome.FAILED] == 40
    assert imported.missing == 0
    with studio.store.read() as connection:
        (problem,) = file_problems.newest(connection)
        assert len(shelf.ids(connection)) == 3
        assert shelf.counts(connection).missing == 0
    assert problem.path == folder
    assert "went away" in problem.message
    away.rename(folder)
    imported, _, read = scan(studio, folder)
    assert (imported.counts[Outcome.ADDED], imported.counts[Outcome.UNCHANGED]) == (40, 3)
    assert len(read) == 40
    with studio.store.read() as connection:
        assert file_problems.count(connection) == 0


def test_a_file_that_ended_the_app_twice_is_left_out(studio: Services, folder: Path) -> None:
    killer = folder / "one.png"
    notes = studio.reading_notes
    for _ in range(2):
        notes.folder.mkdir(parents=True, exist_ok=True)
        (notes.folder / "4711").write_bytes(os.fsencode(killer))
        give_up_on_killers(studio)
        assert notes.leftovers() == []
    imported, told, read = scan(studio, folder)
    assert imported.causes == {FileProblemKind.QUARANTINED: 1}
    assert "one.png" not in read
    problem = told["one.png"].problem
    assert problem is not None
    assert problem.advice
    _, _, read = scan(studio, killer)
    assert read == ["one.png"]
    with studio.store.read() as connection:
        assert file_problems.count(connection) == 0


def test_a_file_that_was_open_once_is_read_again(studio: Services, folder: Path) -> None:
    notes = studio.reading_notes
    notes.folder.mkdir(parents=True)
    (notes.folder / "4711").write_bytes(os.fsencode(folder / "one.png"))
    imported, _, _ = scan(studio, folder)
    assert imported.counts[Outcome.ADDED] == 3


def test_copies_elsewhere_with_the_same_inode_number_are_read(
    studio: Services, folder: Path
) -> None:
    """Another drive may use the same numbers: while the old file is there, it is another."""
    scan(studio, folder)
    copy = folder / "copies"
    copy.mkdir()
    shutil.copy2(folder / "one.png", copy / "one.png")
    real = (copy / "one.png").stat()
    with studio.store.write() as tx:
        tx.execute("UPDATE files SET inode = ? WHERE path LIKE '%/one.png'", (real.st_ino,))
    imported, _, read = scan(studio, folder)
    assert "one.png" in read
    assert imported.counts[Outcome.DUPLICATE] == 1


def test_a_work_whose_last_file_was_overwritten_is_missing(studio: Services) -> None:
    from desktop.store import intake

    with studio.store.write() as tx:
        one = intake.keep(tx, imaginary(Path("/w/a.png"), "one"), 1, gone=lambda _path: False)
        two = intake.keep(tx, imaginary(Path("/w/b.png"), "two"), 1, gone=lambda _path: False)
        again = imaginary(Path("/w/b.png"), "one", mtime_ns=9)
        intake.keep(tx, again, 2, gone=lambda _path: False)
        assert two.work_id is not None
        row = shelf.row_of(tx, two.work_id)
        assert row is not None
        assert row.missing
        assert shelf.ids(tx, narrowed=shelf.Filter.MISSING) == [two.work_id]
        assert shelf.counts(tx).missing == 1
        assert one.work_id is not None
        kept = shelf.row_of(tx, one.work_id)
        assert kept is not None
        assert not kept.missing
