"""The ledger as Beancount's text: every account opened on its first day, every text a string."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from desktop.model.exports import Ledger
from desktop.payments.exports.double_entry import (
    Posting,
    Transaction,
    accounts,
    amount_text,
    currencies,
    transactions,
)
from desktop.payments.exports.told import told


def beancount_text(ledger: Ledger) -> Iterator[str]:
    """Yield the ledger piece by piece."""
    made = transactions(ledger)
    yield "".join(f"; {line}\n" for line in told(ledger))
    yield '\noption "title" "Residuals: payments"\n'
    for currency in currencies(made):
        yield f'option "operating_currency" "{currency}"\n'
    yield "\n"
    first = min((one.day for one in made), default=date.min)
    for currency in currencies(made):
        yield f"{first} commodity {currency}\n"
    for account, day in accounts(made).items():
        yield f"{day} open {account}\n"
    for one in made:
        yield _transaction(one)


def _transaction(one: Transaction) -> str:
    head = f"{one.day} * {_string(one.payee)} {_string(one.narration)}\n"
    said = {"number": one.code, **one.said} if one.code else one.said
    meta = "".join(f"  {key}: {_string(value)}\n" for key, value in said.items())
    return f"\n{head}{meta}{''.join(map(_posting, one.postings))}"


def _posting(one: Posting) -> str:
    text = f"  {one.account}  {amount_text(one.amount, one.currency)} {one.currency}"
    if one.cost is not None:
        text += f" @@ {one.cost} {one.cost.currency}"
    return text + "\n"


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
