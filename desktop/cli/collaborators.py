"""collaborators: what the others who share are due, and what was handed on to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.flows.accounting import collaborator_statements, give_statement
from desktop.flows.dividing import allocations, divide_again
from desktop.flows.handing_on import balances, collaborator, record_payout, take_back_payout
from desktop.flows.unshared import not_given, what_to_do
from desktop.model.allocations import (
    Allocation,
    Balance,
    CollaboratorStatement,
    Payout,
    Unshared,
)
from desktop.payments.exports.collaborator import account_rows
from desktop.store import collaborators as collaborators_store

_COMMANDS_SHOWN = 3
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.pass_context
def collaborators(context: click.Context) -> None:
    """Who shares in your payments: what they are due, and what they have."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@collaborators.command("list")
@click.option("--mine", is_flag=True, help="Your own part too.")
@command
def list_(session: Session, mine: bool) -> None:
    """Show where every collaborator stands, in each currency."""
    with session.open(read_only=True) as services:
        for balance in balances(services, mine=mine):
            session.out.row(_balance_json(balance), balance_text(balance))


@collaborators.command("show")
@click.argument("name")
@command
def show(session: Session, name: str) -> None:
    """Show what a collaborator is due of each payment, and what was paid."""
    with session.open(read_only=True) as services:
        party = collaborator(name, services)
        due = allocations(services, party_id=party.party_id)
        stands = [one for one in balances(services) if one.party_id == party.party_id]
        with services.store.read() as connection:
            paid = collaborators_store.payouts(connection, party.party_id)
    for one in due:
        session.out.row(allocation_json(one), _allocation_text(one))
    for payout in paid:
        session.out.row(_payout_json(payout), _payout_text(payout))
    for balance in stands:
        session.out.row(_balance_json(balance), balance_text(balance))


@collaborators.command("payment")
@click.argument("payment_id", type=int)
@click.option("--again", is_flag=True, help="Divide by the shares as they are now.")
@command
def payment(session: Session, payment_id: int, again: bool) -> None:
    """Show whose a payment is; the parts add up to it."""
    with session.open(read_only=not again) as services:
        if again:
            divide_again([payment_id], services)
        for one in allocations(services, payment_id=payment_id):
            if one.payment_id == payment_id:
                session.out.row(allocation_json(one), _allocation_text(one, party=True))


@collaborators.command("nobody")
@command
def nobody(session: Session) -> None:
    """Show what no share gives to anybody: of which works, why, and what to do."""
    with session.open(read_only=True) as services:
        for one in not_given(services):
            session.out.row(_unshared_json(one), _unshared_text(one))


@collaborators.command("paid")
@click.argument("name")
@click.argument("amount")
@click.argument("currency")
@click.option("--date", "on", type=DAY, help="The day; today if left out.")
@click.option("--way", default="", help="How: bank, cash …")
@click.option("--reference", default="")
@click.option("--note", default="")
@command
def paid(session: Session, name: str, amount: str, currency: str, on: Any, **texts: str) -> None:
    """Record that you handed money on; below zero: it came back."""
    with session.open() as services:
        payout, balance = record_payout(name, amount, currency, services, on=_date(on), **texts)
    session.out.row(
        _payout_json(payout) | {"balance": _balance_json(balance)},
        f"{_payout_text(payout)}\n{balance_text(balance)}",
    )


@collaborators.command("statement")
@click.argument("name")
@click.option("--from", "first", type=DAY, help="The first day; the first of this year if not.")
@click.option("--to", "last", type=DAY, help="The last day; today if left out.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File, .pdf or .csv; or look."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@command
def statement(
    session: Session, name: str, first: Any, last: Any, out: Path | None, force: bool
) -> None:
    """Show a collaborator's account, or write it as PDF or CSV to give away."""
    with session.open(read_only=out is None) as services:
        today = services.now().astimezone().date()
        end = _date(last) or today
        begin = _date(first) or date(end.year, 1, 1)
        if out is None:
            found = collaborator_statements(name, begin, end, services)
        else:
            found = give_statement(name, begin, end, out, services, force=force)
    for one in found:
        session.out.row(_statement_json(one, out), _statement_text(one, out))


@collaborators.command("undo")
@click.argument("payout_id", type=int)
@command
def undo(session: Session, payout_id: int) -> None:
    """Take back a payout that was recorded by mistake; both rows stay."""
    with session.open() as services:
        payout = take_back_payout(payout_id, services)
    session.out.row(_payout_json(payout), _payout_text(payout))


def _mending(one: Unshared) -> list[str]:
    """Return the commands that lead to what would mend it."""
    if one.why is None:
        return [f"collaborators payment {number} --again" for number in one.recorded]
    if one.by_claim or not one.work_id:
        return [f"collaborators payment {number}" for number in one.payments]
    return [
        f"work show {one.work_id}",
        f"work edit {one.work_id} --only-these-shares --share me:RIGHT:PART",
    ]


def _unshared_json(one: Unshared) -> dict[str, Any]:
    return {
        "work_id": one.work_id or None,
        "title": one.title or None,
        "amount": str(one.amount),
        "currency": one.amount.currency,
        "why": one.why.name.lower() if one.why else "recorded",
        "by_claim": one.by_claim,
        "payments": list(one.payments),
        "recorded": list(one.recorded),
        "do": _mending(one),
    }


def _unshared_text(one: Unshared) -> str:
    what = one.title or "not of a single work"
    do = ", ".join(f"`{line}`" for line in _mending(one)[:_COMMANDS_SHOWN])
    return f"{one.amount} {one.amount.currency}  {what}  {what_to_do(one)}  {do}"


def _date(moment: Any) -> date | None:
    return moment.date() if moment is not None else None


def allocation_json(one: Allocation) -> dict[str, Any]:
    """Return an allocation as JSON."""
    return {
        "party_id": one.party_id or None,
        "party": one.party,
        "is_me": one.is_me,
        "payment_id": one.payment_id,
        "registry": one.registry,
        "statement": one.number,
        "work_id": one.work_id or None,
        "title": one.title,
        "amount": str(one.settled),
        "due": str(one.due),
        "awaited": str(one.awaited),
        "currency": one.settled.currency,
        "exact": f"{one.exact.numerator}/{one.exact.denominator}",
        "arrived_on": one.arrived_on.isoformat() if one.arrived_on else None,
        "recorded": one.recorded,
    }


def _allocation_text(one: Allocation, *, party: bool = False) -> str:
    what = one.title or "not of a single work"
    when = "due when it arrives"
    if one.arrived:
        when = f"arrived {one.arrived_on}" if one.arrived_on else "due"
    if one.settled.minor < 0:
        when = f"to be given back or set off since {one.arrived_on}" if one.arrived else when
    elif not one.arrived and one.due.minor:
        when = f"{one.due} of it arrived"
    who = f"{one.party}  " if party else ""
    return (
        f"{one.payment_id:>6}  {one.period.start:%Y-%m}  {one.registry}  {who}{what}  "
        f"{one.settled} {one.settled.currency}  {when}"
    )


def _statement_json(one: CollaboratorStatement, out: Path | None) -> dict[str, Any]:
    return {
        "party_id": one.party_id,
        "party": one.party,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
        "currency": one.currency,
        "opening": str(one.opening),
        "changed": str(one.changed),
        "due": str(one.due),
        "paid": str(one.paid),
        "closing": str(one.closing),
        "rows": len(one.rows),
        "file": path_text(out) if out else None,
    }


def _statement_text(one: CollaboratorStatement, out: Path | None) -> str:
    lines = [f"{name}  {money} {money.currency}" for name, money in account_rows(one)]
    return "\n".join([one.party, *lines, *([path_text(out)] if out else [])])


def _payout_json(payout: Payout) -> dict[str, Any]:
    return {
        "payout_id": payout.payout_id,
        "party_id": payout.party_id,
        "party": payout.party,
        "date": payout.paid_on.isoformat(),
        "paid": str(payout.amount),
        "currency": payout.amount.currency,
        "way": payout.way,
        "reference": payout.reference,
        "note": payout.note,
        "reverses": payout.reverses,
        "reversed_by": payout.reversed_by,
    }


def _payout_text(payout: Payout) -> str:
    undone = "  (taken back)" if payout.reversed_by else ""
    undone = f"  (takes back payout {payout.reverses})" if payout.reverses else undone
    return (
        f"{payout.payout_id:>6}  {payout.paid_on}  paid {payout.amount} {payout.amount.currency}  "
        f"{payout.way}  {payout.reference}{undone}"
    )


def _balance_json(balance: Balance) -> dict[str, Any]:
    return {
        "party_id": balance.party_id or None,
        "party": balance.party,
        "is_me": balance.is_me,
        "currency": balance.due.currency,
        "due": str(balance.due),
        "paid": str(balance.paid),
        "open": str(balance.open),
        "awaited": str(balance.awaited),
    }


def balance_text(balance: Balance) -> str:
    """Say where a collaborator stands."""
    currency = balance.due.currency
    open_ = balance.open
    if open_.minor < 0:
        stands = f"{-open_} {currency} more than is due was paid"
    else:
        stands = f"{open_} {currency} to hand on now"
    if balance.party_id == 0:
        stands = f"{open_} {currency} that no share says whose it is"
    later = f", {balance.awaited} {currency} when it arrives" if balance.awaited.minor else ""
    return f"{balance.party}: {stands}{later}  (due {balance.due}, paid {balance.paid})"
