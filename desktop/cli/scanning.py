"""scan: here or on a cluster, once or for as long as it runs."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import Output, path_text, problem_json
from desktop.cli.session import Session, command, stoppable
from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import UsageProblem
from desktop.flows.importing import FileReport, Imported, import_paths
from desktop.model.progress import Cancelled
from desktop.model.publishing import KnownCopy
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.store import copies
from desktop.store import files as files_store


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--scheduler", default="", help="Scan on the Dask cluster behind this address.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C: scan what changes in the folders.")
@command
def scan(
    session: Session, paths: tuple[Path, ...], jobs: int | None, scheduler: str, watch: bool
) -> None:
    """Take files and folders in: each is fingerprinted here and never leaves this computer.

    With --scheduler, on the machines of your own cluster, which must see the same paths.
    """
    if jobs and scheduler:
        raise UsageProblem("--jobs and --scheduler do not go together: the cluster has its own.")
    if watch and not all(path.is_dir() for path in paths):
        raise UsageProblem("--watch takes folders that are there.")
    with session.open(jobs=jobs, scheduler=scheduler) as services, stoppable() as cancelled:
        rows = _Rows(session.out, services)
        imported = import_paths(paths, services, session.out.report, cancelled, each=rows)
        if not cancelled():
            _sum_up(session.out, imported)
        if watch:
            _watch(paths, rows, services, cancelled)


def _watch(paths: tuple[Path, ...], rows: _Rows, services: Services, cancelled: Cancelled) -> None:
    """Write a row for every file that changes, until cancelled."""
    from desktop.flows.watching import keep_watching, outermost
    from desktop.portfolio.watch import FolderWatch

    rows.out.text("Watching. Ctrl-C ends it.")
    folders = outermost([Path(os.path.abspath(path)) for path in paths])
    with contextlib.suppress(StoppedByUser):
        keep_watching(
            services,
            lambda noticed: rows.gone(noticed.gone),
            cancelled,
            each=rows,
            watch=FolderWatch(lambda: folders),
            failed=rows.failed,
        )


class _Rows:
    """Writes a row for each file, and remembers which failed."""

    def __init__(self, out: Output, services: Services) -> None:
        self.out = out
        self.failed: list[Path] = []
        self._services = services

    def __call__(self, report: FileReport) -> None:
        if report.problem is not None and report.outcome is Outcome.FAILED:
            self.out.problems += 1
            self.failed.append(report.path)
        if self.out.as_json:
            self.out.row(_scan_row(report, self._services), "")
        elif report.outcome is not Outcome.UNCHANGED:
            self.out.text(_scan_text(report))

    def gone(self, paths: tuple[Path, ...]) -> None:
        """Write that files are no longer there."""
        for path in paths:
            row = {"path": path_text(path), "status": "missing", "work_id": None, "problem": None}
            self.out.row(row | dict.fromkeys(_CODES), f"  missing  {path_text(path)}")


def _sum_up(out: Output, imported: Imported) -> None:
    summary: dict[str, Any] = {outcome.value: imported.counts[outcome] for outcome in Outcome}
    summary |= {
        "missing": imported.missing,
        "seconds": round(imported.seconds, 3),
        "bytes": imported.size_bytes,
        "problems": {cause.value: n for cause, n in imported.causes.most_common()},
    }
    words = ", ".join(f"{summary[o.value]} {o.value}" for o in Outcome if summary[o.value])
    out.row({"summary": summary}, f"{words or 'No files'} in {imported.seconds:.1f} s")


_CODES = (
    "kind", "mediatype", "size_bytes", "iscc", "units", "units_256", "datahash", "sha256", "md5",
)  # fmt: skip


def _scan_row(report: FileReport, services: Services) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": path_text(report.path),
        "status": report.outcome.value,
        "work_id": report.work_id,
        "problem": problem_json(report.problem) if report.problem else None,
        **dict.fromkeys(_CODES),
    }
    if report.copy is not None:
        row |= _copy_codes(report.copy, services)
    made = report.fingerprint
    if made is not None:
        row |= {
            "kind": made.kind.value,
            "mediatype": made.mediatype,
            "size_bytes": made.found.size_bytes,
            "iscc": made.iscc,
            "units": {
                name: getattr(made.units, name) for name in ("meta", "content", "data", "instance")
            },
            "units_256": list(made.units_256),
            "datahash": made.datahash,
            "sha256": made.sha256,
            "md5": made.md5,
            "note": report.copy.sentence if report.copy else made.note,
        }
    elif report.fingerprint_id:
        with services.store.read() as connection:
            known = files_store.known(connection, report.path, report.fingerprint_id)
        row |= {
            "kind": known.kind.value,
            "mediatype": known.mediatype,
            "size_bytes": known.size_bytes,
            "iscc": known.iscc,
            "units": known.units,
            "units_256": json.loads(known.units_256),
            "datahash": known.datahash,
            "sha256": known.sha256,
            "md5": known.md5,
        }
    return row


def _copy_codes(copy: KnownCopy, services: Services) -> dict[str, Any]:
    """Return what is known of a published copy; whether it says the terms of now is told too."""
    told = {"copy_id": copy.copy_id, "current": copy.current, "note": copy.sentence}
    if copy.beside:
        return told
    with services.store.read() as connection:
        one = copies.get(connection, copy.copy_id)
    codes = {"mediatype": one.mediatype, "size_bytes": one.size_bytes, "iscc": one.iscc}
    return told | codes | {"datahash": one.datahash}


def _scan_text(report: FileReport) -> str:
    path = path_text(report.path)
    if report.problem is not None:
        return f"{report.outcome.value:>9}  {path}\n           {report.problem}"
    if report.copy is not None:
        return f"{report.outcome.value:>9}  {path}\n           {report.copy.sentence}"
    iscc = report.fingerprint.iscc if report.fingerprint else ""
    return f"{report.outcome.value:>9}  {path}  {iscc}"
