"""The ledger as hledger's journal: accounts and commodities declared, so that it holds strictly."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.exports import Ledger
from desktop.model.money import exponent
from desktop.payments.exports.double_entry import (
    Posting,
    Transaction,
    accounts,
    amount_text,
    currencies,
    transactions,
)
from desktop.payments.exports.naming import plain_text
from desktop.payments.exports.told import told

_TYPES = {"Assets": "A", "Liabilities": "L", "Equity": "E", "Income": "R", "Expenses": "X"}


def hledger_text(ledger: Ledger) -> Iterator[str]:
    """Yield the journal piece by piece."""
    made = transactions(ledger)
    yield "".join(f"; {line}\n" for line in told(ledger))
    yield "\ndecimal-mark .\n"
    for currency in currencies(made):
        yield f"commodity 1000.{'0' * exponent(currency)} {currency}\n"
    yield "\n"
    for account in accounts(made):
        yield f"account {account}  ; type:{_TYPES[account.partition(':')[0]]}\n"
    for one in made:
        yield _transaction(one)


def _transaction(one: Transaction) -> str:
    # A code ends at the first bracket, a payee at a bar, and all of it at a semicolon.
    code = one.code.translate(_SAFE)
    words = " | ".join(word.translate(_SAFE) for word in (one.payee, one.narration) if word)
    head = f"{one.day} *{f' ({code})' if code else ''} {words}"
    said = "".join(f"    ; {key}:{plain_text(value, 80)}\n" for key, value in one.said.items())
    return f"\n{head}\n{said}{''.join(map(_posting, one.postings))}"


_SAFE = str.maketrans({";": ",", "|": "/", "(": "[", ")": "]"})


def _posting(one: Posting) -> str:
    text = f"    {one.account}  {amount_text(one.amount, one.currency)} {one.currency}"
    if one.cost is not None:
        text += f" @@ {one.cost} {one.cost.currency}"
    return text + "\n"
