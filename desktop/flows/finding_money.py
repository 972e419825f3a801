"""Finding the money: proposals, and what the user confirms, declines, matches and takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from desktop.flows.keeping_matches import keep_parts
from desktop.flows.recognising import recognise
from desktop.flows.reconciling import list_payments
from desktop.model.matches import MOVED, MatchKind, NewMatch, Proposal
from desktop.model.money import Money, exponent
from desktop.model.payments import ENDED, Payment
from desktop.model.rates import NoRate
from desktop.payments.hints import Debt, Free
from desktop.payments.proposing import propose as proposals_of
from desktop.payments.proposing import ruled_out
from desktop.payments.rates import reference_rates
from desktop.services import Services
from desktop.store import bank, journal, matches, payments
from desktop.store.bank import KeptEntry
from desktop.store.database import Connection

_OLDEST_RATE = timedelta(days=7)
DIFFERENCES = frozenset(MatchKind) - MOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Proposals, with the entries and payments that they are about.

    aside: entries that the user said are no registry's money, newest first; left: so much of each.
    """

    proposals: tuple[Proposal, ...]
    entries: Mapping[int, KeptEntry]
    payments: Mapping[int, Payment]
    aside: tuple[KeptEntry, ...] = ()


def find_money(
    services: Services,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
    work_id: int | None = None,
) -> Found:
    """Return what may belong together, with what it is about. Nothing is kept."""
    stated = list_payments(services, start=start, end=end, registry=registry, work_id=work_id)
    with services.store.read() as connection:
        entries = {one.entry_id: one for one in bank.unmatched(connection)}
        not_for = ruled_out(matches.declined(connection))
        debts = _debts(connection, stated)
        aside = _aside(connection)
    free = [
        Free(
            entry_id=one.entry_id,
            entry=one.entry,
            left=one.left or one.entry.amount,
            not_for=not_for.get(one.entry_id, frozenset()),
        )
        for one in entries.values()
    ]
    came = [
        replace(match, statement_id=one.payment_id)
        for one in stated
        for match in one.money
        if match.kind is MatchKind.PAYMENT and one.received.minor > 0
    ]
    return Found(
        proposals=tuple(proposals_of(free, debts, came, worth)),
        entries=entries,
        payments={one.payment_id: one for one in stated},
        aside=aside,
    )


def propose(services: Services) -> list[Proposal]:
    """Return what may belong together, the likeliest first."""
    return list(find_money(services).proposals)


def worth(money: Money, currency: str, day: date) -> Money | None:
    """Return what money was worth on a day by the reference rate; None if that is not known."""
    rate = reference_rates().rate(money.currency, currency, day)
    if isinstance(rate, NoRate) or day - rate.on > _OLDEST_RATE:
        return None
    exact = Fraction(money.decimal) * rate.value * 10 ** exponent(currency)
    return Money(currency, round(exact))


def confirm(proposal: Proposal, services: Services, *, rest: MatchKind | None = None) -> list[int]:
    """Keep a proposal as the user's word; returns the numbers of the matches.

    rest: what explains the amount that stays open (a fee, a tax …); without it, it stays open.
    Raises UsageProblem if it does not fit any more; then nothing is kept.
    """
    parts = list(proposal.parts)
    if rest is not None and proposal.gap.minor > 0:
        parts.append(_named(parts[-1], rest, proposal.gap))
    reason = "; ".join(proposal.why)
    return keep_parts([replace(one, reason=reason, confirmed=True) for one in parts], services)


def decline(proposal: Proposal, services: Services) -> None:
    """Keep that these do not belong together; it is not proposed again."""
    now_s = services.now_s()
    with services.store.write() as tx:
        for entry_id in proposal.entries:
            for statement_id in proposal.statements:
                matches.set_declined(tx, (entry_id, statement_id, None), True, now_s)
        detail = {"entries": list(proposal.entries), "statements": list(proposal.statements)}
        journal.add(tx, now_s, "payment.declined", proposal.name, detail)
        recognise(tx, now_s)


def _aside(connection: Connection) -> tuple[KeptEntry, ...]:
    found = [
        replace(bank.by_id(connection, one.entry_id), left=one.amount)
        for one in matches.live(connection)
        if one.kind is MatchKind.OTHER and one.statement_id is None and one.remittance_id is None
    ]
    return tuple(sorted(found, key=lambda one: (one.entry.booked_on, one.entry_id), reverse=True))


def _debts(connection: Connection, stated: Sequence[Payment]) -> list[Debt]:
    """Return what is open, with all texts by which its payer is known."""
    numbers = {one.statement_id: one for one in payments.revisions(connection)}
    announced: dict[tuple[int, str], list[str]] = {}
    remitted = payments.remitted(connection)
    for row in remitted:
        for number, _, _ in row.parts:
            texts = [row.external_id, row.reference]
            announced.setdefault((row.registry_id, number), []).extend(texts)
    only = payments.only_remittance(remitted)
    payers: dict[str, set[str]] = {}
    for payment in stated:
        known = {one.counterparty for one in payment.money if one.counterparty}
        payers.setdefault(payment.registry, set()).update(known)
    found = []
    for payment in stated:
        key = numbers[payment.payment_id]
        if payment.state not in ENDED and payment.open.minor > 0:
            found.append(
                Debt(
                    statement_id=payment.payment_id,
                    registry_id=key.registry_id,
                    registry=payment.registry,
                    number=payment.number,
                    open=payment.open,
                    issued=payment.issued,
                    pay_by=payment.pay_by or payment.due,
                    references=(payment.number, *announced.get((key.registry_id, key.number), ())),
                    names=(payment.registry, *sorted(payers[payment.registry])),
                    remittance_id=only.get((key.registry_id, key.number)),
                )
            )
    return found


def _named(part: NewMatch, rest: MatchKind, gap: Money) -> NewMatch:
    return replace(part, kind=rest, amount=Money(part.amount.currency, 0), settled=gap)
