"""export: what the library holds, for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command, stoppable
from desktop.errors import Cancelled, UsageProblem
from desktop.flows.evidencing import evidence_bundle
from desktop.flows.exporting import Exported, export_payments, export_tax
from desktop.flows.whole_files import write_whole
from desktop.model.exports import ExportFormat, ExportTable, ExportWish

_OUT = click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
_FORCE = click.option("--force", is_flag=True, help="Replace the file if it exists.")


@click.group()
def export() -> None:
    """Write what the library holds into files for others."""


@export.command("evidence")
@click.argument("work_id", type=int)
@_OUT
@click.option(
    "--attach", "attach", type=int, multiple=True, help="Number of evidence to hand over as a file."
)
@click.option("--private", is_flag=True, help="Also how to reach others, which claims commit to.")
@_FORCE
@command
def evidence(
    session: Session, work_id: int, out: Path, attach: tuple[int, ...], private: bool, force: bool
) -> None:
    """Write a ZIP by which a stranger can verify your claims without this app."""
    with session.open(read_only=True) as services:
        data = evidence_bundle(work_id, services, attach=attach, private=private)
    write_whole(out, lambda file: file.write(data), force=force)
    row = {"work_id": work_id, "file": path_text(out), "size_bytes": len(data)}
    session.out.row(
        row, f"{path_text(out)}: {len(data):,} bytes; report.html tells how to check it"
    )


_FORMATS = [one for one in ExportFormat if one is not ExportFormat.TEXT]
_TAX_FORMATS = [ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.PDF, ExportFormat.TEXT]
_ENDINGS = {".csv": "csv", ".xlsx": "xlsx", ".pdf": "pdf", ".txt": "text"}


@export.command("payments")
@click.option(
    "--format", "format_", required=True, type=click.Choice([one.value for one in _FORMATS])
)
@_OUT
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="The day after the last.")
@click.option("--registry", default="", help="Only of this registry or payer.")
@click.option(
    "--table",
    default=ExportTable.PAYMENTS.value,
    type=click.Choice([one.value for one in ExportTable]),
    help="Which table a CSV file holds; a workbook holds all.",
)
@_FORCE
@command
def payments(
    session: Session,
    format_: str,
    out: Path,
    start: Any,
    end: Any,
    registry: str,
    table: str,
    force: bool,
) -> None:
    """Write statements, lines, deductions, bank entries and matches for other programs."""
    wish = ExportWish(
        format=ExportFormat(format_),
        table=ExportTable(table),
        start=start.date() if start else None,
        end=end.date() if end else None,
        registry=registry,
    )
    with session.open(read_only=True) as services, stoppable() as cancelled:
        try:
            done = export_payments(out, wish, services, session.out.report, cancelled, force=force)
        except Cancelled as error:
            raise KeyboardInterrupt from error
    _show(session, done, wish.format)


@export.command("tax")
@click.option("--year", required=True, type=int)
@_OUT
@click.option(
    "--format",
    "format_",
    default="",
    type=click.Choice(["", *(one.value for one in _TAX_FORMATS)]),
    help="By the ending of the file if left out.",
)
@_FORCE
@command
def tax(session: Session, year: int, out: Path, format_: str, force: bool) -> None:
    """Write a year's income: gross, fees and tax apart, by payer and country, each currency."""
    named = format_ or _ENDINGS.get(out.suffix.lower())
    if named is None:
        raise UsageProblem(
            f"{out.name} does not say what kind of file it is.",
            advice="Give it an ending (.csv, .xlsx, .pdf, .txt), or say --format.",
        )
    with session.open(read_only=True) as services:
        done = export_tax(out, year, ExportFormat(named), services, force=force)
    row = {
        "file": path_text(done.path),
        "format": named,
        "year": year,
        "size_bytes": done.size_bytes,
        "rows": done.payments,
        "receipts": done.entries,
    }
    session.out.row(row, f"{path_text(done.path)}: {done.size_bytes:,} bytes")


def _show(session: Session, done: Exported, written_as: ExportFormat) -> None:
    row = {
        "file": path_text(done.path),
        "format": written_as.value,
        "size_bytes": done.size_bytes,
        "payments": done.payments,
        "bank_entries": done.entries,
    }
    session.out.row(row, f"{path_text(done.path)}: {done.size_bytes:,} bytes")
