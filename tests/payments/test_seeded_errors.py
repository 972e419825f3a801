"""500 statements with one known error each, and 500 without: every error is found by its check."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from desktop.model.money import Money
from desktop.payments.checks import MOST_OF_A_KIND, check_statement
from desktop.payments.checks.arrival import Arrival, Expected, check_arrival
from tests.payments import seeded_money
from tests.payments.making import line, statement
from tests.payments.seeded import SPOILED, clean
from tests.payments.seeded_money import SPOILED_MONEY

ALL = [*SPOILED, *SPOILED_MONEY]
EACH = -(-500 // len(ALL))


def found_in(code: str, random: Random) -> set[str]:
    """Return what the checks find where one thing is wrong."""
    if code in SPOILED:
        wrong, known = SPOILED[code](*clean(random), random)
        return {finding.check for finding in check_statement(wrong, known)}
    expected, arrived = SPOILED_MONEY[code](random)
    return {finding.check for finding in check_arrival(expected, arrived, today=seeded_money.TODAY)}


def test_every_error_is_found_by_its_check(capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the table. What else an error breaks may be found as well."""
    table: dict[str, tuple[int, Counter[str]]] = {}
    for code in ALL:
        found, others = 0, Counter[str]()
        for number in range(EACH):
            codes = found_in(code, Random(f"{code} {number}"))
            found += code in codes
            others.update(codes - {code})
        table[code] = found, others
    with capsys.disabled():
        print(f"\nseeded errors: {EACH} statements for each of {len(ALL)} checks")
        for code, (found, others) in table.items():
            beside = ", ".join(f"{one} {count}" for one, count in sorted(others.items()))
            print(f"  {code}  found {found} of {EACH}{'; beside it ' if beside else ''}{beside}")
    assert {code: found for code, (found, _) in table.items()} == dict.fromkeys(ALL, EACH)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    for number in range(500):
        right, known = clean(Random(f"clean {number}"))
        assert check_statement(right, known) == [], number
        expected, arrived = seeded_money.clean_money(Random(f"clean money {number}"))
        assert check_arrival(expected, arrived, today=seeded_money.TODAY) == [], number


def test_every_kind_of_payments_md_is_in_the_table() -> None:
    counts = {"A": 8, "S": 5, "C": 6, "D": 4, "R": 5, "T": 5, "P": 7, "I": 3}
    every = {f"{letter}{n}" for letter, last in counts.items() for n in range(1, last + 1)}
    assert set(ALL) == every


def test_without_knowledge_a_right_statement_is_right() -> None:
    for number in range(50):
        right, _ = clean(Random(f"clean {number}"))
        reversals = {one.external_id for one in right.lines if one.adjusts}
        found = check_statement(right)
        # The line that a reversal takes back stands in a statement that is not known here.
        assert all(one.check == "D4" and set(one.lines) <= reversals for one in found)


def test_every_finding_is_a_sentence_with_both_sides() -> None:
    for code, spoil in SPOILED.items():
        random = Random(code)
        wrong, known = spoil(*clean(random), random)
        for finding in check_statement(wrong, known):
            assert finding.sentence.endswith("."), finding
            assert finding.sentence[0].isupper()
            assert finding.expected
            assert finding.actual
            ids = {one.external_id for one in wrong.lines}
            assert set(finding.lines) <= ids


def test_a_thousand_wrong_lines_are_told_in_few_findings() -> None:
    lines = [
        line(number, Decimal("1.00"), uses=Decimal(3), rate=Decimal("2.00"))
        for number in range(1000)
    ]
    made = dataclasses.replace(statement([Decimal("1.00")] * 1000), lines=tuple(lines))
    wrong = [one for one in check_statement(made) if one.check == "A2"]
    assert len(wrong) == MOST_OF_A_KIND + 1
    assert "900 times more" in wrong[-1].sentence
    assert len({one for finding in wrong for one in finding.lines}) == 1000


TODAY = date(2026, 4, 1)
DUE = date(2026, 3, 1)
EUR = Money("EUR", 10_000)


def came(minor: int = 10_000, **changes: object) -> Arrival:
    made = {"name": "entry 1", "account": "DE1", "amount": Money("EUR", minor)}
    return Arrival(booked_on=DUE, **{**made, **changes})  # type: ignore[arg-type]


def awaited(**changes: object) -> Expected:
    made = {"registry": "Painters", "number": "S-1", "due": DUE, "stated": EUR, "account": "DE1"}
    return Expected(**{**made, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "arrived", "codes"),
    [
        (awaited(), [came()], []),
        (awaited(due=date(2026, 5, 1)), [], []),
        (awaited(), [came(9_950, fee=Money("EUR", 50))], []),
        (awaited(remitted=Money("EUR", 9_000)), [came(9_000)], []),
        (awaited(), [came(4_000), came(6_000)], []),
        (
            awaited(),
            [came(0, amount=Money("USD", 10_900), sent=EUR, rate=Decimal("1.10"))],
            [],
        ),
        (awaited(), [], ["P1"]),
        (awaited(), [came(), came(-10_000)], ["P1", "P4"]),
        (awaited(), [came(9_000)], ["P2"]),
        (awaited(), [came(11_000)], ["P2"]),
        (awaited(), [came(account="GB2")], ["P3"]),
        (
            awaited(),
            [came(0, amount=Money("USD", 10_400), sent=EUR, rate=Decimal("1.10"))],
            ["P5"],
        ),
        (awaited(number="", stated=None, due=None), [came()], ["P6"]),
        (awaited(), [came(30_000, also_for=("S-2", "S-3"))], ["P7"]),
    ],
)
def test_what_arrived(expected: Expected, arrived: list[Arrival], codes: list[str]) -> None:
    found = check_arrival(expected, arrived, today=TODAY)
    assert [one.check for one in found] == codes
    assert all(one.sentence.endswith(".") and one.expected and one.actual for one in found)
