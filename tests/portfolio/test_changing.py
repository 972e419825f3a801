"""Files and disks that change under the scan: swapped, cut short, unplugged, read-only, full."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.portfolio import codes
from desktop.portfolio.fingerprint import fingerprint
from desktop.portfolio.pool import FingerprintPool
from desktop.portfolio.scan import find_files
from tests.portfolio import corpus
from tests.portfolio.reference import sample

Result = Fingerprint | FileProblem
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts, pipes, links")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a small disk, where this process may."""
    made: list[Path] = []

    def mount(options: str) -> Path:
        folder = tmp_path / f"disk{len(made)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        program = shutil.which("mount")
        if program is None or os.geteuid() != 0 or subprocess.run(command, check=False).returncode:
            pytest.skip("cannot mount a disk here")
        made.append(folder)
        return folder

    yield mount
    for folder in made:
        if os.path.ismount(folder):
            subprocess.run(["umount", "-l", str(folder)], check=True)


def _reason(result: Result) -> FileProblemKind | None:
    if isinstance(result, FileProblem):
        assert result.message.endswith(".")
        assert result.advice.endswith(".")
        return result.reason
    return None


@linux_only
def test_what_was_swapped_since_the_scan_is_not_followed(tmp_path: Path) -> None:
    """A pipe, a device, a link, a folder in the file's place: each is refused, at once."""
    hidden = tmp_path / "hidden"
    hidden.write_text("This must not be read under another name. " * 9)
    swaps: dict[str, Callable[[Path], object]] = {
        "device": lambda path: path.symlink_to("/dev/zero"),
        "folder": Path.mkdir,
        "gone": lambda path: None,
        "link": lambda path: path.symlink_to(hidden),
        "other": lambda path: path.write_text("Another text in its place. " * 9),
        "pipe": os.mkfifo,
        "system": lambda path: path.symlink_to("/proc/self/environ"),
    }
    folder = tmp_path / "works"
    folder.mkdir()
    for name in swaps:
        (folder / f"{name}.txt").write_text("As it was. ")
    found = list(find_files([folder]))
    for name, swap in swaps.items():
        (folder / f"{name}.txt").unlink()
        swap(folder / f"{name}.txt")
    with FingerprintPool(jobs=1, time_limit_s=10) as pool:
        results = {_path(result).stem: result for result in pool.run(found)}
    refused = FileProblemKind.NOT_A_FILE
    assert {name: _reason(result) for name, result in results.items()} == {
        **dict.fromkeys(("device", "folder", "link", "pipe", "system"), refused),
        "gone": FileProblemKind.MISSING,
        "other": None,
    }
    other = results["other"]
    assert isinstance(other, Fingerprint)
    assert other.found.size_bytes == (folder / "other.txt").stat().st_size


def _path(result: Result | FoundFile) -> Path:
    return result.found.path if isinstance(result, Fingerprint) else result.path


@pytest.mark.parametrize("name", ["image/demo.jpg", "audio/demo.mp3", "text/demo.docx"])
def test_file_cut_short_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever its reader makes of the rest, no code of half a file is kept."""
    path = tmp_path / Path(name).name
    shutil.copyfile(sample(name), path)
    hash_chunks = codes.hash_chunks

    def hash_and_cut(chunks: Iterable[bytes | memoryview]) -> codes.Hashes:
        hashes = hash_chunks(chunks)
        os.truncate(path, hashes.size_bytes // 2)
        return hashes

    monkeypatch.setattr("desktop.portfolio.fingerprint.hash_chunks", hash_and_cut)
    with pytest.raises(FileProblem) as caught:
        fingerprint(corpus.found(path))
    assert caught.value.reason in (FileProblemKind.CHANGED, FileProblemKind.BROKEN)


@linux_only
@pytest.mark.parametrize("how", ["renamed", "unmounted"])
def test_a_drive_unplugged_in_the_middle(
    tmp_path: Path, mounted: Callable[[str], Path], how: str
) -> None:
    """What was read counts; the rest is missing, each with a sentence; nothing is forgotten."""
    drive = mounted("size=8m") if how == "unmounted" else tmp_path / "drive"
    for number in range(120):
        (drive / f"{number % 4}").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sample("image/demo.gif"), drive / f"{number % 4}" / f"{number}.gif")
    names = sorted(path.name for path in drive.rglob("*.gif"))
    results: list[Result] = []
    with FingerprintPool(jobs=1) as pool:
        for result in pool.run(list(find_files([drive]))):
            results.append(result)
            if len(results) == 3 and how == "renamed":
                drive.rename(tmp_path / "away")
            elif len(results) == 3:
                subprocess.run(["umount", "-l", str(drive)], check=True)
    assert sorted(_path(result).name for result in results) == names
    reasons = [_reason(result) for result in results]
    assert reasons[:3] == [None] * 3
    assert set(reasons) == {None, FileProblemKind.MISSING, *reasons} - {FileProblemKind.CRASHED}
    assert reasons.count(FileProblemKind.MISSING) > 30


@linux_only
def test_a_drive_unplugged_during_the_walk(tmp_path: Path) -> None:
    """The walk tells of the folders it can no longer enter, and ends."""
    drive = tmp_path / "drive"
    for number in range(5):
        (drive / str(number)).mkdir(parents=True)
        (drive / str(number) / "a.txt").write_text("x")
    walk = find_files([drive])
    assert isinstance(next(walk), FoundFile)
    drive.rename(tmp_path / "away")
    rest = list(walk)
    assert [_reason(item) for item in rest if isinstance(item, FileProblem)] == (
        [FileProblemKind.MISSING] * 4
    )
    assert len(rest) == 4


@linux_only
def test_read_only_drive(mounted: Callable[[str], Path]) -> None:
    """A disc or a locked card is read like any other folder."""
    drive = mounted("size=8m")
    names = ("image/demo.jpg", "audio/demo.mp3", "video/demo.webm", "text/demo.docx")
    for name in names:
        shutil.copy(sample(name), drive)
    subprocess.run(["mount", "-o", "remount,ro", str(drive)], check=True)
    with FingerprintPool(jobs=1) as pool:
        results = list(pool.run(find_files([drive])))
    assert [_reason(result) for result in results] == [None] * len(names)


@linux_only
@pytest.mark.parametrize("free_kib", [0, 8, 20])
def test_full_disk(
    mounted: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, free_kib: int
) -> None:
    """Without room to work in, a film is not called damaged; pictures need no room."""
    small = mounted("size=64k")
    fill = (60 - free_kib) * 1024
    monkeypatch.setattr("tempfile.tempdir", str(small))
    names = ("video/demo.mp4", "image/demo.jpg", "text/demo.docx")
    with FingerprintPool(jobs=1) as pool:
        pool.confinement()  # the workers' own folder is there
        (small / "filler").write_bytes(bytes(fill))
        found = [corpus.found(sample(name)) for name in names]
        results = {_path(result).name: result for result in pool.run(found)}
    film = results.pop("demo.mp4")
    assert isinstance(film, FileProblem)
    assert film.reason is FileProblemKind.NOT_READABLE
    assert "room" in film.message
    assert [_reason(result) for result in results.values()] == [None, None]
