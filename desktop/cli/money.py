"""bank: money that really arrived."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop.cli.money_words import day, period, read_amount
from desktop.cli.output import problem_json
from desktop.cli.session import Session, command
from desktop.flows.keeping_matches import set_aside
from desktop.flows.reconciling import import_bank_file
from desktop.flows.typed_money import CASH, add_entry, reverse_entry
from desktop.store import bank as bank_store
from desktop.store.bank import KeptEntry


@click.group()
def bank() -> None:
    """Money that really arrived."""


@bank.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", default="", help="Name of the account where the file has none.")
@click.option("--dry-run", is_flag=True, help="Show what would be new; keep nothing.")
@command
def import_(session: Session, files: tuple[Path, ...], account: str, dry_run: bool) -> None:
    """Read bank and wallet files (camt, MT940, OFX, PayPal, Stripe, Wise); none counts twice."""
    out = session.out
    with session.open(read_only=dry_run) as services:
        for path in files:
            result = import_bank_file(path, services, account=account, dry_run=dry_run)
            for kept in result.entries:
                out.row(_entry_json(kept), _entry_text(kept))
            for problem in result.problems:
                out.problems += 1
                data = {"status": "refused", "line": problem.line, "problem": problem_json(problem)}
                out.row(
                    {"entry_id": None, "date": None, "amount": None, "currency": None, **data},
                    f"refused  line {problem.line}: {problem}",
                )
            for kind, count in Counter(result.left_out).items():
                data = {"status": "left_out", "problem": None, "line": None, "reason": kind}
                out.row(
                    {"entry_id": None, "date": None, "amount": None, "currency": None, **data}
                    | {"count": count},
                    f"left out  {count} × {kind}: no money of yours that came or went",
                )
            if result.matched:
                out.text(f"{result.matched} payments found on the account")


@bank.command("entries")
@click.option("--unmatched", is_flag=True, help="Only those of which something is left.")
@period
@command
def entries_(session: Session, unmatched: bool, start: Any, end: Any) -> None:
    """List bank entries, oldest first, with what is left of each."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        found = bank_store.unmatched(connection) if unmatched else bank_store.everything(connection)
    first, last = day(start) or date.min, day(end) or date.max
    for kept in found:
        if first <= kept.entry.booked_on < last:
            session.out.row(_entry_json(kept), _entry_text(kept))


@bank.command("add")
@click.argument("amount")
@click.argument("currency")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day.")
@click.option("--from", "counterparty", default="", help="Who paid.")
@click.option("--reference", default="", help="What was written on it.")
@click.option("--account", default=CASH, show_default=True, help="Where it is now.")
@command
def add(
    session: Session,
    amount: str,
    currency: str,
    on: Any,
    counterparty: str,
    reference: str,
    account: str,
) -> None:
    """Keep money that no file tells of, such as cash or a cheque."""
    money = read_amount(amount, currency)
    with session.open() as services:
        kept = add_entry(
            money,
            on.date(),
            services,
            account=account,
            counterparty=counterparty,
            reference=reference,
        )
    session.out.row(_entry_json(kept), _entry_text(kept))


@bank.command("reverse")
@click.argument("entry_id", type=int)
@command
def reverse(session: Session, entry_id: int) -> None:
    """Take back an entry that was typed in wrongly; both stay to be seen."""
    with session.open() as services:
        kept = reverse_entry(entry_id, services)
    session.out.row(_entry_json(kept), _entry_text(kept))


@bank.command("aside")
@click.argument("entry_id", type=int)
@click.option("--reason", default="", help="What it is instead.")
@command
def aside(session: Session, entry_id: int, reason: str) -> None:
    """Say that what is left of an entry is no registry's money."""
    with session.open() as services:
        match_id = set_aside(entry_id, reason, services)
    session.out.row(
        {"entry_id": entry_id, "match_id": match_id, "state": "aside"},
        f"Bank entry {entry_id} is set aside; `payments unmatch {match_id}` takes that back.",
    )


def _entry_json(kept: KeptEntry) -> dict[str, Any]:
    entry = kept.entry
    return {
        "entry_id": kept.entry_id or None,
        "date": entry.booked_on.isoformat(),
        "amount": str(entry.amount),
        "currency": entry.amount.currency,
        "status": kept.status.value,
        "line": entry.line,
        "counterparty": entry.counterparty,
        "reference": entry.reference,
        "problem": None,
        "account": entry.account,
        "left": str(kept.left) if kept.left else None,
        "reverses": kept.reverses,
    }


def _entry_text(kept: KeptEntry) -> str:
    entry = kept.entry
    left = f", {kept.left} of it open" if kept.left and kept.left.minor else ""
    number = f"{kept.entry_id:>6}" if kept.entry_id else "     –"
    return (
        f"{number}  {kept.status.value:>7}  {entry.booked_on}  {entry.amount} "
        f"{entry.amount.currency}{left}  {entry.counterparty}  {entry.reference}"
    )
