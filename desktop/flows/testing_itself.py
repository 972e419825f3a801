"""Shows that this copy of the app is complete: a sample of each kind, signed, sent, verified."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from desktop.flows.checking import Check, verify_library
from desktop.flows.demonstrating import REGISTRY, Step, demonstrate
from desktop.model.fingerprints import Kind
from desktop.payments.rates import reference_rates
from desktop.practice.server import PracticeServer
from desktop.services import open_services
from desktop.store import shelf

WANTED = (Kind.IMAGE, Kind.SOUND, Kind.VIDEO, Kind.TEXT)


def self_test() -> Iterator[Check]:
    """Run the whole circle in a temporary library and yield what held."""
    password = secrets.token_urlsafe(16)
    with (
        tempfile.TemporaryDirectory(prefix="residuals-self-test-") as folder,
        open_services(
            Path(folder), ask_password=lambda _sentence: password, use_keyring=False
        ) as services,
        PracticeServer(services.practice_folder) as server,
    ):
        steps: list[Step] = []
        demonstrate(services, server, steps.append)
        for step in steps:
            yield Check(check=step.step, ok=True, detail=step.sentence)
        with services.store.read() as connection:
            found = shelf.counts(connection).by_kind
        for kind in WANTED:
            yield Check(
                check=f"{kind.value} fingerprinted",
                ok=found.get(kind, 0) > 0,
                detail=f"{found.get(kind, 0)} works.",
            )
        reconciled = any(step.figures.get("state") == "reconciled" for step in steps)
        yield Check(check=f"money from the {REGISTRY.lower()}", ok=reconciled, detail="reconciled.")
        newest = reference_rates().newest
        yield Check(check="exchange rates", ok=True, detail=f"until {newest:%d %B %Y}.")
        yield from verify_library(services)
