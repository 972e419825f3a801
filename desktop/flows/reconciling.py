"""Money in: bank files read, entries matched with what registries announced, payments derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from desktop.errors import BankFileProblem, UsageProblem
from desktop.model.money import Money
from desktop.model.payments import BankEntry, Payment
from desktop.payments.bank_files import read_bank_file
from desktop.payments.matching import Arrived, Awaited, certain_matches
from desktop.payments.states import payment_state, received_parts
from desktop.services import Services
from desktop.store import bank, findings, journal, payments
from desktop.store.bank import KeptEntry, Status
from desktop.store.database import Connection


@dataclass(slots=True, kw_only=True)
class BankImport:
    """What a bank file held: entries new or known, entries refused, and matches made.

    left_out: what is no money of the user's, as the file calls it.
    """

    entries: list[KeptEntry] = field(default_factory=list)
    problems: list[BankFileProblem] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    matched: int = 0


def import_bank_file(
    path: Path, services: Services, *, account: str = "", dry_run: bool = False
) -> BankImport:
    """Read a bank file and keep its entries; the same file again adds nothing.

    account: the name to use where the file has none. dry_run: tell, but keep nothing.
    Raises BankFileProblem if it cannot be read at all; UsageProblem if there is no such file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"The bank file cannot be read: {error.strerror}.") from error
    read = read_bank_file(data)
    entries = bank.number_twins(_with_account(entry, account) for entry in read.entries)
    result = BankImport(problems=list(read.problems), left_out=list(read.left_out))
    if dry_run:
        with services.store.read() as connection:
            for entry in entries:
                known = bank.find(connection, entry)
                result.entries.append(
                    known or KeptEntry(entry_id=0, entry=entry, status=Status.NEW)
                )
        return result
    now_s = services.now_s()
    with services.store.write() as tx:
        bank_file_id = bank.keep_file(tx, path.name, data, now_s)
        result.entries = [bank.keep_entry(tx, bank_file_id, entry, now_s) for entry in entries]
        new = sum(1 for kept in result.entries if kept.status is Status.NEW)
        journal.add(tx, now_s, "bank.imported", path.name, {"new": new, "all": len(entries)})
        result.matched = _match(tx, now_s)
    return result


def match_open(services: Services) -> int:
    """Match what is certain between announced and arrived money; returns how many."""
    with services.store.write() as tx:
        return _match(tx, services.now_s())


def list_payments(
    services: Services,
    *,
    start: date | None = None,
    end: date | None = None,
    registry: str = "",
    work_id: int | None = None,
) -> list[Payment]:
    """Return payments derived from statements, remittances and bank entries, newest first."""
    today = services.now().date()
    with services.store.read() as connection:
        stated = payments.stated(
            connection, start=start, end=end, registry=registry, work_id=work_id
        )
        remitted, received, matches = _money_of(payments.remitted(connection))
        closed = findings.closed_counts(connection)
    result = []
    for row in stated:
        key = (row.registry_id, row.number, row.revision)
        currency = row.stated.currency
        sent = Money(currency, remitted.get((key, currency), 0))
        arrived = Money(currency, received.get((key, currency), 0))
        result.append(
            Payment(
                payment_id=row.statement_id,
                registry=row.registry,
                number=row.number,
                revision=row.revision,
                period=row.period,
                issued=row.issued,
                due=row.due,
                stated=row.stated,
                remitted=sent,
                received=arrived,
                state=payment_state(
                    stated=row.stated, remitted=sent, received=arrived, due=row.due, today=today
                ),
                works=row.works,
                findings=row.findings - closed.get(row.statement_id, 0),
                signature=row.signature,
                matches=matches.get(key, ()),
            )
        )
    return result


_Key = tuple[int, str, int]


def _money_of(
    rows: Sequence[payments.RemittedRow],
) -> tuple[dict[tuple[_Key, str], int], dict[tuple[_Key, str], int], dict[_Key, tuple[int, ...]]]:
    remitted: dict[tuple[_Key, str], int] = {}
    received: dict[tuple[_Key, str], int] = {}
    matches: dict[_Key, tuple[int, ...]] = {}
    for row in rows:
        arrived = received_parts([part for _, _, part in row.parts], row.matched_minor)
        for (number, revision, part), came in zip(row.parts, arrived, strict=True):
            key = (row.registry_id, number, revision)
            remitted[key, row.currency] = remitted.get((key, row.currency), 0) + part
            received[key, row.currency] = received.get((key, row.currency), 0) + came
            matches[key] = matches.get(key, ()) + row.matches
    return remitted, received, matches


def _match(tx: Connection, now_s: int) -> int:
    awaited = [
        Awaited(
            key=row.remittance_id,
            external_id=row.external_id,
            reference=row.reference,
            amount=row.amount,
        )
        for row in payments.open_remittances(tx)
    ]
    if not awaited:
        return 0
    arrived = [Arrived(key=kept.entry_id, entry=kept.entry) for kept in bank.unmatched(tx)]
    matches = certain_matches(awaited, arrived)
    for match in matches:
        bank.match(tx, match.awaited, match.arrived, match.amount.minor, match.reason, now_s)
        journal.add(
            tx,
            now_s,
            "payment.matched",
            str(match.awaited),
            {"entry_id": match.arrived, "amount_minor": match.amount.minor},
        )
    return len(matches)


def _with_account(entry: BankEntry, account: str) -> BankEntry:
    if entry.account or not account:
        return entry
    return replace(entry, account=account)
