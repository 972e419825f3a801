"""When the user says what is right to keep back, the statements that are here are checked by it."""

from __future__ import annotations

from collections.abc import Callable

from desktop.flows.weighing import recheck
from desktop.model.findings import FindingState, KeptFinding
from desktop.services import Services
from desktop.store import advances, registries
from desktop.store.advances import KeptBack

_CHECKS = frozenset({"T2", "T3", "T4"})


def check_recouped(registry: str, services: Services) -> list[KeptFinding]:
    """Check again what was kept for advances; returns what does not hold. Raises UsageProblem."""
    return _check(registry, services, lambda one: bool(one.recouped))


def check_withheld(registry: str, services: Services) -> list[KeptFinding]:
    """Check again which tax was withheld; returns what does not hold. Raises UsageProblem."""
    return _check(registry, services, lambda one: bool(one.withheld))


def check_reserves(registry: str, services: Services) -> list[KeptFinding]:
    """Check again whether reserves were released; returns what does not hold."""
    with services.store.read() as connection:
        known = registries.by_name(connection, registry)
        kept = advances.kept_back(connection, known.registry_id)
    # A statement without a reserve tells as well how long the one before is held.
    held = {one.currency for one in kept if one.reserve}
    return _check(registry, services, lambda one: one.currency in held)


def _check(
    registry: str, services: Services, wanted: Callable[[KeptBack], bool]
) -> list[KeptFinding]:
    with services.store.read() as connection:
        known = registries.by_name(connection, registry)
        kept = advances.kept_back(connection, known.registry_id)
    return [
        finding
        for one in kept
        if wanted(one)
        for finding in recheck(one.statement_id, services)
        if finding.finding.check in _CHECKS and finding.state is FindingState.OPEN
    ]
