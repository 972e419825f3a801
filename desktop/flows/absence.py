"""What is not there: files that are gone, drives that are away, and an app that was killed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.flows.looking import READ_BY
from desktop.model.fingerprints import FoundFile
from desktop.model.progress import Cancelled, never
from desktop.services import Services
from desktop.store import file_problems, files, journal

_BATCH = 200
_DEATHS = 2


def mark_missing(
    roots: Iterable[Path],
    services: Services,
    cancelled: Cancelled = never,
    was_seen: Callable[[int], bool] = lambda _file_id: False,
) -> int:
    """Record files that are no longer where they were, below roots that are there.

    A root that vanished or is empty is a drive that is away: nothing below it is touched.
    was_seen: says of a file_id that it was just met, so that it need not be looked for.
    """
    count = 0
    for root in roots:
        if not is_away(root):
            lost = _lost((root,), services, cancelled, was_seen)
            count += _keep_missing([file_id for file_id, _ in lost], root, services)
    return count


def mark_gone(paths: Iterable[Path], root: Path, services: Services) -> list[Path]:
    """Record the files at or below paths that are gone; root holds them all, and is there.

    Returns the paths of the files. Nothing is recorded once root is away.
    """
    if is_away(root):
        return []
    lost = _lost(paths, services, never, lambda _file_id: False)
    marked = _keep_missing([file_id for file_id, _ in lost], root, services)
    return [path for _, path in lost[:marked]]


def _lost(
    places: Iterable[Path],
    services: Services,
    cancelled: Cancelled,
    was_seen: Callable[[int], bool],
) -> list[tuple[int, Path]]:
    """Return (file_id, path) of known files at or below places where nothing is any more."""
    lost: list[tuple[int, Path]] = []
    with services.store.read() as connection:
        for place in places:
            for file_id, path in files.under(connection, place):
                if cancelled():
                    return lost
                if not was_seen(file_id):
                    gone = Path(os.fsdecode(path))
                    if is_gone(gone):
                        lost.append((file_id, gone))
    return lost


def _keep_missing(lost: list[int], root: Path, services: Services) -> int:
    count = 0
    for start in range(0, len(lost), _BATCH):
        if is_away(root):  # it went while we were looking
            break
        with services.store.write() as tx:
            marked = files.mark_missing(tx, lost[start : start + _BATCH])
            journal.add(tx, services.now_s(), "files.missing", "library", {"count": marked})
            count += marked
    return count


def give_up_on_killers(services: Services) -> None:
    """Leave out a file that was being read each of two times when the app itself was killed."""
    unfinished = services.reading_notes.leftovers()
    if not unfinished:
        return
    now_s = services.now_s()
    with services.store.write() as tx:
        for path in unfinished:
            if file_problems.note_unfinished(tx, path, now_s) >= _DEATHS:
                file_problems.put(tx, _killer(path), now_s, found=_as_it_is(path), read_by=READ_BY)
    services.reading_notes.clear()


def is_gone(path: Path) -> bool:
    """Say whether nothing has this name any more."""
    return not os.path.lexists(path)


def is_away(root: Path) -> bool:
    """Say whether a folder is not there, empty or unreadable, as that of a drive is then."""
    try:
        with os.scandir(root) as entries:
            return not any(True for _ in entries)
    except OSError:
        return True


def away(root: Path, path: Path) -> FileProblem:
    """Return the problem of a path below a folder that went away while it was read."""
    return FileProblem(
        f"The folder {root.name or root} went away while it was being read.",
        path=path,
        reason=FileProblemKind.MISSING,
        advice="Connect its drive again and scan it once more; what was read is kept.",
    )


def _killer(path: Path) -> FileProblem:
    return FileProblem(
        "Residuals ended twice while it was reading this file, so it leaves it out.",
        path=path,
        reason=FileProblemKind.QUARANTINED,
        advice="Open it in its own program and save it anew, or try it again alone.",
    )


def _as_it_is(path: Path) -> FoundFile | None:
    try:
        info = os.lstat(path)
    except OSError:
        return None
    return FoundFile(
        path=path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino
    )
