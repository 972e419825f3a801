"""identity."""

from __future__ import annotations

import click

from desktop.cli.identity_keys import export, import_, revoke, rotate
from desktop.cli.identity_proofs import certificate, sign_challenge, web
from desktop.cli.identity_words import (
    certificate_json,
    certificate_text,
    identity_json,
    identity_text,
)
from desktop.cli.session import Session, command
from desktop.flows.certifying import certificate_of
from desktop.flows.identifying import (
    create_identity,
    find_identity,
    my_identities,
    use_identity,
)
from desktop.model.identities import IdentityKind


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
        signs_copies = certificate_of(known.party.did, services)
    session.out.row(
        identity_json(known) | certificate_json(signs_copies),
        identity_text(known) + certificate_text(signs_copies),
    )


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


for _more in (export, import_, rotate, revoke, web, sign_challenge, certificate):
    identity.add_command(_more)
