"""Reads every document of money again and holds the rows against it: what was touched is named."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.errors import AppError, BankFileProblem, BankTableUnknown
from desktop.flows.rereading_files import reread_file
from desktop.flows.typed_money import FILE_NAME, REFERENCE
from desktop.identity.canonical import parse_json, sha256_hex
from desktop.model.bank_mappings import BankMapping
from desktop.model.money import Money
from desktop.model.payments import BankEntry, SignatureState, Statement, StatementLine
from desktop.payments.bank_files import read_bank_file
from desktop.payments.bank_tables import read_bank_table, read_columns
from desktop.payments.statements import read_remittance, read_statement
from desktop.store import bank, bank_mappings, originals, statements
from desktop.store.database import Connection
from desktop.store.originals import BankOriginal, StatementOriginal

# What is not in the document, or is told apart below.
_NOT_STATED = {
    "lines",
    "document",
    "signature",
    "signature_problem",
    "year_to_date",
    "digest",
    "document_id",
    "mapping",
    "refused",
}


@dataclass(slots=True)
class Reread:
    """How many rows agree, what differs in sentences, and what cannot be read again here."""

    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    unread: int = 0


def reread(connection: Connection) -> Reread:
    """Read every statement, notice of payment and bank file again and compare."""
    result = Reread()
    ours = originals.claim_hashes(connection)
    in_files: dict[int, list[StatementOriginal]] = {}
    for statement in originals.statements(connection):
        if statement.document_id is not None:
            in_files.setdefault(statement.document_id, []).append(statement)
        else:
            _statement(connection, statement, ours, result)
    for document_id, some in in_files.items():
        rows, wrong = reread_file(connection, document_id, some)
        result.rows += rows
        result.wrong += wrong
    for number, position in originals.misplaced_lines(connection):
        result.wrong.append(
            f"Line {position} of statement {number} names another work than its document."
        )
    for number, position in originals.unclaimed_lines(connection):
        result.wrong.append(
            f"Line {position} of statement {number} names none of your claims any more."
        )
    for number in originals.gaps(connection):
        result.wrong.append(f"The lines or deductions of statement {number} have a gap.")
    _remittances(connection, result)
    mappings = bank_mappings.every_version(connection)
    for file in originals.bank_files(connection):
        _bank_file(file, mappings, result)
    return result


def _statement(
    connection: Connection, one: StatementOriginal, ours: Collection[str], result: Reread
) -> None:
    try:
        kept = statements.get(connection, one.statement_id)
    except (AppError, ValueError, ArithmeticError):
        result.wrong.append(f"{one.name} is kept with something that cannot be.")
        return
    if sha256_hex(one.document) != one.sha256:
        result.wrong.append(f"{one.name} has other bytes than it came with.")
        return
    try:
        said = parse_json(one.document)
        stated = read_statement(said, one.document)
    except (AppError, ValueError, KeyError, TypeError):
        if one.signature is SignatureState.VERIFIED:
            result.wrong.append(f"{one.name} cannot be read again.")
        result.unread += 1
        return
    if ("proof" in said) != (one.signature is not SignatureState.UNSIGNED):
        result.wrong.append(f"{one.name} is kept with another state of its signature.")
    if Money.exactly(stated.payable, stated.currency).minor != one.payable_minor:
        result.wrong.append(f"{one.name} is kept with another amount to be paid.")
    result.wrong += [f"{one.name} {words}." for words in _differences(kept, stated, ours)]
    result.rows += 1 + len(kept.lines) + len(kept.deductions)


def _differences(kept: Statement, stated: Statement, ours: Collection[str]) -> Iterator[str]:
    for name in (one.name for one in fields(Statement) if one.name not in _NOT_STATED):
        if getattr(kept, name) != getattr(stated, name):
            yield f"is kept with another {name.replace('_', ' ')} than it states"
    if len(kept.lines) != len(stated.lines):
        yield f"has {len(kept.lines)} lines here and {len(stated.lines)} in its document"
    for place, (mine, theirs) in enumerate(zip(kept.lines, stated.lines, strict=False), start=1):
        if not _same_line(mine, theirs, ours):
            yield f"has another line {place} here than in its document"


def _same_line(mine: StatementLine, theirs: StatementLine, ours: Collection[str]) -> bool:
    """The hash of a claim is kept by its claim only, where that is one of this library."""
    said = theirs.claim_hash
    if said and mine.claim_hash != said and (mine.claim_hash or said in ours):
        return False
    return replace(mine, claim_hash="") == replace(theirs, claim_hash="")


def _remittances(connection: Connection, result: Reread) -> None:
    for sha256, kept in originals.remittances(connection):
        name = f"The notice of payment {kept.external_id}"
        try:
            said = read_remittance(parse_json(kept.document), kept.document)
        except (AppError, ValueError, KeyError, TypeError):
            result.wrong.append(f"{name} cannot be read again.")
            continue
        if sha256_hex(kept.document) != sha256:
            result.wrong.append(f"{name} has other bytes than it came with.")
        elif replace(said, statements=tuple(sorted(said.statements, key=lambda p: p[:2]))) != kept:
            result.wrong.append(f"{name} is kept otherwise than it says.")
        result.rows += 1


def _entries(file: BankOriginal, mappings: Sequence[BankMapping]) -> list[BankEntry]:
    """Return what a bank file says; of a bank's table, by the mapping that it was read with."""
    if file.name == FILE_NAME:
        return [_typed(parse_json(file.document), file.bank_file_id)]
    try:
        return bank.number_twins(read_bank_file(file.document).entries)
    except BankTableUnknown:
        table = read_columns(file.document)
    found: list[BankEntry] = []
    for mapping in mappings:
        with contextlib.suppress(BankFileProblem):
            found += bank.number_twins(read_bank_table(table, mapping).entries)
    if not found:
        raise ValueError("no mapping fits")
    return found


def _bank_file(file: BankOriginal, mappings: Sequence[BankMapping], result: Reread) -> None:
    if sha256_hex(file.document) != file.sha256:
        result.wrong.append(f"The bank file {file.name} has other bytes than it came with.")
        return
    try:
        said = _entries(file, mappings)
    except (AppError, ValueError, KeyError, TypeError):
        result.unread += len(file.entries)
        return
    for entry_id, kept, _ in file.entries:
        result.rows += 1
        if not any(_same_entry(kept, one) for one in said):
            result.wrong.append(f"Bank entry {entry_id} is kept otherwise than its file says.")


def _same_entry(kept: BankEntry, said: BankEntry) -> bool:
    """Where the file has no account, its name is the user's."""
    return kept == (said if said.account else replace(said, account=kept.account))


def _typed(said: dict[str, Any], bank_file_id: int) -> BankEntry:
    return BankEntry(
        account=said["account"],
        bank_reference=f"{REFERENCE}{bank_file_id}",
        booked_on=date.fromisoformat(said["date"]),
        amount=Money.exactly(Decimal(said["amount"]), said["currency"]),
        counterparty=said["from"],
        reference=said["reference"],
    )
