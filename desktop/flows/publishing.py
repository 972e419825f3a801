"""Publish: copies of works that say what AI may do with them. The originals are only read.

A copy is kept as one before it gets its name, so that a scan knows it whatever happens between.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem, FileProblemKind, UsageProblem
from desktop.flows.certifying import Signing, sign_copies
from desktop.flows.copy_folder import CopyFolder, is_plain_file
from desktop.flows.copy_report import CopyReport
from desktop.flows.copying import CopyOrder, Written, copy_one, datahash_of, unwritable
from desktop.flows.ordering_copies import (
    SIDECARS,
    Orders,
    Wanted,
    found_at,
    is_own_sidecar,
    losses_of,
)
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.publishing import CopyOutcome, NewCopy, PublishedCopy
from desktop.services import Services
from desktop.store import copies, journal, watched
from desktop.store import terms as terms_store

BATCH = 50
BATCH_S = 1.0
REPORT_S = 0.1
_ROOM_BYTES = 64 * 1024 * 1024  # that a copy may be larger than its original
_LEAST_LIMIT_BYTES = 1024**3


@dataclass(slots=True, kw_only=True)
class Published:
    """The sum of a run. size_bytes: of the copies that were made. notes: on the run as a whole."""

    counts: Counter[CopyOutcome] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    size_bytes: int = 0
    seconds: float = 0.0
    cancelled: bool = False
    notes: tuple[str, ...] = ()


Each = Callable[[CopyReport], None]


def _ignore(_report: CopyReport) -> None:
    return


def publish(
    work_ids: Sequence[int] | None,
    folder: Path,
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    force: bool = False,
    signed: bool = True,
    each: Each = _ignore,
) -> Published:
    """Make copies of works (None: of all) in a folder; each is told of every one as it is there.

    force: replace own earlier copies; nothing else is ever replaced. signed False: without a
    manifest. A work with a problem costs itself only. When cancelled, whole copies stay.
    Raises UsageProblem (no such work, no such folder), DiskFull, KeyProblem, StoreProblem.
    """
    ids, largest = _chosen(work_ids, services)
    signing = sign_copies(services) if signed else None
    with CopyFolder(Path(os.path.abspath(folder))) as place:
        run = _Run(ids, place, services, signing, report, cancelled, each, force=force)
        limit = max(_LEAST_LIMIT_BYTES, 2 * largest + _ROOM_BYTES)
        try:
            with services.new_workers(copy_one, place.parts, limit) as pool:
                for result in pool.run(run.to_make(), cancelled):
                    run.take(result)
        except StoppedByUser:
            run.published.cancelled = True
        finally:
            run.flush()
    run.finish()
    return run.published


def copies_of(work_id: int, services: Services) -> tuple[PublishedCopy, ...]:
    """Return the published copies of a work, newest first."""
    with services.store.read() as connection:
        return copies.of_work(connection, work_id)


def list_copies(services: Services) -> Iterator[PublishedCopy]:
    """Yield all published copies, oldest first."""
    with services.store.read() as connection:
        yield from copies.everything(connection)


def _chosen(work_ids: Sequence[int] | None, services: Services) -> tuple[list[int], int]:
    """Return the works and the size of the largest file among them. Raises UsageProblem."""
    with services.store.read() as connection:
        wanted = None if work_ids is None else list(dict.fromkeys(work_ids))
        ids = [work_id for work_id, _, _ in terms_store.versions_of(connection, wanted)]
        largest = copies.largest_original(connection)
    missing = sorted(set(wanted or ()) - set(ids))
    if missing:
        raise UsageProblem(f"There is no work {missing[0]}.", advice="`works` lists them.")
    if not ids:
        raise UsageProblem("There are no works to publish.", advice="`scan` takes them in.")
    return ids, largest


class _Run:
    """One run: what is being made, what is made, and how far it is."""

    def __init__(
        self,
        ids: Sequence[int],
        folder: CopyFolder,
        services: Services,
        signing: Signing | None,
        report: Report,
        cancelled: Cancelled,
        each: Each,
        *,
        force: bool,
    ) -> None:
        self._cancelled = cancelled
        self.published = Published(notes=_notes(folder, services, signing))
        self._ids = ids
        self._folder = folder
        self._services = services
        self._signing = signing
        self._report = report
        self._each = each
        self._orders = Orders(folder, services, signing, force=force)
        self._today = services.now().date()
        self._wanted: dict[Path, Wanted] = {}
        self._batch: list[tuple[Wanted, Written]] = []
        self._started = self._flushed = self._reported = time.monotonic()
        self._hopeless: FileProblem | None = None
        self._last = ""

    def to_make(self) -> Iterator[CopyOrder]:
        """Yield what is to be copied; what needs no copy, or can have none, is told at once.

        Raises errors.Cancelled as soon as it is.
        """
        for number, work_id in enumerate(self._ids, 1):
            if self._cancelled():
                raise StoppedByUser
            if self._hopeless is not None:
                self._tell(_failed(work_id, self._hopeless))
                continue
            wanted = self._orders.of(number, work_id)
            if isinstance(wanted, CopyReport):
                self._tell(wanted)
                continue
            self._wanted[wanted.order.path] = wanted
            yield wanted.order

    def take(self, result: Written | FileProblem) -> None:
        """Take what came of an order; keep the batch when it is large or old enough."""
        wanted = self._wanted.pop(result.path)
        if isinstance(result, FileProblem):
            self._fail(wanted, result)
        else:
            self._batch.append((wanted, result))
        if len(self._batch) >= BATCH or time.monotonic() - self._flushed > BATCH_S:
            self.flush()

    def flush(self) -> None:
        """Keep the batch in one transaction, give the copies their names, then tell of them."""
        batch, self._batch = self._batch, []
        self._flushed = time.monotonic()
        ready: list[tuple[Wanted, Written, NewCopy]] = []
        for wanted, written in batch:
            try:
                ready.append((wanted, written, self._ready(wanted, written)))
            except OSError as error:
                self._fail(wanted, unwritable(written.path, error))
        if not ready:
            return
        now_s = self._services.now_s()
        with self._services.store.write() as tx:
            copies.add_all(tx, [new for _, _, new in ready], now_s)
            journal.add(tx, now_s, "copies.published", "library", {"copies": len(ready)})
        named = [one for one in ready if self._name(*one)]
        self._folder.sync()
        for wanted, _, _ in ready:
            self._folder.clear(wanted.order.part)
        for wanted, written, new in named:
            self.published.size_bytes += new.found.size_bytes
            self._tell(_made(wanted, written, new))

    def finish(self) -> None:
        """Fix the time that it took and report the end."""
        self.published.seconds = time.monotonic() - self._started
        self._say_how_far()

    def _ready(self, wanted: Wanted, written: Written) -> NewCopy:
        """Return a copy as it will be kept, its sidecars on disk beside it. Raises OSError."""
        embedded, part = written.embedded, wanted.order.part
        found = found_at(part, wanted.target)
        if not is_plain_file(part) or found.size_bytes != written.fingerprint.found.size_bytes:
            raise OSError(0, "it is not what was made")
        sidecars = {}
        for suffix, data in embedded.sidecars.items():
            beside = Path(f"{part}{suffix}")
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with beside.open("rb") as stream:
                sidecars[suffix] = (
                    found_at(beside, Path(f"{wanted.target}{suffix}")),
                    datahash_of(stream),
                )
        return NewCopy(
            work_id=wanted.work_id,
            original_id=wanted.original_id,
            terms_version=wanted.terms.version,
            certificate_id=self._signing.certificate_id if self._signing else None,
            found=found,
            fingerprint=written.fingerprint,
            vocabularies=embedded.vocabularies,
            losses=losses_of(wanted.terms, embedded.vocabularies, self._today),
            notes=(*wanted.notes, *embedded.notes),
            sidecars=sidecars,
        )

    def _name(self, wanted: Wanted, written: Written, new: NewCopy) -> bool:
        """Give a copy and what lies beside it their names; False, and told, if that failed."""
        part, put = wanted.order.part, []
        replace = os.path.lexists(wanted.target) and wanted.replaces is not None
        try:
            if replace and found_at(wanted.target) != wanted.replaces:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            for suffix, (found, _) in new.sidecars.items():
                own = is_own_sidecar(found.path, wanted.work_id, self._services)
                self._folder.put(Path(f"{part}{suffix}"), found.path, replace=own)
                put += [] if own else [found.path]
            self._folder.put(part, wanted.target, replace=replace)
        except OSError as error:
            for beside in put:  # it would speak of somebody else's file, or of none
                with contextlib.suppress(OSError):
                    beside.unlink()
            with self._services.store.write() as tx:
                copies.forget_place(tx, wanted.target)
            self._fail(wanted, _not_named(written.path, wanted.target, error))
            return False
        for suffix in (one for one in SIDECARS if wanted.replaces and one not in new.sidecars):
            old = Path(f"{wanted.target}{suffix}")
            if is_own_sidecar(old, wanted.work_id, self._services):
                old.unlink(missing_ok=True)
        return True

    def _fail(self, wanted: Wanted, problem: FileProblem) -> None:
        gone = problem.reason is FileProblemKind.NOT_WRITABLE and not self._folder.parts.is_dir()
        if gone or problem.reason is FileProblemKind.DISK_FULL:
            self._hopeless = problem
        self._tell(_failed(wanted.work_id, problem, wanted.order.path))

    def _tell(self, told: CopyReport) -> None:
        self.published.counts[told.outcome] += 1
        if isinstance(told.problem, FileProblem):
            self.published.causes[told.problem.reason.value] += 1
        self._last = (told.copy or told.source or Path()).name
        self._each(told)
        if time.monotonic() - self._reported > REPORT_S:
            self._say_how_far()

    def _say_how_far(self) -> None:
        self._reported = time.monotonic()
        self._report(
            Progress(
                done=self.published.counts.total(),
                total=len(self._ids),
                label=self._last,
            )
        )


def _made(wanted: Wanted, written: Written, new: NewCopy) -> CopyReport:
    return CopyReport(
        work_id=wanted.work_id,
        outcome=CopyOutcome.PUBLISHED,
        source=written.path,
        copy=wanted.target,
        iscc=new.fingerprint.iscc,
        datahash=new.fingerprint.datahash,
        before=written.before,
        after=written.after,
        vocabularies=new.vocabularies,
        losses=new.losses,
        sidecars=tuple(found.path for found, _ in new.sidecars.values()),
        notes=new.notes,
    )


def _failed(work_id: int, problem: FileProblem, source: Path | None = None) -> CopyReport:
    return CopyReport(work_id=work_id, outcome=CopyOutcome.FAILED, source=source, problem=problem)


def _not_named(source: Path, target: Path, error: OSError) -> FileProblem:
    if not isinstance(error, FileExistsError):
        return unwritable(source, error)
    return FileProblem(
        f"Another file got the name {target.name} meanwhile. It was left as it is.",
        path=source,
        reason=FileProblemKind.TAKEN,
        advice="Publish it again.",
    )


def _notes(folder: CopyFolder, services: Services, signing: Signing | None) -> tuple[str, ...]:
    notes = []
    if signing is not None and signing.new:
        ends = signing.certificate.ends
        notes.append(
            "A certificate of your own was made for the signatures; they hold until "
            f"{ends.day} {ends:%B %Y}."
        )
    if folder.removed:
        what = "copy" if folder.removed == 1 else "copies"
        notes.append(
            f"{folder.removed} unfinished {what} of a run that was cut short were thrown away."
        )
    with services.store.read() as connection:
        folders = watched.everyone(connection)
    if any(one == folder.folder or one in folder.folder.parents for one in folders):
        notes.append("This folder is watched; the copies in it are known as copies.")
    return tuple(notes)
