"""The real hledger and the real Beancount read what was written, and come to our sums."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.flows.exporting import export_payments
from desktop.model.exports import ExportFormat, ExportWish
from desktop.model.money import exact_sum
from desktop.payments.exports.double_entry import amount_text, in_whole_units
from desktop.payments.exports.naming import account_part, account_parts, plain_text
from desktop.services import Services
from tests.payments.exports.books import Books

Library = tuple[Services, Books]
Sums = dict[tuple[str, str], Decimal]

needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None, reason="hledger is not on this computer"
)


def expected(books: Books) -> Sums:
    """Return what the accounts of one kind have to come to, from what was put in."""
    sums: Sums = {}

    def add(account: str, currency: str, amount: Decimal) -> None:
        sums[account, currency] = sums.get((account, currency), Decimal(0)) + amount

    arrived = {entry.end_to_end_id: entry for entry in books.entries}
    for number, one in enumerate(books.statements):
        add("Income", one.currency, -one.gross - one.adjustments)
        add("Expenses:Fees", one.currency, exact_sum(d.amount for d in one.deductions))
        add("Expenses:Tax-withheld", one.currency, one.tax_withheld)
        add("Liabilities:Advance", one.currency, one.recouped)
        add("Assets:Reserve", one.currency, one.reserve)
        add("Assets:Carried-over", one.currency, one.closing - one.opening)
        paid = f"REMIT-{number:04}" in arrived or number == 7
        add("Assets:Receivable", one.currency, Decimal(0) if paid else one.payable)
    for entry in books.entries:
        add("Assets:Bank", entry.amount.currency, entry.amount.decimal)
        if entry.end_to_end_id == "REMIT-0950":
            add("Assets:Receivable", "EUR", -entry.amount.decimal)
        elif entry.reference == "abroad":
            add("Expenses:Bank-fees", "USD", Decimal("2.00"))
        elif not entry.end_to_end_id:
            add("Equity:Not-matched", entry.amount.currency, -entry.amount.decimal)
    return {key: amount for key, amount in sums.items() if amount}


def written(library: Library, out: Path, kind: ExportFormat) -> Path:
    done = export_payments(out, ExportWish(format=kind), library[0])
    assert done.payments == len(library[1].statements)
    return out


def top(account: str) -> str:
    first, _, rest = account.partition(":")
    return first if first == "Income" else f"{first}:{rest.partition(':')[0]}"


@needs_hledger
def test_hledger_holds_strictly_and_comes_to_our_sums(library: Library, out: Path) -> None:
    path = written(library, out, ExportFormat.HLEDGER)
    hledger(path, "check", "--strict", "ordereddates")
    payees = hledger(path, "payees").splitlines()
    assert 'Q & <b> "and" \\ back new, line / bar' in payees
    text = hledger(path, "balance", "--no-total", "--flat", "-O", "json")
    sums: Sums = {}
    for row in json.loads(text)[0]:
        for amount in row[3]:
            quantity = amount["aquantity"]
            value = Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"])
            key = (top(row[0]), amount["acommodity"])
            sums[key] = sums.get(key, Decimal(0)) + value
    assert {key: amount for key, amount in sums.items() if amount} == expected(library[1])


def test_beancount_loads_and_comes_to_our_sums(library: Library, out: Path) -> None:
    from beancount import loader
    from beancount.core.data import Transaction

    path = written(library, out, ExportFormat.BEANCOUNT)
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    sums: Sums = {}
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                key = (top(posting.account), posting.units.currency)
                sums[key] = sums.get(key, Decimal(0)) + posting.units.number
    assert {key: amount for key, amount in sums.items() if amount} == expected(library[1])
    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), path], capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_an_empty_library_is_a_sound_ledger(tmp_path: Path, studio: Services) -> None:
    from beancount import loader

    bean, led = tmp_path / "a.beancount", tmp_path / "a.journal"
    export_payments(bean, ExportWish(format=ExportFormat.BEANCOUNT), studio)
    assert loader.load_file(str(bean))[1] == []
    export_payments(led, ExportWish(format=ExportFormat.HLEDGER), studio)
    if shutil.which("hledger"):
        hledger(led, "check", "--strict")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=8))
def test_every_name_has_an_account_of_its_own(names: list[str]) -> None:
    parts = account_parts(names, "Payer")
    assert set(parts) == set(names)
    assert len({part.casefold() for part in parts.values()}) == len(set(names))
    for part in parts.values():
        assert account_part(part, "?") == part


def test_names_that_look_alike_stay_apart() -> None:
    parts = account_parts(["a b", "a-b", "A  b!", "", "!!"], "Payer")
    assert sorted(parts.values()) == ["A-b", "A-b-2", "A-b-3", "Payer", "Payer-2"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_text_is_one_short_line(text: str) -> None:
    line = plain_text(text)
    assert len(line) <= 200
    assert "\n" not in line
    assert all(char.isprintable() or char in "\u200c\u200d" for char in line)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=3), st.decimals(min_value=-(10**9), max_value=10**9, places=12)
    ),
    st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
)
def test_uses_are_rounded_once(exact: dict[str, Decimal], currency: str) -> None:
    from desktop.model.money import Money

    settled = in_whole_units(exact, currency)
    total = sum(money.minor for money in settled.values())
    assert total == Money.rounded(exact_sum(exact.values()), currency).minor
    unit = Decimal(1) / 10 ** -int(Money(currency, 1).decimal.as_tuple().exponent)
    assert all(abs(settled[key].decimal - amount) < unit for key, amount in exact.items())


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1", "EUR", "1.00"),
        ("-12.3", "EUR", "-12.30"),
        ("1.000000", "EUR", "1.00"),
        ("0.1234500", "EUR", "0.12345"),
        ("1234", "JPY", "1234"),
        ("1E+3", "KWD", "1000.000"),
        ("0.0001", "CLF", "0.0001"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(amount: str, currency: str, text: str) -> None:
    assert amount_text(Decimal(amount), currency) == text


def hledger(path: Path, *arguments: str) -> str:
    """Run hledger without a user's own settings."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(path.parent)}
    done = subprocess.run(
        ["hledger", "-f", f"journal:{path}", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
