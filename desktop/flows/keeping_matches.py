"""Keeps matches that the user decided on, takes them back, and sets entries aside."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.errors import UsageProblem
from desktop.flows.recognising import recognise
from desktop.flows.reconciling import list_payments
from desktop.model.matches import MOVED, MatchKind, MoneyMatch, NewMatch
from desktop.model.money import Money
from desktop.services import Services
from desktop.store import bank, journal, matches
from desktop.store.database import Connection


def keep_parts(parts: Sequence[NewMatch], services: Services) -> list[int]:
    """Keep matches in one transaction, if they fit what is left and open at that moment."""
    now_s = services.now_s()
    with services.store.write() as tx:
        _refuse_what_does_not_fit(tx, parts, services)
        made = [matches.add(tx, one, now_s) for one in parts]
        said = matches.declined(tx)
        for one in parts:
            pairs = {(one.entry_id, one.statement_id, None), _pair(one)} & said
            for pair in pairs:
                matches.set_declined(tx, pair, False, now_s)
        for entry_id in dict.fromkeys(one.entry_id for one in parts):
            mine = [one for one in parts if one.entry_id == entry_id]
            detail = {
                "statements": sorted({one.statement_id for one in mine if one.statement_id}),
                "amount_minor": sum(one.amount.minor for one in mine),
            }
            journal.add(tx, now_s, "payment.confirmed", str(entry_id), detail)
        recognise(tx, now_s)
    return made


def _refuse_what_does_not_fit(
    tx: Connection, parts: Sequence[NewMatch], services: Services
) -> None:
    for entry_id in {one.entry_id for one in parts}:
        left = bank.by_id(tx, entry_id).left
        wanted = sum(one.amount.minor for one in parts if one.entry_id == entry_id)
        if left is None or not min(0, left.minor) <= wanted <= max(0, left.minor):
            raise UsageProblem(
                f"Not so much is left of bank entry {entry_id}.",
                advice="Look at the proposals again; something changed meanwhile.",
            )
    stated = {one.payment_id: one for one in list_payments(services)}
    for statement_id in {one.statement_id for one in parts} - {None}:
        settles = sum(one.settled.minor for one in parts if one.statement_id == statement_id)
        payment = stated.get(statement_id or 0)
        if payment is None:
            continue
        if settles > max(0, payment.open.minor):
            raise UsageProblem(
                f"Not so much is open of statement {payment.number}.",
                advice="Look at the proposals again; something changed meanwhile.",
            )
        if -settles > max(0, payment.received.minor):
            raise UsageProblem(f"Not so much came for statement {payment.number}.")


def unmatch(match_id: int, services: Services) -> list[int]:
    """Take a match back, with the differences named beside it; returns what was taken back.

    They are not matched by themselves again. Raises UsageProblem if there is no such match.
    """
    now_s = services.now_s()
    with services.store.write() as tx:
        chosen = matches.by_id(tx, match_id)
        if chosen is None:
            raise UsageProblem(
                f"There is no match {match_id}, or it was taken back already.",
                advice="`payments` shows the matches of each payment.",
            )
        gone = [chosen]
        if chosen.kind in MOVED:
            gone += [
                one
                for one in matches.live(tx)
                if one.kind not in MOVED and _pair(one) == _pair(chosen)
            ]
        for one in gone:
            matches.take_back(tx, one, "you took it back", now_s)
        if chosen.kind in MOVED:
            matches.set_declined(tx, _pair(chosen), True, now_s)
        detail = {"matches": [one.match_id for one in gone], "amount_minor": chosen.amount.minor}
        journal.add(tx, now_s, "payment.unmatched", str(chosen.entry_id), detail)
        recognise(tx, now_s)
    return [one.match_id for one in gone]


def set_aside(entry_id: int, reason: str, services: Services) -> int:
    """Keep that what is left of an entry is no registry's money; returns the match's number."""
    with services.store.read() as connection:
        kept = bank.by_id(connection, entry_id)
    if kept.left is None or not kept.left.minor:
        raise UsageProblem(f"Nothing is left of bank entry {entry_id}.")
    part = NewMatch(
        entry_id=entry_id,
        kind=MatchKind.OTHER,
        amount=kept.left,
        settled=Money(kept.left.currency, 0),
        reason=reason.strip() or "no registry's money",
        confirmed=True,
    )
    return keep_parts([part], services)[0]


def _pair(one: NewMatch | MoneyMatch) -> matches.Pair:
    """Return what of a match would be matched again by itself, if it were not declined."""
    if one.statement_id is not None:
        return one.entry_id, one.statement_id, None
    return one.entry_id, None, one.remittance_id
