"""bank: money that really arrived."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop.cli.money_words import day, period, read_amount
from desktop.cli.originals import of_bank_entry
from desktop.cli.output import problem_json
from desktop.cli.session import Session, command
from desktop.errors import AppError, BalanceProblem, UsageProblem
from desktop.flows.importing_money import (
    import_bank_file,
    import_bank_table,
    keep_mapping,
    see_table,
)
from desktop.flows.keeping_matches import set_aside
from desktop.flows.typed_money import CASH, add_entry, reverse_entry
from desktop.model.bank_mappings import DAY_ORDERS, BankFact, BankMapping
from desktop.store import bank as bank_store
from desktop.store.bank import KeptEntry


@click.group()
def bank() -> None:
    """Money that really arrived."""


bank.add_command(of_bank_entry)


@bank.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--account", default="", help="Name of the account where the file has none.")
@click.option("--mapping", default="", help="Name of a mapping of a table's columns: `bank map`.")
@click.option("--dry-run", is_flag=True, help="Show what would be new; keep nothing.")
@command
def import_(
    session: Session, files: tuple[Path, ...], account: str, mapping: str, dry_run: bool
) -> None:
    """Read files of banks and wallets (camt, MT940, OFX, PayPal, Stripe, Wise, tables) once."""
    out = session.out
    with session.open(read_only=dry_run) as services:
        done = 0
        for path in files:
            try:
                result = import_bank_file(
                    path, services, account=account, dry_run=dry_run, mapping=mapping
                )
            except AppError as error:
                if len(files) == 1:
                    raise
                out.problem(error, path=path.name)
                continue
            done += 1
            if not (result.entries or result.problems or result.left_out):
                out.text(f"{path.name}: no entry that is booked")
            for kept in result.entries:
                out.row(_entry_json(kept), _entry_text(kept))
            for problem in result.problems:
                out.problems += 1
                status = "unbalanced" if isinstance(problem, BalanceProblem) else "refused"
                data = {"status": status, "line": problem.line, "problem": problem_json(problem)}
                where = f"line {problem.line}: " if problem.line else ""
                out.row(
                    {"entry_id": None, "date": None, "amount": None, "currency": None, **data},
                    f"{status}  {where}{problem}",
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
        out.nothing_done = not done


@bank.command("map")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name")
@click.option(
    "--column",
    "columns",
    multiple=True,
    help=f"FACT=HEADING, where the guess is wrong. Facts: {', '.join(BankFact)}.",
)
@click.option("--currency", default="", help="Of all amounts, where no column says it.")
@click.option("--account", default="", help="Name of the account, where no column says it.")
@click.option("--days", type=click.Choice(DAY_ORDERS[1:]), help="The order in a day.")
@click.option("--comma/--point", default=None, help="What stands before the decimals.")
@command
def map_(session: Session, file: Path, name: str, **said: Any) -> None:
    """Say what the columns of a bank's table are, and keep that under a name.

    Shows what would be read; `bank import FILE` then reads it.
    """
    with session.open() as services:
        mapping = _corrected(see_table(file, services).mapping, name, **said)
        result = import_bank_table(file, mapping, services, dry_run=True)
        keep_mapping(mapping, services)
    for kept in result.entries:
        session.out.row(_entry_json(kept), _entry_text(kept))
    for problem in result.problems:
        session.out.problem(problem)


def _corrected(
    guessed: BankMapping,
    name: str,
    *,
    columns: tuple[str, ...],
    currency: str,
    account: str,
    days: str | None,
    comma: bool | None,
) -> BankMapping:
    """Return the guess with what the user said of it."""
    known = dict(guessed.columns)
    for text in columns:
        fact, _, heading = text.partition("=")
        if fact not in set(BankFact):
            raise UsageProblem(f"{fact!r} is no fact.", advice=f"Facts: {', '.join(BankFact)}.")
        known.pop(BankFact(fact), None)
        if heading:
            known[BankFact(fact)] = heading
    return replace(
        guessed,
        name=name,
        columns=known,
        currency=currency.upper() or guessed.currency,
        account=account or guessed.account,
        day_order=days or guessed.day_order,
        comma=guessed.comma if comma is None else comma,
    )


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
