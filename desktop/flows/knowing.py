"""Gathers what the checks of a statement may look at beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from desktop.flows.advancing import beside
from desktop.flows.reconciling import list_payments
from desktop.identity.canonical import parse_json
from desktop.model.payments import PaymentState, SignatureState, Statement
from desktop.model.registries import Registry
from desktop.model.times import from_seconds
from desktop.payments.checks.known import Known, KnownClaim, KnownShare
from desktop.services import Services
from desktop.store import precedents, registries, statement_lines, statements
from desktop.store.database import Connection
from desktop.store.precedents import ClaimAtRegistry

MOST_EARLIER = 13
MOST_LINES = 200_000
_PAID = {PaymentState.PAID, PaymentState.RECONCILED}
_ALWAYS = "WORLD"
# Which uses of the terms forbid what a right is paid for.
_FORBIDDEN_BY = {
    "training": ("train", "train-generative"),
    "reference": ("input", "search"),
    "output": ("output",),
}


def known_of(registry: Registry, statement: Statement, services: Services) -> Known:
    """Return what is known beside a statement that came, or is looked at again."""
    payments = list_payments(services, registry=registry.name)
    with services.store.read() as connection:
        kept_back = beside(connection, registry.registry_id, statement)
        return Known(
            withholding=kept_back.withholding,
            advance_left=kept_back.advance_left,
            reserves=kept_back.reserves,
            earlier=_earlier(connection, registry.registry_id, statement),
            pools_elsewhere=tuple(
                precedents.pools_elsewhere(connection, registry.registry_id, statement.period)
            ),
            claims=tuple(
                _claim(one) for one in precedents.claims_at(connection, registry.registry_id)
            ),
            matched=tuple(
                statement_lines.is_ours(connection, registry.registry_id, line)
                for line in statement.lines
            ),
            paid=frozenset(one.number for one in payments if one.state in _PAID),
            files=precedents.files(connection, registry.registry_id),
            key_valid=_key_valid(connection, registry.registry_id, statement),
        )


def _key_valid(connection: Connection, registry_id: int, statement: Statement) -> bool | None:
    """Return whether the key that signed was the registry's on the day of issue; None: unknown.

    A key is too old from the day on which the registry was seen without it, and too new before the
    last day on which it was seen without it yet.
    """
    if statement.signature is not SignatureState.VERIFIED or not statement.document:
        return None
    try:
        method = parse_json(statement.document)["proof"]["verificationMethod"]
    except (ValueError, KeyError, TypeError):
        return None
    history = registries.key_history(connection, registry_id)
    if not any(method in keys for _, keys in history):
        return None
    there = False
    for seen_s, keys in history:
        seen = from_seconds(seen_s).date()
        if there and method not in keys and statement.issued > seen:
            return False
        if not there and method not in keys and statement.issued < seen:
            return False
        there = there or method in keys
    return True


def _earlier(
    connection: Connection, registry_id: int, statement: Statement
) -> tuple[Statement, ...]:
    """Return the newest statements before this one, but no more lines than are quickly read."""
    found: list[Statement] = []
    lines = 0
    for statement_id, count in precedents.before(
        connection, registry_id, statement, limit=MOST_EARLIER
    ):
        lines += count
        if lines > MOST_LINES:
            break
        found.append(statements.get(connection, statement_id))
    return tuple(reversed(found))


def _claim(one: ClaimAtRegistry) -> KnownClaim:
    document = parse_json(one.document)
    return KnownClaim(
        number=one.number,
        claim_hash=one.claim_hash,
        title=str(document["work"]["title"]),
        shares=tuple(_shares(document)),
        accepted=None if one.accepted_s is None else from_seconds(one.accepted_s).date(),
    )


def _shares(document: Mapping[str, Any]) -> Iterable[KnownShare]:
    """Yield the claimant's shares of the rights that the claim's own terms do not keep unused."""
    claimant = document["claimant"]
    uses = document["terms"]["uses"]
    for share in document.get("shares", ()):
        party = share["party"]
        mine = (
            party["did"] == claimant["did"]
            if party.get("did")
            else party["name"] == claimant["name"]
        )
        forbidden = any(uses[use] == "deny" for use in _FORBIDDEN_BY[share["right"]])
        if mine and not forbidden:
            yield KnownShare(
                right=share["right"],
                fraction=None if share["share"] == "unknown" else Fraction(share["share"]),
                territories=tuple(share["territories"]) or (_ALWAYS,),
                starts=_day(share.get("from")),
                ends=_day(share.get("to")),
            )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
