"""What is known beside a statement: the key of its day (I2), and others for the same time (C4)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop.flows.knowing import known_of
from desktop.flows.weighing import recheck
from desktop.identity.canonical import canonical_bytes
from desktop.model.payments import Period, SignatureState, Statement
from desktop.model.registries import RegistryKind
from desktop.payments.checks import check_statement
from desktop.services import Services
from desktop.store import registries
from desktop.store.registries import Keys
from tests.doubtful import keep_statement
from tests.payments.making import statement


@pytest.mark.parametrize(
    ("key", "issued", "valid"),
    [
        ("old", date(2026, 2, 3), True),
        ("old", date(2026, 5, 2), False),
        ("new", date(2026, 5, 2), True),
        ("new", date(2026, 3, 20), True),
        ("new", date(2026, 2, 3), False),
        ("never seen", date(2026, 2, 3), None),
    ],
)
def test_a_key_counts_in_its_time(
    studio: Services, key: str, issued: date, valid: bool | None
) -> None:
    """The old key was seen on 1 March, the new one in its place on 1 May."""
    with studio.store.write() as tx:
        registry = registries.add(tx, "R", RegistryKind.OPEN_CLAIMS, "https://r.example")
        for method, month, decision in (("old", 3, "first"), ("new", 5, "accepted")):
            seen = int(datetime(2026, month, 1, tzinfo=UTC).timestamp())
            keys = Keys(did="did:key:z", keys={method: "z"})
            registries.keep_keys(tx, registry.registry_id, keys, decision, seen)
    made = dataclasses.replace(
        statement([Decimal("1.00")]),
        issued=issued,
        document=canonical_bytes({"proof": {"verificationMethod": key}}),
        signature=SignatureState.VERIFIED,
    )
    known = known_of(registry, made, studio)
    assert known.key_valid is valid
    found = {finding.check for finding in check_statement(made, known)}
    assert ("I2" in found) is (valid is False)


QUARTER = Period(start=date(2026, 1, 1), end=date(2026, 4, 1))
FEBRUARY = Period(start=date(2026, 2, 1), end=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ((QUARTER, 10), (QUARTER, 10), "Statement S-1 is for the same period."),
        ((QUARTER, 10), (QUARTER, 2), "Statement S-1 is for the same period."),
        ((FEBRUARY, 10), (QUARTER, 2), "Its period overlaps with the one of statement S-1."),
        ((QUARTER, 2), (FEBRUARY, 10), "Its period overlaps with the one of statement S-1."),
    ],
)
def test_two_numbers_for_one_time_are_told_once(
    studio: Services, first: tuple[Period, int], second: tuple[Period, int], says: str
) -> None:
    """Of the one that comes second, whichever is older; and so they stay when looked at again."""
    kept = [
        keep_statement(studio, of(number, *one))
        for number, one in (("S-1", first), ("S-2", second), ("S-3", second))
    ]
    keep_statement(studio, dataclasses.replace(of("S-1", *first), revision=2, document=b"2"))
    told = [
        [one.finding.sentence for one in recheck(number, studio) if one.finding.check == "C4"]
        for number in kept
    ]
    assert told[0] == []
    assert told[1] == [says]
    assert len(told[2]) == 2
    assert "Statement S-2 is for the same period." in told[2]


def test_many_statements_for_one_time_are_few_findings(studio: Services) -> None:
    for number in range(9):
        last = keep_statement(studio, of(f"S-{number}", QUARTER, 10))
    found = [one.finding for one in recheck(last, studio) if one.finding.check == "C4"]
    assert len(found) == 4
    assert found[-1].actual == "5 more"


def of(number: str, period: Period, day: int) -> Statement:
    """Return a statement for a time, issued on a day of April."""
    return dataclasses.replace(
        statement([Decimal("1.00")]),
        number=number,
        period=period,
        issued=date(2026, 4, day),
        document=number.encode(),
        signature=SignatureState.UNSIGNED,
    )
