"""The folder: whole or not at all, never over something, with names that every system takes."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from desktop.errors import Cancelled, FormProblem
from desktop.forms.folder import CopyOf, safe_name, write_folder


def files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_everything_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"a.csv": b"1", "evidence/claims/c.json": b"2"})
    assert files(tmp_path) == ["out/a.csv", "out/evidence/claims/c.json"]


@pytest.mark.parametrize("there", ["folder", "file", "dangling"])
def test_what_is_there_is_never_touched(tmp_path: Path, there: str) -> None:
    out = tmp_path / "out"
    if there == "folder":
        out.mkdir()
    elif there == "file":
        out.touch()
    else:
        out.symlink_to("nowhere")
    with pytest.raises(FormProblem, match="nothing is overwritten"):
        write_folder(out, {"a.csv": b"1"})
    assert files(tmp_path) == (["out"] if there == "file" else [])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormProblem, match=r"no folder gone to put it in"):
        write_folder(tmp_path / "gone" / "out", {})


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a place even root cannot write to")
def test_a_place_that_cannot_be_written() -> None:
    with pytest.raises(FormProblem, match=r"cannot be written.*Nothing was made"):
        write_folder(Path("/proc/self/out"), {"a": b""})


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FormProblem, match=r"No space left on device\. Nothing was made"):
        write_folder(tmp_path / "out", {"a": b"1", "b": b"2", "c": b"3"})
    assert list(tmp_path.iterdir()) == []


def test_cancelled_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        write_folder(tmp_path / "out", {"a": b"1"}, lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_crash_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".out.unfinished").mkdir()
    (tmp_path / ".out.unfinished" / "half").write_bytes(b"x")
    write_folder(tmp_path / "out", {"a": b"1"})
    assert files(tmp_path) == ["out/a"]


def test_a_copy_is_the_file_that_was_claimed(tmp_path: Path) -> None:
    work = tmp_path / "work.png"
    work.write_bytes(b"pixels")
    right = hashlib.sha256(b"pixels").hexdigest()
    write_folder(tmp_path / "out", {"copies/work.png": CopyOf(work, right)})
    assert (tmp_path / "out/copies/work.png").read_bytes() == b"pixels"
    work.write_bytes(b"other")
    with pytest.raises(FormProblem, match=r"work\.png is not the file any more"):
        write_folder(tmp_path / "two", {"copies/work.png": CopyOf(work, right)})
    assert not (tmp_path / "two").exists()


def test_names_are_fit_for_every_system_and_each_its_own() -> None:
    taken: set[str] = set()
    names = [
        "a/b\\c:d.pdf",
        "A_B_C_D.PDF",
        "../..",
        "nul.txt",
        "x" * 300 + ".jpg",
        "\u202e.exe",
        "",
    ]
    made = [safe_name(name, taken) for name in names]
    assert made[:4] == ["a_b_c_d.pdf", "A_B_C_D (2).PDF", "_", "_nul.txt"]
    assert len(made[4].encode()) <= 130
    assert len(set(made)) == len(names)
    assert not any("/" in name or name.startswith(".") or not name.isprintable() for name in made)
