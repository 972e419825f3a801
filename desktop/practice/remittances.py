"""Sending money: the signed remittance, and the bank's account of its arrival."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.practice.amounts import CURRENCY, minor_text
from desktop.practice.bankfile import Credit, practice_iban, write_camt053
from desktop.practice.events import add_event
from desktop.practice.files import write_whole
from desktop.practice.keys import followed_by
from desktop.practice.ledger import Ledger
from desktop.practice.lines import month_name
from desktop.practice.payout import Channel, channel_of
from desktop.practice.problems import not_found
from desktop.practice.statements import payee_row

BANK_FOLDER = "bank"
FIRST_BALANCE_MINOR = 25_000


def pay_month(connection: Any, start: date, key: SigningKey, sent: datetime) -> int:
    """Send what the statements of a month say is payable; return how many remittances."""
    rows = connection.execute(
        "SELECT number, revision, payee, payable_minor FROM statements"
        " WHERE month = ? AND payable_minor > 0 ORDER BY number, revision",
        [month_name(start)],
    ).fetchall()
    for row in rows:
        _send(connection, row, start, key, sent)
    return len(rows)


def read_remittance(connection: Any, remittance_id: str, payee: str) -> bytes:
    """Return a remittance's bytes. Raises a 404 Problem."""
    row = connection.execute(
        "SELECT document, payee FROM remittances WHERE id = ?", [remittance_id]
    ).fetchone()
    if row is None or row["payee"] not in followed_by(connection, payee):
        raise not_found("remittance")
    return bytes(row["document"])


def export_bank_files(ledger: Ledger) -> tuple[Path, ...]:
    """Write the bank files that are not in the folder yet; return their paths."""
    folder = ledger.folder / BANK_FOLDER
    with ledger.read() as connection:
        rows = connection.execute("SELECT name, document FROM bank_files ORDER BY name").fetchall()
    missing = [row for row in rows if not (folder / row["name"]).exists()]
    if missing:
        folder.mkdir(exist_ok=True)
    for row in missing:
        write_whole(folder / row["name"], bytes(row["document"]))
    return tuple(folder / row["name"] for row in missing)


def _send(connection: Any, row: Any, start: date, key: SigningKey, sent: datetime) -> None:
    payee_id = payee_row(connection, row["payee"])["id"]
    remittance_id = f"PM-{month_name(start).replace('-', '')}-{payee_id:04d}"
    channel = channel_of(connection, row["payee"])
    reference = f"Open Claims {row['number']}"
    document = _document(row, remittance_id, channel, reference, key.did, sent)
    signed = sign_document(document, key, created=sent)
    connection.execute(
        "INSERT INTO remittances (id, payee, document) VALUES (?, ?, ?)",
        [remittance_id, row["payee"], canonical_bytes(signed)],
    )
    add_event(connection, row["payee"], "remittance.sent", sent, remittance=remittance_id)
    credit = Credit(remittance_id, reference, row["payable_minor"], sent)
    iban = channel.value if channel.kind == "iban" else practice_iban(row["payee"])
    _book(connection, iban, payee_id, credit)


def _document(
    row: Any, remittance_id: str, channel: Channel, reference: str, registry: str, sent: datetime
) -> dict[str, Any]:
    amount = minor_text(row["payable_minor"])
    covered = {"number": row["number"], "revision": row["revision"], "amount": amount}
    shown = {"kind": channel.kind}
    if channel.value:
        shown["hint"] = channel.hint()
    return {
        "type": ["OpenClaimsRemittance"],
        "version": "1.0",
        "registry": registry,
        "id": remittance_id,
        "payee": row["payee"],
        "issued": sent.date().isoformat(),
        "amount": amount,
        "currency": CURRENCY,
        "channel": shown,
        "reference": reference,
        "statements": [covered],
    }


def _book(connection: Any, iban: str, payee_id: int, credit: Credit) -> None:
    """Keep the account's bank file of the month; export_bank_files puts it in the folder."""
    last = connection.execute(
        "SELECT number, closing_minor FROM bank_files WHERE account = ?"
        " ORDER BY number DESC LIMIT 1",
        [iban],
    ).fetchone()
    number = last["number"] + 1 if last else 1
    opening = last["closing_minor"] if last else FIRST_BALANCE_MINOR
    document, closing = write_camt053(iban, number, opening, credit)
    name = f"{month_name(credit.booked.date())}-account-{payee_id:04d}.camt053.xml"
    connection.execute(
        "INSERT INTO bank_files (account, number, name, closing_minor, document)"
        " VALUES (?, ?, ?, ?, ?)",
        [iban, number, name, closing, document],
    )
