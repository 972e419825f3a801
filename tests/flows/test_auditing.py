"""The history of a row of money: everything that happened, in order, and undone by further rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.errors import UsageProblem
from desktop.flows.auditing import history_of, undo
from desktop.flows.checking import verify_library
from desktop.flows.matching_money import match
from desktop.flows.owing import mark_payment
from desktop.flows.reconciling import list_payments
from desktop.flows.typed_money import add_entry
from desktop.flows.weighing import dismiss, list_findings
from desktop.model.audit import Happening, Kind
from desktop.model.matches import Mark
from desktop.model.money import Money
from desktop.services import Services
from tests.doubtful import keep_statement, wrong_statement


def later(services: Services, hours: int) -> None:
    """Let it be so many hours after an evening in April."""
    services.now = lambda: datetime(2026, 4, 1, 18, tzinfo=UTC) + timedelta(hours=hours)


@pytest.fixture
def lived(studio: Services) -> Services:
    """A statement with a finding dismissed, money typed in and matched, and marked as held."""
    later(studio, 0)
    keep_statement(studio, wrong_statement())
    later(studio, 1)
    a1 = next(one for one in list_findings(studio) if one.finding.check == "A1")
    dismiss(a1.finding_id, "A bonus.", studio)
    later(studio, 2)
    kept = add_entry(Money("EUR", 1_000), date(2026, 3, 3), studio, counterparty="Painters")
    later(studio, 3)
    match(kept.entry_id, [1], studio)
    later(studio, 4)
    mark_payment(1, Mark.HELD, "I wait for their word.", studio)
    return studio


def told(found: list[Happening]) -> list[str]:
    assert [one.time for one in found] == sorted(one.time for one in found)
    return [f"{one.who} {one.what}" for one in found]


def test_everything_is_told_with_its_row_of_the_journal(lived: Services) -> None:
    found = history_of(Kind.PAYMENT, 1, lived)
    said = told(found)
    assert said[0].startswith("Painters stated it: 2 lines, it is not signed, 4 findings.")
    assert "dismissed A1-" in said[1]
    assert said[1].endswith(": A bonus.")
    assert said[2] == "You typed in bank entry 1."
    assert said[3].startswith("You matched 10.00 EUR of bank entry 1 of 3 March 2026")
    assert said[4] == "You marked it as held: I wait for their word."
    assert len(said) == 5
    assert all(one.row for one in found[1:])
    entry = told(history_of(Kind.ENTRY, 1, lived))
    assert [one.split(" ")[1] for one in entry] == ["typed", "matched"]
    a1 = next(one for one in list_findings(lived, everything=True) if one.finding.check == "A1")
    assert told(history_of(Kind.FINDING, a1.finding_id, lived)) == [said[1]]
    with pytest.raises(UsageProblem):
        history_of(Kind.PAYMENT, 9, lived)


def test_everything_that_was_decided_is_undone_by_a_further_row(lived: Services) -> None:
    for hours, label in enumerate(("Open again", "Take back", "Lift"), start=5):
        later(lived, hours)
        found = history_of(Kind.PAYMENT, 1, lived)
        offers = [one.undo for one in found if one.undo and one.undo.label == label]
        undo(offers[-1], lived)
    said = told(history_of(Kind.PAYMENT, 1, lived))
    assert len(said) == 8
    assert "A1" in {one.finding.check for one in list_findings(lived)}
    (payment,) = list_payments(lived)
    assert (payment.received.minor, payment.state.value) == (0, "overdue")
    after = [one for one in history_of(Kind.PAYMENT, 1, lived) if one.undo]
    assert [one.undo.label for one in after if one.undo] == ["Take back"]
    assert [check for check in verify_library(lived) if not check.ok] == []
