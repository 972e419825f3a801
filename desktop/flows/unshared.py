"""What no share gives to anybody: of which works it is, why, and so what would mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from desktop.flows.dividing import allocations, divided_now
from desktop.flows.sharing import read_shares
from desktop.model.allocations import NOBODY, Allocation, Unshared, WhyNobody
from desktop.model.money import Money
from desktop.services import Services
from desktop.store import divisions
from desktop.store.database import Connection

_SAYS = {
    WhyNobody.NO_RIGHT: "The payer does not say which right it paid for, and the shares of this "
    "work are not the same for all of them. Give every right the same shares, or ask the payer "
    "which right it was.",
    WhyNobody.TOO_MUCH: "The shares of that time add up to more than the whole. Correct them, and "
    "it is divided.",
    WhyNobody.LEFT_OPEN: "The shares of that time leave a part open. Say whose it is, and it is "
    "divided.",
}
_BY_CLAIM = {
    WhyNobody.NO_RIGHT: "The payer does not say which right it paid for, and the shares in the "
    "claim you signed are not the same for all of them. Ask the payer which right it was.",
    WhyNobody.TOO_MUCH: "The shares in the claim you signed add up to more than the whole.",
    WhyNobody.LEFT_OPEN: "The claim you signed leaves a part open.",
}
_SIGNED = (
    "What is signed stays: sign a claim with the right shares, and what is paid for it follows."
)
_AGAIN = (
    "It was divided when money was handed on. Your shares say now whose it is: divide it again."
)
_OF_NONE = "It is of no single work, such as a balance carried over. Look at the payment."

_Cell = tuple[int, int]  # payment, work
_Reason = tuple[WhyNobody, bool]  # and whether a claim decides


def not_given(services: Services, *, payment_id: int | None = None) -> list[Unshared]:
    """Return what is nobody's, by work and currency, the most first; of one payment if asked.

    It divides every payment, which takes a second where there are a hundred thousand lines.
    """
    found: dict[tuple[int, str], list[Allocation]] = {}
    for one in allocations(services, payment_id=payment_id, party_id=NOBODY):
        if one.settled.minor:
            found.setdefault((one.work_id, one.settled.currency), []).append(one)
    if not found:
        return []
    payments = {one.payment_id for some in found.values() for one in some}
    with services.store.read() as connection:
        reasons = _reasons(connection, payments)
        recorded = any(one.recorded for some in found.values() for one in some)
        now = _nobodys(connection, payment_id) if recorded else set()
    told = [_unshared(some, reasons, now) for some in found.values()]
    return sorted(told, key=lambda one: (-abs(one.amount.minor), one.title, one.work_id))


def what_to_do(one: Unshared) -> str:
    """Say why money is nobody's, and what would mend it."""
    if one.why is None:
        return _AGAIN
    if one.by_claim:
        return f"{_BY_CLAIM[one.why]} {_SIGNED}"
    return _SAYS[one.why] if one.work_id else _OF_NONE


def _unshared(
    some: Sequence[Allocation], reasons: Mapping[_Cell, _Reason], now: Collection[_Cell]
) -> Unshared:
    """now: what is nobody's of payments that were recorded, if they were divided again."""
    first = some[0]
    cells = [(one.payment_id, one.work_id) for one in some]
    stays = [cell for cell, one in zip(cells, some, strict=True) if not one.recorded or cell in now]
    # What was carried over from a statement before has no lines of its own.
    open_ = [reasons.get(cell, (WhyNobody.LEFT_OPEN, False)) for cell in stays]
    why, by_claim = open_[0] if open_ else (None, False)
    return Unshared(
        work_id=first.work_id,
        title=first.title,
        amount=Money(first.settled.currency, sum(one.settled.minor for one in some)),
        why=why,
        by_claim=by_claim,
        payments=tuple(sorted({one.payment_id for one in some})),
        recorded=tuple(sorted({one.payment_id for one in some if one.recorded})),
    )


def _nobodys(connection: Connection, payment_id: int | None) -> set[_Cell]:
    return {
        (number, work)
        for number, (_, one) in divided_now(connection, payment_id).items()
        for (party, work), minor in one.settled.items()
        if party == NOBODY and minor
    }


def _reasons(connection: Connection, payments: Collection[int]) -> dict[_Cell, _Reason]:
    """Return why a part of these payments' works is nobody's by the shares as they are now."""
    shares = read_shares(connection)
    found: dict[_Cell, _Reason] = {}
    for group in divisions.line_groups(connection, payments, shares.claims, shares.works):
        why = shares.why_nobody(group)
        if why is not None:
            found.setdefault((group.statement_id, group.work_id), (why, shares.by_claim(group)))
    return found
