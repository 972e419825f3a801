"""attachments: files kept with payments, bank entries and payouts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from desktop.cli.saving import into_file, say_saved
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.attaching import attach, attached, put_back, save_as, take_away
from desktop.model.attachments import AttachedFile, AttachedTo

_WITH = [
    click.option("--payment", "payment_id", type=int, help="Number of the payment."),
    click.option("--bank-entry", "entry_id", type=int, help="Number of the bank entry."),
    click.option("--payout", "payout_id", type=int, help="Number of a payout to a collaborator."),
]


def _kept_with(function: Any) -> Any:
    for option in reversed(_WITH):
        function = option(function)
    return function


@click.group()
def attachments() -> None:
    """Keep contracts, letters and screenshots with the money they are about."""


@attachments.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@_kept_with
@click.option("--note", default="", help="What it is, in your words.")
@click.option("--dated", default="", metavar="YYYY-MM-DD", help="The day it is of.")
@command
def add(session: Session, file: Path, note: str, dated: str, **chosen: int | None) -> None:
    """Keep a copy of a file with a payment, a bank entry or a payout."""
    to, number = _chosen(chosen)
    with session.open() as services:
        _show(session, attach(file, to, number, services, note=note, dated=dated))


@click.command("attach")
@click.argument("payment_id", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--note", default="", help="What it is, in your words.")
@click.option("--dated", default="", metavar="YYYY-MM-DD", help="The day it is of.")
@command
def attach_to_payment(session: Session, payment_id: int, file: Path, note: str, dated: str) -> None:
    """Keep a copy of a file with a payment, as `attachments add --payment` does."""
    with session.open() as services:
        _show(
            session,
            attach(file, AttachedTo.PAYMENT, payment_id, services, note=note, dated=dated),
        )


@attachments.command("list")
@_kept_with
@click.option("--all", "all_", is_flag=True, help="Also what was taken away.")
@command
def list_(session: Session, all_: bool, **chosen: int | None) -> None:
    """List the files that are kept, oldest first."""
    with session.open(read_only=True) as services:
        if any(number is not None for number in chosen.values()):
            found = attached(services, *_chosen(chosen), all_=all_)
        else:
            found = attached(services, all_=all_)
    for one in found:
        _show(session, one)


@attachments.command("save")
@click.argument("attached_id", type=int)
@into_file
@command
def save(session: Session, attached_id: int, out: Path, force: bool) -> None:
    """Write a file as it was attached, byte for byte."""
    with session.open(read_only=True) as services:
        size_bytes = save_as(attached_id, out, services, force=force)
    say_saved(session, out, size_bytes, attached_id=attached_id)


@attachments.command("remove")
@click.argument("attached_id", type=int)
@command
def remove(session: Session, attached_id: int) -> None:
    """Show a file no more. Its bytes stay in the library; `attachments restore` brings it back."""
    with session.open() as services:
        _show(session, take_away(attached_id, services))


@attachments.command("restore")
@click.argument("attached_id", type=int)
@command
def restore(session: Session, attached_id: int) -> None:
    """Show a file again that was removed."""
    with session.open() as services:
        _show(session, put_back(attached_id, services))


def _chosen(chosen: dict[str, int | None]) -> tuple[AttachedTo, int]:
    places = {
        "payment_id": AttachedTo.PAYMENT,
        "entry_id": AttachedTo.BANK_ENTRY,
        "payout_id": AttachedTo.PAYOUT,
    }
    said = [(places[name], number) for name, number in chosen.items() if number is not None]
    if len(said) != 1:
        raise UsageProblem("Say with what: one of --payment, --bank-entry and --payout.")
    return said[0]


def attached_json(one: AttachedFile) -> dict[str, Any]:
    """Return a file as the contract has it."""
    return {
        "attached_id": one.attached_id,
        "to": one.to.value,
        "number": one.number,
        "name": one.name,
        "mediatype": one.mediatype,
        "size_bytes": one.size_bytes,
        "sha256": one.sha256,
        "dated": one.dated or None,
        "note": one.note,
        "removed": one.taken_away,
    }


def _show(session: Session, one: AttachedFile) -> None:
    gone = "  ·  removed, can be restored" if one.taken_away else ""
    note = f"  {one.note}" if one.note else ""
    session.out.row(
        attached_json(one),
        f"{one.attached_id:>6}  {one.to.value.replace('_', ' ')} {one.number}  {one.name}  "
        f"{one.mediatype}  {one.size_bytes:,} bytes{note}{gone}",
    )
