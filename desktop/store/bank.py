"""Money that really arrived: bank files with their original bytes, and their entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from desktop.errors import UsageProblem
from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.store.database import Connection, Row


class Status(StrEnum):
    """Whether an entry was here before; changed: with other words, of which the first stay."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """A bank entry as it is kept. left: what no match accounts for, where that was asked for.

    reverses: the entry that it takes back, both typed by the user.
    """

    entry_id: int
    entry: BankEntry
    status: Status = Status.KNOWN
    left: Money | None = None
    reverses: int | None = None


def keep_file(connection: Connection, name: str, document: bytes, now_s: int) -> int:
    """Keep the original bytes of a bank file once; returns its number."""
    digest = hashlib.sha256(document).hexdigest()
    connection.execute(
        "INSERT OR IGNORE INTO bank_files (name, document, sha256, kept_s) VALUES (?, ?, ?, ?)",
        (name, document, digest, now_s),
    )
    row = connection.execute(
        "SELECT bank_file_id FROM bank_files WHERE sha256 = ?", (digest,)
    ).fetchone()
    return int(row["bank_file_id"])


def keep_entry(
    connection: Connection,
    bank_file_id: int,
    entry: BankEntry,
    now_s: int,
    *,
    reverses: int | None = None,
) -> KeptEntry:
    """Keep an entry, or find that it is here.

    Identity: account, bank reference, date, amount, currency, and the occurrence within a file
    for genuine twins (PAYMENTS.md).
    """
    known = find(connection, entry)
    if known is not None:
        return known
    cursor = connection.execute(
        "INSERT INTO bank_entries (bank_file_id, account, bank_reference, booked_on, amount_minor, "
        "currency, occurrence, counterparty, reference, end_to_end_id, line, fee_minor, kept_s, "
        "reverses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            bank_file_id,
            *_identity(entry),
            entry.counterparty,
            entry.reference,
            entry.end_to_end_id,
            entry.line,
            entry.fee.minor if entry.fee else None,
            now_s,
            reverses,
        ),
    )
    entry_id = int(cursor.lastrowid or 0)
    return KeptEntry(entry_id=entry_id, entry=entry, status=Status.NEW, reverses=reverses)


def find(connection: Connection, entry: BankEntry) -> KeptEntry | None:
    """Return the kept entry of the same identity, or None."""
    row = connection.execute(
        "SELECT * FROM bank_entries WHERE account = ? AND bank_reference = ? AND booked_on = ? "
        "AND amount_minor = ? AND currency = ? AND occurrence = ?",
        _identity(entry),
    ).fetchone()
    if row is None:
        return None
    kept = _kept(row)
    said = (entry.counterparty, entry.reference, entry.end_to_end_id, entry.fee)
    first = kept.entry
    same = said == (first.counterparty, first.reference, first.end_to_end_id, first.fee)
    return kept if same else replace(kept, status=Status.CHANGED)


_WITH_LEFT = """
SELECT bank_entries.*, iif(reverses IS NOT NULL OR EXISTS
    (SELECT 1 FROM bank_entries AS later WHERE later.reverses = bank_entries.entry_id), 0,
    amount_minor - (SELECT coalesce(sum(amount_minor), 0) FROM money_matches
    WHERE money_matches.entry_id = bank_entries.entry_id)) AS left_minor FROM bank_entries
"""


def everything(connection: Connection) -> list[KeptEntry]:
    """Return all entries with what is left of each, oldest first."""
    return [_kept(row) for row in connection.execute(f"{_WITH_LEFT} ORDER BY booked_on, entry_id")]


def newest_day(connection: Connection) -> date | None:
    """Return the newest day of any entry of a file; what was typed in tells of no account."""
    (day,) = connection.execute(
        "SELECT max(booked_on) FROM bank_entries WHERE bank_reference NOT LIKE 'typed-%'"
    ).fetchone()
    return date.fromisoformat(day) if day else None


def standing(connection: Connection) -> list[KeptEntry]:
    """Return entries that the user has not reversed and that reverse none, oldest first."""
    rows = connection.execute(
        "SELECT * FROM bank_entries WHERE reverses IS NULL AND entry_id NOT IN "
        "(SELECT reverses FROM bank_entries WHERE reverses IS NOT NULL) "
        "ORDER BY booked_on, entry_id"
    )
    return [_kept(row) for row in rows]


def unmatched(connection: Connection) -> list[KeptEntry]:
    """Return entries of which something is left, oldest first; of reversed ones nothing is."""
    return [one for one in everything(connection) if one.left and one.left.minor]


def by_id(connection: Connection, entry_id: int) -> KeptEntry:
    """Return an entry with what is left of it. Raises UsageProblem."""
    row = connection.execute(f"{_WITH_LEFT} WHERE entry_id = ?", (entry_id,)).fetchone()
    if row is None:
        raise UsageProblem(
            f"There is no bank entry {entry_id}.", advice="`bank entries` shows them."
        )
    return _kept(row)


def reversal_of(connection: Connection, entry_id: int) -> int | None:
    """Return the entry that takes an entry back, or None."""
    row = connection.execute(
        "SELECT entry_id FROM bank_entries WHERE reverses = ?", (entry_id,)
    ).fetchone()
    return int(row["entry_id"]) if row else None


def number_twins(entries: Iterable[BankEntry]) -> list[BankEntry]:
    """Number entries of one file that are alike in everything their identity is made of."""
    seen: dict[tuple[object, ...], int] = {}
    result = []
    for entry in entries:
        key = _identity(entry)[:-1]
        seen[key] = seen.get(key, 0) + 1
        result.append(replace(entry, occurrence=seen[key]))
    return result


def bare(entry: BankEntry) -> BankEntry:
    """Return an entry with only what its identity is made of."""
    return replace(entry, counterparty="", reference="", end_to_end_id="", line=None, fee=None)


def _identity(entry: BankEntry) -> tuple[str, str, str, int, str, int]:
    return (
        entry.account,
        entry.bank_reference,
        entry.booked_on.isoformat(),
        entry.amount.minor,
        entry.amount.currency,
        entry.occurrence,
    )


def _kept(row: Row) -> KeptEntry:
    return KeptEntry(
        entry_id=row["entry_id"],
        entry=BankEntry(
            account=row["account"],
            bank_reference=row["bank_reference"],
            booked_on=date.fromisoformat(row["booked_on"]),
            amount=Money(row["currency"], row["amount_minor"]),
            counterparty=row["counterparty"],
            reference=row["reference"],
            end_to_end_id=row["end_to_end_id"],
            line=row["line"],
            occurrence=row["occurrence"],
            fee=None if row["fee_minor"] is None else Money(row["currency"], row["fee_minor"]),
        ),
        left=Money(row["currency"], row["left_minor"]) if "left_minor" in row.keys() else None,  # noqa: SIM118
        reverses=row["reverses"],
    )


def booked(
    connection: Connection, *, start: date | None = None, end: date | None = None
) -> Iterator[KeptEntry]:
    """Return every entry booked in [start, end), oldest first."""
    rows = connection.execute(
        "SELECT * FROM bank_entries WHERE booked_on >= ? AND booked_on < ? "
        "ORDER BY booked_on, entry_id",
        (start.isoformat() if start else "", end.isoformat() if end else "9999-99"),
    )
    return (_kept(row) for row in rows)


def document_of(connection: Connection, entry_id: int) -> bytes:
    """Return the bytes of the file that an entry was read from. Raises UsageProblem."""
    by_id(connection, entry_id)
    row = connection.execute(
        "SELECT document FROM bank_files JOIN bank_entries USING (bank_file_id) WHERE entry_id = ?",
        (entry_id,),
    ).fetchone()
    return bytes(row["document"])
