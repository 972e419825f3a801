"""Rows of money beside the documents they were read from, for verification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from desktop.model.money import Money
from desktop.model.payments import BankEntry, Remittance, SignatureState
from desktop.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOriginal:
    """A statement's own columns that are not in the statement itself, and where its bytes are."""

    statement_id: int
    name: str
    sha256: str
    payable_minor: int
    signature: SignatureState
    document: bytes
    document_id: int | None
    mapping: str


def statements(connection: Connection) -> Iterator[StatementOriginal]:
    """Yield every statement with its document, one after the other."""
    for row in connection.execute(
        "SELECT statements.*, registries.name AS registry FROM statements "
        "JOIN registries USING (registry_id) ORDER BY statement_id"
    ):
        yield StatementOriginal(
            statement_id=row["statement_id"],
            name=f"Statement {row['number']} of {row['registry']}",
            sha256=row["sha256"],
            payable_minor=row["payable_minor"],
            signature=SignatureState(row["signature"]),
            document=bytes(row["document"]),
            document_id=row["document_id"],
            mapping=row["mapping"],
        )


def document(connection: Connection, document_id: int) -> tuple[str, str]:
    """Return (name, SHA-256) of a file that statements came in."""
    row = connection.execute(
        "SELECT name, sha256 FROM documents WHERE document_id = ?", (document_id,)
    ).fetchone()
    return row["name"], row["sha256"]


def mapping_versions(connection: Connection) -> list[tuple[str, str]]:
    """Return (name, description) of every mapping that the user ever kept, the newest first."""
    rows = connection.execute(
        "SELECT name, description FROM statement_mappings WHERE description <> '' "
        "ORDER BY statement_mapping_id DESC"
    )
    return [(row["name"], row["description"]) for row in rows]


def misplaced_lines(connection: Connection) -> list[tuple[str, int]]:
    """Return (statement, line from 1) of lines that name another work than their claim does.

    A line of a signed statement has no number and no exchange beside what its document says.
    """
    rows = connection.execute(
        "SELECT statements.number, position FROM statement_lines "
        "JOIN statements USING (statement_id) LEFT JOIN claims USING (claim_id) "
        "WHERE (claim_id IS NOT NULL AND claims.work_id IS NOT statement_lines.work_id) "
        "OR (document_id IS NULL AND (identifier <> '' OR paid_currency <> '')) "
        "ORDER BY line_id"
    )
    return [(row["number"], row["position"] + 1) for row in rows]


def unclaimed_lines(connection: Connection) -> list[tuple[str, int]]:
    """Return (statement, line from 1) of lines that name no claim, though their number is of one.

    Only where the receipt with that number was here when the statement came: before that, nobody
    could know whose it was.
    """
    rows = connection.execute(
        "WITH known AS MATERIALIZED (SELECT receipts.registry_id, receipts.number, "
        "min(receipts.kept_s) AS since_s FROM receipts "
        "JOIN claim_states USING (claim_id, registry_id, number) GROUP BY 1, 2) "
        "SELECT statements.number, position FROM statement_lines "
        "JOIN statements USING (statement_id) JOIN known ON known.registry_id = "
        "statements.registry_id AND known.number = claim_number "
        "WHERE claim_id IS NULL AND claim_number <> '' AND since_s <= statements.kept_s "
        "ORDER BY line_id"
    )
    return [(row["number"], row["position"] + 1) for row in rows]


def claim_hashes(connection: Connection) -> frozenset[str]:
    """Return the hash of every claim of this library."""
    rows = connection.execute("SELECT claim_hash FROM claims")
    return frozenset(row["claim_hash"] for row in rows)


def gaps(connection: Connection) -> list[str]:
    """Return the numbers of statements whose lines or deductions are not counted one by one."""
    of_table = (
        "SELECT DISTINCT number FROM {} JOIN statements USING (statement_id) GROUP BY statement_id "
        "HAVING min(position) <> 0 OR max(position) + 1 <> count(*)"
    )
    rows = connection.execute(
        f"{of_table.format('statement_lines')} UNION {of_table.format('deductions')}"
    )
    return [row["number"] for row in rows]


def remittances(connection: Connection) -> list[tuple[str, Remittance]]:
    """Return (SHA-256 as kept, notice as its columns say), oldest first."""
    parts: dict[int, list[tuple[str, int, int]]] = {}
    for row in connection.execute("SELECT * FROM remittance_statements"):
        parts.setdefault(row["remittance_id"], []).append(
            (row["number"], row["revision"], row["amount_minor"])
        )
    return [
        (
            row["sha256"],
            Remittance(
                external_id=row["external_id"],
                issued=date.fromisoformat(row["issued"]),
                amount=Money(row["currency"], row["amount_minor"]),
                reference=row["reference"],
                channel=row["channel"],
                statements=tuple(
                    (number, revision, Money(row["currency"], minor))
                    for number, revision, minor in sorted(parts.get(row["remittance_id"], ()))
                ),
                document=bytes(row["document"]),
            ),
        )
        for row in connection.execute("SELECT * FROM remittances ORDER BY remittance_id")
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankOriginal:
    """A bank file with the entries that were first seen in it."""

    bank_file_id: int
    name: str
    sha256: str
    document: bytes
    entries: tuple[tuple[int, BankEntry, int | None], ...]


def bank_files(connection: Connection) -> Iterator[BankOriginal]:
    """Yield every bank file. entries: (number, entry, the entry that it takes back)."""
    for row in connection.execute("SELECT * FROM bank_files ORDER BY bank_file_id"):
        entries = connection.execute(
            "SELECT * FROM bank_entries WHERE bank_file_id = ? ORDER BY entry_id",
            (row["bank_file_id"],),
        ).fetchall()
        yield BankOriginal(
            bank_file_id=row["bank_file_id"],
            name=row["name"],
            sha256=row["sha256"],
            document=bytes(row["document"]),
            entries=tuple(
                (
                    one["entry_id"],
                    BankEntry(
                        account=one["account"],
                        bank_reference=one["bank_reference"],
                        booked_on=date.fromisoformat(one["booked_on"]),
                        amount=Money(one["currency"], one["amount_minor"]),
                        counterparty=one["counterparty"],
                        reference=one["reference"],
                        end_to_end_id=one["end_to_end_id"],
                        line=one["line"],
                        occurrence=one["occurrence"],
                        fee=None
                        if one["fee_minor"] is None
                        else Money(one["currency"], one["fee_minor"]),
                    ),
                    one["reverses"],
                )
                for one in entries
            ),
        )
