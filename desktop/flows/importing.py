"""Files in: look, fingerprint, keep. What is done when the user cancels stays done."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem, FileProblemKind
from desktop.flows.absence import away, give_up_on_killers, is_away, is_gone, mark_missing
from desktop.flows.looking import READ_BY, Looking
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.publishing import KnownCopy
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.store import file_problems, files, intake, journal, terms_arriving
from desktop.store.database import Connection
from desktop.store.files import SeenBefore

BATCH = 200
BATCH_S = 1.0
REPORT_S = 0.1
_GONE = (FileProblemKind.MISSING, FileProblemKind.NOT_READABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elsewhere:
    """A known file that lies elsewhere now."""

    found: FoundFile
    kept: SeenBefore


_Result = Fingerprint | FileProblem | _Elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file, with the codes or the problem behind it.

    fingerprint_id: of a file that was not read because it is as it was; 0 otherwise. copy: which
    published copy of the work it is.
    """

    path: Path
    outcome: Outcome
    work_id: int | None = None
    fingerprint: Fingerprint | None = None
    fingerprint_id: int = 0
    problem: FileProblem | None = None
    copy: KnownCopy | None = None


@dataclass(slots=True, kw_only=True)
class Imported:
    """The sum of a scan. seconds is wall time; causes counts the problems by their kind."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    causes: Counter[FileProblemKind] = field(default_factory=Counter)
    missing: int = 0
    size_bytes: int = 0
    seconds: float = 0.0
    cancelled: bool = False


Each = Callable[[FileReport], None]


def _ignore(_report: FileReport) -> None:
    return


def _lying_elsewhere(reports: Iterable[FileReport]) -> list[int]:
    """Return the works of files that moved, were joined by others, or hold other works now."""
    moved = (Outcome.MOVED, Outcome.DUPLICATE, Outcome.UPDATED)
    return [one.work_id for one in reports if one.work_id and one.outcome in moved]


def import_paths(
    paths: Iterable[Path],
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
    *,
    each: Each = _ignore,
) -> Imported:
    """Take files and folders into the library; each is told of every file as it is kept.

    A file with a problem costs itself only. When cancelled, what was kept stays kept, and the
    result says so. Raises StoreProblem if nothing more can be kept.
    """
    roots = tuple(Path(os.path.abspath(path)) for path in paths)
    scan = _Scan(roots, services, report, each, cancelled)
    try:
        give_up_on_killers(services)
        with services.new_pool() as pool:
            for result in pool.run(scan.to_read(), cancelled):
                scan.take(result)
    except StoppedByUser:
        scan.imported.cancelled = True
    finally:
        scan.flush()
        scan.looking.close()
    if not scan.imported.cancelled:
        scan.imported.missing = mark_missing(roots, services, cancelled, scan.looking.was_seen)
    scan.finish()
    return scan.imported


class _Scan:
    """Collects results into batches of one transaction each, and tells how far it is."""

    def __init__(
        self,
        roots: tuple[Path, ...],
        services: Services,
        report: Report,
        each: Each,
        cancelled: Cancelled,
    ) -> None:
        self.imported = Imported()
        self.looking = Looking(
            roots,
            services,
            cancelled,
            unchanged=self._unchanged,
            known=self._known,
            is_copy=self._is_copy,
            elsewhere=self._elsewhere,
            tick=self._say_how_far_at_times,
        )
        self._roots = roots
        self._services = services
        self._report = report
        self._each = each
        self._batch: list[_Result] = []
        self._out: dict[Path, FoundFile] = {}
        self._started = self._flushed = self._reported = time.monotonic()
        self._done = 0
        self._read = 0
        self._bytes_done = 0
        self._last = Path()

    def to_read(self) -> Iterator[FoundFile | FileProblem]:
        """Yield what must be read, and remember what it was like."""
        for item in self.looking.to_read():
            if isinstance(item, FoundFile):
                self._out[item.path] = item
            yield item

    def take(self, result: _Result) -> None:
        """Add a result to the batch; keep the batch when it is large or old enough."""
        self._batch.append(result)
        if len(self._batch) >= BATCH or time.monotonic() - self._flushed > BATCH_S:
            self.flush()

    def flush(self) -> None:
        """Keep the batch in one transaction, then tell of it."""
        batch, self._batch = self._batch, []
        self._flushed = time.monotonic()
        if not batch:
            return
        now_s = self._services.now_s()
        with self._services.store.write() as tx:
            reports = self._keep_all(tx, batch, now_s)
            counts = Counter(report.outcome.value for report in reports)
            journal.add(tx, now_s, "files.scanned", "library", dict(counts))
        self._services.thumbnails.put(
            (result.datahash, result.thumbnail)
            for result in batch
            if isinstance(result, Fingerprint) and result.thumbnail
        )
        for result, report in zip(batch, reports, strict=True):
            found = self._out.pop(report.path, None)
            self._read += found is not None
            self._bytes_done += found.size_bytes if found else 0
            self._tell(report, 0 if isinstance(result, FileProblem) else result.found.size_bytes)
        self._say_how_far()

    def finish(self) -> None:
        """Fix the time that it took and report the end; a folder that is back is no problem."""
        with self._services.store.write() as tx:
            for root in self._roots:
                if root.is_dir() and not is_away(root):
                    file_problems.forget(tx, root)
        self.imported.seconds = time.monotonic() - self._started
        self._say_how_far()

    def _elsewhere(self, found: FoundFile, places: list[tuple[SeenBefore, Path]]) -> bool:
        """Take a file as moved if nothing is left where it was seen; it need not be read."""
        for kept, path in places:
            if is_gone(path):
                self.take(_Elsewhere(found=found, kept=kept))
                return True
        return False

    def _keep_all(self, tx: Connection, batch: list[_Result], now_s: int) -> list[FileReport]:
        """Keep results and report them in their order; what was read is kept in one call."""
        reports = {
            index: self._keep_unread(tx, result, now_s)
            for index, result in enumerate(batch)
            if not isinstance(result, Fingerprint)
        }
        read = {
            index: result for index, result in enumerate(batch) if isinstance(result, Fingerprint)
        }
        kept = intake.keep_all(tx, list(read.values()), now_s, gone=is_gone)
        for (index, result), one in zip(read.items(), kept, strict=True):
            reports[index] = FileReport(
                path=one.path,
                outcome=one.outcome,
                work_id=one.work_id,
                fingerprint=result,
                copy=one.copy,
            )
        terms_arriving.look_again(tx, _lying_elsewhere(reports.values()), now_s)
        return [reports[index] for index in range(len(batch))]

    def _keep_unread(
        self, tx: Connection, result: FileProblem | _Elsewhere, now_s: int
    ) -> FileReport:
        if isinstance(result, FileProblem):
            return self._keep_problem(tx, result, now_s)
        files.move(tx, result.kept.file_id, result.found, now_s)
        return FileReport(
            path=result.found.path,
            outcome=Outcome.MOVED,
            work_id=result.kept.work_id,
            fingerprint_id=result.kept.fingerprint_id,
        )

    def _keep_problem(self, tx: Connection, problem: FileProblem, now_s: int) -> FileReport:
        """Keep a problem; a drive that went away is one problem, not one for each of its files."""
        outcome = Outcome.FAILED
        if problem.reason is FileProblemKind.NOT_A_FILE:
            outcome = Outcome.SKIPPED
        root = self._lost_root(problem)
        if root is not None:
            problem = away(root, problem.path)
            file_problems.put(tx, away(root, root), now_s)
        else:
            found = self._out.get(problem.path)
            file_problems.put(tx, problem, now_s, found=found, read_by=READ_BY)
        return FileReport(path=problem.path, outcome=outcome, problem=problem)

    def _lost_root(self, problem: FileProblem) -> Path | None:
        if problem.reason not in _GONE:
            return None
        above = (root for root in self._roots if root in problem.path.parents)
        return next((root for root in above if is_away(root)), None)

    def _unchanged(self, found: FoundFile, work_id: int, fingerprint_id: int) -> None:
        report = FileReport(
            path=found.path,
            outcome=Outcome.UNCHANGED,
            work_id=work_id,
            fingerprint_id=fingerprint_id,
        )
        self._tell(report, found.size_bytes)

    def _is_copy(self, found: FoundFile, copy: KnownCopy) -> None:
        report = FileReport(path=found.path, outcome=Outcome.COPY, work_id=copy.work_id, copy=copy)
        self._tell(report, found.size_bytes)

    def _known(self, found: FoundFile, problem: FileProblem) -> None:
        self._tell(FileReport(path=found.path, outcome=Outcome.FAILED, problem=problem), 0)

    def _tell(self, report: FileReport, size_bytes: int) -> None:
        self._done += 1
        self.imported.counts[report.outcome] += 1
        self.imported.size_bytes += size_bytes
        if report.problem is not None and report.outcome is Outcome.FAILED:
            self.imported.causes[report.problem.reason] += 1
        self._last = report.path
        self._each(report)
        self._say_how_far_at_times()

    def _say_how_far_at_times(self) -> None:
        if time.monotonic() - self._reported > REPORT_S:
            self._say_how_far()

    def _say_how_far(self) -> None:
        self._reported = time.monotonic()
        looking = self.looking
        label = (
            self._last.parent.name if looking.complete else f"{looking.found:,} files found so far"
        )
        self._report(
            Progress(
                done=self._done,
                total=max(looking.found, self._done) if looking.complete else 0,
                label=label,
                read=self._read,
                to_read=looking.plan.count,
                bytes_done=self._bytes_done,
                bytes_total=looking.plan.size_bytes,
                problems=tuple(
                    (cause.value, count) for cause, count in self.imported.causes.most_common()
                ),
            )
        )
