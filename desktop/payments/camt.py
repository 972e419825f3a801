"""Reads camt.052, .053 and .054 (ISO 20022) of any version: by local name, entities off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from desktop.errors import BalanceProblem, BankFileProblem
from desktop.model.money import Money, parse_amount
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import MAX_BYTES, BankFile, balance_problem, day_of

_MESSAGES = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")
_ACCOUNTS = ("Stmt", "Rpt", "Ntfctn")
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
_NOT_BOOKED = ("PDNG", "FUTR", "INFO")


def read_camt(data: bytes) -> BankFile:
    """Read a bank's camt file. Raises BankFileProblem if it is not one at all.

    A wrong amount or date refuses its entry with the line number and nothing else.
    """
    if len(data) > MAX_BYTES:
        raise BankFileProblem("The bank file is far too large.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if _DOCTYPE.search(data[:65_536].replace(b"\0", b"")):
        raise _carries_a_document_type()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BankFileProblem(
            f"The bank file is not sound XML; reading stopped in line {error.lineno}.",
            line=error.lineno,
            advice="Download it from your bank again.",
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _carries_a_document_type()
    message = next((child for child in _children(root) if _name(child) in _MESSAGES), None)
    if message is None:
        raise BankFileProblem(
            "This is not a camt.052, camt.053 or camt.054 file.",
            advice="Ask your bank for an export in the format camt.053.",
        )
    entries: list[BankEntry] = []
    problems: list[BankFileProblem] = []
    for report in (child for child in _children(message) if _name(child) in _ACCOUNTS):
        _read_account(report, entries, problems)
    return BankFile(entries=tuple(entries), problems=tuple(problems))


def _carries_a_document_type() -> BankFileProblem:
    return BankFileProblem(
        "The bank file carries a document type, which no bank sends.",
        advice="Download it from your bank again; do not use this one.",
    )


def _read_account(
    report: etree._Element, entries: list[BankEntry], problems: list[BankFileProblem]
) -> None:
    account = _text(report, "Acct/Id/IBAN") or _text(report, "Acct/Id/Othr/Id")
    refused = len(problems)
    moved: list[Money] = []
    torn: list[BankFileProblem] = []
    for entry in (child for child in _children(report) if _name(child) == "Ntry"):
        if _status(entry) in _NOT_BOOKED:
            continue
        try:
            read = list(_read_entry(entry, account))
            entries.extend(read)
            moved += [one.amount for one in read]
            torn += _torn(entry, read)
        except ValueError as error:
            name = _reference(entry)
            which = f"The entry {name}" if name else "An entry"
            line = _whole(entry.sourceline)
            problems.append(BankFileProblem(f"{which} cannot be read: {error}", line=line))
    unbalanced = _unbalanced(report, moved) if len(problems) == refused else None
    problems += torn
    if unbalanced is not None:
        problems.append(unbalanced)


def _read_entry(entry: etree._Element, account: str) -> Iterator[BankEntry]:
    """One entry, or one for each transaction of a batch whose own amounts add up to it."""
    whole = _signed(entry, _amount(entry, "Amt"))
    booked_on = _date(entry)
    reference = _reference(entry)
    parts = _parts(_details(entry), entry, whole)
    for number, (detail, amount) in enumerate(parts, start=1):
        own = _text(detail, "Refs/AcctSvcrRef") if detail is not None else ""
        batch = f"{reference}/{number}" if len(parts) > 1 else reference
        yield BankEntry(
            account=account,
            bank_reference=own or batch,
            booked_on=booked_on,
            amount=amount,
            counterparty=_counterparty(detail),
            reference=_remittance_information(detail, entry),
            end_to_end_id=_end_to_end(detail),
            line=_whole(entry.sourceline),
        )


def _torn(entry: etree._Element, read: list[BankEntry]) -> Iterator[BalanceProblem]:
    """Tell of a batch that was kept whole although each of its details names an amount."""
    details = _details(entry)
    if len(details) < 2 or len(read) != 1:
        return
    whole = read[0].amount
    amounts = [_detail_amount(detail, entry, whole.currency) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(details):
        come_to = Money(whole.currency, sum(amount.minor for amount in known))
        name = _reference(entry)
        yield BalanceProblem(
            f"The parts of {f'the entry {name}' if name else 'an entry'} come to {come_to} "
            f"{whole.currency}, but it is {whole}; it is kept whole.",
            line=read[0].line,
            advice="Ask your bank what the parts were.",
        )


def _details(entry: etree._Element) -> list[etree._Element]:
    return [
        transaction
        for detail in _children(entry)
        if _name(detail) == "NtryDtls"
        for transaction in _children(detail)
        if _name(transaction) == "TxDtls"
    ]


def _unbalanced(report: etree._Element, moved: list[Money]) -> BalanceProblem | None:
    """Compare the entries with the booked balances around them, where a statement names both."""
    found: dict[str, list[etree._Element]] = {}
    for one in (child for child in _children(report) if _name(child) == "Bal"):
        found.setdefault(_text(one, "Tp/CdOrPrtry/Cd"), []).append(one)
    opening = found.get("OPBD") or found.get("PRCD") or []
    closing = found.get("CLBD") or []
    if _name(report) != "Stmt" or len(opening) != 1 or len(closing) != 1:
        return None
    try:
        first, last = [_signed(one, _amount(one, "Amt")) for one in (opening[0], closing[0])]
    except ValueError:
        return None
    return balance_problem(first, last, moved, line=_whole(closing[0].sourceline))


def _reference(entry: etree._Element) -> str:
    return _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")


def _parts(
    details: list[etree._Element], entry: etree._Element, whole: Money
) -> list[tuple[etree._Element | None, Money]]:
    """Take a batch apart only where its details name amounts that add up; invent nothing."""
    if len(details) < 2:
        return [(details[0] if details else None, whole)]
    amounts = [_detail_amount(detail, entry, whole.currency) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(details) and sum(amount.minor for amount in known) == whole.minor:
        return list(zip(details, known, strict=True))
    return [(None, whole)]


def _detail_amount(detail: etree._Element, entry: etree._Element, currency: str) -> Money | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if _find(detail, path) is not None:
            amount = _amount(detail, path)
            sign_holder = detail if _find(detail, "CdtDbtInd") is not None else entry
            return _signed(sign_holder, amount) if amount.currency == currency else None
    return None


def _amount(element: etree._Element, path: str) -> Money:
    found = _find(element, path)
    if found is None or len(found):
        raise ValueError("it has no amount.")
    text = (found.text or "").strip()
    if not text:
        raise ValueError("it has no amount.")
    amount = parse_amount(text)
    if amount < 0:
        raise ValueError(f"the amount {amount} is negative; its sign stands elsewhere in camt.")
    return Money.exactly(amount, found.get("Ccy") or "")


def _signed(element: etree._Element, amount: Money) -> Money:
    direction = _text(element, "CdtDbtInd")
    if direction not in ("CRDT", "DBIT"):
        raise ValueError("it does not say whether money came or went.")
    return amount if direction == "CRDT" else -amount


def _date(entry: etree._Element) -> date:
    for path in ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm"):
        text = _text(entry, path)
        if text:
            return day_of(text[:10])
    raise ValueError("it has no date.")


def _status(entry: etree._Element) -> str:
    """Before version 8 the status is the element's text, since then a code inside it."""
    return _text(entry, "Sts/Cd") or _text(entry, "Sts")


def _counterparty(detail: etree._Element | None) -> str:
    if detail is None:
        return ""
    for role in ("Dbtr", "Cdtr"):
        for path in (f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm"):
            text = _text(detail, path)
            if text:
                return text
    return ""


def _remittance_information(detail: etree._Element | None, entry: etree._Element) -> str:
    if detail is None:
        return _text(entry, "AddtlNtryInf")
    information = _find(detail, "RmtInf")
    if information is None:
        return _text(detail, "AddtlTxInf")
    texts = [
        (element.text or "").strip()
        for element in information.iter()
        if isinstance(element.tag, str) and _name(element) in ("Ustrd", "Ref")
    ]
    return " ".join(text for text in texts if text)


def _end_to_end(detail: etree._Element | None) -> str:
    text = _text(detail, "Refs/EndToEndId") if detail is not None else ""
    return "" if text == "NOTPROVIDED" else text


def _children(element: etree._Element) -> Iterator[etree._Element]:
    return (child for child in element if isinstance(child.tag, str))


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _find(element: etree._Element, path: str) -> etree._Element | None:
    current: etree._Element | None = element
    for step in path.split("/"):
        if current is None:
            return None
        current = next((child for child in _children(current) if _name(child) == step), None)
    return current


def _text(element: etree._Element, path: str) -> str:
    found = _find(element, path)
    return (found.text or "").strip() if found is not None else ""


def _whole(line: object) -> int | None:
    return line if isinstance(line, int) else None
