"""The user's own word on which money is whose: an entry given to payments, whole or in part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from desktop.errors import UsageProblem
from desktop.flows.keeping_matches import keep_parts
from desktop.flows.reconciling import list_payments
from desktop.model.matches import MatchKind, NewMatch
from desktop.model.money import Money, split_minor
from desktop.model.payments import Payment
from desktop.services import Services
from desktop.store import bank, payments

BY_USER = "you matched it"
Given = tuple[Payment, MatchKind, Money, Money]


def match(
    entry_id: int,
    payment_ids: Sequence[int],
    services: Services,
    *,
    rest: MatchKind | None = None,
    settled: Money | None = None,
) -> list[int]:
    """Give what is left of an entry to payments, in their order; returns the matches' numbers.

    rest: what explains what stays open of the last. settled: what money in another currency pays;
    without it, all that is open. Raises UsageProblem.
    """
    with services.store.read() as connection:
        kept = bank.by_id(connection, entry_id)
        remittances = payments.only_remittance(payments.remitted(connection))
        numbers = {one.statement_id: one for one in payments.revisions(connection)}
    left = kept.left or Money(kept.entry.amount.currency, 0)
    if not left.minor:
        raise UsageProblem(
            f"Nothing is left of bank entry {entry_id}.",
            advice="Take its matches back first: `payments unmatch`.",
        )
    stated = {one.payment_id: one for one in list_payments(services)}
    chosen = [_known(one, stated) for one in dict.fromkeys(payment_ids)]
    parts = _going_back(left, chosen) if left.minor < 0 else _given(left, chosen, rest, settled)
    made = []
    for payment, kind, amount, pays in parts:
        key = numbers[payment.payment_id]
        made.append(
            NewMatch(
                entry_id=entry_id,
                kind=kind,
                amount=amount,
                settled=pays,
                statement_id=payment.payment_id,
                remittance_id=remittances.get((key.registry_id, key.number)),
                reason=BY_USER,
                confirmed=True,
            )
        )
    return keep_parts(made, services)


def _given(
    left: Money, chosen: Sequence[Payment], rest: MatchKind | None, settled: Money | None
) -> list[Given]:
    for one in chosen:
        if one.open.minor <= 0:
            raise UsageProblem(f"Nothing is open of statement {one.number}.")
    currencies = {one.stated.currency for one in chosen}
    if currencies == {left.currency}:
        parts = _in_order(left, chosen)
    elif len(currencies) == 1:
        parts = _exchanged(left, chosen, settled)
    else:
        raise UsageProblem("These statements are in several currencies; match one at a time.")
    if rest is not None and parts:
        last = parts[-1][0]
        paid = sum(pays.minor for payment, _, _, pays in parts if payment is last)
        gap = Money(last.stated.currency, last.open.minor - paid)
        if gap.minor > 0:
            parts.append((last, rest, Money(left.currency, 0), gap))
    return parts


def _in_order(left: Money, chosen: Sequence[Payment]) -> list[Given]:
    parts: list[Given] = []
    for one in chosen:
        pays = Money(left.currency, min(left.minor, one.open.minor))
        if pays.minor <= 0:
            raise UsageProblem(
                f"The entry is used up before statement {one.number}.",
                advice="Match it to fewer statements.",
            )
        parts.append((one, MatchKind.PAYMENT, pays, pays))
        left -= pays
    return parts


def _exchanged(left: Money, chosen: Sequence[Payment], settled: Money | None) -> list[Given]:
    """Divide money in another currency by what is open; it pays all of that, or what is said."""
    currency = chosen[0].stated.currency
    total = sum(one.open.minor for one in chosen)
    whole = settled or Money(currency, total)
    if whole.currency != currency or not 0 < whole.minor <= total:
        raise UsageProblem(
            f"Say in {currency} what this money pays, up to {Money(currency, total)}."
        )
    by_open = [Fraction(one.open.minor, total) for one in chosen]
    amounts = split_minor(left.minor, by_open)
    pays = split_minor(whole.minor, by_open)
    if not all(amounts) or not all(pays):
        raise UsageProblem("The amount is too small to be divided among these statements.")
    return [
        (one, MatchKind.PAYMENT, Money(left.currency, amount), Money(currency, paid))
        for one, amount, paid in zip(chosen, amounts, pays, strict=True)
    ]


def _going_back(left: Money, chosen: Sequence[Payment]) -> list[Given]:
    """Take money that went back off what payments received, in their order."""
    parts: list[Given] = []
    for one in chosen:
        if one.stated.currency != left.currency or one.received.minor <= 0:
            raise UsageProblem(
                f"No {left.currency} came for statement {one.number} that could go back."
            )
        back = Money(left.currency, max(left.minor, -one.received.minor))
        if back.minor:
            parts.append((one, MatchKind.RETURNED, back, back))
        left -= back
    return parts


def _known(payment_id: int, stated: Mapping[int, Payment]) -> Payment:
    if payment_id not in stated:
        raise UsageProblem(
            f"There is no payment {payment_id}.", advice="`payments` shows their numbers."
        )
    return stated[payment_id]
