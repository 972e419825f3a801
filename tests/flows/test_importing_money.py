"""Bank files twice, in two orders, killed in the middle: the same ledger; and what is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import BankFileProblem, BankTableUnknown, UsageProblem
from desktop.flows.importing_money import (
    import_bank_file,
    import_bank_table,
    keep_mapping,
    see_table,
)
from desktop.flows.reconciling import list_payments, match_open
from desktop.model.money import Money
from desktop.services import Services
from desktop.store import bank, journal, matches
from desktop.store.bank import Status
from tests.dying import Die
from tests.flows.coming import stated
from tests.payments.test_bank_files import MT940, OFX, PAYPAL, STRIPE, WISE
from tests.payments.test_camt import camt, entry
from tests.studio import open_studio

TABLE = "Buchungstag;Betrag;Waehrung;Verwendungszweck\n23.02.2026;12,34;EUR;PS-202601-0002\n"


def said(text: str) -> str:
    return f"<TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"


FILES = {
    "a.xml": camt(entry("12.34"), entry("20.00", details=said("PS-202601-0003"))),
    "b.sta": MT940.encode(),
    "c.ofx": OFX,
    "d.csv": PAYPAL.encode(),
    "e.csv": STRIPE.encode("utf-16"),
    "f.csv": WISE.encode("cp1252"),
    "g.csv": TABLE.encode(),
    "h.xml": camt(
        entry("20.00", details=said("PS-202601-0003")), account="<Id><IBAN>DE99</IBAN></Id>"
    ),
}


def prepared(library: Path) -> Path:
    """Make a library with statements that some of the money is for, and a mapping."""
    path = library.parent / "table.csv"
    path.parent.mkdir()
    path.write_text(TABLE)
    with open_studio(library) as services:
        for number, amount in ((1, "12.34"), (2, "12.34"), (3, "20.00")):
            stated(services, f"PS-202601-000{number}", amount)
        mapping = replace(see_table(path, services).mapping, name="House bank")
        keep_mapping(mapping, services)
    return library


def ledger(services: Services) -> tuple[set[Any], ...]:
    """Return what is known of money, without the numbers that rows happen to have."""
    with services.store.read() as connection:
        entries = {one.entry_id: one.entry for one in bank.everything(connection)}
        held = [(entries[one.entry_id], one.settled) for one in matches.live(connection)]
        assert journal.first_break(connection) is None
    found = list_payments(services)
    plain = {replace(one, line=None) for one in entries.values()}
    assert len(plain) == len(entries), "nothing twice"
    return (
        plain,
        {(replace(one, line=None), settled) for one, settled in held},
        {(one.number, one.state, one.received, one.open) for one in found},
    )


def test_twice_in_two_orders_and_killed_in_the_middle(tmp_path: Path, dying: Die) -> None:
    ledgers = []
    start = prepared(tmp_path / "start" / "library")
    for name, order in (("one", sorted(FILES)), ("two", sorted(FILES, reverse=True))):
        shutil.copytree(start, tmp_path / name / "library")
        with open_studio(tmp_path / name / "library") as services:
            for file in [*order, *order]:
                path = tmp_path / name / file
                path.write_bytes(FILES[file])
                import_bank_file(path, services)
            assert match_open(services) == 0
            ledgers.append(ledger(services))
    assert ledgers[0] == ledgers[1]
    assert len(ledgers[0][1]) == 1, "of the twins in two accounts none is certain"
    for step in (3, 10):
        folder = tmp_path / f"killed-{step}"
        library = shutil.copytree(start, folder / "library")
        (folder / "bank").mkdir()
        for file, data in FILES.items():
            (folder / "bank" / file).write_bytes(data)
        dying.at(step, "bank", library)
        dying.never("bank", library)
        with open_studio(library) as services:
            assert ledger(services) == ledgers[0]


def test_a_table_is_explained_once(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    path.write_text(TABLE)
    with pytest.raises(BankTableUnknown, match="columns are"):
        import_bank_file(path, studio)
    seen = see_table(path, studio)
    assert not seen.known
    with pytest.raises(UsageProblem, match="name"):
        import_bank_table(path, seen.mapping, studio)
    mapping = replace(seen.mapping, name="House bank")
    assert import_bank_table(path, mapping, studio, dry_run=True).count(Status.NEW) == 1
    assert import_bank_table(path, mapping, studio).count(Status.NEW) == 1
    assert see_table(path, studio).known
    path.write_text(TABLE + "24.02.2026;1,00;EUR;later\n23.02.2026;12,34;EUR;twin\n")
    again = import_bank_file(path, studio)
    assert [one.status for one in again.entries] == [Status.KNOWN, Status.NEW, Status.NEW]
    with pytest.raises(UsageProblem, match="House bank"):
        import_bank_file(path, studio, mapping="Other")


def test_what_the_bank_now_says_otherwise_is_told(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(camt(entry("1.00", details=said("first"))))
    import_bank_file(path, studio)
    path.write_bytes(camt(entry("1.00", details=said("second"))))
    dry = import_bank_file(path, studio, dry_run=True)
    assert [(one.status, one.entry.reference) for one in dry.entries] == [(Status.CHANGED, "first")]
    assert import_bank_file(path, studio).count(Status.CHANGED) == 1


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Document><BkToCstmrStmt><Stmt>&c;</Stmt></BkToCstmrStmt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>&a;</IBAN></Id></Acct></Stmt></BkToCstmrStmt>
</Document>"""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (BOMB.decode().encode("utf-16"), "document type"),
        (b"<Document>" + b"<a>" * 100_000, "not sound XML"),
        (b"Date,Amount\n2026-02-23,\x00\x01\n", "encoding|known"),
        (camt(entry())[:-40], "not sound XML"),
    ],
)
def test_hostile_files_are_refused(
    studio: Services, tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(data)
    with pytest.raises(BankFileProblem, match=words):
        import_bank_file(path, studio)
    with studio.store.read() as connection:
        assert bank.everything(connection) == []


def test_a_file_of_a_gigabyte_is_refused_unread(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(BankFileProblem, match=r"larger than 256 MB.*shorter time"):
        import_bank_file(path, studio)


def test_a_batch_without_amounts_stays_one_entry(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "batch.xml"
    path.write_bytes(camt(entry("30.00", details=said("one") + said("two") + said("three"))))
    (one,) = import_bank_file(path, studio).entries
    assert one.entry.amount == Money("EUR", 3000)
