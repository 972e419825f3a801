"""registries."""

from __future__ import annotations

from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.connecting import trust_offered
from desktop.flows.form_packs import kind_for
from desktop.flows.syncing import add_registry, change_options, check_registry
from desktop.model.registries import Registry
from desktop.model.times import to_rfc3339
from desktop.registries.kinds import rows as kind_rows
from desktop.store import registries as registries_store

_HUB_ID = click.option("--hub-id", default="", metavar="N", help="An ISCC-HUB's number, 0 to 4095.")
_GATEWAY = click.option(
    "--gateway",
    default="",
    metavar="URL",
    help="Your public page about a work, for an ISCC-HUB. Never sent unless you give one.",
)
_OTHER = click.option(
    "--option",
    "others",
    multiple=True,
    metavar="NAME=VALUE",
    help="What a connector of another package wants to know.",
)


@click.group()
def registries() -> None:
    """Who takes claims, and perhaps pays."""


@registries.command("add")
@click.argument("name")
@click.argument("url")
@click.option(
    "--kind",
    default="",
    help="`registries kinds` lists them; a form's name or file needs none.",
)
@_HUB_ID
@_GATEWAY
@_OTHER
@command
def add(
    session: Session,
    name: str,
    url: str,
    kind: str,
    hub_id: str,
    gateway: str,
    others: tuple[str, ...],
) -> None:
    """Add a registry; this works offline, the first sync checks it.

    URL: its address; of a form to fill in, the form's name (`form shipped`) or your own TOML file.
    """
    options = _options(hub_id, gateway, others)
    with session.open() as services:
        added = add_registry(name, url, services, kind=kind or kind_for(url), options=options)
    _show(session, added)


@registries.command("list")
@command
def list_(session: Session) -> None:
    """List the registries."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        for registry in registries_store.everyone(connection):
            _show(session, registry)


@registries.command("check")
@click.argument("name")
@command
def check(session: Session, name: str) -> None:
    """Read a registry's description and keys, and remember its key."""
    with session.open() as services:
        registry, description = check_registry(name, services)
    data = _json(registry) | {"calls_itself": description.name}
    session.out.row(data, f"{registry.name}  {registry.state.value}  {registry.did}")


@registries.command("kinds")
@command
def kinds(session: Session) -> None:
    """List the kinds of registries, and the package each comes from."""
    for kind in kind_rows():
        data = {
            "kind": kind.name,
            "title": kind.title,
            "origin": kind.origin,
            "version": kind.version,
            "problem": kind.problem or None,
        }
        problem = f"  {kind.problem}" if kind.problem else ""
        session.out.row(data, f"{kind.name}  {kind.title}  {kind.origin} {kind.version}{problem}")


@registries.command("trust")
@click.argument("name")
@click.option("--key", "keys", multiple=True, help="Only if it shows this key (z6Mk…).")
@command
def trust(session: Session, name: str, keys: tuple[str, ...]) -> None:
    """Trust the new key of a registry that changed it, after you asked there in another way."""
    with session.open() as services:
        registry = trust_offered(name, services, keys=keys)
    _show(session, registry)


@registries.command("options")
@click.argument("name")
@_HUB_ID
@_GATEWAY
@_OTHER
@command
def options(
    session: Session, name: str, hub_id: str, gateway: str, others: tuple[str, ...]
) -> None:
    """Show what a registry's connector was told, or change it."""
    given = _options(hub_id, gateway, others)
    if given:
        with session.open() as services:
            registry = change_options(name, given, services)
    else:
        with session.open(read_only=True) as services, services.store.read() as connection:
            registry = registries_store.by_name(connection, name)
    _show(session, registry)


def _options(hub_id: str, gateway: str, others: tuple[str, ...]) -> dict[str, str]:
    given = {"hub_id": hub_id, "gateway": gateway}
    for other in others:
        name, equals, value = other.partition("=")
        if not equals or not name:
            raise UsageProblem(f"{other!r} is not NAME=VALUE.")
        given[name] = value
    return {name: value for name, value in given.items() if value}


def _show(session: Session, registry: Registry) -> None:
    problem = f"  {registry.last_problem}" if registry.last_problem else ""
    session.out.row(
        _json(registry), f"{registry.name}  {registry.url}  {registry.state.value}{problem}"
    )


def _json(registry: Registry) -> dict[str, Any]:
    waits = registry.quiet_until
    return {
        "name": registry.name,
        "kind": str(registry.kind),
        "url": registry.url,
        "did": registry.did or None,
        "state": registry.state.value,
        "problem": registry.last_problem or None,
        "options": dict(registry.options),
        "can": sorted(ability.value for ability in registry.abilities),
        "new_keys": list(registry.offered),
        "not_before": to_rfc3339(waits) if waits else None,
    }
