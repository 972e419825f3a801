"""Statements and notices of payment: announced, fetched, checked, matched with the bank's money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import BankFileProblem, Untrusted, UsageProblem
from desktop.flows.importing_money import import_bank_file
from desktop.flows.knowing import known_of
from desktop.flows.reconciling import list_payments, match_open
from desktop.flows.syncing import sync
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.money import exact_sum
from desktop.model.payments import PaymentState, SignatureState
from desktop.model.registries import RegistryState
from desktop.model.times import utc_now
from desktop.payments.checks import check_statement
from desktop.practice.advance import Advanced, advance
from desktop.practice.keyfile import KEY_FILE
from desktop.practice.ledger import LEDGER_FILE
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import events, payments, registries, statements
from desktop.store.bank import Status
from desktop.store.engine import sqlite3
from desktop.store.payments import Grouping
from tests.payments.test_camt import camt, entry
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    mid_january,
    queue,
    sync_until_sent,
)

Months = Callable[[int], Advanced]


@pytest.fixture
def claimed(joined: Services) -> Services:
    """The studio with accepted claims."""
    queue(joined, add_works(joined, 4))
    sync_until_sent(joined)
    return joined


@pytest.fixture
def months(claimed: Services, tmp_path: Path) -> Months:
    """Let months pass at the registry; two bring two statements and one payment."""
    return lambda count: advance(tmp_path / "registry", count, clock=mid_january)


def kept(services: Services) -> list[statements.StatementRow]:
    with services.store.read() as connection:
        return statements.rows(connection)


def test_statements_come_with_their_lines(claimed: Services, months: Months) -> None:
    months(2)
    done = sync(claimed)
    assert (done.statements, done.problems) == (2, [])
    assert done.remittances >= 1
    for row in kept(claimed):
        assert row.signature is SignatureState.VERIFIED
        assert row.findings == ()
        with claimed.store.read() as connection:
            whole = statements.get(connection, row.statement_id)
            found = connection.execute(
                "SELECT count(*) AS n, count(work_id) AS ours FROM statement_lines "
                "WHERE statement_id = ?",
                (row.statement_id,),
            ).fetchone()
        assert len(whole.lines) == found["n"] == found["ours"] == whole.declared_lines
        assert abs(exact_sum(line.net for line in whole.lines) - whole.gross) < 1
        assert check_statement(whole) == []
        assert parse_json(whole.document)["number"] == row.number
    assert_all_verify(claimed)
    again = sync(claimed)
    assert (again.statements, again.remittances, again.events) == (0, 0, 0)


def test_the_full_circle_is_reconciled(claimed: Services, months: Months) -> None:
    advanced = months(3)
    sync(claimed)
    assert {payment.state for payment in list_payments(claimed)} <= {
        PaymentState.PAID,
        PaymentState.STATED,
        PaymentState.OVERDUE,
    }
    first = [import_bank_file(path, claimed) for path in advanced.bank_files]
    assert sum(one.matched for one in first) == len(advanced.bank_files) >= 2
    found = list_payments(claimed)
    reconciled = [one for one in found if one.state is PaymentState.RECONCILED]
    assert len(reconciled) >= 2
    for payment in reconciled:
        assert payment.stated == payment.remitted == payment.received
        assert payment.matches
    for path in advanced.bank_files:
        again = import_bank_file(path, claimed)
        assert {one.status for one in again.entries} == {Status.KNOWN}
        assert again.matched == 0
    assert list_payments(claimed) == found
    assert_all_verify(claimed)


def test_the_bank_file_may_come_first(claimed: Services, months: Months) -> None:
    for path in months(2).bank_files:
        assert import_bank_file(path, claimed).matched == 0
    sync(claimed)
    assert any(one.state is PaymentState.RECONCILED for one in list_payments(claimed))
    assert match_open(claimed) == 0


def test_a_dry_run_keeps_nothing(claimed: Services, months: Months) -> None:
    (path, *_) = months(2).bank_files
    sync(claimed)
    dry = import_bank_file(path, claimed, dry_run=True)
    assert {one.status for one in dry.entries} == {Status.NEW}
    assert dry.matched == 0
    with claimed.store.read() as connection:
        for table in ("bank_entries", "bank_files", "money_matches"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
    real = import_bank_file(path, claimed)
    assert {one.status for one in real.entries} == {Status.NEW}
    dry = import_bank_file(path, claimed, dry_run=True)
    assert {one.status for one in dry.entries} == {Status.KNOWN}


def test_the_same_entries_in_an_overlapping_file(studio: Services, tmp_path: Path) -> None:
    """Another file of the same account that holds an entry again, and a genuine twin."""
    first, second = tmp_path / "one.xml", tmp_path / "two.xml"
    first.write_bytes(camt(entry("1.00"), entry("2.00")))
    second.write_bytes(camt(entry("2.00"), entry("2.00"), entry("3.00")))
    assert len(import_bank_file(first, studio).entries) == 2
    statuses = [one.status for one in import_bank_file(second, studio).entries]
    assert statuses == [Status.KNOWN, Status.NEW, Status.NEW]


def test_a_wrong_entry_is_told_and_the_rest_kept(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_bytes(camt(entry("1.00"), "\n" + entry("12..34"), entry("2.00")))
    read = import_bank_file(path, studio)
    assert [str(one.entry.amount) for one in read.entries] == ["1.00", "2.00"]
    assert [problem.line for problem in read.problems] == [2]


def test_an_account_without_a_name_takes_the_given_one(studio: Services, tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_bytes(camt(entry(), account=""))
    (one,) = import_bank_file(path, studio, account="House bank").entries
    assert one.entry.account == "House bank"


def test_what_is_no_bank_file(studio: Services, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(BankFileProblem):
        import_bank_file(tmp_path / "x", studio)
    with pytest.raises(UsageProblem, match="cannot be read"):
        import_bank_file(tmp_path / "nowhere", studio)
    with pytest.raises(UsageProblem, match="cannot be read"):
        import_bank_file(tmp_path, studio)


def test_a_wrong_total_is_kept_with_its_finding(
    claimed: Services, registry: PracticeServer, months: Months
) -> None:
    months(1)
    registry.misbehave(["wrong-total"])
    done = sync(claimed)
    assert (done.statements, done.problems) == (1, [])
    (row,) = kept(claimed)
    assert [finding.check for finding in row.findings] == ["A4"]
    assert row.signature is SignatureState.VERIFIED
    (payment,) = list_payments(claimed)
    assert payment.findings == 1
    assert payment.state is not PaymentState.RECONCILED


def test_a_forged_statement_is_not_believed_and_its_bytes_are_kept(
    claimed: Services, registry: PracticeServer, months: Months
) -> None:
    months(2)
    registry.misbehave(["forged-signature@/statements"])
    done = sync(claimed)
    assert done.statements == 0
    assert done.remittances == 1
    assert [type(problem) for _, problem in done.problems] == [Untrusted] * 2
    assert kept(claimed) == []
    with claimed.store.read() as connection:
        (name, fetch, problem), _ = events.refused(connection)
        row = registries.by_name(connection, REGISTRY)
        assert len(events.to_fetch(connection, row.registry_id)) == 2
    assert (name, fetch.kind) == (REGISTRY, "statement")
    assert "changed or forged" in problem
    assert row.state is RegistryState.PROBLEM
    sync(claimed)
    registry.misbehave([])
    assert sync(claimed).statements == 2
    assert len(kept(claimed)) == 2
    with claimed.store.read() as connection:
        assert len(events.refused(connection)) == 2, "the same forgery is kept once"
        assert events.to_fetch(connection, row.registry_id) == []


@pytest.mark.parametrize("kind", ["bad-schema", "not-json", "huge", "redirect"])
def test_a_document_that_cannot_be_read_stays_to_be_fetched(
    claimed: Services, registry: PracticeServer, months: Months, kind: str
) -> None:
    months(2)
    registry.misbehave([f"{kind}@/statements"])
    done = sync(claimed)
    assert (done.statements, done.remittances) == (0, 1)
    assert len(done.problems) == 2
    registry.misbehave([])
    assert sync(claimed).statements == 2
    assert_all_verify(claimed)


@pytest.mark.parametrize("kind", ["drop-after-commit", "busy", "unavailable"])
def test_a_break_in_the_middle_loses_nothing_and_counts_what_came(
    claimed: Services, registry: PracticeServer, months: Months, kind: str
) -> None:
    """The first document comes, then the registry stops: told so, and the rest comes later."""
    months(2)
    with claimed.store.read() as connection:
        assert kept(claimed) == []
        registry_id = registries.by_name(connection, REGISTRY).registry_id
    registry.misbehave([f"{kind}@/remittances"])
    done = sync(claimed)
    assert (done.statements, done.remittances) == (2, 0)
    assert len(done.problems) == 1
    assert len(kept(claimed)) == 2
    registry.misbehave([])
    claimed.now = lambda: utc_now() + timedelta(seconds=10)
    later = sync(claimed)
    assert later.statements == 0
    assert later.remittances >= 1
    with claimed.store.read() as connection:
        assert events.to_fetch(connection, registry_id) == []


def restate(folder: Path, table: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Let the registry change a document it has issued, and sign it anew."""
    key = SigningKey(bytes.fromhex((folder / KEY_FILE).read_text()))
    connection = sqlite3.connect(str(folder / LEDGER_FILE))
    rowid, document = connection.execute(f"SELECT rowid, document FROM {table}").fetchone()
    said = parse_json(bytes(document))
    said.pop("proof")
    change(said)
    new = canonical_bytes(sign_document(said, key, created=utc_now()))
    connection.execute(f"UPDATE {table} SET document = ? WHERE rowid = ?", (new, rowid))
    connection.commit()
    connection.close()


def fetch_again(services: Services) -> None:
    with services.store.write() as tx:
        tx.execute("UPDATE fetches SET done = 0")


def test_a_silent_restatement_is_found_and_both_are_kept(
    claimed: Services, months: Months, tmp_path: Path
) -> None:
    months(1)
    sync(claimed)
    (before,) = kept(claimed)
    restate(tmp_path / "registry", "statements", lambda said: said.update(payable="0.01"))
    fetch_again(claimed)
    sync(claimed)
    (after,) = kept(claimed)
    assert after.payable == before.payable, "the first one stands"
    assert [finding.check for finding in after.findings] == ["I3"]
    with claimed.store.read() as connection:
        ((_, fetch, words),) = events.refused(connection)
    assert fetch.number == before.number
    assert "without a new revision" in words
    assert_all_verify(claimed)


def test_a_changed_notice_of_payment(claimed: Services, months: Months, tmp_path: Path) -> None:
    months(2)
    sync(claimed)
    found = list_payments(claimed)
    restate(tmp_path / "registry", "remittances", lambda said: said.update(amount="0.01"))
    fetch_again(claimed)
    sync(claimed)
    assert list_payments(claimed) == found
    with claimed.store.read() as connection:
        assert [fetch.kind for _, fetch, _ in events.refused(connection)] == ["remittance"]


@pytest.mark.parametrize("member", ["number", "revision"])
def test_another_statement_than_the_one_announced(
    claimed: Services, months: Months, tmp_path: Path, member: str
) -> None:
    months(1)
    value: Any = "PS-209912-0001" if member == "number" else 7
    restate(tmp_path / "registry", "statements", lambda said: said.update({member: value}))
    done = sync(claimed)
    assert done.statements == 0
    assert "another statement" in str(done.problems[0][1])
    assert kept(claimed) == []


def test_a_settled_amount_finer_than_its_currency_is_refused(
    claimed: Services, months: Months, tmp_path: Path
) -> None:
    months(1)
    restate(tmp_path / "registry", "statements", lambda said: said.update(payable="1.001"))
    done = sync(claimed)
    assert done.statements == 0
    assert "more decimals than EUR knows" in str(done.problems[0][1])
    with claimed.store.read() as connection:
        assert len(events.refused(connection)) == 1


@pytest.mark.parametrize("grouping", list(Grouping))
def test_totals_are_the_exact_sum_of_the_lines(
    claimed: Services, months: Months, grouping: Grouping
) -> None:
    months(2)
    sync(claimed)
    with claimed.store.read() as connection:
        totals = payments.totals(connection, grouping)
        lines = [
            line
            for row in statements.rows(connection)
            for line in statements.get(connection, row.statement_id).lines
        ]
    assert exact_sum(total.net for total in totals) == exact_sum(line.net for line in lines)
    assert sum(total.lines for total in totals) == len(lines)
    for total in totals:
        assert exact_sum([total.training, total.output, total.other]) == total.net


def test_payments_filtered(claimed: Services, months: Months) -> None:
    months(3)
    sync(claimed)
    found = list_payments(claimed)
    assert len(found) == 3
    assert [one.period.start for one in found] == sorted(
        (one.period.start for one in found), reverse=True
    )
    newest = found[0]
    assert list_payments(claimed, start=newest.period.start) == [newest]
    assert list_payments(claimed, end=newest.period.start) == found[1:]
    assert list_payments(claimed, registry=REGISTRY) == found
    assert list_payments(claimed, registry="Nowhere") == []
    assert list_payments(claimed, work_id=10_000) == []


def test_what_is_known_beside_a_statement_is_looked_at(
    claimed: Services, months: Months, registry: PracticeServer
) -> None:
    """Months of right statements with all that is known: nothing; a work forgotten: a question."""
    months(3)
    sync(claimed)
    newest = kept(claimed)[0]
    with claimed.store.read() as connection:
        statement = statements.get(connection, newest.statement_id)
        row = registries.by_name(connection, REGISTRY)
    known = known_of(row, statement, claimed)
    assert check_statement(statement, known) == []
    assert len(known.earlier) == 2
    assert known.claims is not None
    assert all(claim.stands_throughout(statement.period) for claim in known.claims)
    assert all(known.matched or ())
    first = statement.lines[0].claim_number
    fewer = tuple(one for one in statement.lines if one.claim_number != first)
    forgotten = replace(statement, lines=fewer)
    found = {one.check for one in check_statement(forgotten, known_of(row, forgotten, claimed))}
    assert {"A1", "A6", "C1"} <= found
    again = replace(statement, number="S-OTHER")
    assert {"D1"} <= {one.check for one in check_statement(again, known_of(row, again, claimed))}
