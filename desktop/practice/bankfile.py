"""Bank-to-customer statements as a bank would send them: ISO 20022 camt.053.001.08."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lxml import etree

from desktop.model.times import to_rfc3339
from desktop.practice.amounts import CURRENCY, minor_text
from desktop.practice.clock import at, month_start

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
BANK = "Practice Bank (fictitious)"
PAYER = "Practice Registry (fictitious)"
PAYER_IBAN_BODY = "000000000000000001"
FEE_MINOR = 490
FEE_DAY = 5


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that arrived."""

    end_to_end_id: str
    reference: str
    amount_minor: int
    booked: datetime


@dataclass(frozen=True, slots=True)
class _Entry:
    reference: str
    amount_minor: int
    credit: bool
    day: date
    code: tuple[str, str, str]


def practice_iban(payee: str) -> str:
    """Return the IBAN of the payee's fictitious account: sound in form, at a bank that is none."""
    number = int(hashlib.sha256(payee.encode()).hexdigest(), 16) % 10**10
    return _iban(f"00000000{number:010d}")


def write_camt053(iban: str, number: int, opening_minor: int, credit: Credit) -> tuple[bytes, int]:
    """Return the file of the month in which credit arrived, and the closing balance.

    Holds one unrelated entry, the bank's fee, so that matching has something to pass over.
    """
    closing_minor = opening_minor - FEE_MINOR + credit.amount_minor
    first, last = month_start(credit.booked), credit.booked.date()
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    body = _add(root, "BkToCstmrStmt")
    identity = f"PB{iban[-6:]}{last:%Y%m}{number:04d}"
    header = _add(body, "GrpHdr")
    _add(header, "MsgId", identity)
    _add(header, "CreDtTm", to_rfc3339(credit.booked))
    statement = _add(body, "Stmt")
    _add(statement, "Id", f"{identity}-1")
    _add(statement, "ElctrncSeqNb", str(number))
    _add(statement, "CreDtTm", to_rfc3339(credit.booked))
    span = _add(statement, "FrToDt")
    _add(span, "FrDtTm", to_rfc3339(at(first, 0)))
    _add(span, "ToDtTm", to_rfc3339(credit.booked))
    _add_account(statement, iban)
    _add_balance(statement, "OPBD", opening_minor, first)
    _add_balance(statement, "CLBD", closing_minor, last)
    _add_fee(statement, identity, first.replace(day=FEE_DAY))
    _add_credit(statement, identity, credit)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return data, closing_minor


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _add_amount(parent: Any, minor: int) -> None:
    _add(parent, "Amt", minor_text(abs(minor))).set("Ccy", CURRENCY)


def _add_account(statement: Any, iban: str) -> None:
    account = _add(statement, "Acct")
    _add(_add(account, "Id"), "IBAN", iban)
    _add(account, "Ccy", CURRENCY)
    _add(_add(_add(account, "Svcr"), "FinInstnId"), "Nm", BANK)


def _add_balance(statement: Any, kind: str, minor: int, day: date) -> None:
    balance = _add(statement, "Bal")
    _add(_add(_add(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _add_amount(balance, minor)
    _add(balance, "CdtDbtInd", "CRDT" if minor >= 0 else "DBIT")
    _add(_add(balance, "Dt"), "Dt", day.isoformat())


def _add_entry(statement: Any, entry: _Entry) -> Any:
    """Add an entry in the order of the schema; return its TxDtls, empty."""
    element = _add(statement, "Ntry")
    _add(element, "NtryRef", entry.reference)
    _add_amount(element, entry.amount_minor)
    _add(element, "CdtDbtInd", "CRDT" if entry.credit else "DBIT")
    _add(_add(element, "Sts"), "Cd", "BOOK")
    _add(_add(element, "BookgDt"), "Dt", entry.day.isoformat())
    _add(_add(element, "ValDt"), "Dt", entry.day.isoformat())
    _add(element, "AcctSvcrRef", f"{entry.reference}-B")
    domain = _add(_add(element, "BkTxCd"), "Domn")
    _add(domain, "Cd", entry.code[0])
    family = _add(domain, "Fmly")
    _add(family, "Cd", entry.code[1])
    _add(family, "SubFmlyCd", entry.code[2])
    return _add(_add(element, "NtryDtls"), "TxDtls")


def _add_fee(statement: Any, identity: str, day: date) -> None:
    code = ("ACMT", "MDOP", "CHRG")
    details = _add_entry(statement, _Entry(f"{identity}-1", FEE_MINOR, False, day, code))
    _add(_add(details, "Refs"), "EndToEndId", "NOTPROVIDED")
    _add(_add(details, "RmtInf"), "Ustrd", "Account fee")


def _add_credit(statement: Any, identity: str, credit: Credit) -> None:
    code, day = ("PMNT", "RCDT", "ESCT"), credit.booked.date()
    entry = _Entry(f"{identity}-2", credit.amount_minor, True, day, code)
    details = _add_entry(statement, entry)
    _add(_add(details, "Refs"), "EndToEndId", credit.end_to_end_id)
    parties = _add(details, "RltdPties")
    _add(_add(_add(parties, "Dbtr"), "Pty"), "Nm", PAYER)
    _add(_add(_add(parties, "DbtrAcct"), "Id"), "IBAN", _iban(PAYER_IBAN_BODY))
    _add(_add(details, "RmtInf"), "Ustrd", credit.reference)


def _iban(body: str) -> str:
    """Return a German-shaped IBAN with right check digits; the bank code 00000000 is nobody's."""
    remainder = int(body + "131400") % 97
    return f"DE{98 - remainder:02d}{body}"
