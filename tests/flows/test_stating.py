"""Statements from files: every kind, twice, in two orders, killed in the middle; bad input."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import StatementProblem, TableProblem, UsageProblem
from desktop.flows.knowing import known_of
from desktop.flows.naming import (
    list_unmatched,
    match_payer_work,
    not_mine,
    undo_match,
)
from desktop.flows.reconciling import list_payments
from desktop.flows.setting_aside import count_again, set_aside
from desktop.flows.stating import import_statements, preview_statements
from desktop.flows.syncing import sync
from desktop.model.payer_works import Exchange, PayerWorkState
from desktop.model.statement_files import Arrival, StatementFile
from desktop.model.works import Identifier
from desktop.payments.checks import check_statement
from desktop.services import Services
from desktop.store import documents, registries, statements, works
from tests.dying import Die
from tests.flows.payer_files import ALCS, BANDCAMP, DISTROKID, ROYALTIES, write_all
from tests.studio import add_works, open_studio, queue, settle

pytestmark = pytest.mark.usefixtures("cheap_keys")
PAYER_OF = {"dsr.tsv": "Streamer", "royalties.csv": "Lark Records"}
PAYABLE = {
    ("ALCS", "S-2026-1"): ("1233.36", "GBP", 2),
    ("Bandcamp", "2026-01 EUR"): ("0.85", "EUR", 1),
    ("Bandcamp", "2026-02 EUR"): ("861.90", "EUR", 1),
    ("Bandcamp", "2026-02 GBP"): ("5.95", "GBP", 1),
    ("DistroKid", "2026-03 USD"): ("0.05", "USD", 2),
    ("DistroKid", "2026-04 USD"): ("-0.50", "USD", 1),
    ("Kindle Direct Publishing", "2026-02 EUR"): ("2.37", "EUR", 1),
    ("Kindle Direct Publishing", "2026-02 USD"): ("4.50", "USD", 1),
    ("Lark Records", "2026-Q1 EUR"): ("11.34", "EUR", 2),
    ("Lark Records", "2026-Q1 JPY"): ("100", "JPY", 1),
    ("Streamer", "2026-Q1 EUR"): ("1.44", "EUR", 3),
    ("YouTube", "2026-02 USD"): ("2.64", "USD", 2),
}


def take(path: Path, services: Services, payer: str = "") -> StatementFile:
    return import_statements(path, services, payer=payer or PAYER_OF.get(path.name, ""))


def ledger(services: Services) -> list[tuple[Any, ...]]:
    """Every line that counts, with everything but the numbers that depend on the order."""
    with services.store.read() as connection:
        return [
            tuple(row)
            for row in connection.execute(
                "SELECT registries.name, number, revision, statements.sha256, position, l.title, "
                "licensee, use, territory, l.period_start, l.period_end, uses, l.gross, net, "
                "l.currency, identifier, source_line, key, payable FROM known_lines AS l "
                "JOIN statements USING (statement_id) JOIN registries USING (registry_id) "
                "JOIN payer_works USING (payer_work_id) ORDER BY 1, 2, 3, 5"
            )
        ]


def test_every_kind_twice_and_in_two_orders(studio: Services, tmp_path: Path) -> None:
    files = write_all(tmp_path / "files")
    for path in files:
        shown = preview_statements(path, studio, payer=PAYER_OF.get(path.name, ""))
        assert {one.arrival for one in shown.statements} == {Arrival.NEW}
    assert ledger(studio) == []
    for path in files:
        assert take(path, studio).refused == 0
    first = ledger(studio)
    with studio.store.read() as connection:
        kept = {
            (row.registry, row.number): (str(row.payable), row.payable.currency, row.lines)
            for row in statements.rows(connection)
        }
        codes = {row.findings for row in statements.rows(connection)}
        original = b"".join(documents.parts(connection, 1))
    assert kept == PAYABLE
    assert {finding.check for found in codes for finding in found} <= {"C3", "D4", "C4"}
    assert original == files[0].read_bytes()
    for path in reversed(files):
        assert {one.arrival for one in take(path, studio).statements} == {Arrival.HERE}
    assert ledger(studio) == first
    assert_checked_again(studio)
    with open_studio(tmp_path / "other") as other:
        for path in reversed(files):
            take(path, other)
        assert ledger(other) == first
    streamed = [(row[5], row[8], row[13]) for row in first if row[0] == "Streamer"]
    assert streamed == [
        ("Night", "PT", "1.25"),
        ("Night", "DE", "0.125"),
        ("Über Grün", "PT", "0.0625"),
    ]
    exact = {row[12:15] for row in first if row[0] == "YouTube"}
    assert ("3.141592653589793238", "3.141592653589793238", "USD") in exact


def assert_checked_again(services: Services) -> None:
    """What was found while the lines came is what is found in the lines that were kept."""
    with services.store.read() as connection:
        rows = statements.rows(connection)
        whole = [statements.get(connection, row.statement_id) for row in rows]
        payers = [registries.by_name(connection, row.registry) for row in rows]
    for row, payer, statement in zip(rows, payers, whole, strict=True):
        assert check_statement(statement, known_of(payer, statement, services)) == list(
            row.findings
        )


def test_killed_at_every_commit(tmp_path: Path, dying: Die) -> None:
    """Each file is there whole, with its bytes and findings, or not at all."""
    files = write_all(tmp_path / "files")
    template = tmp_path / "template"
    with open_studio(template) as services:
        settle(services)
    shutil.copytree(template, tmp_path / "dry")
    orders = [[str(path), PAYER_OF.get(path.name, "")] for path in files]
    steps = dying.never("statements", tmp_path / "dry", files=orders)
    with open_studio(tmp_path / "dry") as services:
        whole = ledger(services)
    assert len(whole) == sum(lines for _, _, lines in PAYABLE.values())
    for step in range(1, len(steps) + 1, 3):
        library = tmp_path / str(step)
        shutil.copytree(template, library)
        dying.at(step, "statements", library, files=orders)
        with open_studio(library) as services:
            before = ledger(services)
            assert [row for row in before if row not in whole] == []
            for path in files:
                take(path, services)
            assert ledger(services) == whole


BAD_ROWS = {
    "12..34": "'12..34' is not an amount",
    "": "the amount is missing",
    "1.2345678901234567891": "has more than 18 decimals",
    "0,004": "'0,004' is not an amount",
    "9" * 30: "larger than any amount that can be kept",
    "NaN": "'NaN' is not an amount",
    "=1+1": "'=1+1' is not an amount",
    "1,23": "'1,23' is not an amount",
    "€5": "'€5' is not in USD",
    "1e-19": "more than 18 decimals",
}


@pytest.mark.parametrize("amount", BAD_ROWS)
def test_a_wrong_amount_refuses_its_row(studio: Services, tmp_path: Path, amount: str) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID.replace("0.012", amount), encoding="utf-8")
    found = take(path, studio)
    [problem] = found.problems
    assert (problem.line, found.refused) == (3, 1)
    assert BAD_ROWS[amount] in problem.message
    march, april = found.statements
    assert (march.lines, str(march.payable)) == (1, "0.03")
    [unread] = [one for one in march.findings if one.check == "A6"]
    assert (unread.expected, unread.actual) == ("2 lines", "1 line")
    assert "A6" not in {one.check for one in april.findings}
    with studio.store.read() as connection:
        kept = documents.refused(connection, 1)
        assert kept == [(3, problem.message)]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("2026-Q1;JP", "2026-02-30;JP"), 4, "is not a day of the calendar"),
        (("2026-Q1;JP", "0000-Q1;JP"), 4, "'0000-Q1' is not a day of the calendar"),
        ((";JPY;", ";XQX;"), 4, "'XQX' is not a currency"),
        (("JP;1;100;JPY;0", "JP;1;100;JPY;0;1"), 4, "10 cells where the heading has 9"),
        (("Dawn;", "Da\0wn;"), 3, "zero byte"),
        (("Dawn;", '"Dawn;'), 3, "quotation mark"),
        (("2026-Q1;PT;1;", ";PT;1;"), 3, "the period is missing"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(
    studio: Services, tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    path = tmp_path / "royalties.csv"
    path.write_bytes(ROYALTIES.replace(*change).encode())
    found = take(path, studio)
    assert [one.line for one in found.problems] == [line]
    assert words in found.problems[0].message
    assert found.statements


FILES = {
    "nothing": (b"", "empty"),
    "no heading": (b"hello\nworld\n", "No mapping fits"),
    "two encodings": (ROYALTIES.encode() + "Ü;é".encode() + b"\xfc\n", "in two encodings"),
    "no known encoding": (ROYALTIES.encode() + b"\x81\x8d\n", "not known; see line 5"),
    "broken workbook": (b"PK\x03\x04 nothing else", "cannot be read"),
    "amounts written two ways": (
        b"Title;Period;Net;Currency\nA;2026-Q1;1,234;EUR\nB;2026-Q1;0,5;EUR\n",
        "writes '0,5': then nobody can tell what '1,234' is",
    ),
    "two columns of amounts": (
        b"Title;Period;Net;Currency;Net\nA;2026-Q1;1;EUR;2\n",
        "two columns “Net”, one says '1', one '2'",
    ),
    "more than there is": (
        b"Title;Period;Net;Currency\n" + b"A;2026-Q1;9999999999999;EUR\n" * 2,
        "more than any amount that can be kept",
    ),
    "only bad rows": (
        ROYALTIES.replace("2026-Q1", "some day").encode(),
        "Nothing of this file can be read. Line 2",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(
    studio: Services, tmp_path: Path, name: str
) -> None:
    data, words = FILES[name]
    path = tmp_path / "royalties.csv"
    path.write_bytes(data)
    with pytest.raises((StatementProblem, TableProblem), match=words):
        take(path, studio)
    assert ledger(studio) == []


def test_totals_that_do_not_tie_are_a_finding(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "alcs.csv"
    path.write_text(ALCS.replace("1,233.36", "1,233.46"), encoding="utf-8")
    [one] = take(path, studio).statements
    assert str(one.payable) == "1233.46"
    [sums] = [finding for finding in one.findings if finding.check == "A1"]
    assert (sums.expected, sums.actual) == ("1233.36 GBP", "1233.46 GBP")


def test_a_total_of_several_statements_is_compared(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID + "\nTotal" + "\t" * 10 + "-0.4", encoding="utf-8")
    [problem] = take(path, studio).problems
    assert problem.message == (
        "Line 5: the file's total is -0.4, but its rows come to -0.453432109."
    )


def test_the_same_statement_with_other_bytes_keeps_both(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID, encoding="utf-8")
    take(path, studio)
    path.write_text(DISTROKID.replace("0.012", "0.022"), encoding="utf-8")
    march, april = take(path, studio).statements
    assert (march.arrival, march.revision, str(march.payable)) == (Arrival.CHANGED, 2, "0.06")
    assert "I3" in {finding.check for finding in march.findings}
    assert april.arrival is Arrival.HERE
    assert [str(one.stated) for one in list_payments(studio)] == ["-0.50", "0.06"]
    with studio.store.read() as connection:
        assert len(statements.rows(connection)) == 3
    assert march.statement_id is not None
    set_aside(march.statement_id, "the wrong file", studio)
    assert [str(one.stated) for one in list_payments(studio)] == ["-0.50", "0.05"]
    assert {row[2] for row in ledger(studio)} == {1}
    count_again(march.statement_id, studio)
    with pytest.raises(UsageProblem, match="counts already"):
        count_again(march.statement_id, studio)
    assert {row[2] for row in ledger(studio)} == {1, 2}


def test_another_account_in_the_same_month_corrects_nothing(
    studio: Services, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_text(BANDCAMP, encoding="utf-8")
    take(path, studio)
    path.write_text(BANDCAMP.replace("The Larks", "The Owls").replace("9000", "8000"))
    found = take(path, studio)
    assert {one.arrival for one in found.statements} == {Arrival.NEW}
    assert found.statements[0].number == "2026-01 EUR (2)"
    assert sum(one.stated.decimal for one in list_payments(studio)) == Decimal("1737.40")


def test_works_are_known_by_number_by_hand_and_for_later_statements(
    studio: Services, tmp_path: Path
) -> None:
    night, dawn, _ = add_works(studio, 3)
    with studio.store.write() as tx:
        works.add_identifier(tx, night, Identifier(scheme="isrc", value="DEA122600002"))
        works.set_title(tx, dawn, "Über Grün")
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID, encoding="utf-8")
    found = take(path, studio)
    assert (found.works, found.matched_now, len(found.unmatched)) == (2, 1, 1)
    [open_] = list_unmatched(studio)
    assert (open_.work.name.title, open_.work.lines) == ("Über Grün", 1)
    assert [one.work_id for one in open_.proposals] == [dawn]
    assert open_.work.amounts == (("USD", Decimal("0.034567891")),)
    name = open_.work.payer_work_id
    match_payer_work(name, dawn, studio)
    assert list_unmatched(studio) == []
    later = DISTROKID.replace("2026-03", "2026-05").replace("2026-01", "2026-03")
    path.write_text(later, encoding="utf-8")
    assert take(path, studio).unmatched == ()
    assert lines_of(studio, dawn) == 2
    assert undo_match(name, studio).state is PayerWorkState.UNMATCHED
    assert lines_of(studio, dawn) == 0
    assert not_mine(name, studio).state is PayerWorkState.NOT_MINE
    assert list_unmatched(studio) == []
    with pytest.raises(UsageProblem, match="no work 999"):
        match_payer_work(name, 999, studio)


def test_a_number_that_is_known_leaves_nothing_to_ask(studio: Services, tmp_path: Path) -> None:
    [book] = add_works(studio, 1)
    with studio.store.write() as tx:
        works.add_identifier(tx, book, Identifier(scheme="isbn", value="9783161484100"))
    path = tmp_path / "alcs.csv"
    path.write_text(ALCS, encoding="utf-8")
    [one] = take(path, studio).statements
    assert {finding.check for finding in one.findings} == {"D4"}
    assert lines_of(studio, book) == 2


def test_what_was_paid_before_it_was_converted_stays(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "royalties.csv"
    path.write_text(
        "Title,Period,Net,Currency,Original Amount,Original Currency,FX Rate,FX Date,Share\n"
        "Night,2026-Q1,9.15,EUR,10.00,usd,0.915,2026-04-01,50 %\n"
        "Dawn,2026-Q1,1,EUR,1.1,usd,0.915,2026-04-31,50 %\n",
        encoding="utf-8",
    )
    found = take(path, studio)
    assert [problem.line for problem in found.problems] == [3]
    with studio.store.read() as connection:
        [line] = statements.get(connection, 1).lines
    assert line.exchange == Exchange(
        amount=Decimal("10.00"), currency="USD", rate=Decimal("0.915"), on=date(2026, 4, 1)
    )
    assert (line.share, line.source_line) == ("1/2", 2)


def lines_of(services: Services, work_id: int) -> int:
    with services.store.read() as connection:
        found = connection.execute(
            "SELECT count(*) FROM known_lines WHERE work_id = ?", (work_id,)
        ).fetchone()
    return int(found[0])


def test_a_payer_takes_no_claims(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(DISTROKID, encoding="utf-8")
    take(path, studio)
    with studio.store.read() as connection:
        assert registries.everyone(connection) == []
    with pytest.raises(UsageProblem, match="takes no claims"):
        queue(studio, add_works(studio, 1), "DistroKid")
    assert sync(studio).problems == []
