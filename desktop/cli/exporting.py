"""export: what the library holds, for others."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.evidencing import evidence_bundle


@click.group()
def export() -> None:
    """Write what the library holds into files for others."""


@export.command("evidence")
@click.argument("work_id", type=int)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--attach", "attach", type=int, multiple=True, help="Number of evidence to hand over as a file."
)
@click.option("--private", is_flag=True, help="Also how to reach others, which claims commit to.")
@command
def evidence(
    session: Session, work_id: int, out: Path, attach: tuple[int, ...], private: bool
) -> None:
    """Write a ZIP by which a stranger can verify your claims without this app."""
    with session.open(read_only=True) as services:
        data = evidence_bundle(work_id, services, attach=attach, private=private)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise UsageProblem(f"{out.name} cannot be written: {error.strerror}.") from error
    row = {"work_id": work_id, "file": path_text(out), "size_bytes": len(data)}
    session.out.row(
        row, f"{path_text(out)}: {len(data):,} bytes; report.html tells how to check it"
    )
