"""Files in: scan, fingerprint, keep. What is done when the user cancels stays done."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem, FileProblemKind
from desktop.model.fingerprints import Fingerprint, FoundFile
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.works import Kept, Outcome
from desktop.portfolio.scan import find_files
from desktop.services import Services
from desktop.store import files, intake, journal
from desktop.store.database import Connection
from desktop.store.files import KnownFile

BATCH = 200
BATCH_S = 1.0
REPORT_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file, with the codes or the problem behind it."""

    path: Path
    outcome: Outcome
    work_id: int | None = None
    fingerprint: Fingerprint | None = None
    known: KnownFile | None = None
    problem: FileProblem | None = None


@dataclass(slots=True, kw_only=True)
class Imported:
    """The sum of a scan. seconds is wall time."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    missing: int = 0
    size_bytes: int = 0
    seconds: float = 0.0
    cancelled: bool = False


Each = Callable[[FileReport], None]


def _ignore(_report: FileReport) -> None:
    return


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
    scan = _Scan(services, report, each)
    try:
        scan.count(roots, cancelled)
        with services.new_pool() as pool:
            for result in pool.run(scan.changed(find_files(roots, cancelled=cancelled)), cancelled):
                scan.take(result)
    except StoppedByUser:
        scan.imported.cancelled = True
    finally:
        scan.flush()
    if not scan.imported.cancelled:
        scan.imported.missing = mark_missing(roots, services, cancelled)
    scan.finish()
    return scan.imported


class _Scan:
    """Collects results into batches of one transaction each, and tells how far it is."""

    def __init__(self, services: Services, report: Report, each: Each) -> None:
        self.imported = Imported()
        self._services = services
        self._report = report
        self._each = each
        self._batch: list[Fingerprint | FileProblem] = []
        self._started = self._flushed = self._reported = time.monotonic()
        self._total = 0
        self._done = 0
        self._label = ""

    def count(self, roots: tuple[Path, ...], cancelled: Cancelled) -> None:
        """Walk once to learn how many files there are, so that progress means something."""
        for _found in find_files(roots, cancelled=cancelled):
            self._total += 1
            if time.monotonic() - self._reported > REPORT_S:
                self._reported = time.monotonic()
                self._report(Progress(done=0, total=0, label=f"{self._total:,} files found"))
        self._started = time.monotonic()

    def changed(
        self, found: Iterable[FoundFile | FileProblem]
    ) -> Iterator[FoundFile | FileProblem]:
        """Yield only what must be read; unchanged files cost a look at the store."""
        for item in found:
            if isinstance(item, FoundFile):
                with self._services.store.read() as connection:
                    known = files.unchanged(connection, item)
                if known is not None:
                    self._tell(
                        FileReport(
                            path=item.path,
                            outcome=Outcome.UNCHANGED,
                            work_id=known.work_id,
                            known=known,
                        ),
                        item.size_bytes,
                    )
                    continue
            yield item

    def take(self, result: Fingerprint | FileProblem) -> None:
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
            reports = [self._keep(tx, result, now_s) for result in batch]
            counts = Counter(report.outcome.value for report in reports)
            journal.add(tx, now_s, "files.scanned", "library", dict(counts))
        self._services.thumbnails.put(
            (result.datahash, result.thumbnail)
            for result in batch
            if isinstance(result, Fingerprint) and result.thumbnail
        )
        for result, report in zip(batch, reports, strict=True):
            size = result.found.size_bytes if isinstance(result, Fingerprint) else 0
            self._tell(report, size)
        self._say_how_far()

    def finish(self) -> None:
        """Fix the time that it took and report the end."""
        self.imported.seconds = time.monotonic() - self._started
        self._say_how_far()

    def _keep(self, tx: Connection, result: Fingerprint | FileProblem, now_s: int) -> FileReport:
        if isinstance(result, FileProblem):
            files.put_problem(tx, result, now_s)
            return FileReport(path=result.path, outcome=_outcome_of(result), problem=result)
        kept: Kept = intake.keep(tx, result, now_s, gone=_is_gone)
        return FileReport(
            path=kept.path, outcome=kept.outcome, work_id=kept.work_id, fingerprint=result
        )

    def _tell(self, report: FileReport, size_bytes: int) -> None:
        self._done += 1
        self.imported.counts[report.outcome] += 1
        self.imported.size_bytes += size_bytes
        self._label = report.path.parent.name
        self._each(report)
        if time.monotonic() - self._reported > REPORT_S:
            self._say_how_far()

    def _say_how_far(self) -> None:
        self._reported = time.monotonic()
        self._report(
            Progress(
                done=self._done,
                total=max(self._total, self._done),
                label=self._label,
                bytes_done=self.imported.size_bytes,
            )
        )


def mark_missing(roots: Iterable[Path], services: Services, cancelled: Cancelled = never) -> int:
    """Record files that are no longer where they were, below roots that are there.

    A root that vanished or is empty is a drive that is away: nothing below it is touched.
    """
    count = 0
    for root in roots:
        if not _has_entries(root):
            continue
        with services.store.read() as connection:
            lost = []
            for file_id, path in files.under(connection, root):
                if cancelled():
                    break
                if _is_gone(path):
                    lost.append(file_id)
        for start in range(0, len(lost), BATCH):
            with services.store.write() as tx:
                marked = files.mark_missing(tx, lost[start : start + BATCH])
                journal.add(tx, services.now_s(), "files.missing", "library", {"count": marked})
                count += marked
    return count


def _outcome_of(problem: FileProblem) -> Outcome:
    return Outcome.SKIPPED if problem.reason is FileProblemKind.NOT_A_FILE else Outcome.FAILED


def _is_gone(path: Path) -> bool:
    return not os.path.lexists(path)


def _has_entries(root: Path) -> bool:
    try:
        with os.scandir(root) as entries:
            return any(True for _ in entries)
    except OSError:
        return False
