"""What is decided about findings: nothing is hidden, nothing forgotten, a correction settles."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.flows.setting_aside import count_again, set_aside
from desktop.flows.weighing import answered, dismiss, find_finding, list_findings, recheck, reopen
from desktop.model.findings import KeptFinding
from desktop.model.payments import Period
from desktop.services import Services
from tests.doubtful import keep_statement, wrong_statement
from tests.payments.making import line, statement


@pytest.fixture
def doubtful(studio: Services) -> Services:
    """A library with one statement that does not add up, before it is to be paid."""
    studio.now = lambda: datetime(2026, 2, 10, tzinfo=UTC)
    keep_statement(studio, wrong_statement())
    return studio


def states(services: Services, *, everything: bool = True) -> dict[str, str]:
    found = list_findings(services, everything=everything)
    assert len({one.finding_id for one in found}) == len(found)
    return {one.finding.check: one.state.value for one in found}


def one(services: Services, check: str) -> KeptFinding:
    (found,) = [
        found for found in list_findings(services, everything=True) if found.finding.check == check
    ]
    return found


def test_a_finding_lives(doubtful: Services) -> None:
    assert states(doubtful) == {"A1": "open", "A2": "open", "A4": "open", "C3": "open"}
    assert list_payments(doubtful)[0].findings == 4
    number = one(doubtful, "A1").finding_id
    with pytest.raises(UsageProblem, match="with a reason"):
        dismiss(number, "  \n ", doubtful)
    dismissed = dismiss(number, "They paid\n the  bonus apart.", doubtful)
    assert dismissed.state == one(doubtful, "A1").state == "dismissed"
    assert "A1" not in states(doubtful, everything=False)
    assert states(doubtful)["A1"] == "dismissed"
    assert list_payments(doubtful)[0].findings == 3
    reopened = reopen(number, doubtful)
    assert [decision.deed.value for decision in reopened.decisions] == ["dismissed", "reopened"]
    assert reopened.decisions[0].words == "They paid\nthe bonus apart."
    assert list_payments(doubtful)[0].findings == 4
    with pytest.raises(UsageProblem, match="open already"):
        reopen(number, doubtful)
    told = answered(number, "A mistake; a correction comes.", doubtful, document=b"%PDF")
    assert told.state == "answered"
    assert one(doubtful, "A1").decisions[-1].document == b"%PDF"


def test_checking_again_loses_no_decision(doubtful: Services) -> None:
    statement_id = one(doubtful, "A1").statement_id
    assert statement_id is not None
    dismiss(one(doubtful, "A2").finding_id, "Known.", doubtful)
    before = list_findings(doubtful, everything=True)
    assert recheck(statement_id, doubtful) == before
    assert states(doubtful)["A2"] == "dismissed"


def test_what_holds_no_more_is_settled_by_checking_again(studio: Services) -> None:
    """A gap in the statements that a late one fills."""

    def month(number: int) -> int:
        period = Period(start=date(2026, number, 1), end=date(2026, number + 1, 1))
        made = statement([Decimal("1.00")])
        lines = tuple(line(number, Decimal("1.00"), period=period) for _ in made.lines)
        facts: dict[str, Any] = {
            "number": f"S-{number}",
            "period": period,
            "issued": period.end,
            "lines": lines,
        }
        return keep_statement(
            studio, dataclasses.replace(made, document=str(number).encode(), **facts)
        )

    month(1)
    march = month(3)
    assert one(studio, "C4").state == "open"
    month(2)
    recheck(march, studio)
    gap = one(studio, "C4")
    assert (gap.state, gap.decisions[-1].deed) == ("settled", "settled")
    assert recheck(march, studio) == list_findings(studio, everything=True, statement_id=march)
    assert one(studio, "C4").decisions == gap.decisions


def test_a_correction_settles_what_it_corrects(doubtful: Services) -> None:
    first = one(doubtful, "A2")
    dismiss(first.finding_id, "Known.", doubtful)
    asked = one(doubtful, "A1")
    right = statement([Decimal("10.00"), Decimal("20.00")])
    keep_statement(doubtful, dataclasses.replace(right, revision=2, document=b"second"))
    assert states(doubtful) == {"A1": "settled", "A2": "settled", "A4": "settled", "C3": "open"}
    assert one(doubtful, "C3").revision == 2
    assert list_payments(doubtful)[0].findings == 1
    with pytest.raises(UsageProblem, match="holds no more"):
        reopen(asked.finding_id, doubtful)
    keep_statement(doubtful, wrong_statement(revision=3))
    again = one(doubtful, "A2")
    assert (again.finding_id, again.state, again.revision) == (first.finding_id, "dismissed", 3)


def test_a_statement_that_does_not_count_asks_nothing(doubtful: Services) -> None:
    keep_statement(doubtful, wrong_statement(revision=2))
    assert {one.revision for one in list_findings(doubtful)} == {2}
    set_aside(2, "Sent twice.", doubtful)
    assert {one.revision for one in list_findings(doubtful)} == {1}
    set_aside(1, "Not mine.", doubtful)
    assert list_findings(doubtful) == []
    assert set(states(doubtful).values()) == {"settled"}
    count_again(1, doubtful)
    assert states(doubtful) == {"A1": "open", "A2": "open", "A4": "open", "C3": "open"}


def test_the_beginning_of_a_number_is_enough(doubtful: Services) -> None:
    number = one(doubtful, "C3").finding_id
    assert find_finding(number[:5].lower(), doubtful).finding_id == number
    with pytest.raises(UsageProblem, match="Several findings begin so"):
        find_finding("A", doubtful)
    with pytest.raises(UsageProblem, match="no finding"):
        find_finding("", doubtful)
