"""Whose a payment is: each party's part, what of it is here, and what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from desktop.flows.dividing import allocations
from desktop.flows.unshared import not_given, what_to_do
from desktop.model.allocations import NOBODY, Allocation, Unshared
from desktop.model.money import Money
from desktop.model.payments import Payment
from desktop.services import Services
from desktop.ui import figures, words
from desktop.ui.collaborator_actions import CollaboratorActions
from desktop.ui.parts import Tone, button, clear, holder, label, pill, row
from desktop.ui.payment_section import PaymentDesk, PaymentSection

_WORKS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPart:
    """What one party gets of a payment, over all works."""

    party_id: int
    party: str
    is_me: bool
    settled: Money
    due: Money
    works: Sequence[str]


class PaymentSplits(PaymentSection):
    """Who gets what; nothing is said where all of it is the user's."""

    def __init__(self, desk: PaymentDesk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: int | None = None

    def show_payment(self, payment: Payment | None) -> None:
        """Ask whose a payment is, off the main thread, and show it when it is known."""
        clear(self.body)
        self.hide()
        self._shown = payment.payment_id if payment else None
        if payment is None:
            return
        services, number = self._desk.services, payment.payment_id
        self._desk.jobs.run(
            lambda _report, _cancelled: read_parts(services, number),
            succeeded=partial(self._put, number),
        )

    def _put(self, number: int, read: tuple[Sequence[PartyPart], Sequence[Unshared]]) -> None:
        parts, unshared = read
        if number != self._shown or all(one.is_me for one in parts):
            return
        clear(self.body)
        self.caption("Who gets what")
        for one in parts:
            self._party(one)
        for missing in unshared[:_WORKS_SHOWN]:
            self._mend(missing)
        if any(not one.is_me and one.party_id != NOBODY for one in parts):
            self.add(holder(row(button("Record a payout…", self._pay), None)))
        self.show()

    def _party(self, one: PartyPart) -> None:
        name = "You" if one.is_me else one.party
        if one.party_id == NOBODY:
            self.add(holder(row(pill("Not given to anybody", Tone.NEEDS), None)))
            name = "No share says whose it is"
        self.sum(name, figures.money(one.settled), strong=one.is_me)
        said = [_arrived(one)]
        if one.works and not one.is_me and one.party_id != NOBODY:
            more = f" and {len(one.works) - 1} more" if len(one.works) > 1 else ""
            said.append(f"{one.works[0]}{more}")
        self.add(label(" · ".join(part for part in said if part), "small", wrap=True))

    def _mend(self, one: Unshared) -> None:
        """Say of a work why its money is nobody's, with the one way that leads on."""
        title = words.printable(one.title)
        self.add(
            label(f"{title}: {what_to_do(one)}" if title else what_to_do(one), "small", wrap=True)
        )
        actions = CollaboratorActions(self._desk, self.window())
        if one.why is None:
            lead = button("Divide it again", partial(actions.divide_again, one.recorded))
        elif one.work_id and not one.by_claim:
            lead = button("Who shares…", partial(self._desk.who_shares, one.work_id))
            lead.setAccessibleName(f"Who shares in {title}")
        else:
            return
        self.add(holder(row(lead, None)))

    def _pay(self) -> None:
        CollaboratorActions(self._desk, self.window()).record_payout()


def read_parts(services: Services, number: int) -> tuple[list[PartyPart], list[Unshared]]:
    """Return who gets what of a payment, and what of it is nobody's."""
    parts = parts_of(allocations(services, payment_id=number))
    is_open = any(one.party_id == NOBODY for one in parts)
    return parts, not_given(services, payment_id=number) if is_open else []


def parts_of(found: Sequence[Allocation]) -> list[PartyPart]:
    """Return what each party gets of one payment: the user first, what is nobody's last."""
    by_party: dict[int, list[Allocation]] = {}
    for one in found:
        by_party.setdefault(one.party_id, []).append(one)
    parts = [
        PartyPart(
            party_id=party,
            party=mine[0].party,
            is_me=mine[0].is_me,
            settled=_sum(one.settled for one in mine),
            due=_sum(one.due for one in mine),
            works=tuple(dict.fromkeys(one.title for one in mine if one.title)),
        )
        for party, mine in by_party.items()
    ]
    return sorted(parts, key=lambda one: (not one.is_me, one.party_id == NOBODY, one.party))


def _arrived(one: PartyPart) -> str:
    if one.party_id == NOBODY:
        return "kept apart until a share says so"
    if one.due == one.settled:
        return "received, due now" if not one.is_me else "received"
    if one.due.minor:
        return f"{figures.money(one.due)} of it is received, the rest is due when it arrives"
    return "due when it arrives"


def _sum(amounts: Iterable[Money]) -> Money:
    found = list(amounts)
    return Money(found[0].currency, sum(one.minor for one in found))
