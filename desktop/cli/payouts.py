"""payout: where registries are to pay."""

from __future__ import annotations

import sys
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.payouts import it_was_me, propose, set_payout
from desktop.model.payouts import Payout, PayoutKind, PayoutState
from desktop.model.times import to_rfc3339
from desktop.store import payouts as payouts_store

_WORDS = {
    PayoutState.QUEUED: "sent with the next sync",
    PayoutState.SENDING: "being sent",
    PayoutState.SENT: "the registry has it and has not confirmed it yet",
    PayoutState.IN_FORCE: "in force, the registry confirmed it",
    PayoutState.REFUSED: "refused",
    PayoutState.REPLACED: "replaced by a newer one",
    PayoutState.NOT_MINE: "not given here, and the registry says that it is in force",
    PayoutState.SEEN: "given elsewhere, you know of it",
}


@click.group()
def payout() -> None:
    """Where a registry is to pay you: a bank account or a wallet."""


@payout.command("set")
@click.argument("registry")
@click.argument("kind", type=click.Choice([kind.value for kind in PayoutKind]))
@click.argument("value", required=False, default="")
@click.option("--again", default="", help="The same once more, where no terminal can ask for it.")
@command
def set_(session: Session, registry: str, kind: str, value: str, again: str) -> None:
    """Say where to pay; you are asked twice, and the registry confirms it."""
    asks = sys.stdin.isatty()
    if not asks and not (value and again):
        raise UsageProblem(
            "Where to pay is asked twice.", advice="Give the value, and the same with --again."
        )
    with session.open() as services:
        typed = value or click.prompt("Where to pay", err=True)
        proposal = propose(registry, PayoutKind(kind), typed, services)
        if not again:
            if proposal.before:
                was = f"{proposal.before.kind} {proposal.before.hint}"
                click.echo(f"{registry} was last told {was}.", err=True)
            again = click.prompt("The same once more, from the paper", err=True)
        _show(session, set_payout(proposal, again, services))


@payout.command("list")
@command
def list_(session: Session) -> None:
    """List every account that was ever given, newest first."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        for one in payouts_store.everything(connection):
            _show(session, one)


@payout.command("mine")
@click.argument("registry")
@command
def mine(session: Session, registry: str) -> None:
    """Say that an account which a registry confirmed was given by you, on another computer."""
    with session.open() as services:
        count = it_was_me(registry, services)
    if not count:
        raise UsageProblem(f"{registry} confirmed no account that was not given here.")
    session.out.row({"registry": registry, "known": count}, f"{registry}  ·  {count} known")


def _show(session: Session, one: Payout) -> None:
    data: dict[str, Any] = {
        "registry": one.registry,
        "kind": one.kind or None,
        "ends_in": one.hint or None,
        "state": one.state.value,
        "given": to_rfc3339(one.made),
        "last_problem": one.last_problem or None,
    }
    problem = f"  ·  {one.last_problem}" if one.last_problem else ""
    what = f"{one.kind} {one.hint}".strip() or "an account"
    session.out.row(data, f"{one.registry}  ·  {what}  ·  {_WORDS[one.state]}{problem}")
