"""What a scan has to read: walks folders, passes over what is as it was, largest files first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop import __version__
from desktop.errors import FileProblem
from desktop.model.fingerprints import FoundFile
from desktop.model.progress import Cancelled
from desktop.model.publishing import KnownCopy
from desktop.portfolio.bundles import expected_cost
from desktop.portfolio.scan import find_files
from desktop.services import Services
from desktop.store import copies, file_problems, files
from desktop.store.files import SeenBefore
from desktop.store.reading_plan import ReadingPlan

READ_BY = __version__
_COMPARED_AT_ONCE = 400
_TAKEN_AT_ONCE = 32
# The first look takes this long before anything is read, so that large files come first; then the
# walk goes on between the files, in slices short enough to keep the workers fed.
_FIRST_LOOK_S = 1.5
_SLICE_S = 0.03

Unchanged = Callable[[FoundFile, int, int], None]
Known = Callable[[FoundFile, FileProblem], None]
IsCopy = Callable[[FoundFile, KnownCopy], None]
SeenElsewhere = Callable[[FoundFile, list[tuple[SeenBefore, Path]]], bool]


class Looking:
    """One walk over some roots. seen: file_ids of the files that are as they were."""

    def __init__(
        self,
        roots: Sequence[Path],
        services: Services,
        cancelled: Cancelled,
        *,
        unchanged: Unchanged,
        known: Known,
        is_copy: IsCopy,
        elsewhere: SeenElsewhere,
        tick: Callable[[], None],
    ) -> None:
        """Prepare to walk; nothing is looked at yet.

        unchanged: told of a file as it was, with its work_id and fingerprint_id. known: told of a
        file that is as it was when it could not be read. is_copy: told of a published copy that is
        as it was. elsewhere: told of a file that was seen
        at other paths; says whether that settles it. tick: called now and then.
        """
        self.found = 0
        self.complete = False
        self.seen = bytearray()
        self.plan = ReadingPlan(expected_cost)
        self._services = services
        self._unchanged = unchanged
        self._known = known
        self._is_copy = is_copy
        self._elsewhere = elsewhere
        self._tick = tick
        self._named = {path for path in roots if not path.is_dir()}
        self._walk = find_files(roots, cancelled=cancelled)

    def to_read(self) -> Iterator[FoundFile | FileProblem]:
        """Yield what must be read, the costliest files known first, and problems when met."""
        yield from self._look(_FIRST_LOOK_S)
        while True:
            batch = self.plan.take(_TAKEN_AT_ONCE)
            if not batch and self.complete:
                return
            for item in batch:
                yield item
                if not self.complete:
                    yield from self._look(_SLICE_S)
            if not batch:
                yield from self._look(_SLICE_S)

    def close(self) -> None:
        """Forget what was not read."""
        self.plan.close()

    def _look(self, limit_s: float) -> list[FileProblem]:
        """Walk on for a while; returns the problems met."""
        until = time.monotonic() + limit_s
        problems: list[FileProblem] = []
        while not self.complete and time.monotonic() < until:
            batch: list[FoundFile] = []
            for item in self._walk:
                self.found += 1
                if isinstance(item, FileProblem):
                    problems.append(item)
                else:
                    batch.append(item)
                if len(batch) >= _COMPARED_AT_ONCE:
                    break
            else:
                self.complete = True
            self._compare(batch)
            self._tick()
        return problems

    def _compare(self, batch: Sequence[FoundFile]) -> None:
        if not batch:
            return
        with self._services.store.read() as connection:
            same = files.unchanged(connection, batch)
        back = [kept.file_id for kept in same if kept is not None and kept.missing]
        if back:
            with self._services.store.write() as tx:
                files.mark_present(tx, back)
        rest = []
        for one, kept in zip(batch, same, strict=True):
            if kept is None:
                rest.append(one)
            else:
                self._mark(kept.file_id)
                self._unchanged(one, kept.work_id, kept.fingerprint_id)
        self._plan(rest)

    def _plan(self, rest: Sequence[FoundFile]) -> None:
        """Plan to read files, but for those that are hopeless, or were moved as they are."""
        if not rest:
            return
        with self._services.store.read() as connection:
            again = [one for one in rest if one.path not in self._named]
            hopeless = file_problems.known(connection, again, READ_BY)
            published = copies.at_places(connection, rest)
            places = files.at_other_paths(connection, rest)
        to_read = []
        for one in rest:
            if one.path in hopeless:
                self._known(one, hopeless[one.path])
            elif one.path in published:
                self._is_copy(one, published[one.path])
            elif one.path not in places or not self._elsewhere(one, places[one.path]):
                to_read.append(one)
        self.plan.add(to_read)

    def _mark(self, file_id: int) -> None:
        place, bit = divmod(file_id, 8)
        if place >= len(self.seen):
            self.seen.extend(bytes(place + 1024 - len(self.seen)))
        self.seen[place] |= 1 << bit

    def was_seen(self, file_id: int) -> bool:
        """Say whether a file was met as it was."""
        place, bit = divmod(file_id, 8)
        return place < len(self.seen) and bool(self.seen[place] >> bit & 1)
