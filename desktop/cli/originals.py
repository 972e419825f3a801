"""statements original, bank original: the document that figures came in, byte for byte."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.flows.originals import look_at_original, save_bank_file, save_original


@click.command("original")
@click.argument("statement_id", type=int)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@command
def original(session: Session, statement_id: int, out: Path, force: bool) -> None:
    """Write the document of a statement to a file, as it came."""
    with session.open(read_only=True) as services:
        about = look_at_original(statement_id, services)
        size = save_original(statement_id, out, services, force=force)
    data = {
        "statement_id": statement_id,
        "file": path_text(out),
        "name": about.name,
        "size_bytes": size,
        "sha256": about.sha256,
    }
    session.out.row(data, f"{path_text(out)}: {size:,} bytes, SHA-256 {about.sha256}")


@click.command("original")
@click.argument("entry_id", type=int)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@command
def of_bank_entry(session: Session, entry_id: int, out: Path, force: bool) -> None:
    """Write the bank file that an entry was read from, as it came."""
    with session.open(read_only=True) as services:
        size = save_bank_file(entry_id, out, services, force=force)
    data = {"entry_id": entry_id, "file": path_text(out), "size_bytes": size}
    session.out.row(data, f"{path_text(out)}: {size:,} bytes")
