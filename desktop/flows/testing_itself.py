"""Shows that this copy of the app is complete: a sample of each kind, signed, sent, verified."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from desktop.errors import AppError
from desktop.flows.checking import Check, verify_library
from desktop.flows.copy_report import CopyReport
from desktop.flows.demonstrating import REGISTRY, Step, demonstrate
from desktop.flows.publishing import publish
from desktop.flows.reading_files import read_file
from desktop.model.fingerprints import Kind
from desktop.payments.rates import reference_rates
from desktop.practice.server import PracticeServer
from desktop.services import Services, open_services
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
        yield from _published(services, Path(folder) / "copies")
        reconciled = any(step.figures.get("state") == "reconciled" for step in steps)
        yield Check(check=f"money from the {REGISTRY.lower()}", ok=reconciled, detail="reconciled.")
        newest = reference_rates().newest
        yield Check(check="exchange rates", ok=True, detail=f"until {newest:%d %B %Y}.")
        yield from verify_library(services)


def _published(services: Services, folder: Path) -> Iterator[Check]:
    """Make a copy of a work of each kind, and read what it says; no copy, no check."""
    with services.store.read() as connection:
        kinds = {one.work_id: one.kind for one in shelf.page(connection)}
    chosen = {kind: work_id for work_id, kind in kinds.items()}
    told: list[CopyReport] = []
    publish([chosen[kind] for kind in WANTED if kind in chosen], folder, services, each=told.append)
    for one in told:
        said = _said(one)
        ok = one.problem is None and bool(said)
        detail = f"{one.problem}" if one.problem else f"says it in {said or 'no words'}."
        yield Check(check=f"{kinds[one.work_id].value} published", ok=ok, detail=detail)


def _said(one: CopyReport) -> str:
    """Return in which vocabularies a copy, or a file beside it, says what AI may do."""
    found: list[str] = []
    for path in (*([one.copy] if one.copy else []), *one.sidecars):
        with contextlib.suppress(AppError):
            found += [reading.kind.value for reading in read_file(path) if reading.statements]
    return ", ".join(dict.fromkeys(found))
