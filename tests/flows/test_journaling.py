"""Checkpoints: made once a day, and whoever cuts the journal's end off is found out by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.errors import SignatureProblem
from desktop.flows.checking import verify_library
from desktop.flows.journaling import (
    checkpoint_if_due,
    journal_head,
    make_checkpoint,
    read_checkpoint_file,
)
from desktop.flows.matching_money import match
from desktop.flows.owing import mark_payment
from desktop.flows.typed_money import add_entry
from desktop.flows.weighing import dismiss, list_findings
from desktop.identity.checkpoints import read_checkpoint
from desktop.model.journal import Checkpoint
from desktop.model.matches import Mark
from desktop.model.money import Money
from desktop.services import Services
from desktop.store import journal
from tests.doubtful import keep_statement, wrong_statement
from tests.studio import open_studio


def do(services: Services, times: int = 1) -> None:
    with services.store.write() as tx:
        for number in range(times):
            journal.add(tx, services.now_s(), "test", "x", {"n": number})


def tamper(services: Services, table: str, *statements: str) -> None:
    with services.store.write() as tx:
        for verb in ("update", "delete"):
            tx.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        for sql in statements:
            tx.execute(sql)


def wrong(services: Services, *given: Checkpoint) -> dict[str, str]:
    found = verify_library(services, checkpoints=given)
    return {check.check: check.detail for check in found if not check.ok}


def test_one_a_day_if_something_happened(studio: Services) -> None:
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    studio.now = lambda: now
    first = checkpoint_if_due(studio)
    assert first is not None
    do(studio)
    assert checkpoint_if_due(studio) is None
    now += timedelta(days=1)
    second = checkpoint_if_due(studio)
    assert second is not None
    assert second.seq == first.seq + 1
    now += timedelta(days=1)
    assert checkpoint_if_due(studio) is None
    assert make_checkpoint(studio) == second
    assert journal_head(studio).checkpoint == second
    assert wrong(studio) == {}


def test_a_locked_key_is_left_alone(studio: Services) -> None:
    with open_studio(studio.library, read_only=True, password="wrong") as locked:
        assert checkpoint_if_due(locked) is None


def test_cutting_the_end_off_is_found(studio: Services, tmp_path: Path) -> None:
    do(studio, 3)
    kept = tmp_path / "kept.json"
    kept.write_bytes(make_checkpoint(studio).document)
    elsewhere = read_checkpoint_file(kept)
    last = elsewhere.seq
    tamper(studio, "journal", f"DELETE FROM journal WHERE seq > {last - 2}")
    said = f"Rows {last - 1} to {last} are missing at the end"
    assert said in wrong(studio)["checkpoints"]
    tamper(studio, "checkpoints", "DELETE FROM checkpoints")
    assert wrong(studio) == {}
    assert said in wrong(studio, elsewhere)["checkpoints"]
    do(studio, 3)
    assert "rows were written anew" in wrong(studio, elsewhere)["checkpoints"]


def test_a_checkpoint_cannot_be_forged(studio: Services, tmp_path: Path) -> None:
    do(studio)
    made = make_checkpoint(studio)
    with pytest.raises(SignatureProblem, match="changed or forged"):
        read_checkpoint(made.document.replace(b'"rows":', b'"rows":1'))
    for bad in (b"", b"{}", b"\xff", b"[1]"):
        with pytest.raises(SignatureProblem, match="no checkpoint"):
            read_checkpoint(bad)
    with open_studio(tmp_path / "stranger") as stranger:
        from tests.studio import settle

        settle(stranger, "Somebody else")
        foreign = make_checkpoint(stranger)
    assert "not of this library" in wrong(studio, foreign)["checkpoints"]
    tamper(studio, "checkpoints", "UPDATE checkpoints SET seq = seq + 1")
    assert wrong(studio) == {"checkpoints": "Checkpoint 1 was changed."}


@pytest.mark.parametrize("table", ["payment_marks", "money_matches", "findings"])
def test_rows_that_no_document_tells_of_are_sealed(studio: Services, table: str) -> None:
    """What was changed lies between the last checkpoint that still holds and the next."""
    keep_statement(studio, wrong_statement())
    assert {seal.table for seal in make_checkpoint(studio).seals} == {"findings"}
    mark_payment(1, Mark.HELD, "Waiting.", studio)
    for day in (3, 4):
        kept = add_entry(Money("EUR", 100), date(2026, 3, day), studio)
        match(kept.entry_id, [1], studio)
    made = make_checkpoint(studio)
    assert {"payment_marks", "money_matches", "bank_entries"} < {one.table for one in made.seals}
    mark_payment(1, Mark.NONE, "", studio)
    assert wrong(studio) == {}
    column = {"payment_marks": "reason", "money_matches": "reason", "findings": "sentence"}[table]
    first = {"payment_marks": "Row 1", "money_matches": "One of rows 1 to 2"}
    tamper(studio, table, f"UPDATE {table} SET {column} = 'Other words.' WHERE rowid = 1")
    said = wrong(studio)["checkpoints"]
    assert "was changed, or rows are missing." in said
    assert said.startswith(first.get(table, "One of rows 1 to 4 of the findings"))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE finding_decisions SET words = 'Other words.'",
        "UPDATE finding_decisions SET document = x'00'",
        "UPDATE finding_decisions SET made_s = made_s + 1",
        "UPDATE finding_decisions SET finding = '{}'",
    ],
)
def test_a_decision_that_was_changed_is_named(studio: Services, sql: str) -> None:
    keep_statement(studio, wrong_statement())
    dismiss(list_findings(studio)[0].finding_id, "Known.", studio)
    assert wrong(studio) == {}
    tamper(studio, "finding_decisions", sql)
    assert wrong(studio) == {"findings": "Decision 1 about a finding was changed."}
    tamper(studio, "finding_decisions", "DELETE FROM finding_decisions")
    assert wrong(studio) == {"findings": "Decision 1 about a finding is missing."}
