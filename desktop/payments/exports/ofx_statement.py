"""Money that arrived as OFX 2.2: a bank statement for each account and currency.

OFX wants a balance; nobody told one, so it is the sum of the entries in the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from desktop.model.exports import ExportedEntry, Ledger
from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.payments.exports.naming import plain_text

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
_FINE = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
# Lengths that OFX allows (section 11.3).
_ACCOUNT, _BANK, _NAME, _MEMO = 22, 9, 32, 255


def ofx_text(ledger: Ledger) -> Iterator[str]:
    """Yield the file piece by piece."""
    yield f"{_HEAD}<OFX>\n<SIGNONMSGSRSV1><SONRS>{_FINE}"
    yield f"<DTSERVER>{ledger.made:%Y%m%d%H%M%S}</DTSERVER><LANGUAGE>ENG</LANGUAGE>"
    yield "</SONRS></SIGNONMSGSRSV1>\n"
    groups: dict[tuple[str, str], list[ExportedEntry]] = {}
    for one in ledger.entries:
        key = (one.entry.account, one.entry.amount.currency)
        groups.setdefault(key, []).append(one)
    numbers = _numbers(sorted({account for account, _ in groups}))
    if groups:
        yield "<BANKMSGSRSV1>\n"
        for number, ((account, currency), entries) in enumerate(sorted(groups.items()), start=1):
            yield f"<STMTTRNRS><TRNUID>{number}</TRNUID>{_FINE}\n"
            yield from _statement(numbers[account], currency, entries, ledger.made)
            yield "</STMTTRNRS>\n"
        yield "</BANKMSGSRSV1>\n"
    yield "</OFX>\n"


def _statement(
    account: tuple[str, str], currency: str, entries: Sequence[ExportedEntry], made: datetime
) -> Iterator[str]:
    bank_id, account_id = (escape(part) for part in account)
    days = [one.entry.booked_on for one in entries]
    total = Money(currency, sum(one.entry.amount.minor for one in entries))
    yield f"<STMTRS><CURDEF>{currency}</CURDEF>"
    yield f"<BANKACCTFROM><BANKID>{bank_id}</BANKID><ACCTID>{account_id}</ACCTID>"
    yield "<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>\n"
    yield f"<BANKTRANLIST><DTSTART>{_day(min(days))}</DTSTART><DTEND>{_day(max(days))}</DTEND>\n"
    for one in entries:
        yield _transaction(one.entry)
    yield f"</BANKTRANLIST>\n<LEDGERBAL><BALAMT>{total}</BALAMT>"
    yield f"<DTASOF>{made:%Y%m%d%H%M%S}</DTASOF></LEDGERBAL></STMTRS>\n"


def _transaction(entry: BankEntry) -> str:
    kind = "DEBIT" if entry.amount.minor < 0 else "CREDIT"
    name = plain_text(entry.counterparty, _NAME) or "Not named"
    memo = plain_text(entry.reference, _MEMO)
    said = f"<MEMO>{escape(memo)}</MEMO>" if memo else ""
    return (
        f"<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{_day(entry.booked_on)}</DTPOSTED>"
        f"<TRNAMT>{entry.amount}</TRNAMT><FITID>{_identity(entry)}</FITID>"
        f"<NAME>{escape(name)}</NAME>{said}</STMTTRN>\n"
    )


def _identity(entry: BankEntry) -> str:
    """Return a number that is the same in every export, so that a second import adds nothing."""
    parts = (
        entry.account,
        entry.bank_reference,
        entry.booked_on.isoformat(),
        str(entry.amount.minor),
        entry.amount.currency,
        str(entry.occurrence),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _numbers(accounts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return (bank, account) for each account; OFX has room for 9 and 22 signs, no two alike."""
    numbers: dict[str, tuple[str, str]] = {}
    for account in accounts:
        bare = plain_text(account).replace(" ", "") or "account"
        bank = bare[:-_ACCOUNT][:_BANK] or "-"
        number, again = bare[-_ACCOUNT:], 2
        while (bank, number) in numbers.values():
            tail = f"-{again}"
            number, again = bare[-_ACCOUNT:][: _ACCOUNT - len(tail)] + tail, again + 1
        numbers[account] = (bank, number)
    return numbers


def _day(day: date) -> str:
    return f"{day:%Y%m%d}120000"
