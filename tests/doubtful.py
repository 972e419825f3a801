"""Statements that do not add up, kept as a sync keeps them, for the tests of findings."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from desktop.flows.knowing import known_of
from desktop.model.payments import SignatureState, Statement
from desktop.model.registries import RegistryKind
from desktop.payments.checks import check_statement
from desktop.services import Services
from desktop.store import registries, statements
from tests.payments.making import line, statement

PAYER = "Painters"


def wrong_statement(**changes: Any) -> Statement:
    """Return a statement of 30.00 that names 31.00 (A1, A4) and has a wrong line (A2)."""
    made = statement([Decimal("10.00"), Decimal("20.00")])
    second = line(1, Decimal("20.00"), uses=Decimal(3), rate=Decimal("5.00"))
    wrong: dict[str, Any] = {"gross": Decimal("31.00"), "lines": (made.lines[0], second)}
    wrong |= {"signature": SignatureState.UNSIGNED, **changes}
    return dataclasses.replace(made, document=repr(changes).encode(), **wrong)


def keep_statement(services: Services, made: Statement, *, payer: str = PAYER) -> int:
    """Keep a statement with what the checks find."""
    with services.store.write() as tx:
        if payer not in {one.name for one in registries.everyone(tx)}:
            registries.add(tx, payer, RegistryKind.OPEN_CLAIMS, "https://painters.example")
        registry = registries.by_name(tx, payer)
    found = check_statement(made, known_of(registry, made, services))
    with services.store.write() as tx:
        statement_id = statements.keep(tx, registry.registry_id, made, services.now_s())
        statements.keep_findings(tx, statement_id, found)
    return statement_id
