"""What was handed on to collaborators, and the statements that were given to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.model.allocations import Payout
from desktop.model.money import Money
from desktop.store.database import Connection, Row, insert

_PAYOUTS = (
    "SELECT one.*, parties.name AS party, back.payout_id AS reversed_by "
    "FROM collaborator_payouts AS one JOIN parties USING (party_id) "
    "LEFT JOIN collaborator_payouts AS back ON back.reverses = one.payout_id "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStatement:
    """A statement that a collaborator was given. ends: the day after its last."""

    starts: date
    ends: date
    closing: Money


def add_payout(connection: Connection, payout: Payout, now_s: int) -> int:
    """Keep a payout and return its number."""
    return insert(
        connection,
        "collaborator_payouts",
        {
            "party_id": payout.party_id,
            "paid_on": payout.paid_on.isoformat(),
            "amount_minor": payout.amount.minor,
            "currency": payout.amount.currency,
            "way": payout.way,
            "reference": payout.reference,
            "note": payout.note,
            "reverses": payout.reverses,
            "recorded_s": now_s,
        },
    )


def payouts(connection: Connection, party_id: int | None = None) -> list[Payout]:
    """Return payouts, and those that take one back, oldest first."""
    only, values = ("WHERE one.party_id = ? ", (party_id,)) if party_id is not None else ("", ())
    rows = connection.execute(f"{_PAYOUTS} {only} ORDER BY one.paid_on, one.payout_id", values)
    return [_payout(row) for row in rows]


def payout(connection: Connection, payout_id: int) -> Payout | None:
    """Return a payout, or None."""
    row = connection.execute(f"{_PAYOUTS} WHERE one.payout_id = ?", (payout_id,)).fetchone()
    return _payout(row) if row else None


def add_statement(
    connection: Connection,
    party_id: int,
    starts: date,
    ends: date,
    amounts: tuple[Money, Money, Money, Money, Money],
    now_s: int,
) -> int:
    """Keep what a statement said: opening, changed, due, paid, closing. SQLite does the sum again.

    ends: the day after the last.
    """
    names = ("opening_minor", "changed_minor", "due_minor", "paid_minor", "closing_minor")
    values = {name: amount.minor for name, amount in zip(names, amounts, strict=True)}
    return insert(
        connection,
        "collaborator_statements",
        {
            "party_id": party_id,
            "starts": starts.isoformat(),
            "ends": ends.isoformat(),
            "currency": amounts[0].currency,
            **values,
            "made_s": now_s,
        },
    )


def statement_before(
    connection: Connection, party_id: int, currency: str, starts: date
) -> GivenStatement | None:
    """Return the statement that ended last before, or where, one begins now."""
    row = connection.execute(
        "SELECT * FROM collaborator_statements WHERE party_id = ? AND currency = ? AND ends <= ? "
        "ORDER BY ends DESC, collaborator_statement_id DESC LIMIT 1",
        (party_id, currency, starts.isoformat()),
    ).fetchone()
    if row is None:
        return None
    return GivenStatement(
        starts=date.fromisoformat(row["starts"]),
        ends=date.fromisoformat(row["ends"]),
        closing=Money(row["currency"], row["closing_minor"]),
    )


def _payout(row: Row) -> Payout:
    return Payout(
        payout_id=row["payout_id"],
        party_id=row["party_id"],
        party=row["party"],
        paid_on=date.fromisoformat(row["paid_on"]),
        amount=Money(row["currency"], row["amount_minor"]),
        way=row["way"],
        reference=row["reference"],
        note=row["note"],
        reverses=row["reverses"],
        reversed_by=row["reversed_by"],
    )
