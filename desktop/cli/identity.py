"""identity, registries."""

from __future__ import annotations

from typing import Any

import click

from desktop.cli.identity_keys import export, import_, revoke, rotate
from desktop.cli.identity_proofs import sign_challenge, web
from desktop.cli.identity_words import identity_json, identity_text
from desktop.cli.session import Session, command
from desktop.flows.identifying import (
    create_identity,
    find_identity,
    my_identities,
    use_identity,
)
from desktop.flows.syncing import add_registry, check_registry
from desktop.model.identities import IdentityKind
from desktop.model.registries import Registry, RegistryKind
from desktop.store import registries as registries_store


@click.group()
def identity() -> None:
    """Who you are: your names, your keys, and what ends or proves them."""


@identity.command("init")
@click.option("--name", required=True, help="Your name, as registries will see it.")
@click.option("--kind", type=click.Choice([kind.value for kind in IdentityKind]), default="person")
@command
def init(session: Session, name: str, kind: str) -> None:
    """Make a signing key; it stays on this computer. A second name makes another identity."""
    with session.open() as services:
        made = create_identity(name, services, IdentityKind(kind))
    lines = [
        identity_text(made),
        f"Kept in {made.kept_in}.",
        "Nobody can bring a lost key back. Write it on paper (`identity export --recovery-phrase`) "
        "or keep an encrypted copy elsewhere (`identity export --out FILE`).",
    ]
    if not made.current:
        lines.append(f"To sign with it: `identity use {made.party.did}`.")
    session.out.row(identity_json(made), "\n".join(lines))


@identity.command("show")
@click.argument("name_or_did", default="")
@command
def show(session: Session, name_or_did: str) -> None:
    """Show your name and your public key: of who signs, or of any identity of yours."""
    with session.open(read_only=True) as services:
        known = find_identity(name_or_did, services)
    session.out.row(identity_json(known), identity_text(known))


@identity.command("list")
@command
def list_identities(session: Session) -> None:
    """List your identities; the one that signs is marked."""
    with session.open(read_only=True) as services:
        for known in my_identities(services):
            mark = "*" if known.current else " "
            text = identity_text(known).replace("\n", "\n  ")
            session.out.row(identity_json(known), f"{mark} {text}")


@identity.command("use")
@click.argument("name_or_did")
@command
def use(session: Session, name_or_did: str) -> None:
    """Sign as another of your identities from now on."""
    with session.open() as services:
        chosen = use_identity(name_or_did, services)
    session.out.row(identity_json(chosen), identity_text(chosen))


for _more in (export, import_, rotate, revoke, web, sign_challenge):
    identity.add_command(_more)


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


def _registry_json(registry: Registry) -> dict[str, Any]:
    return {
        "name": registry.name,
        "kind": registry.kind.value,
        "url": registry.url,
        "did": registry.did or None,
        "state": registry.state.value,
        "problem": registry.last_problem or None,
    }
