"""What waits in the outbox beside claims and answers, as the command line prints it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.model.identities import NoticeKind
from desktop.model.payouts import Payout
from desktop.store import offers, payouts, waiting
from desktop.store.database import Connection


def other_rows(connection: Connection) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield answers to offers, payout accounts and notices about keys that wait, with words."""
    for reply in offers.waiting(connection):
        offer = offers.by_id(connection, reply.offer_id)
        data = {
            "claim_id": None,
            "registry": offer.registry,
            "offer": offer.said.number,
            "answer": reply.reply.value,
            "state": reply.state.value,
            "attempts": reply.attempts,
            "last_problem": reply.last_problem or None,
        }
        problem = f"  ·  {reply.last_problem}" if reply.last_problem else ""
        words = f"{'':>6}  {offer.registry}  ·  offer {offer.said.number}: {reply.reply.value}"
        yield data, f"{words}  ·  {reply.state.value}{problem}"
    for account in payouts.waiting(connection):
        yield _account_json(account), _account_words(account)
    for registry, telling in waiting.keys_to_tell_of(connection):
        ended = "replaced" if telling.kind is NoticeKind.ROTATION else "revoked"
        data = {"claim_id": None, "registry": registry, "key": telling.did, "ended": ended}
        words = f"{'':>6}  {registry}  ·  key …{telling.did[-4:]} was {ended}  ·  queued"
        yield {**data, "state": "queued", "last_problem": None}, words


def _account_json(account: Payout) -> dict[str, Any]:
    return {
        "claim_id": None,
        "registry": account.registry,
        "account": f"{account.kind} {account.hint}",
        "state": account.state.value,
        "attempts": account.attempts,
        "last_problem": account.last_problem or None,
    }


def _account_words(account: Payout) -> str:
    problem = f"  ·  {account.last_problem}" if account.last_problem else ""
    where = f"{account.registry}  ·  payout account {account.kind} {account.hint}"
    return f"{'':>6}  {where}  ·  {account.state.value}{problem}"
