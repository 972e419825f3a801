"""Files in, with real files and real workers; a second scan touches nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from desktop.errors import FileProblemKind
from desktop.flows.absence import mark_missing
from desktop.flows.importing import FileReport, Imported, import_paths
from desktop.model.progress import Progress
from desktop.model.works import FileState, Outcome
from desktop.services import Services
from desktop.store import file_problems, journal, shelf, works
from tests.portfolio.corpus import painting
from tests.studio import open_studio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small portfolio: two pictures, a text, and a picture that is broken."""
    folder = tmp_path / "portfolio"
    (folder / "sub").mkdir(parents=True)
    painting(1, (64, 48)).save(folder / "one.png")
    painting(2, (64, 48)).save(folder / "sub" / "two.jpg")
    (folder / "poem.txt").write_text("The tide returns what the tide has taken.\n" * 20)
    whole = (folder / "one.png").read_bytes()
    (folder / "broken.png").write_bytes(whole[: len(whole) // 2])
    return folder


def scan(services: Services, *paths: Path) -> tuple[Imported, dict[str, FileReport]]:
    """Import and return the sum and what was said of each file."""
    told: dict[str, FileReport] = {}

    def each(report: FileReport) -> None:
        assert report.path.name not in told
        told[report.path.name] = report

    return import_paths(paths, services, each=each), told


def counts(imported: Imported) -> dict[str, int]:
    return {outcome.value: count for outcome, count in imported.counts.items() if count}


def test_first_and_second_scan(studio: Services, folder: Path) -> None:
    first, told = scan(studio, folder)
    assert counts(first) == {"added": 3, "failed": 1}
    assert (first.missing, first.cancelled) == (0, False)
    broken = told["broken.png"]
    assert broken.problem is not None
    assert broken.problem.reason is FileProblemKind.BROKEN
    assert broken.work_id is None
    with studio.store.read() as connection:
        assert len(shelf.ids(connection)) == 3
        assert [problem.path.name for problem in file_problems.newest(connection)] == ["broken.png"]
        seq, _ = journal.head(connection)
    (folder / "broken.png").unlink()
    second, told = scan(studio, folder)
    assert counts(second) == {"unchanged": 3}
    assert all(report.fingerprint is None for report in told.values()), "nothing was read again"
    assert all(report.fingerprint_id for report in told.values())
    with studio.store.read() as connection:
        assert journal.head(connection)[0] == seq, "a scan that changes nothing writes nothing"


def test_what_happens_to_files(studio: Services, folder: Path) -> None:
    (folder / "broken.png").unlink()
    _, first = scan(studio, folder)
    one, two, poem = (first[name].work_id for name in ("one.png", "two.jpg", "poem.txt"))
    assert one is not None
    assert two is not None
    assert poem is not None
    (folder / "one.png").rename(folder / "sub" / "uno.png")
    shutil.copyfile(folder / "sub" / "two.jpg", folder / "copy.jpg")
    with (folder / "poem.txt").open("a") as file:
        file.write("One line more.\n")
    imported, told = scan(studio, folder)
    assert counts(imported) == {"moved": 1, "duplicate": 1, "updated": 1, "unchanged": 1}
    assert (told["uno.png"].outcome, told["uno.png"].work_id) == (Outcome.MOVED, one)
    assert (told["copy.jpg"].outcome, told["copy.jpg"].work_id) == (Outcome.DUPLICATE, two)
    assert (told["poem.txt"].outcome, told["poem.txt"].work_id) == (Outcome.UPDATED, poem)
    assert imported.missing == 0
    (folder / "poem.txt").unlink()
    (folder / "copy.jpg").unlink()
    imported, _ = scan(studio, folder)
    assert (counts(imported), imported.missing) == ({"unchanged": 2}, 2)
    with studio.store.read() as connection:
        states = {file.path.name: file.state for file in works.get(connection, two).files}
        assert states == {"two.jpg": FileState.PRESENT, "copy.jpg": FileState.MISSING}
        assert len(shelf.ids(connection)) == 3, "nothing is ever deleted"
    (folder / "poem.txt").write_text("The tide returns what the tide has taken.\n" * 20)
    _, told = scan(studio, folder)
    assert told["poem.txt"].work_id == poem


@pytest.mark.parametrize("how", ["vanished", "empty", "not readable"])
def test_a_drive_that_is_away_marks_nothing(studio: Services, folder: Path, how: str) -> None:
    (folder / "broken.png").unlink()
    scan(studio, folder)
    away = folder.with_name("away")
    folder.rename(away)
    if how == "empty":
        folder.mkdir()
    elif how == "not readable":
        folder.write_text("not a folder now")
    imported, _ = scan(studio, folder)
    assert imported.missing == 0
    assert mark_missing([folder], studio) == 0
    if folder.is_dir():
        folder.rmdir()
    else:
        folder.unlink(missing_ok=True)
    away.rename(folder)
    imported, told = scan(studio, folder)
    assert counts(imported) == {"unchanged": 3}
    assert all(report.fingerprint is None for report in told.values())


def test_cancelling_keeps_what_is_done(studio: Services, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number:02d}.txt").write_text(f"Poem number {number}. " * 30)
    done: list[FileReport] = []
    seen: list[Progress] = []
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 60

    imported = import_paths([folder], studio, seen.append, cancelled, each=done.append)
    assert imported.cancelled
    assert imported.missing == 0
    assert sum(imported.counts.values()) == len(done) < 30
    with studio.store.read() as connection:
        assert len(shelf.ids(connection)) == imported.counts[Outcome.ADDED]
    rest, _ = scan(studio, folder)
    assert rest.counts[Outcome.UNCHANGED] + rest.counts[Outcome.ADDED] == 30
    assert rest.counts[Outcome.UNCHANGED] == imported.counts[Outcome.ADDED]


def test_progress_ends_at_its_total(studio: Services, folder: Path) -> None:
    seen: list[Progress] = []
    import_paths([folder], studio, seen.append)
    assert (seen[-1].done, seen[-1].total) == (4, 4)
    assert seen[-1].bytes_done > 0


def test_a_path_that_is_not_there(studio: Services, tmp_path: Path) -> None:
    imported, told = scan(studio, tmp_path / "nowhere")
    assert counts(imported) == {"failed": 1}
    problem = told["nowhere"].problem
    assert problem is not None
    assert problem.reason is FileProblemKind.MISSING


def test_names_that_are_not_text(studio: Services, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    names = [b"caf\xe9.txt", b"line\nbreak.txt", b"esc\x1b[31m.txt", "–朝🌅.txt".encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"text {number} " * 30)
    imported, _ = scan(studio, folder)
    assert counts(imported) == {"added": 4}
    again, _ = scan(studio, folder)
    assert counts(again) == {"unchanged": 4}


def test_the_originals_are_not_touched(studio: Services, folder: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}
    scan(studio, folder)
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}
    assert after == before


def test_thumbnails_are_kept_and_losing_them_is_no_loss(tmp_path: Path, folder: Path) -> None:
    library = tmp_path / "library"
    with open_studio(library) as services:
        _, told = scan(services, folder / "one.png")
        made = told["one.png"].fingerprint
        assert made is not None
        assert services.thumbnails.get(made.datahash)
    shutil.rmtree(library / "cache")
    with open_studio(library) as services:
        assert services.thumbnails.get(made.datahash) is None
        imported, _ = scan(services, folder / "one.png")
        assert counts(imported) == {"unchanged": 1}
