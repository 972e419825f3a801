"""The scan finds every file once, in order, and trips over nothing."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from desktop.errors import Cancelled, FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile
from desktop.portfolio.bundles import expected_cost
from desktop.portfolio.scan import find_files

posix_only = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are POSIX's")


def _paths(*roots: Path) -> list[Path]:
    results = list(find_files(roots))
    assert not [item for item in results if isinstance(item, FileProblem)]
    return [item.path for item in results if isinstance(item, FoundFile)]


def _problems(*roots: Path) -> list[tuple[str, FileProblemKind]]:
    found = find_files(roots)
    return [(item.path.name, item.reason) for item in found if isinstance(item, FileProblem)]


def _write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_come_in_order_before_folders(tmp_path: Path) -> None:
    """The order is the same on every file system."""
    for name in ("b/2.txt", "z.txt", "a/1.txt", "A.txt", "b/inner/3.txt", "b/0.txt"):
        _write(tmp_path / name)
    names = [path.relative_to(tmp_path).as_posix() for path in _paths(tmp_path)]
    assert names == ["A.txt", "z.txt", "a/1.txt", "b/0.txt", "b/2.txt", "b/inner/3.txt"]


def test_found_file_says_size_time_and_inode(tmp_path: Path) -> None:
    """What the scan says is what stat says."""
    path = _write(tmp_path / "a.txt", "four")
    [found] = find_files([path])
    info = path.stat()
    assert found == FoundFile(path=path, size_bytes=4, mtime_ns=info.st_mtime_ns, inode=info.st_ino)


def test_hidden_and_system_entries_are_passed_over(tmp_path: Path) -> None:
    """Nobody claims .git or Thumbs.db."""
    for name in (".git/x", ".DS_Store", "Thumbs.db", "desktop.ini", "._a.jpg", "a.jpg"):
        _write(tmp_path / name)
    assert _paths(tmp_path) == [tmp_path / "a.jpg"]


def test_hidden_file_named_outright_is_taken(tmp_path: Path) -> None:
    """Whoever names it means it."""
    path = _write(tmp_path / ".secret.txt")
    assert _paths(path) == [path]


def test_overlapping_paths_yield_each_file_once(tmp_path: Path) -> None:
    """A folder, a folder inside it, and a file inside that."""
    inner = _write(tmp_path / "a/b/c.txt")
    assert _paths(inner, inner.parent, tmp_path, tmp_path, inner) == [inner]


def test_hidden_folder_named_beside_its_parent_is_walked(tmp_path: Path) -> None:
    """The parent passes over it, so naming it counts."""
    shown, hidden = _write(tmp_path / "a.txt"), _write(tmp_path / ".old/b.txt")
    assert _paths(tmp_path, hidden.parent) == [shown, hidden]


@posix_only
def test_links_to_files_are_followed_once(tmp_path: Path) -> None:
    """To the real path outside; not at all when the walk meets the file itself."""
    outside = _write(tmp_path / "elsewhere/far.txt")
    near = _write(tmp_path / "root/near.txt")
    for name, target in (("l1", outside), ("l2", outside), ("l3", near)):
        (tmp_path / "root" / name).symlink_to(target)
    assert _paths(tmp_path / "root") == [outside, near]


@posix_only
def test_hard_links_are_one_file(tmp_path: Path) -> None:
    """Two names of one inode are one work."""
    first = _write(tmp_path / "a.txt")
    os.link(first, tmp_path / "b.txt")
    assert _paths(tmp_path) == [first]


@posix_only
def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    """So that no loop can hold the scan."""
    path = _write(tmp_path / "a/b.txt")
    (tmp_path / "a/up").symlink_to(tmp_path)
    assert _paths(tmp_path) == [path]


@posix_only
def test_folder_link_named_outright_is_followed(tmp_path: Path) -> None:
    """A dropped link to a folder means the folder."""
    _write(tmp_path / "real/b.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert _paths(tmp_path / "link") == [tmp_path / "link/b.txt"]


@posix_only
def test_loops_pipes_sockets_and_dead_links_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its reason; the scan goes on."""
    good = _write(tmp_path / "z.txt")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as door:
        monkeypatch.chdir(tmp_path)  # a socket's path must be short
        door.bind("door")
        assert _problems(tmp_path) == [
            ("dead", FileProblemKind.MISSING),
            ("door", FileProblemKind.NOT_A_FILE),
            ("loop", FileProblemKind.NOT_A_FILE),
            ("pipe", FileProblemKind.NOT_A_FILE),
        ]
    assert good in [item.path for item in find_files([tmp_path]) if isinstance(item, FoundFile)]


def test_missing_path_is_a_problem_with_advice(tmp_path: Path) -> None:
    """A path that is not there says so and does not stop the others."""
    good = _write(tmp_path / "a.txt")
    missing, found = find_files([tmp_path / "no", good])
    assert isinstance(missing, FileProblem)
    assert missing.reason is FileProblemKind.MISSING
    assert missing.advice
    assert isinstance(found, FoundFile)


@posix_only
def test_unreadable_folder_and_file_are_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the refusal is made up where the tests run as root."""
    _write(tmp_path / "closed/x.txt").parent.chmod(0)
    _write(tmp_path / "locked.txt").chmod(0)
    if os.geteuid() == 0:
        scandir, access = os.scandir, os.access

        def refuse(path: Path) -> object:
            if Path(path).name == "closed":
                raise PermissionError(13, "refused")
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refuse)
        monkeypatch.setattr(
            os, "access", lambda path, mode: "locked" not in str(path) and access(path, mode)
        )
    assert _problems(tmp_path) == [
        ("locked.txt", FileProblemKind.NOT_READABLE),
        ("closed", FileProblemKind.NOT_READABLE),
    ]
    (tmp_path / "closed").chmod(0o700)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes such names")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """caf\\xe9.jpg keeps its bytes."""
    name = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(name, "wb") as file:
        file.write(b"x")
    assert [os.fsencode(path) for path in _paths(tmp_path)] == [name]


def test_cancel_stops_the_walk(tmp_path: Path) -> None:
    """cancelled() is asked for every entry."""
    for number in range(50):
        _write(tmp_path / f"{number:02}.txt")
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        list(find_files([tmp_path], cancelled=lambda: next(asked) > 10))


def test_deep_tree_needs_no_recursion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of folders, one in the other."""
    monkeypatch.chdir(tmp_path)
    for _ in range(300):
        os.mkdir("d")
        os.chdir("d")
    Path("x.txt").write_text("x")
    monkeypatch.undo()
    assert len(_paths(tmp_path)) == 1


def test_a_named_path_that_is_not_there_is_told_even_inside_another(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    found = list(find_files([tmp_path, tmp_path / "nowhere"]))
    assert [item.path.name for item in found if isinstance(item, FileProblem)] == ["nowhere"]
    assert [item.path.name for item in found if isinstance(item, FoundFile)] == ["a.txt"]


def test_a_short_film_is_read_before_a_long_poem() -> None:
    """Whoever reads a film last waits for it alone."""

    def found(name: str, size_bytes: int) -> FoundFile:
        return FoundFile(path=Path(name), size_bytes=size_bytes, mtime_ns=1)

    sizes = {"poem.txt": 900, "film.MP4": 100, "song.mp3": 400, "photo.jpg": 1000}
    costs = {name: expected_cost(found(name, size)) for name, size in sizes.items()}
    assert sorted(sizes, key=lambda name: -costs[name]) == [
        "film.MP4",
        "song.mp3",
        "photo.jpg",
        "poem.txt",
    ]
