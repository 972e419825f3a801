"""Watch folders for changes, and tell of what has settled. The only user of watchfiles.

Systems forget changes (a queue that overflows, a network drive, a name that is not text), so each
folder is also looked through as a whole: when it appears, and every now and then.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import watchfiles

from desktop.model.progress import Cancelled, never
from desktop.portfolio.scan import is_hidden_below
from desktop.portfolio.settling import Settling

_log = logging.getLogger(__name__)
QUIET_S = 2.0
LOOK_AGAIN_S = 600.0
_LOOK_AGAIN_SHARE = 50
_LOOK_AGAIN_LIMIT_S = 3600.0
_TRY_AGAIN_S = 60.0
_TICK_MS = 500
_GATHER_MS = 400
_STEP_MS = 50

Raw = set[tuple[watchfiles.Change, str]]
Roots = Callable[[], Sequence[Path]]
Here = Callable[[frozenset[Path]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What changed below a folder and is quiet now.

    there: files and folders to look at; gone: paths where nothing is any more. whole: there is the
    folder itself, because it just appeared or it is time to look through all of it.
    """

    root: Path
    there: tuple[Path, ...]
    gone: tuple[Path, ...] = ()
    whole: bool = False


class _Folder:
    """One watched folder that is there."""

    def __init__(self, root: Path, identity: tuple[int, int], quiet_s: float) -> None:
        self.root = root
        self.real = Path(os.path.realpath(root))
        self.identity = identity
        self.settling = Settling(root, quiet_s)
        self.look_at = 0.0
        self.look_cost_s = 0.0

    def as_named(self, path: Path) -> Path | None:
        """Return a path of this folder by the name the user gave it; None for other folders'."""
        for above in (self.root, self.real):
            if above in path.parents:
                named = self.root / path.relative_to(above)
                return None if is_hidden_below(self.root, named) else named
        return None


class FolderWatch:
    """Watches the folders that roots() names; it is asked again all the time."""

    def __init__(
        self,
        roots: Roots,
        *,
        here: Here = lambda _folders: None,
        quiet_s: float = QUIET_S,
        look_again_s: float = LOOK_AGAIN_S,
    ) -> None:
        """Prepare; nothing is watched yet.

        here: told which of the folders are there, whenever that changes.
        quiet_s: how long nothing may happen to a path before it is told of. look_again_s: how
        often a folder is looked through; less often, but every hour, where that takes long.
        """
        self._roots = roots
        self._here = here
        self._told_here: frozenset[Path] | None = None
        self._quiet_s = quiet_s
        self._look_again_s = look_again_s
        self._folders: dict[Path, _Folder] = {}

    def batches(self, cancelled: Cancelled = never) -> Iterator[Settled]:
        """Yield what settled, until cancelled; ends within 200 ms of that.

        Each folder comes out whole at first. One that vanishes is left alone until it is back, and
        nothing below it is ever called gone because of that.
        """
        while not cancelled():
            self._find_folders()
            with contextlib.closing(self._listen(cancelled)) as listening:
                for changes in listening:
                    yield from self._take(changes)
                    if cancelled() or self._find_folders():
                        break
            self._look_soon(self._quiet_s)  # nobody listened for a moment

    def _listen(self, cancelled: Cancelled) -> Generator[Raw]:
        """Yield changes as they come, and nothing twice a second; ends when it must begin anew.

        Where the system cannot watch so much, there is only the looking through.
        """
        stop = _Asked(cancelled)
        if not self._folders:
            yield from _nothing(stop)
            return
        listening = False
        try:
            for changes in watchfiles.watch(
                *self._folders,
                watch_filter=None,
                debounce=_GATHER_MS,
                step=_STEP_MS,
                rust_timeout=_TICK_MS,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                listening = True
                yield changes
        except (RuntimeError, OSError) as error:  # a name that is no text, a limit of the system
            _log.info("watching ended: %s", type(error).__name__)
        if not listening:
            self._look_soon(_TRY_AGAIN_S)
            until = time.monotonic() + _TRY_AGAIN_S
            while time.monotonic() < until and not cancelled():
                yield from _nothing(stop)

    def _find_folders(self) -> bool:
        """Look which folders are there; says whether that is otherwise than before."""
        there = {root: found for root in self._roots() if (found := _identity(root)) is not None}
        if self._told_here != there.keys():
            self._told_here = frozenset(there)
            self._here(self._told_here)
        before = {root: folder.identity for root, folder in self._folders.items()}
        if there == before:
            return False
        self._folders = {
            root: self._folders[root]
            if before.get(root) == identity
            else _Folder(root, identity, self._quiet_s)
            for root, identity in there.items()
        }
        return True

    def _take(self, changes: Raw) -> Iterator[Settled]:
        now = time.monotonic()
        paths = [Path(path) for change, path in changes if _matters(change, path)]
        for folder in list(self._folders.values()):
            mine = [named for path in paths if (named := folder.as_named(path)) is not None]
            folder.settling.note(mine, now)
            if now >= folder.look_at:
                yield from self._look_through(folder)
            elif folder.settling:
                yield from self._settled(folder, now)

    def _settled(self, folder: _Folder, now: float) -> Iterator[Settled]:
        quiet = folder.settling.settled(now)
        if not quiet or _identity(folder.root) != folder.identity:
            return
        there = tuple(path for path in quiet if os.path.lexists(path))
        yield Settled(
            root=folder.root, there=there, gone=tuple(path for path in quiet if path not in there)
        )

    def _look_through(self, folder: _Folder) -> Iterator[Settled]:
        started = time.monotonic()
        yield Settled(root=folder.root, there=(folder.root,), whole=True)
        folder.look_cost_s = time.monotonic() - started
        rest_s = max(self._look_again_s, folder.look_cost_s * _LOOK_AGAIN_SHARE)
        folder.look_at = time.monotonic() + min(rest_s, _LOOK_AGAIN_LIMIT_S)

    def _look_soon(self, delay_s: float) -> None:
        """Look through all folders after a delay, for something may have been missed."""
        now = time.monotonic()
        for folder in self._folders.values():
            folder.look_at = min(folder.look_at, now + max(delay_s, folder.look_cost_s))


class _Asked:
    """cancelled() in the form of an event, as watchfiles wants it."""

    def __init__(self, cancelled: Cancelled) -> None:
        self.is_set = cancelled


def _nothing(stop: _Asked) -> Iterator[Raw]:
    """Yield once, after a tick."""
    until = time.monotonic() + _TICK_MS / 1000
    while time.monotonic() < until and not stop.is_set():
        time.sleep(_STEP_MS / 1000)
    yield set()


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another that takes its place; None where there is none."""
    try:
        with os.scandir(root):
            info = os.stat(root)
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _matters(change: watchfiles.Change, path: str) -> bool:
    """Say whether a change can concern a file: that a folder's list changed does not."""
    return change is not watchfiles.Change.modified or not os.path.isdir(path)
