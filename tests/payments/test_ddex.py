"""DDEX sales reports: what is due and for which work, and all that makes a report doubtful."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desktop.errors import StatementProblem
from desktop.model.payments import StatementLine
from desktop.payments.statement_files.gathering import gather
from desktop.payments.statement_files.mappings import shipped_mappings
from desktop.payments.statement_files.opening import fitting, read_rows
from desktop.payments.statement_files.rows import Read, Refused
from desktop.tables.streaming import look_at

NO_END = "This file has no FOOT or SRFO record at its end: it is cut off."
SU02 = "SU02.02\tB1\tS1\tT1\t\tR1\ttrue\t1200"
AS02 = "AS02.02\tB1\tR1\tD1\tPTA122600007\tSalt\t\tAna Sousa"


def head(profile: str, *, file: str = "1", files: str = "1") -> str:
    return (
        f"HEAD\tdsrf/1.2/1.4/1.2\t{profile}\t1.2\tM9\t2026-04-10T10:00:00Z\t{file}\t{files}\t"
        "2026-01\t2026-03\tPADPIDA7\tLark Stream\tMusic\tPADPIDA8\tAna"
    )


def summary(number: str, amount: str, *, owner: str = "Ana", kind: str = "SY02.02") -> str:
    return (
        f"{kind}\t{number}\t\t\tAdvertisementSupportedModel\tStream\tPT\tMusic\t900\t\tEUR\t5000\t"
        f"{owner}\t\t90\t{amount}\t70\tPerformingRight\tMusic"
    )


def licensed(block: str, amount: str, *, owner: str = "Ana", summary: str = "S1") -> str:
    return f"LI01.03\t{block}\t{summary}\t{owner}\t\t\t50\tPerformingRight\t9\t{amount}"


def ugc(*records: str) -> list[str]:
    return [
        head("UgcProfile"),
        *records,
    ]


def closed(records: list[str], kind: str = "FOOT") -> str:
    """Return a whole file: its last record counts all lines, blocks and summaries."""
    lines = len(records) + 1
    blocks = len({r.split("\t")[1] for r in records if r[:2] in ("AS", "MW", "SU", "LI")})
    summaries = sum(1 for r in records if r.startswith("SY"))
    counts = (
        f"{lines}\t{lines}\t{summaries}\t{blocks}" if kind == "FOOT" else f"{lines}\t{summaries}"
    )
    return "\n".join((*records, f"{kind}\t{counts}", ""))


def read(folder: Path, text: str) -> tuple[list[StatementLine], list[str]]:
    """Return the lines of a report and what is said of the rest."""
    path = folder / "report.tsv"
    path.write_text(text, encoding="utf-8", newline="")
    table = look_at(path)
    fit = fitting(table, shipped_mappings())[0]
    assert fit.mapping.name == "ddex-dsr"
    rows = list(read_rows(table, fit))
    lines = [one.line for one in rows if isinstance(one, Read) and one.line is not None]
    return lines, [one.message for one in rows if isinstance(one, Refused)]


BLOCK = (
    'AS01.01\tB1\tR1\tD1\tPTA122600007|PTA122600008\t"Salt" \\| Sea\t\tAna|Rui',
    "MW01.01\tB1\tW1\tT0345246801\tSalt Work",
    "RU01.01\tB1\tS1\tX1|X2\t5|2\tMusic",
    "SU03.02\tB1\tT1\t\tD1\t70\t3",
)


def test_what_a_rights_controller_is_due_for_uploads(tmp_path: Path) -> None:
    comment = "#LI01.03\tBlockId\tSummaryRecordId\tRightsController"
    records = ugc(comment, "", summary("S1", "1.75"), *BLOCK, licensed("B1", "1.5"))
    records += ["SU03.02\tB1\tT2\t\tD1\t4\t3", licensed("B1", "0.25")]
    lines, said = read(tmp_path, closed(records))
    assert said == []
    first, second = lines
    assert (first.net, first.uses, first.currency) == (Decimal("1.5"), Decimal(70), "EUR")
    assert (second.net, second.uses) == (Decimal("0.25"), Decimal(4))
    assert (first.title, first.territory, first.model) == (
        '"Salt" | Sea', "PT", "AdvertisementSupportedModel",
    )  # fmt: skip
    assert (first.licensee, first.use, first.right) == ("Lark Stream", "Stream", "PerformingRight")
    assert first.called is not None
    assert first.called.identifiers == (("isrc", "PTA122600007"), ("iswc", "T0345246801"))
    assert first.called.creators == "Ana, Rui"
    assert first.period.start.isoformat() == "2026-01-01"
    assert first.period.end.isoformat() == "2026-04-01"


def test_a_report_of_streams_pays_what_its_summaries_say(tmp_path: Path) -> None:
    records = [head("BasicAudioProfile"), summary("S1", "3.21"), AS02, SU02]
    [line], said = read(tmp_path, closed(records))
    assert (line.net, line.title, line.uses) == (
        Decimal("3.21"), "All works (Music)", Decimal(90),
    )  # fmt: skip
    assert said == ["Line 4 (SU02.02) says uses, and not what is paid for each."]
    table = look_at(tmp_path / "report.tsv")
    found = gather(read_rows(table, fitting(table, shipped_mappings())[0], whole=False))
    assert (found.refused, found.notes) == (0, said)
    records[1] = summary("S1", "").replace("\t70\t", "\t\t")
    nothing = closed(records)
    assert read(tmp_path, nothing) == ([], said)  # the service's revenue is due to nobody


def financial(amount: str, *, final: str = "0.75", fee: str = "") -> list[str]:
    sale = [""] * 48
    sale[0:5] = ["SR08", "T1", "", "5601234567890", "A9"]
    sale[13], sale[15], sale[20], sale[22] = "PTA122600007", "D1", "Salt", "Ana Sousa"
    sale[24:29] = ["S1", "2026-02-03", "10", "2", "8"]
    sale[43:48] = ["9", "8", "0.8", amount, "true"]
    money = [""] * 46
    money[0:6] = ["SY10", "S1", "", "", "SubscriptionModel", "Stream"]
    money[12], money[20:25] = "US", ["USD", "EUR", "0.9375", "ECB", "2026-03-31T00:00:00Z"]
    money[43], money[45] = fee, final
    return [
        head("FinancialReportingToRecordCompaniesProfileSRB"),
        "\t".join(money),
        "\t".join(sale),
    ]


def test_a_financial_report_says_what_is_due_in_the_currency_of_accounting(tmp_path: Path) -> None:
    [line], said = read(tmp_path, closed(financial("0.75"), "SRFO"))
    assert said == []
    assert (line.net, line.currency, line.uses, line.territory) == (
        Decimal("0.75"), "EUR", Decimal(8), "US",
    )  # fmt: skip
    assert line.exchange is not None
    assert (line.exchange.amount, line.exchange.currency) == (Decimal("0.8"), "USD")
    [line], [told] = read(tmp_path, closed(financial("0.75", final="2.75", fee="2"), "SRFO"))
    assert line.net == Decimal("0.75")
    assert told == (
        "Line 2 (SY10): the summary says 2.75, but its records come to 0.75; the difference is "
        "not in this statement."
    )


WHOLE = ugc(summary("S1", "1.5"), *BLOCK, licensed("B1", "1.5"))


@pytest.mark.parametrize(
    ("text", "paid", "told"),
    [
        ("\n".join(WHOLE), "1.5", NO_END),
        (
            closed(WHOLE).replace("FOOT\t8\t8", "FOOT\t9\t9"),
            "1.5",
            "The file says that it has 9 lines, but has 8: it is cut off.",
        ),
        (
            closed(WHOLE).replace("FOOT\t8\t8\t1\t1", "FOOT\t8\t8\t1\t2"),
            "1.5",
            "The file says that it has 2 blocks, but has 1: it is cut off.",
        ),
        (
            closed([*WHOLE, licensed("B1", "7").replace("LI01.03", "LI01.09")]),
            "1.5",
            "Line 8: this version of the record, LI01.09, is not known, and the file does not name "
            "its cells; it is not read.",
        ),
        (
            closed([*WHOLE, "XX01\tB1\t7"]),
            "1.5",
            "Line 8: 'XX01' is no record that is known; it is not read.",
        ),
        (
            closed([*WHOLE, licensed("B1", "7", summary="S9")]),
            "1.5",
            "Line 8 (LI01.03): it points to no summary of this file (S9); it is not read.",
        ),
        (
            closed([*WHOLE, licensed("B1", "")]),
            "1.5",
            "Line 8: the amount is missing.",
        ),
        (
            closed([*WHOLE, licensed("B1", "0") + "\t\t\t\t\t\tmore"]),
            "1.5",
            "Line 8 (LI01.03) has more cells than a LI01.03 record.",
        ),
        (
            closed([*WHOLE, "SU03.02\tB2\tT1\tS1\tD1\t70\t3"]),
            "1.5",
            "Line 8 (SU03.02) says uses, and not what is paid for each.",
        ),
        (
            closed([*WHOLE, licensed("B1", "0", owner="Rui")]),
            "1.5",
            "This report says what is due to 2: Ana, Rui. All of it is read.",
        ),
        (
            closed([WHOLE[0], summary("S0", "4"), *WHOLE[1:]]),
            "1.5",
            "Line 2 (SY02): the summary says 4, but its records come to 0; the difference is not "
            "in this statement.",
        ),
        (
            closed([head("BasicAudioProfile"), summary("S1", "")]),
            "0",
            "Line 2 (SY02): it says 70 as AllocatedNetRevenue, but not what is due "
            "(AllocatedRevenue); it is not counted.",
        ),
        (
            closed(WHOLE) + licensed("B1", "1"),
            "1.5",
            "Line 9 stands below the end of the report.",
        ),
    ],
)  # fmt: skip
def test_a_doubtful_report_says_so(tmp_path: Path, text: str, paid: str, told: str) -> None:
    lines, said = read(tmp_path, text)
    assert told in said
    assert len(said) == 1
    assert sum(line.net for line in lines) == Decimal(paid)


def test_the_file_names_the_cells_of_a_newer_version(tmp_path: Path) -> None:
    heading = "#LI01.09\tBlockId\tSummaryRecordId\tRightsControllerName\tAllocatedAmount"
    newer = "LI01.09\tB1\tS1\tAna\t1.5"
    lines, said = read(tmp_path, closed([WHOLE[0], heading, *WHOLE[1:-1], newer]))
    assert ([line.net for line in lines], said) == ([Decimal("1.5")], [])


def test_a_sale_takes_nothing_from_another_block(tmp_path: Path) -> None:
    lines, said = read(tmp_path, closed([*WHOLE, licensed("B3", "0")]))
    assert [line.title for line in lines] == ['"Salt" | Sea', "(without a title)"]
    assert (lines[1].uses, said) == (None, [])


def test_of_several_recordings_the_one_that_is_pointed_at_is_meant(tmp_path: Path) -> None:
    other = "AS01.01\tB1\tR2\tD2\tPTA122600009\tPepper\t\tRui"
    second = ["SU03.02\tB1\tT2\t\tD2\t5\t1", licensed("B1", "0.5")]
    third = ["SU03.02\tB1\tT3\t\tD3\t5\t1", licensed("B1", "0.25")]
    records = ugc(summary("S1", "2.25"), *BLOCK[:2], other, BLOCK[3], WHOLE[-1], *second, *third)
    lines, said = read(tmp_path, closed(records))
    assert said == []
    # The third is of a recording that is not described: it is of neither of the others.
    assert [line.title for line in lines] == ['"Salt" | Sea', "Pepper", "Salt Work"]
    assert [line.uses for line in lines] == [70, 5, 5]


def test_one_file_of_several_corrects_no_other(tmp_path: Path) -> None:
    numbers = set()
    for file in ("1", "2"):
        records = [head("UgcProfile", file=file, files="2"), summary("S1", "9"), *WHOLE[2:]]
        path = tmp_path / f"{file}.tsv"
        path.write_text(closed(records), encoding="utf-8")
        table = look_at(path)
        found = gather(read_rows(table, fitting(table, shipped_mappings())[0], whole=False))
        assert found.refused == 0
        assert found.notes == [f"This is file {file} of 2 of one report: import all of them."]
        numbers |= {one.number for one in found.statements}
    assert numbers == {f"2026-01 to 2026-03 EUR, file {file} of 2" for file in ("1", "2")}


def test_a_file_without_its_head_is_none(tmp_path: Path) -> None:
    path = tmp_path / "report.tsv"
    path.write_text(closed(WHOLE[1:]), encoding="utf-8")
    table = look_at(path)
    assert not [one for one in fitting(table, shipped_mappings()) if one.mapping.records]
    path.write_text("#HEAD\n" + closed(WHOLE), encoding="utf-8")
    fit = fitting(look_at(path), shipped_mappings())[0]
    path.write_text("#HEAD\n", encoding="utf-8")
    with pytest.raises(StatementProblem, match="none of the records"):
        list(read_rows(look_at(path), fit))
