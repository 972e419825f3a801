"""rates: exchange rates, and totals in the home currency."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.flows.converting import home_currency, rate_on, set_home_currency, totals_at_home
from desktop.model.rates import AtHome, HomeTotal, NoRate, Rate


@click.group()
def rates() -> None:
    """Exchange rates of the European Central Bank, and totals in your home currency."""


@rates.command("show")
@click.argument("base")
@click.argument("quote", default="EUR")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today if left out.")
@command
def show(session: Session, base: str, quote: str, on: Any) -> None:
    """Show what one unit of a currency was in another on a day."""
    day = (on or datetime.now(UTC)).date()
    rate = rate_on(base.upper(), quote.upper(), day)
    if isinstance(rate, NoRate):
        session.out.problems += 1
    session.out.row(_rate_json(rate), rate_text(rate))


@rates.command("home")
@click.argument("currency", required=False)
@command
def home(session: Session, currency: str | None) -> None:
    """Show or choose the currency in which you also want to see totals; "none" for none."""
    if currency is None:
        with session.open(read_only=True) as services:
            code = home_currency(services)
    else:
        with session.open() as services:
            code = set_home_currency("" if currency.lower() == "none" else currency, services)
    session.out.row({"home_currency": code or None}, code or "No home currency is chosen.")


@rates.command("totals")
@click.option("--in", "currency", default="", help="Another currency than the chosen one.")
@command
def totals(session: Session, currency: str) -> None:
    """Show what came and what is owed in the home currency, with every rate."""
    with session.open(read_only=True) as services:
        found = totals_at_home(services, currency.upper())
    for name, total in (("received", found.received), ("owed", found.owed)):
        for part in total.parts:
            session.out.row(_part_json(name, part), _part_text(name, part))
        session.out.row(_total_json(name, total), _total_text(name, total))


def rate_text(rate: Rate | NoRate) -> str:
    """Say a rate with its source and day, or why there is none."""
    if isinstance(rate, NoRate):
        return f"No rate: {rate.reason}."
    return f"1 {rate.base} = {rate.shown} {rate.quote}, {rate.source.value}, {rate.on}"


def _rate_json(rate: Rate | NoRate) -> dict[str, Any]:
    if isinstance(rate, NoRate):
        return {"rate": None, "currency": rate.currency, "problem": rate.reason}
    return {
        "base": rate.base,
        "quote": rate.quote,
        "rate": str(rate.shown),
        "exact": f"{rate.value.numerator}/{rate.value.denominator}",
        "source": rate.source.value,
        "date": rate.on.isoformat(),
    }


def _part_json(name: str, part: AtHome) -> dict[str, Any]:
    return {
        "of": name,
        "amount": str(part.amount),
        "currency": part.amount.currency,
        "home": str(part.home) if part.home else None,
        "rate": _rate_json(part.rate),
    }


def _part_text(name: str, part: AtHome) -> str:
    home = f"{part.home} {part.home.currency}" if part.home else "left out"
    return f"{name:>8}  {part.amount} {part.amount.currency}  {home}  {rate_text(part.rate)}"


def _total_json(name: str, total: HomeTotal) -> dict[str, Any]:
    return {
        "total": name,
        "amount": str(total.total),
        "currency": total.total.currency,
        "left_out": len(total.left_out),
    }


def _total_text(name: str, total: HomeTotal) -> str:
    left = f", {len(total.left_out)} amounts left out" if total.left_out else ""
    return f"{name} in all: {total.total} {total.total.currency}{left}"
