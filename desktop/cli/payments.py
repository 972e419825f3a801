"""payments: what was stated, what came, and which money is whose."""

from __future__ import annotations

from typing import Any

import click

from desktop.cli.attachments import attach_to_payment
from desktop.cli.ledger import (
    GROUPINGS,
    filtered_payments,
    line_filters,
    lines,
    searches,
    show_totals,
    wanted_of,
)
from desktop.cli.money_words import day, filters, payment_json, payment_text, read_amount
from desktop.cli.session import Session, command
from desktop.cli.sharing import PARTY, show_parties
from desktop.errors import UsageProblem
from desktop.flows.finding_money import DIFFERENCES, Found, confirm, decline, find_money
from desktop.flows.keeping_matches import unmatch
from desktop.flows.matching_money import match
from desktop.flows.owing import expected_next, mark_payment, owed, set_terms
from desktop.model.matches import Mark, MatchKind, Proposal
from desktop.services import Services

_rest = click.option(
    "--rest",
    type=click.Choice(sorted(one.value for one in DIFFERENCES)),
    help="What explains the amount that stays open.",
)


@click.group(invoke_without_command=True)
@line_filters
@click.option(
    "--by", "by", type=click.Choice([*GROUPINGS, PARTY]), help="Add the lines up by this."
)
@click.pass_context
def payments(context: click.Context, /, **chosen: Any) -> None:
    """Show what was stated, what arrived, and what is missing; or what lines add up to."""
    if context.invoked_subcommand is None:
        _listed(**chosen)
    elif any(chosen.values()):
        raise click.UsageError("Put options such as --registry after the command.", context)


payments.add_command(lines)
payments.add_command(searches)


payments.add_command(attach_to_payment)


@command
def _listed(session: Session, by: str | None, **asked: Any) -> None:
    """List payments, or add up their lines."""
    with session.open(read_only=True) as services:
        wanted = wanted_of(services, asked)
        if by == PARTY:
            show_parties(session, services, wanted)
            return
        if by is not None:
            show_totals(session, services, GROUPINGS[by], wanted)
            return
        found = filtered_payments(services, wanted)
    for payment in found:
        session.out.row(payment_json(payment), payment_text(payment))
    if not found:
        session.out.text("No payment is like that." if any(asked.values()) else "No payments yet.")


@payments.command("proposals")
@filters
@command
def proposals(session: Session, start: Any, end: Any, registry: str, work_id: int | None) -> None:
    """Show which money may be whose; nothing of it is kept until you confirm it."""
    with session.open(read_only=True) as services:
        found = find_money(
            services, start=day(start), end=day(end), registry=registry, work_id=work_id
        )
    for one in found.proposals:
        session.out.row(_proposal_json(one), _proposal_text(one, found))


@payments.command("confirm")
@click.argument("proposal")
@_rest
@command
def confirm_(session: Session, proposal: str, rest: str | None) -> None:
    """Confirm a proposal, by its name."""
    with session.open() as services:
        chosen = _named(proposal, services)
        made = confirm(chosen, services, rest=MatchKind(rest) if rest else None)
    _write_made(session, made)


@payments.command("decline")
@click.argument("proposal")
@command
def decline_(session: Session, proposal: str) -> None:
    """Say that a proposal is wrong; it is not made again."""
    with session.open() as services:
        decline(_named(proposal, services), services)
    session.out.row({"proposal": proposal, "state": "declined"}, f"{proposal}: not proposed again.")


@payments.command("match")
@click.argument("entry_id", type=int)
@click.argument("payment_ids", type=int, nargs=-1, required=True)
@_rest
@click.option("--settled", default="", help="What money in another currency pays: 100.00 USD.")
@command
def match_(
    session: Session, entry_id: int, payment_ids: tuple[int, ...], rest: str | None, settled: str
) -> None:
    """Give a bank entry to payments, in their order."""
    pays = read_amount(*settled.partition(" ")[::2]) if settled else None
    with session.open() as services:
        kind = MatchKind(rest) if rest else None
        made = match(entry_id, payment_ids, services, rest=kind, settled=pays)
    _write_made(session, made)


@payments.command("unmatch")
@click.argument("match_id", type=int)
@command
def unmatch_(session: Session, match_id: int) -> None:
    """Take a match back; the past stays visible."""
    with session.open() as services:
        gone = unmatch(match_id, services)
    for one in gone:
        session.out.row({"match_id": one, "state": "taken_back"}, f"Match {one} is taken back.")


@payments.command("mark")
@click.argument("payment_id", type=int)
@click.argument("mark", type=click.Choice([one.value for one in Mark]))
@click.option("--reason", default="", help="Why; needed unless the mark is lifted (none).")
@command
def mark_(session: Session, payment_id: int, mark: str, reason: str) -> None:
    """Say that a payment is held, disputed or void, or none of it any more."""
    with session.open() as services:
        payment = mark_payment(payment_id, Mark(mark), reason, services)
    session.out.row(payment_json(payment), payment_text(payment))


@payments.command("owed")
@click.option("--registry", default="", help="Name of who pays.")
@command
def owed_(session: Session, registry: str) -> None:
    """Show what is owed to you, by age."""
    with session.open(read_only=True) as services:
        found = owed(services, registry=registry)
    for one in found:
        data = {
            "registry": one.registry,
            "currency": one.total.currency,
            "total": str(one.total),
            "by_age": {age.value: str(amount) for age, amount in one.by_age},
            "late": str(one.late),
            "held": str(one.held),
            "payments": list(one.payments),
        }
        ages = ", ".join(f"{age.value} days {amount}" for age, amount in one.by_age if amount.minor)
        late = f"; {one.late} overdue" if one.late.minor else ""
        held = f"; {one.held} held or disputed" if one.held.minor else ""
        text = f"{one.registry}  {one.total} {one.total.currency}  ({ages}{late}{held})"
        session.out.row(data, text)


@payments.command("expected")
@click.option("--registry", default="", help="Name of who pays.")
@command
def expected_(session: Session, registry: str) -> None:
    """Show what may come next, an estimate from at least three past statements."""
    with session.open(read_only=True) as services:
        found = expected_next(services, registry=registry)
    for one in found:
        data = {
            "registry": one.registry,
            "currency": one.middle.currency,
            "low": str(one.low),
            "middle": str(one.middle),
            "high": str(one.high),
            "earliest": one.earliest.isoformat(),
            "latest": one.latest.isoformat(),
            "based_on": one.based_on,
            "carried": one.carried,
            "minimum": str(one.minimum) if one.minimum else None,
            "estimate": True,
        }
        when = f"{one.earliest} to {one.latest}" if one.latest > one.earliest else f"{one.latest}"
        carried = ", may be carried forward: below what is paid out" if one.carried else ""
        text = (
            f"{one.registry}  {one.low} to {one.high} {one.middle.currency}  {when}{carried}  "
            f"(an estimate from {one.based_on} statements)"
        )
        session.out.row(data, text)


@payments.command("terms")
@click.argument("registry")
@click.option("--days", type=int, help="Days from the day of issue until it pays.")
@click.option("--minimum", default="", help="Less than that is carried forward: 10.00 EUR.")
@command
def terms_(session: Session, registry: str, days: int | None, minimum: str) -> None:
    """Say when a registry pays and from what amount on, or show it."""
    least = read_amount(*minimum.partition(" ")[::2]) if minimum else None
    with session.open() as services:
        known = set_terms(registry, services, days=days, minimum=least)
    data = {
        "registry": registry,
        "days": known.days,
        "minimum": str(known.minimum) if known.minimum else None,
        "currency": known.minimum.currency if known.minimum else None,
    }
    when = f"pays {known.days} days after the statement" if known.days else "pays when it says"
    least_words = f", from {known.minimum} {known.minimum.currency} on" if known.minimum else ""
    session.out.row(data, f"{registry} {when}{least_words}.")


def _named(name: str, services: Services) -> Proposal:
    for one in find_money(services).proposals:
        if one.name == name:
            return one
    raise UsageProblem(
        f"There is no proposal {name!r}.", advice="`payments proposals` shows their names."
    )


def _write_made(session: Session, made: list[int]) -> None:
    for one in made:
        text = f"Match {one} is kept; `payments unmatch {one}` takes it back."
        session.out.row({"match_id": one, "state": "kept"}, text)


def _proposal_json(one: Proposal) -> dict[str, Any]:
    return {
        "proposal": one.name,
        "score": one.score,
        "why": list(one.why),
        "entries": list(one.entries),
        "payments": list(one.statements),
        "gap": str(one.gap),
        "currency": one.gap.currency,
        "parts": [
            {
                "entry_id": part.entry_id,
                "payment_id": part.statement_id,
                "kind": part.kind.value,
                "amount": str(part.amount),
                "amount_currency": part.amount.currency,
                "settled": str(part.settled),
            }
            for part in one.parts
        ],
    }


def _proposal_text(one: Proposal, found: Found) -> str:
    entries = " and ".join(
        f"{found.entries[number].left} {one_entry.amount.currency} of {one_entry.booked_on}"
        for number in one.entries
        for one_entry in (found.entries[number].entry,)
    )
    stated = " and ".join(
        f"{found.payments[number].registry} {found.payments[number].number}"
        for number in one.statements
    )
    return f"{one.name:>9}  {one.score:>3}  {entries} for {stated}: {'; '.join(one.why)}"
