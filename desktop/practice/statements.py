"""Closing a month: the pool, and a signed statement for everyone who earned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from desktop.identity.canonical import canonical_bytes
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import from_seconds
from desktop.practice import licensee
from desktop.practice.amounts import CURRENCY, minor_text, text_of, to_minor
from desktop.practice.claims import document_of
from desktop.practice.clock import at, month_start, next_month
from desktop.practice.events import add_event
from desktop.practice.keys import followed_by
from desktop.practice.licences import licence_lines, licences_of
from desktop.practice.lines import Pool, lines_of, month_name, period_of
from desktop.practice.problems import not_found

PAYMENT_TERMS_DAYS = 30
MINIMUM_PAYOUT_MINOR = 100
ADMINISTRATION = Fraction(8, 100)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Balance:
    """The sums of a statement, in minor units: opening + gross − deducted = payable + closing."""

    opening: int
    gross: int
    deducted: int
    payable: int
    closing: int


def settle(opening: int, nets: list[Fraction]) -> Balance:
    """Sum the lines exactly, round once, deduct, and pay out what reaches the minimum."""
    gross = to_minor(sum(nets, Fraction(0)))
    deducted = round(gross * ADMINISTRATION)
    left = opening + gross - deducted
    payable = left if left >= MINIMUM_PAYOUT_MINOR else 0
    return Balance(opening, gross, deducted, payable, left - payable)


def close_month(connection: Any, start: date, key: SigningKey, issued: datetime) -> int:
    """Share out the money of the month that began on start; return how many statements."""
    _fix_pool(connection, start)
    payees = connection.execute(
        "SELECT DISTINCT claimant FROM claims WHERE status = 'accepted' AND reviewed < ?"
        " ORDER BY claimant",
        [_end_seconds(start)],
    ).fetchall()
    issuing = [_issue(connection, payee["claimant"], start, key, issued) for payee in payees]
    return sum(issuing)


def read_statement(connection: Any, number: str, revision: str, payee: str) -> bytes:
    """Return a statement's bytes. Raises a 404 Problem."""
    row = connection.execute(
        "SELECT document, payee FROM statements WHERE number = ? AND revision = ?",
        [number, int(revision) if revision.isdecimal() and len(revision) < 5 else 0],
    ).fetchone()
    if row is None or row["payee"] not in followed_by(connection, payee):
        raise not_found("statement")
    return bytes(row["document"])


def payee_row(connection: Any, did: str) -> Any:
    """Return the payee's row, making it on first use."""
    connection.execute("INSERT OR IGNORE INTO payees (did) VALUES (?)", [did])
    return connection.execute("SELECT * FROM payees WHERE did = ?", [did]).fetchone()


def _end_seconds(start: date) -> int:
    return int(at(next_month(start), 0).timestamp())


def _fix_pool(connection: Any, start: date) -> None:
    """Fix the month's total weight: all reviewed works, also those whose money is held."""
    month = month_name(start)
    rows = connection.execute(
        "SELECT hash, document FROM claims WHERE reviewed < ?"
        " AND status IN ('accepted', 'conflict', 'in_dispute')",
        [_end_seconds(start)],
    )
    works = [licensee.weight(r["hash"], month) for r in rows if licensee.may_train(document_of(r))]
    total = sum(works, licensee.rest_of_catalogue(month))
    connection.execute(
        "INSERT INTO pools (month, amount, total_weight) VALUES (?, ?, ?)",
        [month, text_of(licensee.POOL), text_of(total)],
    )


def _pool(connection: Any, start: date) -> Pool:
    row = connection.execute(
        "SELECT amount, total_weight FROM pools WHERE month = ?", [month_name(start)]
    ).fetchone()
    return Pool(start, Fraction(row["amount"]), Fraction(row["total_weight"]))


def _issue(connection: Any, payee: str, start: date, key: SigningKey, issued: datetime) -> bool:
    """Issue the payee's statement, if anything was earned; tell whether so."""
    account = payee_row(connection, payee)
    number = f"PS-{month_name(start).replace('-', '')}-{account['id']:04d}"
    lines, pools = _earnings(connection, payee, start, number)
    if not lines:
        return False
    balance = settle(account["balance_minor"], [Fraction(line["net"]) for line in lines])
    document = {
        **_head(payee, number, start, issued, key.did),
        **_sums(balance),
        "pools": [pool.document() for pool in pools],
        "declared": {
            "lines": len(lines),
            "works": len({line["claim_hash"] for line in lines}),
        },
        "lines": lines,
    }
    signed = sign_document(document, key, created=issued)
    connection.execute(
        "INSERT INTO statements (number, revision, payee, month, payable_minor, document)"
        " VALUES (?, 1, ?, ?, ?, ?)",
        [number, payee, month_name(start), balance.payable, canonical_bytes(signed)],
    )
    connection.execute(
        "UPDATE payees SET balance_minor = ? WHERE did = ?", [balance.closing, payee]
    )
    reference = {"number": number, "revision": 1}
    add_event(connection, payee, "statement.issued", issued, statement=reference)
    return True


def _earnings(
    connection: Any, payee: str, start: date, number: str
) -> tuple[list[Document], list[Pool]]:
    """Return the lines of the payee's accepted claims, and the pools that training lines use.

    Months that were held back while a claim was in conflict are paid now, from their own pools.
    """
    rows = connection.execute(
        "SELECT * FROM claims WHERE claimant = ? AND status = 'accepted' AND reviewed < ?"
        " ORDER BY sequence",
        [payee, _end_seconds(start)],
    ).fetchall()
    licences = licences_of(connection, payee)
    pools: dict[date, Pool] = {}
    lines: list[Document] = []
    for row in rows:
        for month in _unpaid_months(connection, row, start):
            pool = pools.setdefault(month, _pool(connection, month))
            lines.extend(lines_of(row, pool))
            lines.extend(licence_lines(connection, row, licences, pool))
            connection.execute(
                "INSERT INTO earned (sequence, month, statement) VALUES (?, ?, ?)",
                [row["sequence"], pool.month, number],
            )
    for index, line in enumerate(lines, start=1):
        line["id"] = f"{number}-{index:05d}"
    used = {line["period"]["start"] for line in lines if "weight" in line}
    return lines, [pools[month] for month in sorted(pools) if month.isoformat() in used]


def _unpaid_months(connection: Any, row: Any, last: date) -> list[date]:
    """Return the months from the claim's review to last that no statement has covered."""
    paid = {
        one["month"]
        for one in connection.execute(
            "SELECT month FROM earned WHERE sequence = ?", [row["sequence"]]
        )
    }
    months, month = [], month_start(from_seconds(row["reviewed"]).astimezone(UTC))
    while month <= last:
        if month_name(month) not in paid:
            months.append(month)
        month = next_month(month)
    return months


def _head(payee: str, number: str, start: date, issued: datetime, registry: str) -> Document:
    return {
        "type": ["OpenClaimsStatement"],
        "version": "1.0",
        "registry": registry,
        "number": number,
        "revision": 1,
        "payee": payee,
        "period": period_of(start),
        "issued": issued.date().isoformat(),
        "due": (issued + timedelta(days=PAYMENT_TERMS_DAYS)).date().isoformat(),
        "currency": CURRENCY,
    }


def _sums(balance: Balance) -> Document:
    nothing = minor_text(0)
    deduction = {
        "kind": "administration",
        "rate": text_of(ADMINISTRATION),
        "base": minor_text(balance.gross),
        "amount": minor_text(balance.deducted),
    }
    return {
        "opening": minor_text(balance.opening),
        "gross": minor_text(balance.gross),
        "adjustments": nothing,
        "deductions": [deduction],
        "tax_withheld": nothing,
        "recouped": nothing,
        "reserve": nothing,
        "payable": minor_text(balance.payable),
        "closing": minor_text(balance.closing),
    }
