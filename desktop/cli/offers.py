"""offers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.replying import Looked, accept, decline, list_offers, look_at
from desktop.model.offers import Offer, Standing
from desktop.model.times import to_rfc3339
from desktop.model.use_words import ANSWERED, SPOKEN, listed, paid_words
from desktop.services import Services

_SAID = {
    Standing.OPEN: "open",
    Standing.ANSWERED: "answered; your answer is on its way",
    Standing.ACCEPTED: "accepted, receipt verified",
    Standing.DECLINED: "declined, receipt verified",
    Standing.REFUSED: "your answer was not taken",
    Standing.CHANGED: "changed since",
    Standing.WITHDRAWN: "withdrawn",
    Standing.OVER: "over",
}
_NUMBER = click.argument("offer_id", type=int, metavar="ID")


@click.group()
def offers() -> None:
    """What licensees offer for your works, and your answers."""


@offers.command("list")
@click.option("--open", "open_only", is_flag=True, help="Only those you can answer now.")
@command
def list_(session: Session, open_only: bool) -> None:
    """List offers, the newest first."""
    with session.open(read_only=True) as services:
        found = list_offers(services, open_only=open_only)
        for offer in found:
            session.out.row(offer_json(offer, services), _line(offer, services))
    if not found:
        session.out.text(
            "No offer can be answered now." if open_only else "Nobody has offered anything yet."
        )


@offers.command("show")
@_NUMBER
@command
def show(session: Session, offer_id: int) -> None:
    """Show an offer, what your terms say of it now, and what was paid under it."""
    with session.open(read_only=True) as services:
        looked = look_at(offer_id, services)
        session.out.row(_looked_json(looked, services), _looked_words(looked, services))


@offers.command("accept")
@_NUMBER
@click.option("--works", default="", metavar="N,N…", help="Only for these works; else for all.")
@click.option(
    "--add-to-terms",
    is_flag=True,
    help="Also let the terms of these works name the licensee: only on conditions.",
)
@command
def accept_command(session: Session, offer_id: int, works: str, add_to_terms: bool) -> None:
    """Say yes, for exactly the works that `offers show` names now, or for some of them."""
    chosen = _works(works)
    with session.open() as services:
        offer = accept(offer_id, services, works=chosen, add_to_terms=add_to_terms)
        session.out.row(offer_json(offer, services), _line(offer, services))


@offers.command("decline")
@_NUMBER
@click.option("--reason", default="", help="What the licensee may read.")
@command
def decline_command(session: Session, offer_id: int, reason: str) -> None:
    """Say no."""
    with session.open() as services:
        offer = decline(offer_id, services, reason=reason)
        session.out.row(offer_json(offer, services), _line(offer, services))


def _works(text: str) -> set[int] | None:
    if not text.strip():
        return None
    try:
        return {int(part) for part in text.split(",")}
    except ValueError as error:
        raise UsageProblem(
            f"{text!r} are no numbers of works.", advice="Write them as 3,4,12."
        ) from error


def offer_json(offer: Offer, services: Services) -> dict[str, Any]:
    """Return an offer as the contract has it."""
    said, reply = offer.said, offer.reply
    return {
        "offer_id": offer.offer_id,
        "registry": offer.registry,
        "number": said.number,
        "revision": said.revision,
        "licensee": {
            "name": said.licensee,
            "did": said.licensee_did or None,
            "signed": offer.signed_by_licensee,
        },
        "uses": [use.value for use in said.uses],
        "works": "all" if said.every_claim else len(said.claims),
        "price": {
            "model": said.price_model,
            "amount": f"{said.amount:f}" if said.amount is not None else None,
            "currency": said.currency or None,
        },
        "period": {"start": said.begins.isoformat(), "end": said.ends.isoformat()},
        "open_until": to_rfc3339(said.open_until),
        "address": said.address or None,
        "note": said.note or None,
        "state": offer.standing(services.now()).value,
        "answer": {
            "answer": reply.reply.value,
            "works": reply.claims,
            "made": to_rfc3339(reply.made),
            "receipt": to_rfc3339(reply.received) if reply.received else None,
            "problem": reply.last_problem or None,
        }
        if reply
        else None,
        "sha256": offer.sha256,
    }


def _looked_json(looked: Looked, services: Services) -> dict[str, Any]:
    return {
        **offer_json(looked.offer, services),
        "covers": [
            {
                "work_id": one.work_id,
                "claim_id": one.claim_id,
                "title": one.title,
                "your_terms": {use.value: answer.value for use, answer in one.answers.items()},
                "beyond_your_terms": [use.value for use in one.against],
            }
            for one in looked.works
        ],
        "paid": [{"currency": code, "amount": _plain(amount)} for code, amount in looked.paid],
    }


def price_words(offer: Offer) -> str:
    """Return the price of an offer for people."""
    said = offer.said
    amount = f"{said.amount:f} {said.currency} " if said.amount is not None else ""
    return f"{amount}{paid_words(said.price_model)}, each work"


def _line(offer: Offer, services: Services) -> str:
    uses = listed([SPOKEN[use] for use in offer.said.uses])
    state = _SAID[offer.standing(services.now())]
    return (
        f"{offer.offer_id:>6}  {offer.said.licensee}  ·  {uses}  ·  {price_words(offer)}  ·  "
        f"{offer.registry}  ·  {state}"
    )


def _looked_words(looked: Looked, services: Services) -> str:
    offer, said = looked.offer, looked.offer.said
    signed = "signed by them and by" if offer.signed_by_licensee else "as told and signed by"
    lines = [
        f"Offer {offer.offer_id} ({said.number}, revision {said.revision}): "
        f"{_SAID[looked.standing]}",
        f"From:   {said.licensee}, {signed} {offer.registry}",
        f"For:    {listed([SPOKEN[use] for use in said.uses])}",
        f"Price:  {price_words(offer)}",
        f"When:   from {said.begins} until the day before {said.ends}",
        f"Answer: before {said.open_until:%Y-%m-%d %H:%M} UTC",
    ]
    lines += [f"Terms:  {said.address}"] if said.address else []
    lines += [f"Note:   {said.note}"] if said.note else []
    lines.append(f"Works:  {len(looked.works)}")
    for one in looked.works:
        now = ", ".join(f"{SPOKEN[use]} {ANSWERED[one.answers[use]]}" for use in one.against)
        mark = f"  ·  your terms say: {now}" if now else ""
        lines.append(f"{one.work_id:>6}  {one.title}{mark}")
    lines.append("A yes is for these works and this licensee only; your terms stay as they are.")
    if offer.reply is not None:
        lines.append(f"You answered {offer.reply.reply.value} on {offer.reply.made:%Y-%m-%d}.")
        lines += [offer.reply.last_problem] if offer.reply.last_problem else []
    lines += [f"Paid under it: {_plain(amount)} {code}" for code, amount in looked.paid]
    return "\n".join(lines)


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
