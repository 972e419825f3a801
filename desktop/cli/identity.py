"""identity."""

from __future__ import annotations

from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.identifying import Identity, create_identity, who_am_i
from desktop.model.times import to_rfc3339


@click.group()
def identity() -> None:
    """Who you are: your name and your public key."""


@identity.command("init")
@click.option("--name", required=True, help="Your name, as registries will see it.")
@command
def init(session: Session, name: str) -> None:
    """Make your signing key; it stays on this computer."""
    with session.open() as services:
        made = create_identity(name, services)
    session.out.row(
        _identity_json(made), f"{made.party.name}\n{made.party.did}\nKept in {made.kept_in}."
    )


@identity.command("show")
@command
def show(session: Session) -> None:
    """Show your name and your public key."""
    with session.open(read_only=True) as services:
        known = who_am_i(services)
    if known is None:
        raise UsageProblem("There is no identity yet.", advice="`identity init --name NAME`")
    session.out.row(_identity_json(known), f"{known.party.name}\n{known.party.did}")


def _identity_json(known: Identity) -> dict[str, Any]:
    return {
        "did": known.party.did,
        "name": known.party.name,
        "created": to_rfc3339(known.created),
    }
