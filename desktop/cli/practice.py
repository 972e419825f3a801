"""practice serve, practice advance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.model.times import to_rfc3339
from desktop.practice.advance import advance as advance_months
from desktop.practice.server import serve as serve_registry

_store = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    help="The practice registry's own folder; without it, one inside the library.",
)


@click.group()
def practice() -> None:
    """A registry to learn and test with, on this computer; nothing in it is real."""


@practice.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0)
@_store
@click.option("--misbehave", multiple=True, help="KIND[:COUNT], to see what the app does then.")
@command
def serve(session: Session, port: int, store: Path | None, misbehave: tuple[str, ...]) -> None:
    """Run the practice registry until Ctrl-C."""

    def announce(data: dict[str, Any]) -> None:
        click.echo(json.dumps(data))

    serve_registry(store or session.library / "practice", port, misbehave, announce)


@practice.command()
@click.argument("months", type=click.IntRange(1, 120))
@_store
@command
def advance(session: Session, months: int, store: Path | None) -> None:
    """Let months pass at the practice registry; a running one sees it at once."""
    done = advance_months(store or session.library / "practice", months)
    data = {
        "months": done.months,
        "now": to_rfc3339(done.now),
        "statements": done.statements,
        "remittances": done.remittances,
        "bank_files": [path_text(path) for path in done.bank_files],
    }
    files = "".join(f"\n  {path}" for path in done.bank_files)
    session.out.row(
        data,
        f"It is {done.now:%d %B %Y} there: {done.statements} statements, "
        f"{done.remittances} remittances, bank files:{files or ' none'}",
    )
