"""Statements add up, from the pool to the last cent, whatever the weights; and honour terms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.identity.canonical import canonical_bytes
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.practice import licensee
from desktop.practice.advance import Advanced
from desktop.practice.amounts import cut, minor_text, text_of, to_minor
from desktop.practice.clock import month_start
from desktop.practice.lines import Pool, lines_of
from desktop.practice.server import PracticeServer
from desktop.practice.statements import MINIMUM_PAYOUT_MINOR, settle
from tests.practice.claimant import SILENT, Claimant, hash_of
from tests.practice.conftest import START

PassMonths = Callable[[int], Advanced]
Document = dict[str, Any]
fractions = st.fractions(min_value=0, max_value=10**9, max_denominator=10**12)
cents = st.integers(min_value=0, max_value=10**9)


def check_sums(statement: Document) -> None:
    """Assert what REGISTRIES.md promises of a statement, with decimals, not with our own code."""
    with localcontext() as context:
        context.prec = 60
        number = {n: Decimal(v) for n, v in statement.items() if n in SUMS}
        nets = sum((Decimal(line["net"]) for line in statement["lines"]), Decimal(0))
        assert number["gross"] == nets.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        deducted = sum(Decimal(one["amount"]) for one in statement["deductions"])
        left = number["opening"] + number["gross"] + number["adjustments"] - deducted
        left -= number["tax_withheld"] + number["recouped"] + number["reserve"]
        assert left == number["payable"] + number["closing"]
        for one in statement["deductions"]:
            exact = Decimal(one["rate"]) * Decimal(one["base"])
            assert Decimal(one["amount"]) == exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        for line in statement["lines"]:
            check_line(line, statement)


SUMS = (
    "opening",
    "gross",
    "adjustments",
    "tax_withheld",
    "recouped",
    "reserve",
    "payable",
    "closing",
)


def check_line(line: Document, statement: Document) -> None:
    """Assert that a line follows from its pool, or from its uses and rate."""
    gross = Fraction(line["gross"])
    if line["use"] == "training":
        pool = next(p for p in statement["pools"] if p["period"] == line["period"])
        part = Fraction(line["weight"]) / Fraction(pool["total_weight"])
        exact = part * Fraction(pool["amount"]) * Fraction(pool["distributable_share"])
        assert 0 <= exact - gross < Fraction(1, 10**12)
        assert Fraction(line["weight"]) <= Fraction(pool["total_weight"])
    else:
        assert gross == line["uses"] * Fraction(line["rate"])
    assert 0 <= gross * Fraction(line["share"]) - Fraction(line["net"]) < Fraction(1, 10**18)


@settings(max_examples=60, deadline=None)
@given(opening=st.integers(0, MINIMUM_PAYOUT_MINOR - 1), nets=st.lists(fractions, max_size=30))
def test_settling_loses_nothing(opening: int, nets: list[Fraction]) -> None:
    balance = settle(opening, nets)
    left = balance.opening + balance.gross - balance.deducted
    assert left == balance.payable + balance.closing
    assert abs(balance.gross - sum(nets, Fraction(0)) * 100) <= Fraction(1, 2)
    assert 0 in (balance.payable, balance.closing)
    assert balance.payable == 0 or balance.payable >= MINIMUM_PAYOUT_MINOR
    assert 0 <= balance.closing < MINIMUM_PAYOUT_MINOR


@settings(max_examples=60, deadline=None)
@given(value=fractions, places=st.integers(0, 18))
def test_cutting_and_writing_are_exact(value: Fraction, places: int) -> None:
    short = cut(value, places)
    assert 0 <= value - short < Fraction(1, 10**places)
    assert Fraction(text_of(short)) == short


@given(cents)
def test_minor_units_come_back(minor: int) -> None:
    assert to_minor(Fraction(minor_text(minor))) == minor
    assert len(minor_text(minor).partition(".")[2]) == 2


def test_half_a_cent_goes_to_the_even_side() -> None:
    assert [to_minor(Fraction(n, 1000)) for n in (5, 15, 25, 35)] == [0, 2, 2, 4]


def test_what_is_not_exact_is_not_written() -> None:
    with pytest.raises(ValueError, match="not exact"):
        text_of(Fraction(1, 3))
    assert text_of(Fraction(-1, 20)) == "-0.05"


hashes = st.integers(0, 2**256 - 1).map("{:064x}".format)


@settings(max_examples=30, deadline=None)
@given(
    hashes=st.lists(hashes, min_size=1, max_size=8, unique=True),
    month=st.dates(min_value=START.date()).map(month_start),
    share=st.fractions(min_value="1/97", max_value=1, max_denominator=97),
)
def test_lines_follow_from_their_pool(hashes: list[str], month: Any, share: Fraction) -> None:
    claim = make_claim(share)
    name = f"{month.year:04d}-{month.month:02d}"
    weights = [licensee.weight(one, name) for one in hashes]
    total = sum(weights, licensee.rest_of_catalogue(name))
    pool = Pool(month, licensee.POOL, total)
    lines = [
        line
        for one in hashes
        for line in lines_of({"hash": one, "sequence": 1, "document": claim}, pool)
    ]
    statement = {"lines": lines, "pools": [pool.document()]}
    assert {line["use"] for line in lines} <= {"training", "output"}
    assert sum(line["use"] == "training" for line in lines) == len(hashes)
    for line in lines:
        check_line(line, statement)
    assert all(Fraction(8, 10) <= weight <= Fraction(32, 10) for weight in weights)


def make_claim(share: Fraction) -> bytes:
    """Return the bytes of a claim in which the claimant holds share of both rights."""
    part = f"{share.numerator}/{share.denominator}"
    claim = _owner.draft()
    claim["shares"] = [_owner.share("training", part), _owner.share("output", part)]
    return canonical_bytes(claim)


_owner = Claimant()


def test_real_statements_add_up(
    server: PracticeServer, ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(*(ana.claim(f"a {index}") for index in range(6)))
    thirds = [ben.share("training", "1/3"), ben.share("output", "2/7")]
    ben.submit(*(ben.claim(f"b {index}", shares=thirds) for index in range(3)))
    pass_months(3)
    pools: dict[str, list[Any]] = {}
    for claimant, works in ((ana, 6), (ben, 3)):
        for statement in claimant.statements():
            verify_document(statement, methods_of_did_key(server.did))
            check_sums(statement)
            assert statement["payee"] == claimant.key.did
            assert statement["declared"] == {"lines": len(statement["lines"]), "works": works}
            assert len({line["id"] for line in statement["lines"]}) == len(statement["lines"])
            pools.setdefault(statement["period"]["start"], []).append(statement["pools"])
    assert all(one == other for one, other in pools.values())


def test_a_statement_is_its_payees_only_and_never_changes(
    ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(ana.claim())
    pass_months(1)
    number = ana.statements()[0]["number"]
    first = ana.send("GET", f"/statements/{number}/1")
    assert ben.send("GET", f"/statements/{number}/1").status_code == 404
    assert ana.send("GET", f"/statements/{number}/2").status_code == 404
    pass_months(1)
    assert ana.send("GET", f"/statements/{number}/1").content == first.content


def test_a_remittance_pays_its_statement(
    server: PracticeServer, ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(ana.claim())
    pass_months(2)
    statement = ana.statements()[0]
    (name,) = [event["remittance"] for event in ana.events() if "remittance" in event]
    remittance = ana.send("GET", f"/remittances/{name}").json()
    verify_document(remittance, methods_of_did_key(server.did))
    covered = {"number": statement["number"], "revision": 1, "amount": statement["payable"]}
    assert remittance["statements"] == [covered]
    assert remittance["amount"] == statement["payable"]
    assert statement["issued"] < remittance["issued"] <= statement["due"]
    assert ben.send("GET", f"/remittances/{name}").status_code == 404


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, {"training", "output"}),
        ({"train": "allow", "output": "constrained"}, {"training", "output"}),
        ({"train": "constrained"}, {"training", "output"}),
        ({"train": "deny"}, {"output"}),
        ({"train-generative": "deny"}, {"output"}),
        ({"output": "deny"}, {"training"}),
        ({"train": "deny", "output": "deny"}, set()),
    ],
)
def test_terms_are_honoured(
    ana: Claimant, pass_months: PassMonths, terms: dict[str, str], expected: set[str]
) -> None:
    ana.submit(seen_in_output(ana, terms={"version": 1, "uses": {**SILENT, **terms}}))
    ana.events()
    pass_months(1)
    uses = {line["use"] for statement in ana.statements() for line in statement["lines"]}
    assert uses == expected


def seen_in_output(claimant: Claimant, **changes: Any) -> Document:
    """Return a claim whose work the fictitious model's output draws on."""
    claim = claimant.claim(**changes)
    while not licensee.output_uses(hash_of(claim), "2026-01"):
        claim = claimant.claim(**changes)
    return claim


def test_only_shares_that_hold_there_and_then_are_paid(
    ana: Claimant, pass_months: PassMonths
) -> None:
    shares = {
        "later": [ana.share("training", **{"from": "2026-02-01"})],
        "over": [ana.share("training", to="2026-01-01")],
        "elsewhere": [ana.share("training", territories=["PT"])],
        "here": [ana.share("training", "1/2", territories=["AT", "DE"])],
        "another's": [ana.share("training", party={"name": "Cleo"})],
    }
    ana.submit(*(ana.claim(title, shares=held) for title, held in shares.items()))
    pass_months(2)
    first, second = ana.statements()
    assert [line["title"] for line in first["lines"]] == ["here"]
    assert (first["lines"][0]["share"], first["lines"][0]["territory"]) == ("1/2", "DE")
    assert sorted(line["title"] for line in second["lines"]) == ["here", "later"]


def test_what_is_below_the_minimum_is_carried_over(ana: Claimant, pass_months: PassMonths) -> None:
    ana.submit(ana.claim(shares=[ana.share("training", "1/9")]))
    pass_months(9)
    statements = ana.statements()
    carried = [statement for statement in statements if Decimal(statement["closing"])]
    assert carried
    for before, after in pairwise(statements):
        assert after["opening"] == before["closing"]
        check_sums(after)
    paid = [event for event in ana.events() if event["type"] == "remittance.sent"]
    payable = [one for one in statements[:-1] if Decimal(one["payable"])]
    assert len(paid) == len(payable) > 0


def test_money_in_conflict_is_held_and_paid_later(
    ana: Claimant, ben: Claimant, pass_months: PassMonths
) -> None:
    mine, theirs = ana.claim(), ben.claim()
    ana.submit(mine)
    ana.events()
    ben.submit(theirs)
    ben.events()
    pass_months(1)
    assert ana.statements() == ben.statements() == []
    revoked = ben.saying("ConflictResponse", theirs, answer="revoke")
    ben.send("POST", f"/claims/{hash_of(theirs)}/responses", revoked)
    pass_months(1)
    (statement,) = ana.statements()
    check_sums(statement)
    months = [line["period"]["start"] for line in statement["lines"] if line["use"] == "training"]
    assert months == ["2026-01-01", "2026-02-01"]
    assert [pool["period"]["start"] for pool in statement["pools"]] == months
    assert ben.statements() == []


def test_a_superseded_claim_earns_no_more_and_nothing_twice(
    ana: Claimant, pass_months: PassMonths
) -> None:
    old = ana.claim()
    ana.submit(old)
    pass_months(1)
    new = ana.claim(supersedes=hash_of(old))
    ana.submit(new)
    pass_months(2)
    per_month: dict[str, set[str]] = {}
    for statement in ana.statements():
        for line in statement["lines"]:
            per_month.setdefault(line["period"]["start"], set()).add(line["claim_hash"])
    assert per_month == {
        "2026-01-01": {hash_of(old)},
        "2026-02-01": {hash_of(new)},
        "2026-03-01": {hash_of(new)},
    }
