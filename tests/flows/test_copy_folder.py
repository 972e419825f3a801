"""A finished copy gets its name over nothing, by whatever means the drive has."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.flows import copy_folder
from desktop.flows.copy_folder import PARTS, CopyFolder


@pytest.mark.parametrize("means", ["rename", "second name", "neither"])
def test_a_name_that_somebody_else_got_meanwhile_stays_theirs(
    tmp_path: Path, means: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(_path: Path, _other: Path) -> None:
        raise PermissionError

    if means != "rename":
        monkeypatch.setattr(copy_folder, "_renamed", lambda _part, _target: False)
    if means == "neither":
        monkeypatch.setattr(Path, "hardlink_to", impossible)
    with CopyFolder(tmp_path) as folder:
        part = folder.part(1, "a.jpg")
        part.write_bytes(b"copy")
        (tmp_path / "a.jpg").write_bytes(b"theirs")
        with pytest.raises(FileExistsError):
            folder.put(part, tmp_path / "a.jpg", replace=False)
        assert (tmp_path / "a.jpg").read_bytes() == b"theirs"
        folder.put(part, tmp_path / "b.jpg", replace=False)
        assert not part.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"a.jpg", "b.jpg"}


def test_a_run_that_goes_on_elsewhere_is_left_alone_and_a_dead_one_is_cleared(
    tmp_path: Path,
) -> None:
    dead = tmp_path / f"{PARTS}dead" / "1"
    dead.mkdir(parents=True)
    (dead / "half.jpg").write_bytes(b"half")
    with CopyFolder(tmp_path) as living:
        assert living.removed == 1
        living.part(1, "x.jpg").write_bytes(b"being written")
        with CopyFolder(tmp_path) as other:
            assert other.removed == 0
            assert living.part(1, "x.jpg").exists()
    assert not list(tmp_path.iterdir())


def test_names_are_numbered_and_never_too_long(tmp_path: Path) -> None:
    with CopyFolder(tmp_path) as folder:
        first, second = next(folder.names("a.jpg")), next(folder.names("a.jpg"))
        folder.give(tmp_path / "B.JPG")
        third, long = next(folder.names("b.jpg")), "é" * 120 + ".jpeg"
        next(folder.names(long))
        last = next(folder.names(long))
    assert [first.name, second.name, third.name] == ["a.jpg", "a (2).jpg", "b (2).jpg"]
    assert len(last.name.encode()) <= 240
    assert last.name.endswith("é (2).jpeg")
