"""A file is written whole or not at all, and what appears meanwhile is never overwritten."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from desktop.errors import DiskFull, UsageProblem
from desktop.flows.whole_files import write_whole


def test_what_appears_while_it_is_written_stays(tmp_path: Path) -> None:
    target = tmp_path / "out"

    def write(file: BinaryIO) -> None:
        file.write(b"ours")
        target.write_text("theirs")

    with pytest.raises(UsageProblem, match="exists already"):
        write_whole(target, write)
    assert target.read_text() == "theirs"
    assert write_whole(target, write, force=True) == 4
    assert (target.read_text(), [one.name for one in tmp_path.iterdir()]) == ("ours", ["out"])


def test_a_pipe_or_a_folder_stays_what_it_is_whatever_is_asked(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for target in (pipe, folder):
        with pytest.raises(UsageProblem, match=f"{target.name} is not a file. Nothing was changed"):
            write_whole(target, lambda file: file.write(b"ours"), force=True)
    assert (pipe.is_fifo(), folder.is_dir(), len(list(tmp_path.iterdir()))) == (True, True, 2)


def test_a_full_disk_is_no_wrong_usage(tmp_path: Path) -> None:
    def write(_file: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull, match="The disk is full: out was not written"):
        write_whole(tmp_path / "out", write)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_whole(tmp_path / "out", write)
    assert list(tmp_path.iterdir()) == []
