"""Find the files of a portfolio: walks folders, opens nothing, follows no link to a folder."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import FoundFile
from desktop.model.progress import Cancelled, never

_SYSTEM_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin"})
_WINDOWS_HIDDEN = 0x2


def find_files(
    paths: Iterable[Path], *, cancelled: Cancelled = never
) -> Iterator[FoundFile | FileProblem]:
    """Yield every regular file under paths: a folder's files by name, then its folders by name.

    Hidden and system entries inside a folder are passed over; a path named outright is taken.
    A link to a file is followed once, to its real path; a link to a folder is not followed.
    One file is never yielded twice, whether through links or because two paths overlap.
    Raises errors.Cancelled as soon as cancelled() says so.
    """
    walk = _Walk(_roots(paths), cancelled)
    for root in walk.roots:
        yield from walk.visit_root(root)


def _roots(paths: Iterable[Path]) -> dict[Path, Path]:
    """Return the given paths, absolute, without those inside another one; real path → path.

    A path that is not there stays, so that its absence is told and not swallowed by its parent.
    """
    named = {Path(os.path.realpath(path)): Path(os.path.abspath(path)) for path in paths}
    return {
        real: path
        for real, path in named.items()
        if not os.path.lexists(path)
        or not any(parent in named and not is_hidden_below(parent, real) for parent in real.parents)
    }


def is_hidden_below(folder: Path, real: Path) -> bool:
    """Say whether a scan of folder passes over what lies at this path below it."""
    return any(_is_hidden(part) for part in real.relative_to(folder).parts)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _SYSTEM_NAMES


class _Walk:
    """One walk over some roots; remembers only the files that links lead to."""

    def __init__(self, roots: dict[Path, Path], cancelled: Cancelled) -> None:
        self.roots = roots
        self._cancelled = cancelled
        self._linked: set[tuple[int, int]] = set()

    def visit_root(self, real: Path) -> Iterator[FoundFile | FileProblem]:
        """Yield what one named path holds; a link that is named outright is followed."""
        path = self.roots[real]
        self._ask()
        try:
            info = os.stat(path)
        except OSError as error:
            yield _unreachable(path, error)
            return
        if stat.S_ISDIR(info.st_mode):
            yield from self._visit_folder(path)
        else:
            yield from self._visit_file(real if path.is_symlink() else path, info)

    def _visit_folder(self, top: Path) -> Iterator[FoundFile | FileProblem]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            self._ask()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
            except OSError as error:
                yield _unreachable(folder, error, folder=True)
                continue
            inner: list[Path] = []
            for entry in entries:
                self._ask()
                if not _is_hidden(entry.name):
                    yield from self._visit_entry(entry, inner)
            waiting.extend(reversed(inner))

    def _visit_entry(
        self, entry: os.DirEntry[str], inner: list[Path]
    ) -> Iterator[FoundFile | FileProblem]:
        try:
            if entry.is_symlink():
                yield from self._visit_link(Path(entry.path))
                return
            if entry.is_dir(follow_symlinks=False):
                if not _is_junction(entry):
                    inner.append(Path(entry.path))
                return
            # Not entry.stat(): on Windows it knows neither inode nor the number of links.
            info = os.stat(entry.path, follow_symlinks=False)
        except OSError as error:
            yield _unreachable(Path(entry.path), error)
            return
        if not getattr(info, "st_file_attributes", 0) & _WINDOWS_HIDDEN:
            yield from self._visit_file(Path(entry.path), info)

    def _visit_link(self, path: Path) -> Iterator[FoundFile | FileProblem]:
        info = os.stat(path)
        real = Path(os.path.realpath(path))
        if stat.S_ISDIR(info.st_mode) or self._is_walked(real):
            return
        key = (info.st_dev, info.st_ino)
        if key not in self._linked:
            self._linked.add(key)
            yield from _judge(real, info)

    def _is_walked(self, real: Path) -> bool:
        """Say whether the walk meets this real path by itself, sooner or later."""
        return real in self.roots or any(
            parent in self.roots and not is_hidden_below(parent, real) for parent in real.parents
        )

    def _visit_file(self, path: Path, info: os.stat_result) -> Iterator[FoundFile | FileProblem]:
        if info.st_nlink > 1 and info.st_ino:
            key = (info.st_dev, info.st_ino)
            if key in self._linked:
                return
            self._linked.add(key)
        yield from _judge(path, info)

    def _ask(self) -> None:
        if self._cancelled():
            raise StoppedByUser


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Say whether this is a Windows junction; Python knows them from 3.12 on."""
    ask = getattr(entry, "is_junction", None)
    return bool(ask and ask())


def _judge(path: Path, info: os.stat_result) -> Iterator[FoundFile | FileProblem]:
    if not stat.S_ISREG(info.st_mode):
        yield FileProblem(
            "This is not a file but a device, a pipe or a socket.",
            path=path,
            reason=FileProblemKind.NOT_A_FILE,
            advice="It holds no work and can be left out.",
        )
    elif not os.access(path, os.R_OK):
        yield _unreachable(path, PermissionError(errno.EACCES, "not readable"))
    else:
        yield FoundFile(
            path=path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino
        )


def _unreachable(path: Path, error: OSError, *, folder: bool = False) -> FileProblem:
    what = "folder" if folder else "file"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        message, reason = f"This {what} is not there.", FileProblemKind.MISSING
        advice = "It may have been moved or renamed, or its drive is not connected."
    elif error.errno == errno.ELOOP:
        message, reason = "This link leads back to itself.", FileProblemKind.NOT_A_FILE
        advice = "Delete the link, or add the file it was meant for."
    elif isinstance(error, PermissionError):
        message, reason = f"You may not read this {what}.", FileProblemKind.NOT_READABLE
        advice = f"Ask for permission to read the {what}, then try again."
    else:
        message, reason = f"This {what} cannot be read.", FileProblemKind.NOT_READABLE
        advice = "Check that its drive is connected and works, then try again."
    return FileProblem(message, path=path, reason=reason, advice=advice)
