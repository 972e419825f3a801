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
from desktop.payments.checks.known import Known, KnownClaim, KnownShare, Told
from desktop.payments.checks.stated import Stated
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
    paid = paid_numbers(registry, services)
    with services.store.read() as connection:
        return known_in(connection, registry, statement, paid)


def paid_numbers(registry: Registry, services: Services) -> frozenset[str]:
    """Return the numbers of a registry's statements whose money arrived."""
    payments = list_payments(services, registry=registry.name)
    return frozenset(one.number for one in payments if one.state in _PAID)


def known_in(
    connection: Connection, registry: Registry, statement: Statement, paid: frozenset[str]
) -> Known:
    """Return what is known beside a statement as the connection sees it."""
    earlier, stated = _earlier(connection, registry.registry_id, statement)
    kept_back = beside(connection, registry.registry_id, statement)
    return Known(
        withholding=kept_back.withholding,
        advance_left=kept_back.advance_left,
        reserves=kept_back.reserves,
        reserve_months=kept_back.reserve_months,
        earlier=earlier,
        overlapping=tuple(
            Told(number=number, period=period)
            for number, period in precedents.overlapping(
                connection, registry.registry_id, statement
            )
        ),
        stated=stated,
        pools_elsewhere=tuple(
            precedents.pools_elsewhere(connection, registry.registry_id, statement.period)
        ),
        claims=None
        if registry.only_pays
        else tuple(_claim(one) for one in precedents.claims_at(connection, registry.registry_id)),
        matched=_matched(connection, registry.registry_id, statement),
        paid=paid,
        files=precedents.files(connection, registry.registry_id),
        key_valid=_key_valid(connection, registry.registry_id, statement),
    )


def _matched(connection: Connection, registry_id: int, statement: Statement) -> tuple[bool, ...]:
    """Return for each line whether its work is known: as kept, or by claim before it is."""
    kept = statements.find(connection, registry_id, statement.number, statement.revision)
    if kept is not None:
        return tuple(statement_lines.matched(connection, kept[0]))
    return tuple(statement_lines.is_ours(connection, registry_id, line) for line in statement.lines)


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
) -> tuple[tuple[Statement, ...], Stated]:
    """Return the newest statements before this one, but no more lines than are quickly read."""
    numbers: list[int] = []
    lines = 0
    for statement_id, count in precedents.before(
        connection, registry_id, statement, limit=MOST_EARLIER
    ):
        lines += count
        if lines > MOST_LINES:
            break
        numbers.append(statement_id)
    found, stated = [], Stated()
    for statement_id in reversed(numbers):
        found.append(statements.get(connection, statement_id, lines=False))
        stated.add(found[-1], statement_lines.of(connection, statement_id))
    return tuple(found), stated


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
