"""statements original, bank original: the document that figures came in, byte for byte."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.saving import into_file, say_saved
from desktop.cli.session import Session, command
from desktop.flows.originals import look_at_original, save_bank_file, save_original


@click.command("original")
@click.argument("statement_id", type=int)
@into_file
@command
def original(session: Session, statement_id: int, out: Path, force: bool) -> None:
    """Write the document of a statement to a file, as it came."""
    with session.open(read_only=True) as services:
        about = look_at_original(statement_id, services)
        size = save_original(statement_id, out, services, force=force)
    more = f", SHA-256 {about.sha256}"
    say_saved(
        *(session, out, size, more),
        statement_id=statement_id,
        name=about.name,
        sha256=about.sha256,
    )


@click.command("original")
@click.argument("entry_id", type=int)
@into_file
@command
def of_bank_entry(session: Session, entry_id: int, out: Path, force: bool) -> None:
    """Write the bank file that an entry was read from, as it came."""
    with session.open(read_only=True) as services:
        size = save_bank_file(entry_id, out, services, force=force)
    say_saved(session, out, size, entry_id=entry_id)
