"""Folders that scan themselves: which they are, and what to do when something changes in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import UsageProblem
from desktop.flows.absence import is_gone, mark_gone
from desktop.flows.importing import Each, FileReport, Imported, import_paths
from desktop.model.progress import Cancelled, Report, never, silent
from desktop.model.works import Outcome
from desktop.portfolio.watch import FolderWatch, Here, Settled
from desktop.services import Services
from desktop.store import watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """What became of changes in one watched folder. gone: files that are missing now."""

    root: Path
    imported: Imported
    gone: tuple[Path, ...] = ()
    whole: bool = False


Told = Callable[[Noticed], None]


def watch_folder(path: Path, services: Services) -> None:
    """Let a folder scan itself from now on. Raises UsageProblem if it is not a folder."""
    folder = Path(os.path.abspath(path))
    if not folder.is_dir():
        raise UsageProblem(f"{folder.name or folder} is not a folder that is there.")
    with services.store.write() as tx:
        watched.add(tx, folder, services.now_s())


def unwatch(path: Path, services: Services) -> bool:
    """Let a folder scan itself no longer; its works stay. Says whether it was watched."""
    with services.store.write() as tx:
        return watched.remove(tx, Path(os.path.abspath(path)))


def watched_folders(services: Services) -> list[Path]:
    """Return the folders that scan themselves, by path; whether they are there or not."""
    with services.store.read() as connection:
        return watched.everyone(connection)


def is_watched(path: Path, services: Services) -> bool:
    """Say whether a folder is watched, by itself or as part of another."""
    folder = Path(os.path.abspath(path))
    return not {folder, *folder.parents}.isdisjoint(watched_folders(services))


def scan_now(
    paths: Sequence[Path], services: Services, report: Report = silent, cancelled: Cancelled = never
) -> Imported:
    """Take files and folders in because the user asked; a watched folder's own scan gives way."""
    with services.turns.users(cancelled):
        return import_paths(paths, services, report, cancelled)


def keep_watching(
    services: Services,
    told: Told,
    cancelled: Cancelled,
    *,
    each: Each = lambda _report: None,
    here: Here = lambda _folders: None,
    watch: FolderWatch | None = None,
    failed: Iterable[Path] = (),
) -> None:
    """Scan watched folders whenever something in them changed, until cancelled.

    told: of every scan that found something. each: of every file that is not as it was. here: of
    the folders that are there. watch: in the place of the library's own list. failed: files whose
    problem was told before.
    """
    watch = watch or FolderWatch(lambda: outermost(watched_folders(services)), here=here)
    news = _News(each, failed)
    for settled in watch.batches(cancelled):
        news.begin(settled)
        noticed = _scan(settled, services, cancelled, news)
        if noticed.gone or news.count:
            told(noticed)


def outermost(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that are not inside another one."""
    return [one for one in folders if set(folders).isdisjoint(one.parents)]


class _News:
    """Passes on what is new of each file; the same problem of the same file is told once."""

    def __init__(self, each: Each, failed: Iterable[Path]) -> None:
        self.count = 0
        self._each = each
        self._failed = set(failed)

    def begin(self, settled: Settled) -> None:
        """Begin to count anew; what changed may fail anew."""
        self.count = 0
        self._failed.difference_update(settled.there)

    def __call__(self, report: FileReport) -> None:
        if report.outcome is Outcome.FAILED:
            if report.path in self._failed:
                return
            self._failed.add(report.path)
        else:
            self._failed.discard(report.path)
        if report.outcome not in (Outcome.UNCHANGED, Outcome.SKIPPED):
            self.count += 1
            self._each(report)


def _scan(settled: Settled, services: Services, cancelled: Cancelled, each: Each) -> Noticed:
    """Scan what settled, again and again while the user's own scans come between."""
    while True:
        with services.turns.own(cancelled) as give_way:
            there = [path for path in settled.there if not is_gone(path)]
            imported = Imported()
            if there:
                imported = import_paths(there, services, cancelled=give_way, each=each)
            gone = mark_gone(settled.gone, settled.root, services)
        if not imported.cancelled or cancelled():
            return Noticed(
                root=settled.root, imported=imported, gone=tuple(gone), whole=settled.whole
            )
