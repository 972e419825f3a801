"""camt.052, .053, .054 of any version; a wrong amount refuses its entry and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BalanceProblem, BankFileProblem
from desktop.model.money import Money
from desktop.payments.bank_file import BankFile
from desktop.payments.camt import read_camt

MESSAGES = {
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "053": ("BkToCstmrStmt", "Stmt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
PLAIN = """
<Ntry>
  <NtryRef>N1</NtryRef>
  <Amt Ccy="EUR">12.34</Amt>
  <CdtDbtInd>CRDT</CdtDbtInd>
  {status}
  <BookgDt><Dt>2026-02-23</Dt></BookgDt>
  <AcctSvcrRef>B1</AcctSvcrRef>
  <NtryDtls><TxDtls>
    <Refs><EndToEndId>PM-202601-0001</EndToEndId></Refs>
    <RltdPties>{debtor}</RltdPties>
    <RmtInf><Ustrd>Statement</Ustrd><Ustrd>PS-1</Ustrd></RmtInf>
  </TxDtls></NtryDtls>
</Ntry>"""
OLD = {"status": "<Sts>BOOK</Sts>", "debtor": "<Dbtr><Nm>Registry</Nm></Dbtr>"}
NEW = {"status": "<Sts><Cd>BOOK</Cd></Sts>", "debtor": "<Dbtr><Pty><Nm>Registry</Nm></Pty></Dbtr>"}


def camt(
    *entries: str,
    kind: str = "053",
    version: str = "02",
    account: str = "<Id><IBAN>DE02120300000000202051</IBAN></Id>",
    prefix: str = "",
) -> bytes:
    message, report = MESSAGES[kind]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prefix}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">'
        f"<{message}><GrpHdr><MsgId>M</MsgId></GrpHdr><{report}><Acct>{account}</Acct>"
        f"{''.join(entries)}</{report}></{message}></Document>"
    ).encode()


def entry(
    amount: str = "12.34",
    *,
    direction: str = "CRDT",
    currency: str = "EUR",
    day: str = "<BookgDt><Dt>2026-02-23</Dt></BookgDt>",
    more: str = "",
    details: str = "",
) -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"<Sts>BOOK</Sts>{day}<AcctSvcrRef>B9</AcctSvcrRef>{more}"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def part(amount: str, *, currency: str = "EUR", sign: str = "", path: str = "Amt") -> str:
    inner = f'<Amt Ccy="{currency}">{amount}</Amt>'
    if path != "Amt":
        inner = f"<AmtDtls><TxAmt>{inner}</TxAmt></AmtDtls>"
    end_to_end = f"<Refs><EndToEndId>E-{amount}</EndToEndId></Refs>"
    return f"<TxDtls>{end_to_end}{inner if amount else ''}{sign}</TxDtls>"


def amounts(file: BankFile) -> list[str]:
    return [f"{one.amount} {one.amount.currency}" for one in file.entries]


@pytest.mark.parametrize(
    ("kind", "version", "form"),
    [("053", "02", OLD), ("053", "08", NEW), ("052", "02", OLD), ("052", "08", NEW),
     ("054", "02", OLD), ("054", "08", NEW), ("053", "13", NEW)],
)  # fmt: skip
def test_every_message_and_version(kind: str, version: str, form: dict[str, str]) -> None:
    file = read_camt(camt(PLAIN.format(**form), kind=kind, version=version))
    assert file.problems == ()
    (one,) = file.entries
    assert one.account == "DE02120300000000202051"
    assert one.amount == Money("EUR", 1234)
    assert (one.booked_on, one.bank_reference) == (date(2026, 2, 23), "B1")
    assert (one.counterparty, one.end_to_end_id) == ("Registry", "PM-202601-0001")
    assert one.reference == "Statement PS-1"
    assert one.line is not None


def test_money_that_went() -> None:
    assert amounts(read_camt(camt(entry(direction="DBIT")))) == ["-12.34 EUR"]


def test_a_reversal_has_the_sign_it_has_on_the_account() -> None:
    """A reversed credit is booked as DBIT with RvslInd: the money is gone again."""
    file = read_camt(camt(entry(direction="DBIT", more="<RvslInd>true</RvslInd>")))
    assert amounts(file) == ["-12.34 EUR"]


@pytest.mark.parametrize("code", ["PDNG", "INFO", "FUTR"])
@pytest.mark.parametrize("form", ["<Sts>{}</Sts>", "<Sts><Cd>{}</Cd></Sts>"])
def test_what_is_not_booked_did_not_arrive(code: str, form: str) -> None:
    waiting = entry().replace("<Sts>BOOK</Sts>", form.format(code))
    file = read_camt(camt(waiting, entry("1.00")))
    assert amounts(file) == ["1.00 EUR"]
    assert file.problems == ()


@pytest.mark.parametrize("path", ["Amt", "AmtDtls/TxAmt/Amt"])
def test_a_batch_whose_details_add_up_is_taken_apart(path: str) -> None:
    details = part("10.00", path=path) + part("2.34", path=path)
    file = read_camt(camt(entry(details=details)))
    assert amounts(file) == ["10.00 EUR", "2.34 EUR"]
    assert [one.bank_reference for one in file.entries] == ["B9/1", "B9/2"]
    assert [one.end_to_end_id for one in file.entries] == ["E-10.00", "E-2.34"]


def test_a_batch_with_details_of_both_signs() -> None:
    sign = "<CdtDbtInd>DBIT</CdtDbtInd>"
    file = read_camt(camt(entry(details=part("13.00") + part("0.66", sign=sign))))
    assert amounts(file) == ["13.00 EUR", "-0.66 EUR"]


@pytest.mark.parametrize(
    "details",
    [
        part("") + part(""),
        part("10.00") + part(""),
        part("10.00") + part("2.00"),
        part("10.00") + part("2.34", currency="USD"),
    ],
)
def test_a_batch_without_sound_details_invents_nothing(details: str) -> None:
    file = read_camt(camt(entry(details=details)))
    assert amounts(file) == ["12.34 EUR"]
    assert file.entries[0].end_to_end_id == ""


def test_parts_that_do_not_add_up_are_told_and_the_entry_is_kept_whole() -> None:
    file = read_camt(camt(entry(details=part("10.00") + part("2.00")), entry("1.00")))
    assert amounts(file) == ["12.34 EUR", "1.00 EUR"]
    (problem,) = file.problems
    assert isinstance(problem, BalanceProblem)
    assert "come to 12.00 EUR, but it is 12.34" in problem.message


WRONG = [
    entry("12..34"),
    entry("12,34"),
    entry(""),
    entry("-12.34"),
    entry("1e3"),
    entry("12.345"),
    entry("NaN"),
    entry("12<x/>.34"),
    entry(currency=""),
    entry(currency="EURO"),
    entry(direction="IN"),
    entry(day=""),
    entry(day="<BookgDt><Dt>2026-02-30</Dt></BookgDt>"),
    entry().replace('<Amt Ccy="EUR">12.34</Amt>', ""),
    entry(details=part("1..0") + part("2.34")),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_entry_costs_itself_only(wrong: str) -> None:
    file = read_camt(camt(entry("1.00"), "\n\n" + wrong, entry("2.00")))
    assert amounts(file) == ["1.00 EUR", "2.00 EUR"]
    (problem,) = file.problems
    assert problem.line == 3
    assert "cannot be read" in problem.message


def test_a_comment_does_not_shorten_an_amount() -> None:
    file = read_camt(camt(entry("12<!-- thousand -->34.00"), entry("12<?x y?>5.00")))
    assert amounts(file) == ["1234.00 EUR", "125.00 EUR"]


def test_other_currencies_and_decimals() -> None:
    file = read_camt(camt(entry("1500", currency="JPY"), entry("1.234", currency="KWD")))
    assert amounts(file) == ["1500 JPY", "1.234 KWD"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("<BookgDt><DtTm>2026-02-23T23:59:00+01:00</DtTm></BookgDt>", date(2026, 2, 23)),
        ("<ValDt><Dt>2026-02-24</Dt></ValDt>", date(2026, 2, 24)),
    ],
)
def test_dates(day: str, expected: date) -> None:
    assert read_camt(camt(entry(day=day))).entries[0].booked_on == expected


def test_several_accounts() -> None:
    first = camt(entry("1.00")).decode()
    second = first.replace("</BkToCstmrStmt>", "").split("<Stmt>")[1].replace("</Document>", "")
    both = first.replace("</Stmt>", "</Stmt><Stmt>" + second.replace("2051", "9999"), 1)
    file = read_camt(both.encode())
    assert [one.account[-4:] for one in file.entries] == ["2051", "9999"]


def test_an_account_without_iban() -> None:
    account = "<Id><Othr><Id>12345</Id></Othr></Id>"
    assert read_camt(camt(entry(), account=account)).entries[0].account == "12345"


def test_a_doctype_is_refused_in_every_encoding() -> None:
    doctype = '<!DOCTYPE Document [<!ENTITY e "1">]>'
    data = camt(entry("1&e;2.00"), prefix=doctype)
    with pytest.raises(BankFileProblem, match="document type"):
        read_camt(data)
    sixteen = data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    with pytest.raises(BankFileProblem, match="document type"):
        read_camt(sixteen)


def test_entities_from_outside_are_never_read(tmp_path: object) -> None:
    doctype = '<!DOCTYPE Document [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(BankFileProblem):
        read_camt(camt(entry(more="<AddtlNtryInf>&e;</AddtlNtryInf>"), prefix=doctype))


def test_a_billion_laughs_end_at_once() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
    doctype = f'<!DOCTYPE Document [<!ENTITY a0 "ha">{levels}]>'
    with pytest.raises(BankFileProblem):
        read_camt(camt(entry(more="<AddtlNtryInf>&a19;</AddtlNtryInf>"), prefix=doctype))


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\x00" * 10, b"<a>", b"<Document/>", b"<Document><Other/></Document>",
     camt()[:-20]],
)  # fmt: skip
def test_what_is_no_bank_file(data: bytes) -> None:
    with pytest.raises(BankFileProblem):
        read_camt(data)


def test_a_broken_file_names_its_line() -> None:
    with pytest.raises(BankFileProblem) as caught:
        read_camt(b"<Document>\n\n<x></y></Document>")
    assert caught.value.line == 3


@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=2, max_size=8))
def test_batches_always_add_up_to_the_entry(minors: list[int]) -> None:
    details = "".join(part(str(Money("EUR", minor))) for minor in minors)
    whole = str(Money("EUR", sum(minors)))
    file = read_camt(camt(entry(whole, details=details)))
    assert [one.amount.minor for one in file.entries] == minors
    assert len({one.bank_reference for one in file.entries}) == len(minors)
