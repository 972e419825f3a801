"""Statements of a payer, kept in a library as an import keeps them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from desktop.model.payments import StatementLine
from desktop.services import Services
from desktop.store import registries, statements
from tests.payments.making import statement


def keep(
    services: Services,
    lines: Iterable[StatementLine],
    payer: str = "Lumen Licensing",
    **changes: Any,
) -> int:
    """Keep a statement of these lines, of the payer it is from; returns its number."""
    made = dataclasses.replace(statement([]), lines=tuple(lines), **changes)
    with services.store.write() as tx:
        registry = registries.payer_named(tx, payer)
        return statements.keep(tx, registry.registry_id, made, services.now_s())
