"""Every kind of bank and wallet file: the same money whatever it is written in; bad rows alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BalanceProblem, BankFileProblem
from desktop.model.money import Money, exponent
from desktop.model.payments import BankEntry
from desktop.payments.bank_file import day_reader, read_money
from desktop.payments.bank_files import read_bank_file
from tests.payments.test_camt import camt, entry

MT940 = """{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:
:20:STARTUMSE
:25:12030000/0000202051
:28C:00001/001
:60F:C260101EUR1000,00
:61:2602230223C12,34NTRFPM-202601-0001//B1
:86:166?00SEPA-Gutschrift?20EREF+PM-202601-0001?21SVWZ+Statement PS-1
?30BYLADEM1001?31DE02120300000000202051?32Registry GmbH
:61:2602240224D5,00NMSCNONREF
:86:Account fee
:62F:C260228EUR1007,34
-}
:20:SECOND
:25:DE89370400440532013000EUR
:28C:00002/001
:60F:C260101USD0,
:61:260225C1234,NTRFNONREF//B9
:86:From abroad
:62F:C260228USD1234,
-
"""
OFX = b"""OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260301<LANGUAGE>ENG
</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>DE1<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260101<DTEND>20260201
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260223120000[-5:EST]<TRNAMT>12.34<FITID>B1<NAME>Registry &amp; Co<MEMO>PS-1
</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260224<TRNAMT>-5.00<FITID>B2<NAME>Bank
</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260224<TRNAMT>12..34<FITID>B3
</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""  # noqa: E501
PAYPAL = """"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID","Balance Impact","Subject"
"02/23/2026","10:00:00","PST","Registry","Mass Pay Payment","Completed","EUR","12.34","-0.34","12.00","T1","Credit","PS-1"
"02/23/2026","10:00:00","PST","","General Credit Card Deposit","Completed","EUR","5.00","0.00","5.00","T2","Credit",""
"02/24/2026","10:00:00","PST","Shop","Express Checkout Payment","Completed","EUR","-1,205.00","0.00","-1,205.00","T3","Debit",""
"02/24/2026","10:00:00","PST","Fan","Website Payment","Pending","EUR","7.00","0.00","7.00","T4","Credit",""
"02/25/2026","10:00:00","PST","","Account Hold for Open Authorization","Completed","EUR","-7.00","0.00","-7.00","T5","Memo",""
"02/25/2026","10:00:00","PST","Wrong","Payment","Completed","EUR","12..34","0.00","12.34","T6","Credit",""
"02/25/2026","10:00:00","PST","Wrong","Payment","Completed","EUR","12.34","-1.00","12.34","T7","Credit",""
"""  # noqa: E501
PAYPAL_DE = """\ufeff"Datum";"Uhrzeit";"Zeitzone";"Name";"Typ";"Status";"Währung";"Brutto";"Gebühr";"Netto";"Transaktionscode"
"23.02.2026";"10:00:00";"CET";"Registry";"Zahlung";"Abgeschlossen";"EUR";"1.012,34";"-0,34";"1.012,00";"T1"
"""  # noqa: E501
MT940_BALANCED = """:20:S
:25:DE89370400440532013000
:60F:C260101EUR100,00
:61:2601150115CR12,34NTRFNONREF
:86:Registry
:62F:C260131EUR{}
-
"""
STRIPE = """id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description
txn_1,charge,ch_1,12.34,0.34,12.00,eur,2026-02-23 10:00,2026-03-02 00:00,Licence PS-1
txn_2,payout,po_1,-100.00,0.00,-100.00,eur,2026-02-24 10:00,2026-02-24 00:00,STRIPE PAYOUT
txn_3,charge,ch_2,500,0,500,jpy,2026-02-25 10:00,2026-03-02 00:00,Yen
"""
WISE = """"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance","Payer Name","Payee Name","Total fees"
TRANSFER-1,23-02-2026,12.34,EUR,"Received money from Registry",PS-1,112.34,Registry,,0.00
TRANSFER-2,24-02-2026,-5.00,EUR,"Sent money",Rent,107.34,,Landlord,0.61
"""  # noqa: E501


def short(found: BankEntry) -> tuple[str, str, str, str, str]:
    return (
        found.account,
        found.bank_reference,
        found.booked_on.isoformat(),
        str(found.amount),
        found.amount.currency,
    )


def test_mt940_of_several_statements() -> None:
    read = read_bank_file(MT940.encode())
    assert [short(one) for one in read.entries] == [
        ("12030000/0000202051", "B1", "2026-02-23", "12.34", "EUR"),
        ("12030000/0000202051", "", "2026-02-24", "-5.00", "EUR"),
        ("DE89370400440532013000", "B9", "2026-02-25", "1234.00", "USD"),
    ]
    first, fee, _ = read.entries
    assert (first.counterparty, first.reference) == ("Registry GmbH", "Statement PS-1")
    assert first.end_to_end_id == "PM-202601-0001"
    assert (fee.reference, fee.end_to_end_id) == ("Account fee", "")
    assert [one.line for one in read.entries] == [6, 9, 17]
    assert read.problems == ()


@pytest.mark.parametrize("wrong", ["12..34", "12,3,4", "EUR", "", "1 2"])
def test_a_wrong_mt940_entry_costs_itself_with_its_line(wrong: str) -> None:
    read = read_bank_file(MT940.replace("12,34", wrong).encode())
    assert [problem.line for problem in read.problems] == [6]
    assert [str(one.amount) for one in read.entries] == ["-5.00", "1234.00"]


def test_ofx_without_a_balance() -> None:
    read = read_bank_file(OFX)
    assert [short(one) for one in read.entries] == [
        ("DE1", "B1", "2026-02-23", "12.34", "EUR"),
        ("DE1", "B2", "2026-02-24", "-5.00", "EUR"),
    ]
    assert read.entries[0].counterparty == "Registry & Co"
    assert ["B3" in str(problem) for problem in read.problems] == [True]


def test_balances_that_entries_do_not_lead_to_are_told_and_all_is_kept() -> None:
    mt940 = MT940_BALANCED.format("112,34")
    assert read_bank_file(mt940.encode()).problems == ()
    read = read_bank_file(MT940_BALANCED.format("100,00").encode())
    [problem] = read.problems
    assert (len(read.entries), type(problem), problem.line) == (1, BalanceProblem, 6)
    assert "with its entries that makes 112.34, but the file says 100.00" in str(problem)
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
        for code, amount in (("OPBD", "1.00"), ("CLBD", "13.34"))
    )
    assert read_bank_file(camt(balances, entry())).problems == ()
    read = read_bank_file(camt(balances, entry(), entry()))
    assert [type(one) for one in read.problems] == [BalanceProblem]
    refused = read_bank_file(camt(balances, entry("12..34")))
    assert [type(one) for one in refused.problems] == [BankFileProblem]


@pytest.mark.parametrize("wrong", ["9.99,", "1..2,"])
def test_stripe_rows_whose_amounts_contradict_are_refused(wrong: str) -> None:
    read = read_bank_file(STRIPE.replace("12.34,", wrong, 1).encode())
    assert [problem.line for problem in read.problems] == [2]


@pytest.mark.parametrize("amount", ["9" * 30, "99999999999999999.99"])
def test_an_amount_that_nothing_could_hold_is_refused(amount: str) -> None:
    read = read_bank_file(camt(entry(amount)))
    assert ["larger than any amount" in str(one) for one in read.problems] == [True]


def test_paypal() -> None:
    """Funding, holds and what is pending are told, and are no money that arrived."""
    read = read_bank_file(PAYPAL.encode())
    assert [short(one) for one in read.entries] == [
        ("PayPal", "T1", "2026-02-23", "12.00", "EUR"),
        ("PayPal", "T3", "2026-02-24", "-1205.00", "EUR"),
    ]
    assert read.entries[0].fee == Money("EUR", 34)
    assert read.left_out == (
        "General Credit Card Deposit",
        "Website Payment (Pending)",
        "Account Hold for Open Authorization",
    )
    assert [problem.line for problem in read.problems] == [7, 8]
    german = read_bank_file(PAYPAL_DE.encode())
    assert [short(one) for one in german.entries] == [
        ("PayPal", "T1", "2026-02-23", "1012.00", "EUR")
    ]


def test_stripe_and_wise() -> None:
    read = read_bank_file(STRIPE.encode())
    assert [short(one) for one in read.entries] == [
        ("Stripe", "txn_1", "2026-02-23", "12.00", "EUR"),
        ("Stripe", "txn_2", "2026-02-24", "-100.00", "EUR"),
        ("Stripe", "txn_3", "2026-02-25", "500", "JPY"),
    ]
    assert read.entries[0].fee == Money("EUR", 34)
    read = read_bank_file(WISE.encode())
    assert [short(one) for one in read.entries] == [
        ("Wise EUR", "TRANSFER-1", "2026-02-23", "12.34", "EUR"),
        ("Wise EUR", "TRANSFER-2", "2026-02-24", "-5.00", "EUR"),
    ]
    assert (read.entries[0].counterparty, read.entries[1].fee) == ("Registry", Money("EUR", 61))


def test_camt_is_still_camt() -> None:
    assert len(read_bank_file(camt(entry())).entries) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"title,author\nx,y\n", "no bank file that is known"),
        (b"<html></html>", "not a camt"),
        (b"\x00\x01\x02", "known"),
        (b"OFXHEADER:100\n\n<OFX><STMTRS>", "OFX file cannot be read"),
        (b'<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "b">]><OFX></OFX>', "document type"),
    ],
)
def test_what_is_no_bank_file(data: bytes, words: str) -> None:
    with pytest.raises(BankFileProblem, match=words):
        read_bank_file(data)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12,34", "EUR", 1234),
        ("-1.234,50", "EUR", -123450),
        ("1,234.50", "EUR", 123450),
        ("1 234,50", "EUR", 123450),
        ("1'234.50", "CHF", 123450),
        ("1,234,567", "EUR", 123456700),
        ("1,234", "JPY", 1234),
        ("1,234", "KWD", 1234),
        ("+5", "EUR", 500),
        ("\u22125.00", "EUR", -500),
    ],
)
def test_amounts(text: str, currency: str, minor: int) -> None:
    assert read_money(text, currency).minor == minor


@pytest.mark.parametrize(
    "text", ["12..34", "1,23,4.5", "1,234", "", "12.345", "EUR 5", "1e5", "--5"]
)
def test_what_is_no_amount_or_could_be_two(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|thousands|decimals"):
        read_money(text, "EUR")


@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(["EUR", "JPY", "KWD", "USD"]),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("", "."), ("", ",")]),
)
def test_any_amount_in_any_writing(minor: int, currency: str, marks: tuple[str, str]) -> None:
    """An amount with its decimals is the same in every writing."""
    money = Money(currency, minor)
    grouped, point = marks
    text = f"{money.decimal:,.{exponent(currency)}f}".translate(
        {ord(","): grouped, ord("."): point}
    )
    assert read_money(text, currency) == money


def test_days_whose_order_cannot_be_told() -> None:
    assert day_reader(["2026-02-03"])("2026-02-03") == date(2026, 2, 3)
    assert day_reader(["02/23/2026", "03/04/2026"])("03/04/2026") == date(2026, 3, 4)
    assert day_reader(["23/02/2026", "03/04/2026"])("03/04/2026") == date(2026, 4, 3)
    assert day_reader(["03/03/2026"])("03/03/2026") == date(2026, 3, 3)
    with pytest.raises(BankFileProblem, match="cannot be told"):
        day_reader(["03/04/2026"])
    with pytest.raises(ValueError, match=r"not a day"):
        day_reader(["2026-02-03"])("2026-02-30")
