"""identity, registries."""

from __future__ import annotations

from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.identifying import Identity, create_identity, who_am_i
from desktop.flows.syncing import add_registry, check_registry
from desktop.model.registries import Registry, RegistryKind
from desktop.model.times import to_rfc3339
from desktop.store import registries as registries_store


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


@click.group()
def registries() -> None:
    """Who takes claims, and perhaps pays."""


@registries.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in RegistryKind]), default="open_claims"
)
@command
def add(session: Session, name: str, url: str, kind: str) -> None:
    """Add a registry; this works offline, the first sync checks it."""
    del kind  # one kind exists; the option is part of the contract
    with session.open() as services:
        added = add_registry(name, url, services)
    session.out.row(_registry_json(added), f"{added.name}  {added.url}  {added.state.value}")


@registries.command("list")
@command
def list_(session: Session) -> None:
    """List the registries."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        for registry in registries_store.everyone(connection):
            problem = f"  {registry.last_problem}" if registry.last_problem else ""
            session.out.row(
                _registry_json(registry),
                f"{registry.name}  {registry.url}  {registry.state.value}{problem}",
            )


@registries.command("check")
@click.argument("name")
@command
def check(session: Session, name: str) -> None:
    """Read a registry's description and keys, and remember its key."""
    with session.open() as services:
        registry, description = check_registry(name, services)
    data = _registry_json(registry) | {"calls_itself": description.name}
    session.out.row(data, f"{registry.name}  {registry.state.value}  {registry.did}")


def _identity_json(known: Identity) -> dict[str, Any]:
    return {
        "did": known.party.did,
        "name": known.party.name,
        "created": to_rfc3339(known.created),
    }


def _registry_json(registry: Registry) -> dict[str, Any]:
    return {
        "name": registry.name,
        "kind": registry.kind.value,
        "url": registry.url,
        "did": registry.did or None,
        "state": registry.state.value,
        "problem": registry.last_problem or None,
    }
