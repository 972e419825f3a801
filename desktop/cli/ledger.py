"""payments --by, payments lines, payments searches: what lines add up to, by any filter."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.ledger import open_books, remove_search, save_search, saved_searches
from desktop.flows.reconciling import list_payments
from desktop.model.ledger import LedgerLine, LineFilter, filter_json
from desktop.model.line_columns import Dimension
from desktop.model.payments import GroupTotal, Payment, PaymentState
from desktop.services import Services

GROUPINGS = {dimension.value: dimension for dimension in Dimension}
_DAY = click.DateTime(["%Y-%m-%d"])
_ORDERS = ("newest", "oldest", "largest")
_MANY: dict[str, tuple[Dimension, str]] = {
    "registry": (Dimension.REGISTRY, "Of this registry or payer."),
    "work": (Dimension.WORK, "Of this work (its number)."),
    "licensee": (Dimension.LICENSEE, "Paid for by this licensee."),
    "model": (Dimension.MODEL, "Of this model."),
    "use": (Dimension.USE, "Of this use: training, output …"),
    "right": (Dimension.RIGHT, "Of this right."),
    "territory": (Dimension.TERRITORY, "In this territory."),
    "currency": (Dimension.CURRENCY, "In this currency."),
    "statement": (Dimension.STATEMENT, "Of this statement (its number here)."),
}


def line_filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that filter lines; each may be given more than once."""
    options = [
        click.option("--from", "start", type=_DAY, help="From this month on."),
        click.option("--to", "end", type=_DAY, help="Before this day's month, or day 1 of it."),
        *(
            click.option(f"--{name}", name, multiple=True, help=text)
            for name, (_, text) in _MANY.items()
        ),
        click.option(
            "--state",
            "state",
            multiple=True,
            type=click.Choice([state.value for state in PaymentState]),
            help="Of payments in this state.",
        ),
        click.option("--text", default="", help="With this in title, licensee, model or payer."),
        click.option("--saved", default="", help="As saved under this name; the rest narrows it."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def wanted_of(services: Services, asked: dict[str, Any]) -> LineFilter:
    """Return the filter that options say. Raises UsageProblem for a search that is not saved."""
    wanted = _saved(services, asked["saved"]) if asked["saved"] else LineFilter()
    for name, (dimension, _) in _MANY.items():
        if asked[name]:
            said = asked[name]
            if dimension is Dimension.CURRENCY:
                said = [one.upper() for one in said]
            wanted = wanted.narrowed(dimension, *said)
    return dataclasses.replace(
        wanted,
        start=_day(asked["start"]) or wanted.start,
        end=_day(asked["end"]) or wanted.end,
        states=tuple(PaymentState(state) for state in asked["state"]) or wanted.states,
        text=asked["text"] or wanted.text,
    )


def show_totals(session: Session, services: Services, by: Dimension, wanted: LineFilter) -> None:
    """Write the sums of lines by something, and what they come to."""
    ledger = open_books(services).ledger
    totals = ledger.totals(by, ledger.rows(wanted))
    for total in totals:
        session.out.row(_total_json(by, total), _total_text(total))
    for currency, net in sorted(totals.in_all().items()):
        session.out.text(f"In all  {net:f} {currency}")


def filtered_payments(services: Services, wanted: LineFilter) -> list[Payment]:
    """Return the payments with a line that a filter means; a payment may have no lines at all."""
    names = wanted.where.get(Dimension.REGISTRY, ())
    found = [
        payment
        for payment in list_payments(services, start=wanted.start, end=wanted.end)
        if (not names or payment.registry in names)
        and (not wanted.states or payment.state in wanted.states)
    ]
    rest = dataclasses.replace(wanted.narrowed(Dimension.REGISTRY), states=(), start=None, end=None)
    if rest.is_empty:
        return found
    ledger = open_books(services).ledger
    totals = ledger.totals(Dimension.STATEMENT, ledger.rows(rest))
    numbers = {int(total.key) for total in totals}
    return [payment for payment in found if payment.payment_id in numbers]


@click.command("lines")
@line_filters
@click.option("--limit", type=click.IntRange(min=0), default=100, help="At most so many lines.")
@click.option("--order", type=click.Choice(_ORDERS), default="newest")
@command
def lines(session: Session, limit: int, order: str, **asked: Any) -> None:
    """List statement lines with the running total of their currency."""
    with session.open(read_only=True) as services:
        ledger = open_books(services).ledger
        page = ledger.page(ledger.rows(wanted_of(services, asked)))
        if order != "oldest":
            page = page.newest_first() if order == "newest" else page.largest_first()
        for index in range(min(limit, len(page))):
            line = page.line(index)
            session.out.row(_line_json(line), _line_text(line))
        session.out.text(f"{min(limit, len(page)):,} of {len(page):,} lines")


@click.group("searches")
def searches() -> None:
    """Filters that are saved under a name."""


@searches.command("list")
@command
def searches_list(session: Session) -> None:
    """List saved searches."""
    with session.open(read_only=True) as services:
        for search in saved_searches(services):
            data = {"name": search.name, "filter": filter_json(search.wanted)}
            session.out.row(data, search.name)


@searches.command("save")
@click.argument("name")
@line_filters
@command
def searches_save(session: Session, name: str, **asked: Any) -> None:
    """Save a filter under a name, in place of one of that name."""
    with session.open() as services:
        wanted = wanted_of(services, asked)
        save_search(services, name, wanted)
    session.out.row({"name": name, "filter": filter_json(wanted)}, f"Saved as {name}.")


@searches.command("remove")
@click.argument("name")
@command
def searches_remove(session: Session, name: str) -> None:
    """Take a saved search away."""
    with session.open() as services:
        remove_search(services, name)
    session.out.row({"name": name, "filter": None}, f"{name} is no longer saved.")


def _saved(services: Services, name: str) -> LineFilter:
    for search in saved_searches(services):
        if search.name == name:
            return search.wanted
    raise UsageProblem(
        f"There is no saved search “{name}”.", advice="`payments searches list` shows them."
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _total_json(by: Dimension, total: GroupTotal) -> dict[str, Any]:
    return {
        by.value: total.label,
        "key": total.key,
        "amount": f"{total.net:f}",
        "currency": total.currency,
        "lines": total.lines,
        "training": f"{total.training:f}",
        "output": f"{total.output:f}",
        "other": f"{total.other:f}",
    }


def _total_text(total: GroupTotal) -> str:
    lines = "1 line" if total.lines == 1 else f"{total.lines:,} lines"
    return f"{total.label}  {total.net:f} {total.currency}  {lines}"


def _line_json(line: LedgerLine) -> dict[str, Any]:
    return {
        "statement_id": line.statement_id,
        "position": line.position,
        "month": f"{line.month:%Y-%m}",
        "registry": line.registry,
        "statement": line.number,
        "work": line.work,
        "title": line.title,
        "licensee": line.licensee,
        "model": line.model,
        "use": line.use,
        "right": line.right,
        "territory": line.territory,
        "net": f"{line.net:f}",
        "currency": line.currency,
        "running": f"{line.running:f}",
    }


def _line_text(line: LedgerLine) -> str:
    return (
        f"{line.month:%Y-%m}  {line.registry}  {line.work}  {line.licensee}  {line.model}  "
        f"{line.use}  {line.net:f} {line.currency}  ·  {line.running:f} in all"
    )
