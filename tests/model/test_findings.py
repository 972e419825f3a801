"""A finding's number is of what contradicts what, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

from desktop.model.findings import finding_ids
from desktop.model.payments import Finding

ONE = Finding(
    check="A2", sentence="It is not so.", expected="1 EUR", actual="2 EUR", lines=("L-1", "L-2")
)


def test_the_same_contradiction_keeps_its_number() -> None:
    (number,) = finding_ids(1, "S-1", [ONE])
    reworded = replace(ONE, sentence="That does not add up.", lines=("L-2", "L-1"))
    assert finding_ids(1, "S-1", [reworded]) == [number]
    assert number.startswith("A2-")


def test_another_contradiction_has_another_number() -> None:
    others = [
        finding_ids(2, "S-1", [ONE]),
        finding_ids(1, "S-2", [ONE]),
        finding_ids(1, "S-1", [replace(ONE, actual="3 EUR")]),
        finding_ids(1, "S-1", [replace(ONE, expected="3 EUR")]),
        finding_ids(1, "S-1", [replace(ONE, lines=("L-1",))]),
        finding_ids(1, "S-1", [ONE, ONE]),
    ]
    numbers = [number for found in others for number in found]
    assert len(set(numbers)) == len(numbers) == 7
    assert others[-1][0] == finding_ids(1, "S-1", [ONE])[0]
