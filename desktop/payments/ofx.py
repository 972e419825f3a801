"""Reads OFX and QFX of any version with the package ofxtools; a missing balance does not matter."""

from __future__ import annotations

import html
import re
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from desktop.errors import BankFileProblem
from desktop.model.money import Money, parse_amount
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import BankFile, day_of

_REPORTS = ("STMTRS", "CCSTMTRS")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def read_ofx(data: bytes) -> BankFile:
    """Read a file of one or several accounts. Raises BankFileProblem if it is none.

    Entries are read one by one from the tree: the package's own models refuse a whole file for a
    missing balance.
    """
    from ofxtools.Parser import OFXTree

    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", data[:65_536], re.I):
        raise BankFileProblem("The bank file carries a document type, which no bank sends.")
    try:
        root = OFXTree().parse(BytesIO(data))
    except (ParseError, ValueError, SyntaxError, RecursionError, LookupError) as error:
        raise BankFileProblem(
            f"This OFX file cannot be read: {error}.", advice="Download it from your bank again."
        ) from error
    entries: list[BankEntry] = []
    problems: list[BankFileProblem] = []
    for report in (one for one in root.iter() if one.tag in _REPORTS):
        currency, account = _text(report, "CURDEF"), _account(report)
        for number, entry in enumerate(report.iter("STMTTRN"), start=1):
            try:
                entries.append(_read(entry, currency, account))
            except ValueError as error:
                name = _text(entry, "FITID") or f"number {number}"
                problems.append(BankFileProblem(f"The entry {name} cannot be read: {error}"))
    return BankFile(entries=tuple(entries), problems=tuple(problems))


def _read(entry: Element, currency: str, account: str) -> BankEntry:
    own = _text(entry, "CURRENCY/CURSYM") or currency
    amount = _text(entry, "TRNAMT").replace(",", ".").lstrip("+")
    if not amount:
        raise ValueError("it has no amount.")
    found = _DAY.match(_text(entry, "DTPOSTED"))
    if found is None:
        raise ValueError("it has no day.")
    return BankEntry(
        account=account,
        bank_reference=_text(entry, "FITID"),
        booked_on=day_of("-".join(found.groups())),
        amount=Money.exactly(parse_amount(amount), own),
        counterparty=_text(entry, "NAME") or _text(entry, "PAYEE/NAME"),
        reference=_text(entry, "MEMO"),
        end_to_end_id=_text(entry, "REFNUM") or _text(entry, "CHECKNUM"),
    )


def _account(report: Element) -> str:
    for place in ("BANKACCTFROM", "CCACCTFROM"):
        found = _text(report, f"{place}/ACCTID")
        if found:
            return found
    return ""


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return html.unescape(" ".join((found.text or "").split())) if found is not None else ""
