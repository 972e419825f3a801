"""verify, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.flows.checking import verify_library
from desktop.flows.journaling import read_checkpoint_file
from desktop.flows.keeping import backup as backup_flow
from desktop.flows.keeping import restore as restore_flow


@click.command()
@click.option("--all", "everything", is_flag=True, help="Everything; this is the default.")
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint that was kept elsewhere: shows whether rows were cut off since.",
)
@command
def verify(session: Session, everything: bool, files: tuple[Path, ...]) -> None:
    """Check the store, the journal's chain, every signature, receipt and row of money."""
    del everything
    given = [read_checkpoint_file(path) for path in files]
    with session.open(read_only=True) as services:
        for check in verify_library(services, checkpoints=given):
            session.out.problems += not check.ok
            session.out.row(
                {"check": check.check, "ok": check.ok, "detail": check.detail},
                f"{'ok' if check.ok else 'WRONG':>6}  {check.check}: {check.detail}",
            )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command
def backup(session: Session, file: Path) -> None:
    """Write a checked copy of the library, also while the window is open."""
    with session.open(read_only=True) as services:
        written = backup_flow(file, services)
    session.out.row({"file": path_text(written)}, f"Written to {written}. Keys are not in it.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace a library; the present one is kept beside.")
@command
def restore(session: Session, file: Path, force: bool) -> None:
    """Put a backup in the place of the library."""
    restored = restore_flow(file, session.library, force=force)
    session.out.row({"file": path_text(restored)}, f"Restored to {restored}.")
