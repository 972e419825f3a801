"""The bank's files: camt.053.001.08 in form, and adding up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from desktop.practice.advance import Advanced
from desktop.practice.bankfile import NAMESPACE, Credit, practice_iban, write_camt053
from desktop.practice.payout import iban_is_sound
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant

PassMonths = Callable[[int], Advanced]
IN_ORDER = {
    "Stmt": ["Id", "ElctrncSeqNb", "CreDtTm", "FrToDt", "Acct", "Bal", "Ntry"],
    "Ntry": [
        "NtryRef",
        "Amt",
        "CdtDbtInd",
        "Sts",
        "BookgDt",
        "ValDt",
        "AcctSvcrRef",
        "BkTxCd",
        "NtryDtls",
    ],
    "TxDtls": ["Refs", "RltdPties", "RmtInf"],
    "Bal": ["Tp", "Amt", "CdtDbtInd", "Dt"],
}


def read(data: bytes) -> Any:
    """Return the Stmt element."""
    root = etree.fromstring(data)
    assert root.tag == f"{{{NAMESPACE}}}Document"
    return find(root, "BkToCstmrStmt/Stmt")


def find(element: Any, path: str) -> Any:
    """Return the one element at a path of local names."""
    found = element.findall("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
    assert len(found) == 1, path
    return found[0]


def signed(element: Any) -> Decimal:
    """Return an amount with its sign."""
    sign = 1 if find(element, "CdtDbtInd").text == "CRDT" else -1
    amount = find(element, "Amt")
    assert amount.get("Ccy") == "EUR"
    return sign * Decimal(amount.text)


def check(statement: Any) -> tuple[Decimal, Decimal]:
    """Assert order and sums; return the opening and the closing balance."""
    for element in statement.iter():
        name = etree.QName(element).localname
        if name in IN_ORDER:
            children = [etree.QName(child).localname for child in element]
            places = [IN_ORDER[name].index(child) for child in children]
            assert places == sorted(places), name
    balances = {
        find(balance, "Tp/CdOrPrtry/Cd").text: signed(balance)
        for balance in statement.findall(f"{{{NAMESPACE}}}Bal")
    }
    entries = statement.findall(f"{{{NAMESPACE}}}Ntry")
    assert len(entries) == 2
    assert balances["OPBD"] + sum(signed(entry) for entry in entries) == balances["CLBD"]
    assert {find(entry, "Sts/Cd").text for entry in entries} == {"BOOK"}
    references = [find(entry, "NtryRef").text for entry in entries]
    references += [find(entry, "AcctSvcrRef").text for entry in entries]
    assert len(set(references)) == 4
    assert all(len(reference) <= 35 for reference in references)
    assert iban_is_sound(find(statement, "Acct/Id/IBAN").text)
    return balances["OPBD"], balances["CLBD"]


@settings(max_examples=40, deadline=None)
@given(
    opening=st.integers(-(10**9), 10**9),
    amount=st.integers(1, 10**9),
    number=st.integers(1, 9999),
    moment=st.datetimes(min_value=datetime(2000, 1, 6), timezones=st.just(UTC)),
)
def test_any_file_adds_up(opening: int, amount: int, number: int, moment: datetime) -> None:
    credit = Credit("PM-202601-0001", "Open Claims PS-202601-0001", amount, moment)
    data, closing = write_camt053(practice_iban("did:key:z6Mk"), number, opening, credit)
    assert check(read(data)) == (Decimal(opening) / 100, Decimal(closing) / 100)


def test_each_payment_has_its_file_and_balances_follow_on(
    ana: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(*(ana.claim(f"work {index}") for index in range(3)))
    files = pass_months(4).bank_files
    assert len(files) == 3
    remittances = [
        ana.send("GET", f"/remittances/{event['remittance']}").json()
        for event in ana.events()
        if "remittance" in event
    ]
    previous = None
    for number, (path, remittance) in enumerate(zip(files, remittances, strict=True), start=1):
        statement = read(path.read_bytes())
        opening, closing = check(statement)
        assert previous in (None, opening)
        previous = closing
        assert find(statement, "ElctrncSeqNb").text == str(number)
        credit = statement.findall(f"{{{NAMESPACE}}}Ntry")[1]
        assert signed(credit) == Decimal(remittance["amount"])
        details = find(credit, "NtryDtls/TxDtls")
        assert find(details, "Refs/EndToEndId").text == remittance["id"]
        assert find(details, "RmtInf/Ustrd").text == remittance["reference"]
        assert find(credit, "BookgDt/Dt").text == remittance["issued"]
        assert find(details, "RltdPties/Dbtr/Pty/Nm").text


def test_two_payees_have_two_accounts(
    ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    for claimant in (ana, ben):
        claimant.submit(claimant.claim(claimant.name))
    files = pass_months(2).bank_files
    accounts = {find(read(path.read_bytes()), "Acct/Id/IBAN").text for path in files}
    assert len(files) == len(accounts) == 2


def test_money_goes_to_the_confirmed_account(
    ana: Claimant, pass_months: PassMonths, server: PracticeServer
) -> None:
    iban = practice_iban("somewhere else")
    ana.submit(ana.claim())
    document = payout(ana, "iban", f"{iban[:4]} {iban[4:]}", "2026-01-15T12:00:00Z")
    response = ana.send("PUT", "/payout-channel", document)
    assert response.json() == {"kind": "iban", "hint": f"…{iban[-4:]}", "status": "unconfirmed"}
    assert "payout_channel.confirmed" in [event["type"] for event in ana.events()]
    assert ana.send("PUT", "/payout-channel", document).json()["status"] == "confirmed"
    (path,) = pass_months(2).bank_files
    assert find(read(path.read_bytes()), "Acct/Id/IBAN").text == iban
    name = next(event["remittance"] for event in ana.events() if "remittance" in event)
    channel = ana.send("GET", f"/remittances/{name}").json()["channel"]
    assert channel == {"kind": "iban", "hint": f"…{iban[-4:]}"}


def payout(claimant: Claimant, kind: str, value: str, created: str) -> dict[str, Any]:
    """Return a signed payout channel."""
    document = {"type": ["PayoutChannel"], "kind": kind, "value": value, "created": created}
    return claimant.sign(document)


def test_an_old_payout_channel_cannot_be_replayed(ana: Claimant) -> None:
    old = payout(ana, "paypal", "old@example.org", "2026-01-01T00:00:00Z")
    new = payout(ana, "stripe", "acct_1234567890", "2026-01-02T00:00:00Z")
    assert ana.send("PUT", "/payout-channel", old).status_code == 202
    assert ana.send("PUT", "/payout-channel", new).status_code == 202
    assert ana.send("PUT", "/payout-channel", old).status_code == 409


def test_payout_channels_are_checked_by_form(ana: Claimant, ben: Claimant) -> None:
    created = "2026-01-01T00:00:00Z"
    for kind, value in [
        ("iban", "DE00000000000000000001"),
        ("iban", "DE0900000000000000000é"),
        ("payment_pointer", "https://wallet.example/ana"),
        ("payment_pointer", "$wallet.example:80/ana"),
        ("paypal", "ana"),
        ("stripe", "cus_123456"),
    ]:
        response = ana.send("PUT", "/payout-channel", payout(ana, kind, value, created))
        assert response.status_code == 422, value
    for kind, value in [("payment_pointer", "$wallet.example/ana"), ("paypal", "a@example.org")]:
        response = ana.send("PUT", "/payout-channel", payout(ana, kind, value, created))
        assert response.status_code == 202, value
    stolen = payout(ben, "paypal", "ben@example.org", "2026-02-01T00:00:00Z")
    assert ana.send("PUT", "/payout-channel", stolen).status_code == 422


def test_bank_files_are_whole(ana: Claimant, pass_months: PassMonths, tmp_path: Path) -> None:
    ana.submit(ana.claim())
    pass_months(3)
    names = sorted(path.name for path in (tmp_path / "registry" / "bank").iterdir())
    assert names == ["2026-02-account-0001.camt053.xml", "2026-03-account-0001.camt053.xml"]
