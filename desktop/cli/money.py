"""bank, payments."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import problem_json
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.reconciling import import_bank_file, list_payments
from desktop.model.payments import Payment
from desktop.store import payments as payments_store
from desktop.store.bank import KeptEntry
from desktop.store.payments import Grouping

_GROUPINGS = {grouping.value: grouping for grouping in Grouping}


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


@click.command()
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--registry", default="")
@click.option("--work", "work_id", type=int)
@click.option("--by", "grouping", type=click.Choice(list(_GROUPINGS)))
@command
def payments(
    session: Session,
    start: Any,
    end: Any,
    registry: str,
    work_id: int | None,
    grouping: str | None,
) -> None:
    """Show what was stated, what arrived, and what is missing."""
    with session.open(read_only=True) as services:
        if grouping is not None:
            if start or end or registry:
                raise UsageProblem("--by adds up everything; it cannot be combined with filters.")
            with services.store.read() as connection:
                totals = payments_store.totals(connection, _GROUPINGS[grouping], work_id=work_id)
            for total in totals:
                data = {
                    grouping: total.label,
                    "amount": f"{total.net:f}",
                    "currency": total.currency,
                    "lines": total.lines,
                }
                session.out.row(
                    data, f"{total.label}  {total.net:f} {total.currency}  {total.lines} lines"
                )
            return
        found = list_payments(
            services, start=_day(start), end=_day(end), registry=registry, work_id=work_id
        )
    for payment in found:
        session.out.row(_payment_json(payment), _payment_text(payment))


def _day(moment: Any) -> date | None:
    return moment.date() if moment is not None else None


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
    }


def _entry_text(kept: KeptEntry) -> str:
    entry = kept.entry
    return (
        f"{kept.status.value:>7}  {entry.booked_on}  {entry.amount} {entry.amount.currency}  "
        f"{entry.counterparty}  {entry.reference}"
    )


def _payment_json(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.payment_id,
        "registry": payment.registry,
        "statement": payment.number,
        "period": {
            "start": payment.period.start.isoformat(),
            "end": payment.period.end.isoformat(),
        },
        "expected": str(payment.stated),
        "remitted": str(payment.remitted),
        "received": str(payment.received),
        "currency": payment.stated.currency,
        "state": payment.state.value,
        "matches": list(payment.matches),
    }


def _payment_text(payment: Payment) -> str:
    return (
        f"{payment.payment_id:>6}  {payment.period.start:%Y-%m}  {payment.registry}  "
        f"{payment.stated} {payment.stated.currency} stated, {payment.received} received  ·  "
        f"{payment.state.value.replace('_', ' ')}"
    )
