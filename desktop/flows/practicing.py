"""The practice registry, started beside a library and known to it under one name."""

from __future__ import annotations

from pathlib import Path

from desktop.flows.demonstrating import REGISTRY
from desktop.model.registries import RegistryKind
from desktop.practice.advance import Advanced, advance
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import journal, registries


def start_practice(services: Services) -> PracticeServer:
    """Start the practice registry of this library and see that the library knows its address.

    Raises AppError if it cannot start. The caller stops it.
    """
    server = PracticeServer(services.practice_folder)
    server.start()
    with services.store.write() as tx:
        known = {registry.name: registry for registry in registries.everyone(tx)}
        if REGISTRY not in known:
            registries.add(tx, REGISTRY, RegistryKind.OPEN_CLAIMS, server.url)
            journal.add(tx, services.now_s(), "registry.added", REGISTRY, {"practice": True})
        elif known[REGISTRY].url != server.url:
            registries.set_url(tx, known[REGISTRY].registry_id, server.url)
    return server


def let_months_pass(months: int, services: Services) -> Advanced:
    """Move the practice registry's clock; it issues statements and writes bank files."""
    return advance(services.practice_folder, months)


def practice_bank_files(services: Services) -> list[Path]:
    """Return the bank files that the practice registry wrote, oldest first."""
    return sorted((services.practice_folder / "bank").glob("*.xml"))
