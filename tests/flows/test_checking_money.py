"""P1 to P7 of real payments: derived from statements, matches and accounts as they stand."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from desktop.flows.weighing import dismiss, list_findings
from desktop.model.matches import MatchKind, NewMatch
from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.services import Services
from desktop.store import bank, matches, payouts, registries
from tests.doubtful import PAYER, keep_statement
from tests.payments.making import statement

IBAN = "DE89370400440532013000"
OTHER = "GB29NWBK60161331926819"


@pytest.fixture
def owed(studio: Services) -> Services:
    """30.00 EUR were to come by the end of February, and it is April."""
    studio.now = lambda: datetime(2026, 4, 1, tzinfo=UTC)
    keep(studio, "S-1")
    return studio


def keep(services: Services, number: str) -> int:
    made = statement([Decimal("10.00"), Decimal("20.00")])
    named = dataclasses.replace(made, number=number, document=number.encode())
    return keep_statement(services, named)


def entry(services: Services, minor: int, **facts: Any) -> int:
    made: dict[str, Any] = {"account": IBAN, "bank_reference": "", "booked_on": date(2026, 3, 3)}
    made |= {"counterparty": "PAINTERS GMBH", "amount": Money("EUR", minor), **facts}
    with services.store.write() as tx:
        file = bank.keep_file(tx, "bank.csv", repr(made).encode(), 1)
        return bank.keep_entry(tx, file, BankEntry(**made), 1).entry_id


def tie(services: Services, entry_id: int, statement_id: int, minor: int, **facts: Any) -> None:
    amount = Money("EUR", minor)
    made: dict[str, Any] = {"kind": MatchKind.PAYMENT, "amount": amount, "settled": amount}
    made |= {"entry_id": entry_id, "statement_id": statement_id, "confirmed": True, **facts}
    with services.store.write() as tx:
        matches.add(tx, NewMatch(**made), 1)


def told(services: Services) -> dict[str, str]:
    """Return check → state of what was found about money."""
    found = list_findings(services, everything=True)
    return {one.finding.check: one.state.value for one in found if one.finding.check[0] == "P"}


def test_what_does_not_come_is_missed_until_it_comes(owed: Services) -> None:
    assert told(owed) == {"P1": "open"}
    (missed,) = [one for one in list_findings(owed) if one.finding.check == "P1"]
    assert missed.finding.sentence == "Painters had to pay by 28 February 2026, and nothing came."
    dismiss(missed.finding_id, "They told me.", owed)
    assert told(owed) == {"P1": "dismissed"}
    tie(owed, entry(owed, 2_000), 1, 2_000)
    assert told(owed) == {"P1": "settled", "P2": "open"}
    (short,) = [one for one in list_findings(owed) if one.finding.check == "P2"]
    assert (short.finding.expected, short.finding.actual) == ("30.00 EUR", "20.00 EUR")
    assert short.finding.lines == ("bank entry 1",)
    tie(owed, entry(owed, 1_000, bank_reference="b"), 1, 1_000)
    assert told(owed) == {"P1": "settled"}


def test_a_fee_that_was_named_is_not_missed(owed: Services) -> None:
    came = entry(owed, 2_900)
    tie(owed, came, 1, 2_900)
    assert told(owed) == {"P2": "open"}
    fee = {"amount": Money("EUR", 0), "kind": MatchKind.FEE}
    tie(owed, came, 1, 0, settled=Money("EUR", 40), **fee)
    (short,) = [one for one in list_findings(owed) if one.finding.check == "P2"]
    assert (short.finding.expected, short.finding.actual) == ("30.00 EUR", "29.40 EUR")
    tie(owed, came, 1, 0, settled=Money("EUR", 60), **fee)
    assert told(owed) == {}


def test_before_the_day_nothing_is_missed(owed: Services) -> None:
    owed.now = lambda: datetime(2026, 2, 20, tzinfo=UTC)
    tie(owed, entry(owed, 2_000), 1, 2_000)
    assert told(owed) == {}


def test_another_account(owed: Services) -> None:
    tie(owed, entry(owed, 3_000, account=OTHER), 1, 3_000)
    assert told(owed) == {}
    with owed.store.write() as tx:
        registry = registries.by_name(tx, PAYER).registry_id
        document = f'{{"value": "{IBAN}"}}'.encode()
        given = payouts.queue(tx, registry, "did:key:z", "iban", document, 1)
        tx.execute("UPDATE payout_channels SET state = 'in_force' WHERE payout_channel_id = ?",
                   (given,))  # fmt: skip
    assert told(owed) == {"P3": "open"}


def test_money_that_went_back(owed: Services) -> None:
    tie(owed, entry(owed, 3_000), 1, 3_000)
    back = entry(owed, -3_000, booked_on=date(2026, 3, 9))
    tie(owed, back, 1, -3_000, kind=MatchKind.RETURNED)
    assert told(owed) == {"P1": "open", "P4": "open"}


def test_money_without_a_statement(owed: Services) -> None:
    entry(owed, 500)
    assert "P6" not in told(owed)
    tie(owed, entry(owed, 3_000), 1, 3_000)
    assert told(owed) == {"P6": "open"}
    entry(owed, 700, counterparty="Grandmother")
    (one,) = [one for one in list_findings(owed) if one.finding.check == "P6"]
    assert (one.about, one.statement_id, one.finding.lines) == (
        "Money from Painters",
        None,
        ("bank entry 1",),
    )
    dismiss(one.finding_id, "A prize.", owed)
    assert told(owed) == {"P6": "dismissed"}


def test_one_entry_for_several_statements(owed: Services) -> None:
    second = keep(owed, "S-2")
    both = entry(owed, 6_000)
    tie(owed, both, 1, 3_000, confirmed=False)
    tie(owed, both, second, 3_000, confirmed=False)
    assert told(owed) == {"P7": "open"}


def test_an_exchange_that_cost_too_much(owed: Services) -> None:
    """30.00 EUR were 1.0837 × 30 = 32.51 USD by the European Central Bank on 28 March 2024."""
    day = {"booked_on": date(2024, 3, 28), "amount": Money("USD", 3_200)}
    came = entry(owed, 3_200, **day)
    tie(owed, came, 1, 0, amount=Money("USD", 3_200), settled=Money("EUR", 3_000))
    assert told(owed) == {}
    bad = entry(owed, 3_000, **day | {"amount": Money("USD", 3_000), "bank_reference": "b"})
    second = keep(owed, "S-2")
    tie(owed, bad, second, 0, amount=Money("USD", 3_000), settled=Money("EUR", 3_000))
    assert told(owed) == {"P5": "open"}
