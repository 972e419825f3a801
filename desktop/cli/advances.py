"""advances, withholding: what registries paid before, keep back, hold and carry over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.flows.advancing import (
    add_advance,
    payer_balances,
    set_withholding,
    take_back_advance,
)
from desktop.flows.holding_back import check_recouped, check_reserves, check_withheld
from desktop.flows.taxing import set_reserve_months
from desktop.model.advances import Advance, PayerBalance, Withholding
from desktop.model.findings import KeptFinding
from desktop.store import advances as advances_store

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def advances() -> None:
    """Money that was paid before it was earned, and what is kept back of statements for it."""


@advances.command("add")
@click.argument("registry")
@click.argument("amount")
@click.argument("currency")
@click.option("--date", "on", type=_DAY, help="When you were paid; today if left out.")
@click.option("--terms", default="", help="What was agreed, in your words.")
@click.option("--new", "new_payer", is_flag=True, help="A payer of whom nothing came yet.")
@command
def add(
    session: Session,
    registry: str,
    amount: str,
    currency: str,
    on: Any,
    terms: str,
    new_payer: bool,
) -> None:
    """Record an advance; statements that keep back more than it are found."""
    with session.open() as services:
        made = add_advance(
            registry, amount, currency, services, on=_date(on), terms=terms, new_payer=new_payer
        )
        found = check_recouped(made.registry, services)
    session.out.row(_advance_json(made), _advance_text(made))
    _tell(session, found)


@advances.command("list")
@command
def list_(session: Session) -> None:
    """List advances, and those that were taken back."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        found = advances_store.everything(connection)
    for one in found:
        session.out.row(_advance_json(one), _advance_text(one))


@advances.command("undo")
@click.argument("advance_id", type=int)
@command
def undo(session: Session, advance_id: int) -> None:
    """Take back an advance that was recorded by mistake; both rows stay."""
    with session.open() as services:
        made = take_back_advance(advance_id, services)
        check_recouped(made.registry, services)
    session.out.row(_advance_json(made), _advance_text(made))


@advances.command("balances")
@command
def balances(session: Session) -> None:
    """Show for every registry what is left of advances, held back, withheld and carried over."""
    with session.open(read_only=True) as services:
        for one in payer_balances(services):
            session.out.row(_balance_json(one), "\n".join(balance_lines(one)))


@advances.command("reserve")
@click.argument("registry")
@click.argument("months", type=int)
@command
def reserve(session: Session, registry: str, months: int) -> None:
    """Say after how many months a reserve must be released; 24 if nothing is said."""
    with session.open() as services:
        set_reserve_months(registry, months, services)
        found = check_reserves(registry, services)
    data = {"registry": registry, "reserve_months": months}
    session.out.row(data, f"{registry}: reserves are released after {months} months")
    _tell(session, found)


@click.group()
def withholding() -> None:
    """Which tax you expect registries to withhold; more than that is found."""


@withholding.command("set")
@click.argument("registry")
@click.argument("rate")
@click.option("--country", default="", help="Of the payer, two letters; any if left out.")
@click.option("--since", type=_DAY, help="The first of this month if left out.")
@command
def set_(session: Session, registry: str, rate: str, country: str, since: Any) -> None:
    """Say the rate, such as 15% or 0.15; "none" expects nothing more."""
    with session.open() as services:
        kept = set_withholding(registry, rate, services, country=country, since=_date(since))
        found = check_withheld(kept.registry, services)
    session.out.row(_withholding_json(kept), _withholding_text(kept))
    _tell(session, found)


@withholding.command("list")
@command
def list_withholding(session: Session) -> None:
    """List what you said, the newest first."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        found = advances_store.withholdings(connection)
    for one in found:
        session.out.row(_withholding_json(one), _withholding_text(one))


def balance_lines(one: PayerBalance) -> list[str]:
    """Say where the user stands with a registry, one line a thing; only what there is."""
    left = one.advance_left
    said = [
        (one.advanced, f"{left:f} of {one.advanced:f} advanced is still to be earned"),
        (one.held, f"{one.reserve:f} is held in reserve ({one.released:f} was released)"),
        (one.carried, f"{one.carried:f} is carried to the next statement"),
        (one.withheld, f"{one.withheld:f} tax was withheld"),
        (one.vat, f"{one.vat:f} VAT was paid on top; it is no income"),
    ]
    if left < 0:
        said[0] = (one.advanced, f"{-left:f} more was kept than was advanced")
    lines = [f"  {text}" for amount, text in said if amount]
    return [f"{one.registry}, {one.currency}", *(lines or ["  nothing is kept back"])]


def _tell(session: Session, found: Sequence[KeptFinding]) -> None:
    """Say what does not hold of the statements that are here already."""
    for one in found:
        finding = one.finding
        session.out.problems += 1
        data = {
            "finding_id": one.finding_id,
            "check": finding.check,
            "sentence": finding.sentence,
            "expected": finding.expected,
            "actual": finding.actual,
        }
        words = f"Expected {finding.expected}, found {finding.actual}."
        session.out.row(data, f"{finding.check}: {finding.sentence} {words}")


def _date(moment: Any) -> date | None:
    return moment.date() if moment is not None else None


def _advance_json(one: Advance) -> dict[str, Any]:
    return {
        "advance_id": one.advance_id,
        "registry": one.registry,
        "date": one.granted_on.isoformat(),
        "amount": str(one.amount),
        "currency": one.amount.currency,
        "terms": one.terms,
        "reverses": one.reverses,
        "reversed_by": one.reversed_by,
    }


def _advance_text(one: Advance) -> str:
    undone = "  (taken back)" if one.reversed_by else ""
    undone = f"  (takes back advance {one.reverses})" if one.reverses else undone
    return (
        f"{one.advance_id:>6}  {one.granted_on}  {one.registry}  {one.amount} "
        f"{one.amount.currency}  {one.terms}{undone}"
    )


def _balance_json(one: PayerBalance) -> dict[str, Any]:
    return {
        "registry": one.registry,
        "currency": one.currency,
        "advanced": f"{one.advanced:f}",
        "recouped": f"{one.recouped:f}",
        "advance_left": f"{one.advance_left:f}",
        "reserve": f"{one.reserve:f}",
        "held": f"{one.held:f}",
        "released": f"{one.released:f}",
        "carried": f"{one.carried:f}",
        "withheld": f"{one.withheld:f}",
        "vat": f"{one.vat:f}",
    }


def _withholding_json(one: Withholding) -> dict[str, Any]:
    return {
        "registry": one.registry,
        "country": one.country or None,
        "rate": None if one.rate is None else f"{one.rate:f}",
        "since": one.since.isoformat(),
    }


def _withholding_text(one: Withholding) -> str:
    where = f" ({one.country})" if one.country else ""
    rate = "nothing is expected" if one.rate is None else f"{(one.rate * 100).normalize():f} %"
    return f"{one.registry}{where}: {rate} since {one.since}"
