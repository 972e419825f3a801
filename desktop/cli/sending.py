"""outbox, sync."""

from __future__ import annotations

import time
from typing import Any

import click

from desktop.cli.outbox_words import other_rows
from desktop.cli.session import Session, command
from desktop.errors import AppError
from desktop.flows.hearing import Heard
from desktop.flows.reminding import next_steps
from desktop.flows.syncing import sync as sync_flow
from desktop.model.claims import Answer, OutboxState
from desktop.model.registries import RegistryState
from desktop.model.times import to_rfc3339
from desktop.store import answers as answers_store
from desktop.store import outbox as outbox_store
from desktop.store import registries as registries_store


@click.command()
@command
def outbox(session: Session) -> None:
    """List what waits to be sent, and what was sent: claims, then answers about claims.

    Payout accounts and notices about keys are listed while they wait.
    """
    with session.open(read_only=True) as services, services.store.read() as connection:
        steps = next_steps(services)
        stuck = {
            one.registry_id: one.last_problem
            for one in registries_store.everyone(connection)
            if one.state in (RegistryState.PAUSED, RegistryState.PROBLEM)
        }
        for entry in outbox_store.entries(connection):
            step = steps.get((entry.claim_id, entry.registry_id))
            if entry.state is OutboxState.QUEUED:
                step = step or stuck.get(entry.registry_id) or None
            data = {
                "claim_id": entry.claim_id,
                "registry": entry.registry,
                "state": entry.state.value,
                "attempts": entry.attempts,
                "not_before": to_rfc3339(entry.not_before),
                "last_problem": entry.last_problem or None,
                "next": step,
            }
            said = step or entry.last_problem
            problem = f"  ·  {said}" if said else ""
            session.out.row(
                data,
                f"{entry.claim_id:>6}  {entry.registry}  ·  {entry.state.value}"
                f"  ·  {_tries(entry.attempts)}{problem}",
            )
        for answer in answers_store.entries(connection):
            session.out.row(_answer_json(answer), _answer_words(answer))
        for data, words in other_rows(connection):
            session.out.row(data, words)


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "claim_id": answer.claim_id,
        "registry": answer.registry,
        "answer": answer.kind.value,
        "state": answer.state.value,
        "attempts": answer.attempts,
        "not_before": to_rfc3339(answer.not_before),
        "last_problem": answer.last_problem or None,
        "next": None,
    }


def _answer_words(answer: Answer) -> str:
    problem = f"  ·  {answer.last_problem}" if answer.last_problem else ""
    return (
        f"{answer.claim_id:>6}  {answer.registry}  ·  {answer.kind.value}  ·  "
        f"{answer.state.value}  ·  {_tries(answer.attempts)}{problem}"
    )


def _tries(attempts: int) -> str:
    return "1 try" if attempts == 1 else f"{attempts} tries"


@click.command()
@click.option("--registry", default="", help="Only with this registry.")
@click.option("--once", is_flag=True, help="One round, even if it brought something new.")
@command
def sync(session: Session, registry: str, once: bool) -> None:
    """Send what waits, then listen: receipts, answers, statements and payments come in."""
    started = time.monotonic()
    totals = dict.fromkeys(("sent", "refused", "events", "statements", "remittances"), 0)

    def tell(heard: Heard) -> None:
        data = {"event": heard.event, "registry": heard.registry, **heard.detail}
        words = "  ".join(str(value) for value in heard.detail.values() if value is not None)
        if heard.event == "problem":
            session.out.problem(AppError(heard.detail["message"]), registry=heard.registry)
        else:
            session.out.row(data, f"{heard.event:>20}  {heard.registry}  {words}")

    with session.open() as services:
        while True:
            done = sync_flow(services, session.out.report, only=registry, tell=tell)
            for name in totals:
                totals[name] += getattr(done, name)
            if once or done.problems or not (done.sent or done.events or done.statements):
                break
    summary = {**totals, "waiting": done.waiting, "seconds": round(time.monotonic() - started, 3)}
    session.out.row(
        {"summary": summary},
        f"{totals['sent']} sent, {totals['statements']} statements, "
        f"{totals['remittances']} notices of payment, {done.waiting} waiting",
    )
