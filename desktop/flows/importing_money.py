"""Money in: bank and wallet files, and any bank's table by a mapping; nothing counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.errors import AppError, BankFileProblem, BankTableUnknown, UsageProblem
from desktop.flows.recognising import recognise
from desktop.model.bank_mappings import BankMapping
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import MAX_BYTES, BankFile
from desktop.payments.bank_files import read_bank_file
from desktop.payments.bank_tables import BankTable, guess, read_bank_table, read_columns
from desktop.services import Services
from desktop.store import bank, bank_mappings, journal
from desktop.store.bank import KeptEntry, Status


@dataclass(slots=True, kw_only=True)
class BankImport:
    """What a bank file held: entries new or known, entries refused, and matches made.

    left_out: what is no money of the user's, as the file calls it.
    """

    entries: list[KeptEntry] = field(default_factory=list)
    problems: list[BankFileProblem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    matched: int = 0

    def count(self, status: Status) -> int:
        """Return how many entries are new, known or changed."""
        return sum(1 for kept in self.entries if kept.status is status)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankChoice:
    """A file that was chosen; mapping: what the user says that the columns of its table are."""

    path: Path
    mapping: BankMapping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSeen:
    """A bank's table as it was opened: what its columns seem to say; known: by an earlier word."""

    table: BankTable
    mapping: BankMapping
    known: bool


def import_bank_file(
    path: Path, services: Services, *, account: str = "", dry_run: bool = False, mapping: str = ""
) -> BankImport:
    """Read a bank file and keep its entries; the same file again adds nothing.

    account: the name to use where the file has none. dry_run: tell, but keep nothing. mapping: the
    name of a mapping of a table's columns; one whose headings are the same is found by itself.
    Raises BankFileProblem if it cannot be read at all; UsageProblem if there is no such file.
    """
    data = read_file(path)
    read = _read(data, services, mapping)
    return _keep(path.name, data, read, services, account=account, dry_run=dry_run)


def import_bank_table(
    path: Path, mapping: BankMapping, services: Services, *, dry_run: bool = False
) -> BankImport:
    """Read a bank's table by a mapping, which is kept under its name for the next time.

    Raises BankFileProblem, UsageProblem (no name).
    """
    if not mapping.name.strip():
        raise UsageProblem("Give the bank a name first.", advice="Such as: My bank.")
    data = read_file(path)
    read = read_bank_table(read_columns(data), mapping)
    result = _keep(path.name, data, read, services, account="", dry_run=dry_run)
    if not dry_run:
        keep_mapping(mapping, services)
    return result


def import_chosen(
    choice: BankChoice, services: Services, *, dry_run: bool = False
) -> BankImport | AppError:
    """Read a chosen file, or return why not: a wrong file stops no other."""
    try:
        if choice.mapping is not None:
            return import_bank_table(choice.path, choice.mapping, services, dry_run=dry_run)
        return import_bank_file(choice.path, services, dry_run=dry_run)
    except AppError as problem:
        return problem


def preview_chosen(
    choices: Sequence[BankChoice], services: Services
) -> list[BankImport | AppError]:
    """Return what importing files one after the other would do; nothing is kept.

    What two of the files hold is new in the first of them only.
    """
    found = [import_chosen(one, services, dry_run=True) for one in choices]
    seen: set[BankEntry] = set()
    for result in found:
        if isinstance(result, BankImport):
            result.entries = [_known_once(kept, seen) for kept in result.entries]
            seen |= {bank.bare(kept.entry) for kept in result.entries}
    return found


def _known_once(kept: KeptEntry, seen: set[BankEntry]) -> KeptEntry:
    if kept.status is Status.NEW and bank.bare(kept.entry) in seen:
        return replace(kept, status=Status.KNOWN)
    return kept


def would_keep(table: BankTable, mapping: BankMapping, services: Services) -> BankImport:
    """Return what rows of a table would be by a mapping; nothing is kept."""
    read = read_bank_table(table, mapping)
    return _keep(mapping.name, b"", read, services, account="", dry_run=True)


def keep_mapping(mapping: BankMapping, services: Services) -> None:
    """Keep what the columns of a bank's table say, unless that is known already."""
    now_s = services.now_s()
    with services.store.write() as tx:
        if mapping not in bank_mappings.everything(tx):
            bank_mappings.keep(tx, mapping, now_s)
            detail = {"columns": len(mapping.columns)}
            journal.add(tx, now_s, "bank.mapping", mapping.name, detail)


def see_table(path: Path, services: Services) -> TableSeen:
    """Open a bank's table and say what its columns seem to be. Raises BankFileProblem."""
    table = read_columns(read_file(path))
    with services.store.read() as connection:
        known = _fitting(table, bank_mappings.everything(connection))
    return TableSeen(table=table, mapping=known or guess(table), known=known is not None)


def read_file(path: Path) -> bytes:
    """Return the bytes of a bank file. Raises UsageProblem; BankFileProblem if it is too large."""
    try:
        with path.open("rb") as file:
            too_large = path.stat().st_size > MAX_BYTES
            data = b"" if too_large else file.read(MAX_BYTES + 1)  # a device may never end
    except OSError as error:
        raise UsageProblem(f"The bank file cannot be read: {error.strerror}.") from error
    if too_large or len(data) > MAX_BYTES:
        raise BankFileProblem(
            f"This file is larger than {MAX_BYTES >> 20} MB, which no bank sends.",
            advice="Export a shorter time, then try again.",
        )
    return data


def _read(data: bytes, services: Services, name: str) -> BankFile:
    with services.store.read() as connection:
        known = bank_mappings.everything(connection)
    if name:
        chosen = next((one for one in known if one.name == name), None)
        if chosen is None:
            names = ", ".join(one.name for one in known) or "none yet"
            raise UsageProblem(f"There is no mapping called {name!r}.", advice=f"Known: {names}.")
        return read_bank_table(read_columns(data), chosen)
    try:
        return read_bank_file(data)
    except BankTableUnknown:
        table = read_columns(data)
        fitting = _fitting(table, known)
        if fitting is None:
            raise
    return read_bank_table(table, fitting)


def _fitting(table: BankTable, known: Sequence[BankMapping]) -> BankMapping | None:
    return next((one for one in known if one.header == table.columns), None)


def _keep(
    name: str, data: bytes, read: BankFile, services: Services, *, account: str, dry_run: bool
) -> BankImport:
    """Keep entries and what follows from them in one transaction, or only tell what is new."""
    entries = bank.number_twins(_with_account(entry, account) for entry in read.entries)
    result = BankImport(problems=list(read.problems), left_out=list(read.left_out))
    if dry_run:
        with services.store.read() as connection:
            for entry in entries:
                known = bank.find(connection, entry)
                new = KeptEntry(entry_id=0, entry=entry, status=Status.NEW)
                result.entries.append(known or new)
        return result
    now_s = services.now_s()
    with services.store.write() as tx:
        bank_file_id = bank.keep_file(tx, name, data, now_s)
        result.entries = [bank.keep_entry(tx, bank_file_id, entry, now_s) for entry in entries]
        detail = {"new": result.count(Status.NEW), "all": len(entries)}
        journal.add(tx, now_s, "bank.imported", name, detail)
        result.matched = recognise(tx, now_s)
    return result


def _with_account(entry: BankEntry, account: str) -> BankEntry:
    if entry.account or not account:
        return entry
    return replace(entry, account=account)
