"""journal: what was done in this library, and signed checkpoints of it."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.auditing import history_of
from desktop.flows.journaling import list_journal, make_checkpoint
from desktop.model.audit import Kind


@click.group(invoke_without_command=True)
@click.option("--about", default="", help="Only rows with this text: a number, name or action.")
@click.option("--limit", type=int, default=200, show_default=True)
@click.pass_context
def journal(context: click.Context, about: str, limit: int) -> None:
    """What was done in this library, newest first."""
    if context.invoked_subcommand is None:
        context.invoke(_list, about=about, limit=limit)


@click.command()
@command
def _list(session: Session, about: str, limit: int) -> None:
    with session.open(read_only=True) as services:
        rows = list_journal(services, about=about, limit=limit)
    for row in rows:
        detail = "  ".join(f"{name} {value}" for name, value in row.detail.items())
        session.out.row(
            {
                "row": row.seq,
                "time": row.time.isoformat(),
                "action": row.action,
                "subject": row.subject,
                "detail": dict(row.detail),
                "hash": row.hash,
            },
            f"{row.seq:>6}  {row.time:%Y-%m-%d %H:%M}  {row.action}  {row.subject}  {detail}",
        )


@journal.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also into a file.")
@command
def checkpoint(session: Session, out: Path | None) -> None:
    """Sign where the journal ends now. Keep the file somewhere else: `verify --checkpoint`."""
    with session.open() as services:
        made = make_checkpoint(services)
    if out is not None:
        try:
            out.write_bytes(made.document)
        except OSError as error:
            raise UsageProblem(f"The file cannot be written: {error.strerror}.") from error
    session.out.row(
        {
            "rows": made.seq,
            "head": made.head,
            "time": made.made.isoformat(),
            "did": made.did,
            "file": path_text(out) if out else None,
        },
        f"{made.seq} rows, head {made.head}, signed."
        + (f" Written to {out}; keep it somewhere else." if out else ""),
    )


@journal.command()
@click.argument("kind", type=click.Choice([one.value for one in Kind]))
@click.argument("identifier")
@command
def history(session: Session, kind: str, identifier: str) -> None:
    """What happened to one payment, statement, bank entry, payout or finding, oldest first."""
    if kind != Kind.FINDING and not identifier.isdigit():
        raise UsageProblem(f"{identifier} is no number.", advice="`payments` shows the numbers.")
    with session.open(read_only=True) as services:
        found = history_of(Kind(kind), identifier, services)
    for one in found:
        session.out.row(
            {
                "time": one.time.isoformat(),
                "who": one.who,
                "what": one.what,
                "row": one.row,
                "undo": one.undo.label if one.undo else None,
            },
            f"{one.time:%Y-%m-%d %H:%M}  {one.who} {one.what}"
            + (f"  (journal {one.row})" if one.row else ""),
        )
