"""What ties bank entries to statements and remittances, and what the user decided. Append-only."""

from __future__ import annotations

from datetime import date

from desktop.model.matches import Decision, Mark, MatchKind, MoneyMatch, NewMatch
from desktop.model.money import Money
from desktop.store.database import Connection, Row, insert

Pair = tuple[int, int | None, int | None]

_LIVE = """
SELECT m.*, e.currency AS entry_currency, e.booked_on, e.account, e.counterparty, e.reference
FROM money_matches AS m JOIN bank_entries AS e USING (entry_id)
WHERE m.takes_back IS NULL
AND NOT EXISTS (SELECT 1 FROM money_matches AS back WHERE back.takes_back = m.match_id)
"""


def add(connection: Connection, match: NewMatch, now_s: int) -> int:
    """Keep a match; SQLite refuses more than the entry holds. Returns its number."""
    return insert(
        connection,
        "money_matches",
        {
            "entry_id": match.entry_id,
            "statement_id": match.statement_id,
            "remittance_id": match.remittance_id,
            "kind": match.kind.value,
            "amount_minor": match.amount.minor,
            "settled_minor": match.settled.minor,
            "settled_currency": match.settled.currency,
            "reason": match.reason,
            "confirmed": int(match.confirmed),
            "made_s": now_s,
        },
    )


def take_back(connection: Connection, match: MoneyMatch, reason: str, now_s: int) -> int:
    """Undo a match by the opposite row; the past stays. Returns the new row's number."""
    return insert(
        connection,
        "money_matches",
        {
            "entry_id": match.entry_id,
            "statement_id": match.statement_id,
            "remittance_id": match.remittance_id,
            "kind": match.kind.value,
            "amount_minor": -match.amount.minor,
            "settled_minor": -match.settled.minor,
            "settled_currency": match.settled.currency,
            "reason": reason,
            "confirmed": 1,
            "takes_back": match.match_id,
            "made_s": now_s,
        },
    )


def live(connection: Connection) -> list[MoneyMatch]:
    """Return every match that holds, in the order in which they were made."""
    return [_match(row) for row in connection.execute(f"{_LIVE} ORDER BY m.match_id")]


def by_id(connection: Connection, match_id: int) -> MoneyMatch | None:
    """Return a match that holds, or None."""
    row = connection.execute(f"{_LIVE} AND m.match_id = ?", (match_id,)).fetchone()
    return _match(row) if row else None


def set_declined(connection: Connection, pair: Pair, declined: bool, now_s: int) -> None:
    """Keep that an entry is not (or may again be) the money of a statement or remittance."""
    connection.execute(
        "INSERT INTO declined_matches (entry_id, statement_id, remittance_id, declined, made_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (*pair, int(declined), now_s),
    )


def declined(connection: Connection) -> set[Pair]:
    """Return (entry, statement, remittance) that the user said do not belong together."""
    found: dict[Pair, bool] = {}
    for row in connection.execute("SELECT * FROM declined_matches ORDER BY declined_id"):
        found[row["entry_id"], row["statement_id"], row["remittance_id"]] = bool(row["declined"])
    return {pair for pair, said in found.items() if said}


def mark(
    connection: Connection, registry_id: int, number: str, decision: Decision, now_s: int
) -> None:
    """Keep what the user decided about a payment; a newer decision replaces it."""
    connection.execute(
        "INSERT INTO payment_marks (registry_id, number, mark, reason, made_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (registry_id, number, decision.mark.value, decision.reason, now_s),
    )


def marks(connection: Connection) -> dict[tuple[int, str], Decision]:
    """Return the decisions that hold, by registry and statement number."""
    found = {
        (row["registry_id"], row["number"]): Decision(mark=Mark(row["mark"]), reason=row["reason"])
        for row in connection.execute("SELECT * FROM payment_marks ORDER BY mark_id")
    }
    return {key: one for key, one in found.items() if one.mark is not Mark.NONE}


def _match(row: Row) -> MoneyMatch:
    return MoneyMatch(
        match_id=row["match_id"],
        entry_id=row["entry_id"],
        kind=MatchKind(row["kind"]),
        amount=Money(row["entry_currency"], row["amount_minor"]),
        settled=Money(row["settled_currency"], row["settled_minor"]),
        statement_id=row["statement_id"],
        remittance_id=row["remittance_id"],
        reason=row["reason"],
        confirmed=bool(row["confirmed"]),
        booked_on=date.fromisoformat(row["booked_on"]),
        account=row["account"],
        counterparty=row["counterparty"],
        reference=row["reference"],
    )
