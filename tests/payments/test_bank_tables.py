"""Any bank's table: its columns are guessed, corrected and kept; a wrong row costs itself."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import xlsxwriter

from desktop.errors import BankFileProblem
from desktop.model.bank_mappings import BankFact
from desktop.model.money import Money
from desktop.payments.bank_tables import guess, read_bank_table, read_columns

SPARKASSE = """"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Betrag";"Waehrung"
"DE12";"23.02.26";"23.02.26";"GUTSCHRIFT";"LR-2026-01 Tantiemen";"Lümen GmbH";"1.234,50";"EUR"
"DE12";"24.02.26";"24.02.26";"ENTGELT";"";"";"-5,00";"EUR"
"""  # noqa: E501
DKB = """"Girokonto";"DE12 3456"
"Zeitraum:";"01.01.2026 - 28.02.2026"
""
"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Verwendungszweck";"Betrag (€)"
"23.02.26";"23.02.26";"Gebucht";"Lumen";"LR-1";"20"
"24.02.26";"24.02.26";"Gebucht";"Lumen";"LR-2";"1.020,3"
"""
BARCLAYS = """Number,Date,Account,Amount,Subcategory,Memo
,23 Feb 2026,20-00-00 123,12.34,FT,LUMEN  LR-1
,24 Feb 2026,20-00-00 123,"-1,005.00",DD,RENT
"""
LLOYDS = """Transaction Date,Transaction Type,Transaction Description,Debit Amount,Credit Amount,Balance
23/02/2026,FPI,LUMEN LR-1,,12.34,100
24/02/2026,DEB,SHOP,5.00,,95
25/02/2026,DEB,BOTH,5.00,6.00,95
26/02/2026,DEB,NONE,,,95
"""  # noqa: E501


def read(text: str | bytes, currency: str = "") -> list[tuple[str, str, str, str]]:
    """Read a table by what was guessed."""
    table = read_columns(text.encode() if isinstance(text, str) else text)
    mapping = guess(table)
    mapping = replace(mapping, name="Mine", currency=currency or mapping.currency)
    return [
        (one.booked_on.isoformat(), str(one.amount), one.counterparty, one.reference)
        for one in read_bank_table(table, mapping).entries
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_german_bank(encoding: str) -> None:
    text = SPARKASSE.replace("Waehrung", "Währung")
    assert read(text.encode(encoding)) == [
        ("2026-02-23", "1234.50", "Lümen GmbH", "LR-2026-01 Tantiemen"),
        ("2026-02-24", "-5.00", "", ""),
    ]


def test_lines_before_the_table_and_a_currency_in_the_heading() -> None:
    assert read(DKB) == [
        ("2026-02-23", "20.00", "Lumen", "LR-1"),
        ("2026-02-24", "1020.30", "Lumen", "LR-2"),
    ]
    table = read_columns(DKB.encode())
    assert (table.skipped, [row.line for row in table.rows]) == (3, [5, 6])


def test_british_banks() -> None:
    assert read(BARCLAYS, "GBP") == [
        ("2026-02-23", "12.34", "", "LUMEN LR-1".replace(" LR", "  LR")),
        ("2026-02-24", "-1005.00", "", "RENT"),
    ]
    table = read_columns(LLOYDS.encode())
    read_ = read_bank_table(table, replace(guess(table), name="L", currency="GBP"))
    assert [str(one.amount) for one in read_.entries] == ["12.34", "-5.00"]
    assert [problem.line for problem in read_.problems] == [4, 5]


def test_what_is_called_currency_and_is_a_day() -> None:
    text = "Datum;Valuta;Betrag\n23.02.2026;24.02.2026;7,10\n"
    assert BankFact.CURRENCY not in guess(read_columns(text.encode())).columns


def test_a_spreadsheet() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    for at, row in enumerate(
        [["Date", "Amount", "Currency", "Name"], ["2026-02-23", 12.5, "USD", "Lumen"]]
    ):
        sheet.write_row(at, 0, row)
    book.close()
    assert read(stream.getvalue()) == [("2026-02-23", "12.50", "Lumen", "")]


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,50", 123450),
        ("(12,34)", -1234),
        ("12,34-", -1234),
        ("€ 12,34", 1234),
        ("12,34 EUR", 1234),
        ("1.234", 123400),
        ("5", 500),
    ],
)
def test_amounts_where_the_others_show_the_comma(text: str, minor: int) -> None:
    table = read_columns(f"Datum;Betrag\n2026-02-23;{text}\n2026-02-24;7,10\n".encode())
    found = read_bank_table(table, replace(guess(table), name="M", currency="EUR"))
    assert found.entries[0].amount == Money("EUR", minor)


@pytest.mark.parametrize("text", ["12..34", "1,23,4", "x", "", "1.23.4", "12,345", "NaN"])
def test_a_wrong_amount_costs_its_row_alone(text: str) -> None:
    table = read_columns(f"Datum;Betrag\n2026-02-23;{text}\n2026-02-24;7,10\n".encode())
    found = read_bank_table(table, replace(guess(table), name="M", currency="EUR"))
    assert [str(one.amount) for one in found.entries] == ["7.10"]
    assert [problem.line for problem in found.problems] == [2]


@pytest.mark.parametrize("day", ["2026-02-30", "30 Feb 2026", "31.04.2026", "soon", ""])
def test_a_day_that_does_not_exist(day: str) -> None:
    table = read_columns(f"Datum;Betrag\n{day};1,00\n23.02.2026;7,10\n".encode())
    mapping = replace(guess(table), name="M", currency="EUR", day_order="DMY")
    assert [problem.line for problem in read_bank_table(table, mapping).problems] == [2]


@pytest.mark.parametrize(
    ("fact", "words"),
    [(BankFact.DATE, "holds the day"), (BankFact.AMOUNT, "holds the amount"), (None, "currency")],
)
def test_what_has_to_be_said_first(fact: BankFact | None, words: str) -> None:
    table = read_columns(b"Date,Amount\n2026-02-23,1.00\n")
    mapping = guess(table)
    columns = {one: heading for one, heading in mapping.columns.items() if one is not fact}
    chosen = replace(mapping, columns=columns, currency="EUR" if fact else "")
    with pytest.raises(BankFileProblem, match=words):
        read_bank_table(table, chosen)


def test_a_bank_that_changed_its_export() -> None:
    table = read_columns(b"Date,Amount\n2026-02-23,1.00\n")
    mapping = replace(guess(table), currency="EUR")
    other = read_columns(b"Date,Sum\n2026-02-23,1.00\n")
    with pytest.raises(BankFileProblem, match="no column 'Amount'"):
        read_bank_table(other, mapping)
