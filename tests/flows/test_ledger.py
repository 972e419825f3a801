"""The ledger: the sum of any view is the sum of its lines, whatever is filtered and grouped."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import UsageProblem
from desktop.flows.ledger import open_books, remove_search, save_search, saved_searches
from desktop.model.ledger import LineFilter, filter_json, read_filter
from desktop.model.line_columns import Dimension
from desktop.model.money import exact_sum
from desktop.model.payer_works import MatchReason, PayerWorkState
from desktop.model.payments import PaymentState, Period, StatementLine
from desktop.payments.ledger import LinePage
from desktop.services import Services
from desktop.store import line_columns, payer_works, statements
from tests.ledgers import keep
from tests.payments.making import line
from tests.studio import add_works, open_studio

EXAMPLES = int(os.environ.get("RESIDUALS_CASES", "60"))
CURRENCIES = ("EUR", "JPY", "KWD", "CLF")
MONTHS = tuple(date(2025 + number // 12, number % 12 + 1, 1) for number in range(10, 15))
NETS = st.decimals(min_value=-(10**29), max_value=10**29, places=18, allow_nan=False) | st.decimals(
    min_value=-1000, max_value=1000, places=3
)
LINES = st.lists(
    st.builds(
        lambda net, title, licensee, model, use, territory, month, currency: line(
            0,
            net,
            title=title,
            licensee=licensee,
            model=model,
            use=use,
            territory=territory,
            period=Period(start=month, end=date(2027, 1, 1)),
            currency=currency,
        ),
        NETS,
        st.sampled_from(("Low tide", "Kites", "KITES at dawn", "Straße")),
        st.sampled_from(("Lumen", "Atlas")),
        st.sampled_from(("L-1", "L-2", "A-1")),
        st.sampled_from(("training", "output", "fetch")),
        st.sampled_from(("DE", "JP")),
        st.sampled_from(MONTHS),
        st.sampled_from(CURRENCIES),
    ),
    max_size=25,
)
FILTERS = st.builds(
    lambda licensees, uses, currencies, start, end, text: LineFilter(
        where={
            dimension: tuple(keys)
            for dimension, keys in (
                (Dimension.LICENSEE, licensees),
                (Dimension.USE, uses),
                (Dimension.CURRENCY, currencies),
            )
            if keys
        },
        start=start,
        end=end,
        text=text,
    ),
    st.sets(st.sampled_from(("Lumen", "Atlas", "Nobody"))),
    st.sets(st.sampled_from(("training", "output"))),
    st.sets(st.sampled_from(CURRENCIES)),
    st.none() | st.sampled_from(MONTHS),
    st.none() | st.sampled_from(MONTHS),
    st.sampled_from(("", "kites", " STRASSE", "a-1", "nothing like it")),
)


def means(wanted: LineFilter, one: StatementLine) -> bool:
    """Whether a filter means a line, told the slow way."""
    values = {
        Dimension.LICENSEE: one.licensee,
        Dimension.USE: one.use,
        Dimension.CURRENCY: one.currency,
    }
    text = wanted.text.strip().casefold()
    return (
        all(values[dimension] in keys for dimension, keys in wanted.where.items())
        and (wanted.start is None or one.period.start >= wanted.start)
        and (wanted.end is None or one.period.start < wanted.end)
        and any(text in name.casefold() for name in (one.title, one.licensee, one.model))
    )


def by_currency(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return exact sums by currency."""
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for currency, amount in pairs:
        amounts[currency].append(amount)
    return {currency: exact_sum(found) for currency, found in amounts.items()}


def assert_runs(page: LinePage) -> None:
    """The running total of each line is the sum of its currency up to it."""
    totals: dict[str, Decimal] = defaultdict(Decimal)
    months = []
    for one in page:
        totals[one.currency] = exact_sum([totals[one.currency], one.net])
        assert one.running == totals[one.currency]
        months.append(one.month)
    assert months == sorted(months)
    assert [one.running for one in page.newest_first()] == [one.running for one in page][::-1]


@given(LINES, FILTERS, st.sampled_from(Dimension))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_sum_of_any_view_is_the_sum_of_its_lines(
    studio: Services, lines: list[StatementLine], wanted: LineFilter, by: Dimension
) -> None:
    """Each example is a further revision of one statement: only the newest counts."""
    with studio.store.read() as connection:
        revision = len(statements.rows(connection)) + 1
    keep(studio, lines, revision=revision)
    ledger = open_books(studio).ledger
    expected = [one for one in lines if means(wanted, one)]
    rows = ledger.rows(wanted)
    page = ledger.page(rows)
    totals = ledger.totals(by, rows)
    assert sorted(one.net for one in page) == sorted(one.net for one in expected)
    sums = by_currency((one.currency, one.net) for one in expected)
    assert by_currency((total.currency, total.net) for total in totals) == sums
    assert totals.in_all() == sums
    assert sum(total.lines for total in totals) == len(expected)
    for total in totals:
        assert total.net == exact_sum([total.training, total.output, total.other])
        inner = ledger.page(ledger.rows(wanted.narrowed(by, total.key)))
        if by not in wanted.where:
            found = [one.net for one in inner if one.currency == total.currency]
            assert (len(found), exact_sum(found)) == (total.lines, total.net)
    assert_runs(page)
    assert read_filter(filter_json(wanted)) == wanted


@pytest.fixture
def two(studio: Services) -> Services:
    """A library with two statements of two lines each."""
    one = [line(1, Decimal("1.10")), line(2, Decimal("2.20"), use="output", title="Kites")]
    keep(studio, one)
    keep(studio, one, number="S-2")
    return studio


def sums(services: Services, previous: Any = None) -> dict[str, str]:
    """Return the totals by work as (title: amount)."""
    totals = open_books(services, previous).ledger.totals(Dimension.WORK)
    return {total.label: f"{total.net:f}" for total in totals}


def test_a_payers_work_matched_anew_moves_all_its_lines(two: Services) -> None:
    before = open_books(two)
    (work_id,) = add_works(two, 1)
    assert sums(two, before) == {"Kites": "4.4", "Picture 1": "2.2"}
    with two.store.write() as tx:
        kites = next(w for w in payer_works.everything(tx) if w.name.title == "Kites")
        payer_works.decide(
            tx, kites.payer_work_id, PayerWorkState.MATCHED, work_id, MatchReason.USER, 0
        )
    after = sums(two, before)
    assert after == sums(two)
    assert sorted(after.values()) == ["2.2", "4.4"]
    assert "Kites" not in after
    wanted = LineFilter(where={Dimension.WORK: (str(work_id),)})
    ledger = open_books(two).ledger
    assert [one.title for one in ledger.page(ledger.rows(wanted))] == ["Kites", "Kites"]
    assert [payment.works for payment in open_books(two).payments] == [2, 2]


def test_the_cache_is_as_good_as_the_rows(two: Services, monkeypatch: Any) -> None:
    monkeypatch.setattr("desktop.flows.ledger.KEPT_FROM_LINES", 1)
    folder = two.library / "cache" / "ledger"
    folder.mkdir(parents=True)
    (folder / f"{line_columns.NAME}.1.new").write_bytes(b"half of it")
    fresh = list(open_books(two).ledger.page())
    assert [path.name for path in folder.iterdir()] == [line_columns.NAME]
    assert list(open_books(two).ledger.page()) == fresh
    keep(two, [line(3, Decimal("-5.005"), currency="KWD")], number="S-1", revision=2)
    grown = list(open_books(two).ledger.page())
    (folder / line_columns.NAME).unlink()
    assert list(open_books(two).ledger.page()) == grown
    assert [f"{one.net:f}" for one in grown if one.number == "S-1"] == ["-5.005"]


@pytest.mark.parametrize("spoiled", ["cut", "changed"])
def test_a_spoiled_cache_is_made_anew(two: Services, monkeypatch: Any, spoiled: str) -> None:
    monkeypatch.setattr("desktop.flows.ledger.KEPT_FROM_LINES", 1)
    fresh = list(open_books(two).ledger.page())
    path = two.library / "cache" / "ledger" / line_columns.NAME
    data = path.read_bytes()
    damaged = {
        "cut": data[:-7],
        "changed": data[:-3] + bytes([data[-3] ^ 1]) + data[-2:],
    }
    path.write_bytes(damaged[spoiled])
    assert list(open_books(two).ledger.page()) == fresh


def test_a_cache_of_another_library_is_made_anew(
    two: Services, monkeypatch: Any, tmp_path: Path, cheap_keys: None
) -> None:
    """As after the restore of an older copy: the same numbers of statements, other statements."""
    monkeypatch.setattr("desktop.flows.ledger.KEPT_FROM_LINES", 1)
    open_books(two)
    with open_studio(tmp_path / "other") as other:
        keep(other, [line(1, Decimal("7.00"))], number="S-9")
        keep(other, [line(1, Decimal("8.00"))], number="S-10")
        folder = other.library / "cache" / "ledger"
        folder.mkdir(parents=True)
        shutil.copy(two.library / "cache" / "ledger" / line_columns.NAME, folder)
        assert sums(other) == {"Picture 1": "15"}


def test_states_of_payments_filter_lines(two: Services) -> None:
    ledger = open_books(two).ledger
    (state,) = set(ledger.states.values())
    other = next(one for one in PaymentState if one is not state)
    assert len(ledger.page(ledger.rows(LineFilter(states=(state,))))) == 4
    assert len(ledger.page(ledger.rows(LineFilter(states=(other,))))) == 0


def test_searches_are_saved_replaced_and_taken_away(studio: Services) -> None:
    wanted = LineFilter(where={Dimension.USE: ("training",)}, text="tide")
    save_search(studio, "  Training   tide ", LineFilter())
    save_search(studio, "Training tide", wanted)
    (saved,) = saved_searches(studio)
    assert (saved.name, saved.wanted) == ("Training tide", wanted)
    remove_search(studio, "Training tide")
    assert saved_searches(studio) == []
    for wrong in ("", "x" * 81):
        with pytest.raises(UsageProblem, match="at most 80"):
            save_search(studio, wrong, wanted)
    with pytest.raises(UsageProblem, match="no saved search"):
        remove_search(studio, "Training tide")
