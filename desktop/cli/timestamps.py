"""timestamps: proofs that claims existed at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.timestamping import add_public_calendars, add_service, use_service
from desktop.model.timestamps import ServiceKind, Timestamp
from desktop.store import timestamps as timestamps_store


@click.group()
def timestamps() -> None:
    """Proofs by others that your claims existed at a time; off until you add a service."""


@timestamps.command("add")
@click.argument("name", required=False, default="")
@click.argument("url", required=False, default="")
@click.option("--kind", default="rfc3161", type=click.Choice([kind.value for kind in ServiceKind]))
@click.option(
    "--roots",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An authority's root certificate (PEM), for RFC 3161.",
)
@click.option("--public", is_flag=True, help="The public OpenTimestamps calendars.")
@command
def add(session: Session, name: str, url: str, kind: str, roots: Path | None, public: bool) -> None:
    """Add a timestamp service by name and address, or --public; the next sync asks it."""
    if public == bool(name or url) or bool(name) != bool(url):
        raise UsageProblem("Give a name and an address, or --public alone.")
    with session.open() as services:
        if public:
            add_public_calendars(services)
        else:
            pem = roots.read_bytes() if roots else b""
            add_service(name, ServiceKind(kind), url, services, roots=pem)
    _list_services(session)


@timestamps.command("stop")
@click.argument("name")
@command
def stop(session: Session, name: str) -> None:
    """Ask a service no more; its proofs stay."""
    with session.open() as services:
        use_service(name, services, used=False)
    _list_services(session)


@timestamps.command("services")
@command
def services_(session: Session) -> None:
    """List the services."""
    _list_services(session)


@timestamps.command("list")
@command
def list_(session: Session) -> None:
    """List the proofs, newest first, and how many claims wait for one."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        for one in timestamps_store.everything(connection):
            session.out.row(_json(one), _text(one))
        waiting = timestamps_store.count_not_listed(connection)
    session.out.row({"summary": {"not_listed": waiting}}, f"{waiting} claims are on no list yet")


def _list_services(session: Session) -> None:
    with session.open(read_only=True) as services, services.store.read() as connection:
        for one in timestamps_store.services(connection):
            data = {"name": one.name, "kind": one.kind.value, "url": one.url, "used": one.used}
            state = "" if one.used else "  ·  not used any more"
            session.out.row(data, f"{one.name}  ·  {one.kind.value}  ·  {one.url}{state}")


def _json(one: Timestamp) -> dict[str, Any]:
    return {
        "service": one.service.name,
        "list": one.list_hash,
        "claims": one.claims,
        "state": one.state.value,
        "said": one.said or None,
        "last_problem": one.last_problem or None,
    }


def _text(one: Timestamp) -> str:
    what = one.said or one.last_problem or "not asked yet"
    return f"{one.service.name}  ·  {one.claims} claims  ·  {one.state.value}  ·  {what}"
