"""Which money is whose: proposals and their reasons, confirming, declining, taking back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.finding_money import confirm, decline, find_money, propose
from desktop.flows.keeping_matches import set_aside, unmatch
from desktop.flows.matching_money import match
from desktop.flows.reconciling import list_payments, match_open
from desktop.flows.typed_money import add_entry, reverse_entry
from desktop.model.matches import MatchKind, Proposal
from desktop.model.money import Money
from desktop.model.payments import PaymentState
from desktop.services import Services
from desktop.store import bank, journal
from tests.flows.coming import PAYER, came, payment, stated
from tests.studio import open_studio

TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Services]:
    """A library without an identity, on 1 May 2026."""
    with open_studio(tmp_path / "library", now=lambda: TODAY) as services:
        yield services
        with services.store.read() as connection:
            assert journal.first_break(connection) is None


def only(services: Services) -> Proposal:
    """Return the one proposal."""
    (found,) = propose(services)
    return found


def left(services: Services, entry_id: int) -> int:
    """Return the minor units that no match accounts for."""
    with services.store.read() as connection:
        kept = bank.by_id(connection, entry_id)
    assert kept.left is not None
    return kept.left.minor


def test_the_payer_and_the_amount_are_proposed_and_not_matched(books: Services) -> None:
    stated(books, "S-1", "20.00")
    entry = came(books, "20.00", who="LUMEN ROYALTIES INC")
    assert match_open(books) == 0
    found = only(books)
    assert found.why == (f"it is from {PAYER}", "the amount is the same")
    assert (found.entries, found.gap) == ((entry,), Money("EUR", 0))
    made = confirm(found, books)
    assert payment(books, "S-1").state is PaymentState.RECONCILED
    assert propose(books) == []
    with pytest.raises(UsageProblem, match="Not so much is left"):
        confirm(found, books)
    assert unmatch(made[0], books) == made
    assert payment(books, "S-1").received == Money("EUR", 0)
    assert propose(books) == [], "what was taken back is not proposed again"
    assert match(entry, [1], books)
    assert payment(books, "S-1").state is PaymentState.RECONCILED


@pytest.mark.parametrize(
    ("amount", "text", "who", "on"),
    [
        ("20.00", "salary", "Somebody", date(2027, 1, 1)),
        ("19.00", "", "Somebody", date(2026, 2, 20)),
        ("5.00", "", PAYER, date(2026, 2, 20)),
        ("-20.00", "S-1", PAYER, date(2026, 2, 20)),
    ],
)
def test_what_nothing_speaks_for_is_not_proposed(
    books: Services, amount: str, text: str, who: str, on: date
) -> None:
    stated(books, "S-1", "20.00")
    came(books, amount, text=text, who=who, on=on)
    assert propose(books) == []


def test_a_fee_that_the_wallet_tells_explains_the_rest(books: Services) -> None:
    stated(books, "ST-2026-01", "20.00")
    came(books, "19.30", fee="0.70", who=PAYER)
    confirm(only(books), books)
    found = payment(books, "ST-2026-01")
    assert (found.received.minor, found.named.minor, found.open.minor) == (1930, 70, 0)
    assert found.state is PaymentState.RECONCILED
    assert [one.kind for one in found.money] == [MatchKind.PAYMENT, MatchKind.FEE]


def test_a_difference_stays_open_or_gets_a_name(books: Services) -> None:
    stated(books, "ST-2026-01", "20.00")
    came(books, "17.00", text="royalties ST-2026-01")
    found = only(books)
    assert found.gap == Money("EUR", 300)
    made = confirm(found, books)
    short = payment(books, "ST-2026-01")
    assert (short.state, short.open) == (PaymentState.PART_PAID, Money("EUR", 300))
    unmatch(made[0], books)
    made = match(1, [1], books, rest=MatchKind.TAX)
    assert payment(books, "ST-2026-01").state is PaymentState.RECONCILED
    assert unmatch(made[0], books) == made, "the tax goes with the money it was named beside"
    assert payment(books, "ST-2026-01").open == Money("EUR", 2000)


def test_one_entry_for_several_statements(books: Services) -> None:
    for number, amount in (("A-2026-01", "20.00"), ("A-2026-02", "30.00"), ("A-2026-03", "45.00")):
        stated(books, number, amount)
    entry = came(books, "50.00", who=PAYER)
    found = only(books)
    assert found.statements == (1, 2)
    assert "2 statements add up to it" in found.why
    confirm(found, books)
    states = {one.number: one.state for one in list_payments(books)}
    assert states["A-2026-01"] is states["A-2026-02"] is PaymentState.RECONCILED
    assert states["A-2026-03"] is PaymentState.OVERDUE
    assert left(books, entry) == 0


def test_several_entries_for_one_statement(books: Services) -> None:
    stated(books, "ST-2026-01", "50.00")
    came(books, "20.00", who=PAYER)
    came(books, "30.00", who=PAYER, on=date(2026, 3, 20))
    found = next(one for one in propose(books) if len(one.entries) == 2)
    confirm(found, books)
    assert payment(books, "ST-2026-01").state is PaymentState.RECONCILED


def test_money_that_went_back(books: Services) -> None:
    stated(books, "ST-2026-01", "50.00")
    came(books, "50.00", text="ST-2026-01", who=PAYER)
    assert match_open(books) == 1
    came(books, "-50.00", text="Rückbuchung", who=PAYER, on=date(2026, 3, 1))
    found = only(books)
    assert [part.kind for part in found.parts] == [MatchKind.RETURNED]
    made = confirm(found, books)
    back = payment(books, "ST-2026-01")
    assert back.state is PaymentState.RETURNED
    assert (back.received.minor, back.returned.minor, back.open.minor) == (0, -5000, 5000)
    assert propose(books) == []
    unmatch(made[0], books)
    assert payment(books, "ST-2026-01").state is PaymentState.RECONCILED


def test_a_proposal_that_was_overtaken_is_refused(books: Services) -> None:
    """Two that were proposed at once, of which only one can be true."""
    stated(books, "S-1", "50.00")
    for _ in range(2):
        came(books, "50.00", who=PAYER)
    first, second = propose(books)
    confirm(first, books)
    with pytest.raises(UsageProblem, match="Not so much is open of statement S-1"):
        confirm(second, books)
    for _ in range(2):
        came(books, "-50.00", who=PAYER, on=date(2026, 3, 1))
    first, second = propose(books)
    confirm(first, books)
    with pytest.raises(UsageProblem, match="Not so much came for statement S-1"):
        confirm(second, books)


def test_money_in_another_currency_pays_what_the_user_says(books: Services) -> None:
    stated(books, "ST-2026-01", "100.00", currency="AED")
    entry = came(books, "92.10", text="ST-2026-01")
    found = only(books)
    assert "92.10 EUR came for 100.00 AED" in found.why
    with pytest.raises(UsageProblem, match="Say in AED"):
        match(entry, [1], books, settled=Money("AED", 10001))
    match(entry, [1], books, settled=Money("AED", 9950), rest=MatchKind.EXCHANGE)
    done = payment(books, "ST-2026-01")
    assert (done.received.minor, done.named.minor) == (9950, 50)
    assert done.state is PaymentState.RECONCILED


def test_the_exchange_is_named_by_the_rate_of_the_day(books: Services) -> None:
    """On 20 February 2025 a euro was 1.0443 dollars: 95.00 EUR were worth 99.21 USD."""
    stated(
        books, "ST-2025-01", "100.00", currency="USD", issued=date(2025, 2, 3), due=date(2025, 3, 1)
    )
    came(books, "95.00", who=PAYER, on=date(2025, 2, 20))
    confirm(only(books), books)
    done = payment(books, "ST-2025-01")
    assert done.state is PaymentState.RECONCILED
    assert [(one.kind, one.settled.minor) for one in done.money] == [
        (MatchKind.PAYMENT, 9921),
        (MatchKind.EXCHANGE, 79),
    ]


def test_declined_is_not_proposed_again_unless_the_user_matches_it(books: Services) -> None:
    stated(books, "ST-2026-0001", "20.00")
    first = came(books, "20.00", text="ST-2026-0001")
    second = came(books, "20.00", text="ST-2026-0001")
    assert match_open(books) == 0
    wrong = next(one for one in propose(books) if one.entries == (first,))
    decline(wrong, books)
    found = payment(books, "ST-2026-0001")
    assert [one.entry_id for one in found.money] == [second], "now the other one is certain"
    assert propose(books) == []


def test_set_aside_and_taken_back(books: Services) -> None:
    stated(books, "S-1", "20.00")
    entry = came(books, "20.00", who=PAYER)
    number = set_aside(entry, "the flat's rent", books)
    assert (left(books, entry), propose(books)) == (0, [])
    [aside] = find_money(books).aside
    assert (aside.entry_id, aside.left) == (entry, Money("EUR", 2000))
    unmatch(number, books)
    assert find_money(books).aside == ()
    assert left(books, entry) == 2000


@pytest.mark.parametrize(
    ("entry", "chosen", "words"),
    [
        (9, [1], "no bank entry 9"),
        (1, [9], "no payment 9"),
        (1, [1, 2], "used up before statement S-2"),
        (1, [1, 3], "several currencies"),
        (2, [1], "No EUR came for statement S-1"),
    ],
)
def test_what_cannot_be_matched(books: Services, entry: int, chosen: list[int], words: str) -> None:
    stated(books, "S-1", "20.00")
    stated(books, "S-2", "20.00")
    stated(books, "S-3", "20.00", currency="USD")
    came(books, "20.00")
    came(books, "-5.00")
    with pytest.raises(UsageProblem, match=words):
        match(entry, chosen, books)
    assert {one.received.minor for one in list_payments(books)} == {0}


def test_the_filters_of_proposals(books: Services) -> None:
    stated(books, "ST-2026-01", "20.00")
    stated(books, "ST-2026-02", "30.00", payer="Other House")
    came(books, "20.00", who=PAYER)
    came(books, "30.00", who="Other House")
    assert len(propose(books)) == 2
    (one,) = find_money(books, registry="Other House").proposals
    assert one.statements == (2,)
    assert find_money(books, start=date(2027, 1, 1)).proposals == ()


def test_cash_is_typed_in_and_taken_back(books: Services) -> None:
    stated(books, "S-1", "20.00")
    for wrong, day in ((Money("EUR", 0), date(2026, 4, 1)), (Money("EUR", 1), date(2026, 5, 2))):
        with pytest.raises(UsageProblem):
            add_entry(wrong, day, books)
    twins = [add_entry(Money("EUR", 2000), date(2026, 4, 1), books) for _ in range(2)]
    assert len({one.entry_id for one in twins}) == 2, "each typing is an entry of its own"
    match(twins[0].entry_id, [1], books)
    back = reverse_entry(twins[0].entry_id, books)
    assert payment(books, "S-1").received == Money("EUR", 0)
    assert left(books, twins[0].entry_id) == left(books, back.entry_id) == 0
    for again in (twins[0].entry_id, back.entry_id, came(books, "1.00")):
        with pytest.raises(UsageProblem):
            reverse_entry(again, books)
