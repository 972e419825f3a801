"""export: what the library holds, for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command, stoppable
from desktop.errors import Cancelled
from desktop.flows.evidencing import evidence_bundle
from desktop.flows.exporting import Exported, export_payments
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


_FORMATS = [ExportFormat.CSV, ExportFormat.XLSX, ExportFormat.HLEDGER, ExportFormat.BEANCOUNT]


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


def _show(session: Session, done: Exported, written_as: ExportFormat) -> None:
    row = {
        "file": path_text(done.path),
        "format": written_as.value,
        "size_bytes": done.size_bytes,
        "payments": done.payments,
        "bank_entries": done.entries,
    }
    session.out.row(row, f"{path_text(done.path)}: {done.size_bytes:,} bytes")
