"""Statements that were kept and money that came, for the tests of matching."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from desktop.flows.reconciling import list_payments
from desktop.model.money import Money
from desktop.model.payments import BankEntry, Payment, Period, SignatureState, Statement
from desktop.services import Services
from desktop.store import bank, registries, statements
from tests.payments.making import statement

PAYER = "Lumen Royalties"
FIRST = date(2026, 1, 1)


def stated(
    services: Services,
    number: str,
    amount: str,
    *,
    payer: str = PAYER,
    currency: str = "EUR",
    issued: date = date(2026, 2, 3),
    due: date = date(2026, 2, 28),
    **changes: Any,
) -> int:
    """Keep a statement of a payer that sends files; return its number here."""
    made: Statement = dataclasses.replace(
        statement([Decimal(amount)]),
        number=number,
        currency=currency,
        issued=issued,
        due=due,
        period=Period(start=issued - timedelta(days=33), end=issued - timedelta(days=2)),
        payable=Decimal(amount),
        signature=SignatureState.UNSIGNED,
        **changes,
    )
    made = dataclasses.replace(
        made, lines=tuple(dataclasses.replace(line, currency=currency) for line in made.lines)
    )
    with services.store.write() as tx:
        registry = registries.payer_named(tx, payer)
        return statements.keep(tx, registry.registry_id, made, 1)


def came(
    services: Services,
    amount: str,
    *,
    text: str = "",
    who: str = "",
    currency: str = "EUR",
    on: date = date(2026, 2, 20),
    fee: str = "",
    account: str = "DE1",
) -> int:
    """Keep a bank entry, matched by nothing; return its number."""
    with services.store.write() as tx:
        count = len(bank.everything(tx))
        file_id = bank.keep_file(tx, f"{count}.xml", f"{count}".encode(), 1)
        entry = BankEntry(
            account=account,
            bank_reference=f"B{count}",
            booked_on=on,
            amount=Money.exactly(Decimal(amount), currency),
            counterparty=who,
            reference=text,
            fee=Money.exactly(Decimal(fee), currency) if fee else None,
        )
        return bank.keep_entry(tx, file_id, entry, 1).entry_id


def payment(services: Services, number: str) -> Payment:
    """Return the payment of a statement."""
    (found,) = [one for one in list_payments(services) if one.number == number]
    return found
