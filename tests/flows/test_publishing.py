"""Copies say the terms, originals are only read, and whatever happens no half copy has a name."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from desktop.errors import FileProblem, FileProblemKind, KeyProblem, UsageProblem
from desktop.flows import copying
from desktop.flows.certifying import sign_copies
from desktop.flows.checking import verify_library
from desktop.flows.copy_folder import PARTS
from desktop.flows.copy_report import CopyReport
from desktop.flows.importing import FileReport, import_paths
from desktop.flows.publishing import Published, copies_of, publish
from desktop.flows.terms_changing import apply_change
from desktop.identity import keystore
from desktop.model.publishing import CopyOutcome
from desktop.model.terms import Answer, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.model.vocabularies import Target
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.store import copies, works
from tests.dying import Die
from tests.inline import here
from tests.studio import open_studio, settle

pytestmark = pytest.mark.usefixtures("cheap_keys")
NO = Terms(uses={Use.TRAIN: Answer.DENY, Use.TRAIN_GENERATIVE: Answer.DENY})
YES = Terms(uses=dict.fromkeys(Use, Answer.ALLOW))


def picture(path: Path, colour: str) -> Path:
    """Write a small picture in two colours, so that it has features."""
    path.parent.mkdir(exist_ok=True)
    image = Image.new("RGB", (96, 64), colour)
    image.paste("white", (0, 0, 40, 30))
    image.save(path)
    return path


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a closed library and its originals: a JPEG, a PNG and a text."""
    home = tmp_path_factory.mktemp("publishing")
    picture(home / "art" / "tide.jpg", "navy")
    picture(home / "art" / "dune.png", "tan")
    (home / "art" / "poem.txt").write_text("The tide comes in, the tide goes out. " * 9)
    with pytest.MonkeyPatch.context() as patch, open_studio(home / "library") as services:
        patch.setattr(keystore, "MEMORY_KIB", 64)
        patch.setattr(keystore, "ITERATIONS", 1)
        settle(services)
        import_paths([home / "art"], services)
        apply_change(Choice.everything(), NO, services)
    return home


@pytest.fixture
def home(scanned: Path, tmp_path: Path) -> Path:
    """A copy of it, whose library knows its files at their new place."""
    place = tmp_path / "home"
    shutil.copytree(scanned, place)
    with open_studio(place / "library") as services, services.store.write() as tx:
        for path in (place / "art").iterdir():
            old = os.fsencode(scanned / "art" / path.name)
            tx.execute("UPDATE files SET path = ? WHERE path = ?", (os.fsencode(path), old))
    return place


@pytest.fixture
def library(home: Path) -> Iterator[Services]:
    """The library, open, with workers in this process."""
    with open_studio(home / "library") as services:
        yield here(services)


def run(
    services: Services,
    out: Path,
    *,
    ids: list[int] | None = None,
    force: bool = False,
    signed: bool = True,
) -> tuple[dict[str, CopyReport], Published]:
    """Publish works, or all; return what came of them by the name of the original."""
    told: list[CopyReport] = []
    done = publish(ids, out, services, each=told.append, force=force, signed=signed)
    return {one.source.name: one for one in told if one.source is not None}, done


def scan(services: Services, folder: Path) -> dict[str, FileReport]:
    """Scan a folder; return what was found by name."""
    found: list[FileReport] = []
    import_paths([folder], services, each=found.append)
    return {one.path.name: one for one in found}


def is_known(paths: list[Path], services: Services) -> bool:
    """Tell whether all these files are copies, or lie beside some, byte for byte."""
    with services.store.read() as connection:
        for path in paths:
            with path.open("rb") as file:
                datahash = copying.datahash_of(file)
            if datahash not in copies.by_datahash(connection, [datahash]):
                return False
    return True


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_copies_are_made_linked_and_known_again(home: Path) -> None:
    originals, out = contents(home / "art"), home / "out"
    with open_studio(home / "library") as services:
        told, done = run(services, out)
        assert done.counts == {CopyOutcome.PUBLISHED: 3}
        assert contents(home / "art") == originals
        assert {path.name for path in out.iterdir()} == {
            *("tide.jpg", "dune.png", "poem.txt", "poem.txt.xmp", "poem.txt.c2pa"),
        }
        for one in told.values():
            assert one.vocabularies == (Target.IPTC, Target.C2PA)
            assert one.before == one.after != ""
            (kept,) = copies_of(one.work_id, services)
            assert (kept.datahash, kept.original_datahash) == (one.datahash, one.before)
            assert kept.signed
        assert b"DMI-PROHIBITED" in (out / "tide.jpg").read_bytes()
        again, _ = run(services, out)
        assert {one.outcome for one in again.values()} == {CopyOutcome.UNCHANGED}
        (out / "tide.jpg").rename(out / "elsewhere.jpg")
        seen = scan(services, out)
        assert {name: one.outcome for name, one in seen.items()} == dict.fromkeys(
            ("elsewhere.jpg", "dune.png", "poem.txt", "poem.txt.xmp", "poem.txt.c2pa"), Outcome.COPY
        )
        assert all(check.ok for check in verify_library(services))


def test_copies_with_terms_of_before_are_told_and_replaced_only_if_asked(
    library: Services, home: Path
) -> None:
    run(library, home / "out")
    before = contents(home / "out")
    apply_change(Choice.everything(), YES, library)
    seen = scan(library, home / "out")
    assert all(one.copy and "Publish it again" in one.copy.sentence for one in seen.values())
    told, _ = run(library, home / "out")
    assert {
        one.problem.reason for one in told.values() if isinstance(one.problem, FileProblem)
    } == {FileProblemKind.TAKEN}
    assert contents(home / "out") == before
    told, done = run(library, home / "out", force=True)
    assert done.counts == {CopyOutcome.PUBLISHED: 3}
    assert contents(home / "out").keys() == before.keys()
    assert b"DMI-ALLOWED" in (home / "out" / "poem.txt.xmp").read_bytes()
    told, _ = run(library, home / "out", force=True, signed=False)
    assert not (home / "out" / "poem.txt.c2pa").exists()
    assert told["tide.jpg"].vocabularies == (Target.IPTC,)


def test_what_has_a_name_keeps_it(library: Services, home: Path) -> None:
    art, out = home / "art", home / "out"
    out.mkdir()
    (out / "tide.jpg").write_bytes(b"somebody's")
    (out / "poem.txt.xmp").write_bytes(b"somebody's too")
    (out / "dune.png").symlink_to(art / "dune.png")
    originals = contents(art)
    told, _ = run(library, out, force=True)
    assert {name: one.copy.name for name, one in told.items() if one.copy} == {
        "tide.jpg": "tide (2).jpg",
        "poem.txt": "poem (2).txt",
        "dune.png": "dune (2).png",
    }
    assert all("is taken" in one.notes[0] for one in told.values())
    assert (out / "tide.jpg").read_bytes() == b"somebody's"
    assert (out / "poem.txt.xmp").read_bytes() == b"somebody's too"
    told, _ = run(library, art, force=True)
    assert all(one.outcome is CopyOutcome.PUBLISHED for one in told.values())
    assert {name: data for name, data in contents(art).items() if name in originals} == originals
    assert scan(library, art)["tide (2).jpg"].outcome is Outcome.COPY


def test_one_bad_file_stops_nothing(library: Services, home: Path) -> None:
    picture(home / "art" / "tide.jpg", "red")
    (home / "art" / "poem.txt").unlink()
    told, done = run(library, home / "out")
    assert done.counts == {CopyOutcome.PUBLISHED: 1, CopyOutcome.FAILED: 2}
    problems = {name: str(one.problem) for name, one in told.items() if one.problem}
    assert "not what it was when it was taken in" in problems["tide.jpg"]
    assert "is not where it was" in problems["poem.txt"]
    assert set(contents(home / "out")) == {"dune.png"}


def test_an_original_that_changes_meanwhile_gives_no_copy(
    library: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = copying._write

    def meanwhile(order: copying.CopyOrder) -> object:
        made = write(order)
        if order.path.name == "tide.jpg":
            with order.path.open("ab") as file:
                file.write(b"more")
        return made

    monkeypatch.setattr(copying, "_write", meanwhile)
    told, _ = run(library, home / "out")
    assert isinstance(told["tide.jpg"].problem, FileProblem)
    assert told["tide.jpg"].problem.reason is FileProblemKind.CHANGED
    assert "tide.jpg" not in contents(home / "out")


def test_a_name_that_is_lost_meanwhile_leaves_nothing_beside_somebody_elses_file(
    library: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, out = copying._write, home / "out"

    def meanwhile(order: copying.CopyOrder) -> object:
        (out / order.path.name).write_bytes(b"somebody's")
        return real(order)

    monkeypatch.setattr(copying, "_write", meanwhile)
    told, done = run(library, out)
    assert done.counts == {CopyOutcome.FAILED: 3}
    assert all("got the name" in str(one.problem) for one in told.values())
    theirs = dict.fromkeys(["tide.jpg", "poem.txt", "dune.png"], b"somebody's")
    assert contents(out) == theirs
    monkeypatch.setattr(copying, "_write", real)
    shutil.rmtree(out)
    run(library, out)
    monkeypatch.setattr(copying, "_write", meanwhile)
    _, done = run(library, out, force=True)
    assert done.counts == {CopyOutcome.FAILED: 3}
    assert {name: data for name, data in contents(out).items() if name in theirs} == theirs


def test_a_folder_that_cannot_be_used_is_said_before_anything_is_done(
    library: Services, home: Path
) -> None:
    (home / "file").touch()
    for out in (home / "file", home / "file" / "below", Path("/proc/copies")):
        with pytest.raises(UsageProblem):
            run(library, out)
    with pytest.raises(UsageProblem, match="no work 99"):
        publish([1, 99], home / "out", library)
    assert not (home / "out").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB; skipped where nobody lets a test mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("cannot mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(library: Services, home: Path, small_disk: Path) -> None:
    room = small_disk / "room"
    room.write_bytes(bytes(252 * 1024))
    told, _ = run(library, small_disk)
    assert {str(one.problem) for one in told.values()} == {
        "There is no room for the copy. The original is as it was. "
        "Free some space, or choose another folder, then publish again."
    }
    assert set(contents(small_disk)) == {"room"}
    room.unlink()
    assert run(library, small_disk)[1].counts == {CopyOutcome.PUBLISHED: 3}


def test_a_drive_that_goes_away_is_said_of_every_copy_that_was_not_made(
    library: Services, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = copying._write

    def unplugged(order: copying.CopyOrder) -> object:
        shutil.rmtree(home / "out")
        return write(order)

    monkeypatch.setattr(copying, "_write", unplugged)
    told, done = run(library, home / "out")
    assert done.counts == {CopyOutcome.FAILED: 3}
    assert all("cannot be written" in str(one.problem) for one in told.values())


def test_cancelled_leaves_whole_copies_only(library: Services, home: Path) -> None:
    told: list[CopyReport] = []
    asked: Callable[[], bool] = iter([False, False, True, True]).__next__
    done = publish(None, home / "out", library, cancelled=asked, each=told.append)
    assert done.cancelled
    assert [one.outcome for one in told] == [CopyOutcome.PUBLISHED]
    names = {path.name for path in (home / "out").iterdir()}
    assert told[0].copy is not None
    assert names == {told[0].copy.name, *(one.name for one in told[0].sidecars)}
    again: list[CopyReport] = []
    ids = [told[0].work_id]
    assert publish(ids, home / "out", library, cancelled=lambda: True, each=again.append).cancelled
    assert not again


def test_a_revoked_key_signs_no_copy_and_without_a_manifest_none_is_needed(
    tmp_path: Path, home: Path
) -> None:
    with open_studio(tmp_path / "nobody") as services:
        import_paths([home / "art"], services)
        with pytest.raises(KeyProblem, match="identity"):
            run(services, tmp_path / "out")
        told, _ = run(here(services), tmp_path / "out", signed=False)
    assert {one.outcome for one in told.values()} == {CopyOutcome.PUBLISHED}
    assert "You have said nothing about AI" in told["tide.jpg"].notes[0]


def test_killed_at_any_step_no_half_copy_has_a_name(home: Path, tmp_path: Path, dying: Die) -> None:
    with open_studio(home / "library") as services:
        sign_copies(services)
        with services.store.read() as connection:
            poem = works.by_path(connection, home / "art" / "poem.txt")
        assert poem is not None
    original = (home / "art" / "poem.txt").read_bytes()
    shutil.copytree(home / "library", tmp_path / "dry" / "library")
    steps = dying.never("publish", tmp_path / "dry" / "library", works=[poem])
    assert steps == [*("before COMMIT", "after COMMIT") * 2, *("before put", "after put") * 3]
    for number in range(3, len(steps) + 1):
        place = tmp_path / f"at-{number}"
        shutil.copytree(home / "library", place / "library")
        dying.at(number, "publish", place / "library", works=[poem])
        with open_studio(place / "library") as services:
            assert is_known([*place.glob("out/[!.]*")], services), steps[number - 1]
            unfinished = any(place.glob(f"out/{PARTS}*/*/*"))
            told, done = run(here(services), place / "out", ids=[poem])
        assert not told["poem.txt"].problem, steps[number - 1]
        assert ("cut short" in " ".join(done.notes)) == unfinished, steps[number - 1]
        assert {path.name for path in (place / "out").iterdir()} == {
            *("poem.txt", "poem.txt.xmp", "poem.txt.c2pa"),
        }
    assert (home / "art" / "poem.txt").read_bytes() == original
