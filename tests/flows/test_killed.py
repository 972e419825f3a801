"""kill -9 at every step: nothing the app acknowledged is lost, nothing has its effect twice."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from desktop.flows.importing_money import import_bank_file
from desktop.flows.reconciling import list_payments
from desktop.flows.syncing import add_registry
from desktop.model.payments import PaymentState
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.store import registries, shelf, statements
from tests.dying import Die
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    assert_arrived_once,
    entries,
    mid_january,
    open_studio,
    queue,
    rows,
    settle,
    sync_until_sent,
)

pytestmark = pytest.mark.usefixtures("cheap_keys")
WORKS = 5


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed library with works and queued claims; the registries take three at a time."""
    monkeypatch.setattr("desktop.practice.registry.BATCH", 3)
    folder = tmp_path / "template"
    with open_studio(folder) as services:
        settle(services)
        add_registry(REGISTRY, "http://127.0.0.1:9", services)
        queue(services, add_works(services, WORKS))
    return folder


def copy_for(template: Path, folder: Path, url: str) -> Path:
    """Return a copy of the library that knows its registry at url."""
    library = folder / "library"
    shutil.copytree(template, library)
    with open_studio(library) as services, services.store.write() as tx:
        registries.set_url(tx, registries.by_name(tx, REGISTRY).registry_id, url)
    return library


def test_killed_at_every_step_of_sending(tmp_path: Path, template: Path, dying: Die) -> None:
    with PracticeServer(tmp_path / "dry") as server:
        steps = dying.never("sync", copy_for(template, tmp_path / "dry-run", server.url))
    assert steps.count("before COMMIT") == steps.count("after COMMIT") >= 9
    assert [name for name in steps if "/claims" in name] == [
        "before POST /claims", "answered POST /claims", "after POST /claims",
    ] * 2  # fmt: skip
    for number, name in enumerate(steps, start=1):
        folder = tmp_path / str(number)
        with PracticeServer(folder / "registry") as server:
            library = copy_for(template, folder, server.url)
            dying.at(number, "sync", library)
            with open_studio(library) as services:
                assert "sending" not in {entry.state.value for entry in entries(services)}, name
                assert len(rows(services)) == WORKS, name
                sync_until_sent(services)
                assert_arrived_once(services, server.url, WORKS)
                assert_all_verify(services)


def test_killed_again_and_again(tmp_path: Path, template: Path, dying: Die) -> None:
    chance = random.Random(20260115)
    with PracticeServer(tmp_path / "registry") as server:
        library = copy_for(template, tmp_path, server.url)
        for _ in range(12):
            dying.at(chance.randint(8, 12), "sync", library)
        with open_studio(library) as services:
            assert max(entry.attempts for entry in entries(services)) > 2
            sync_until_sent(services)
            assert_arrived_once(services, server.url, WORKS)
            assert_all_verify(services)


def test_killed_at_every_step_of_claiming(tmp_path: Path, dying: Die) -> None:
    template = tmp_path / "template"
    with open_studio(template) as services:
        settle(services)
        add_registry(REGISTRY, "http://127.0.0.1:9", services)
        add_works(services, 3)
    dry = tmp_path / "dry"
    shutil.copytree(template, dry)
    steps = dying.never("claim", dry)
    assert steps.count("before COMMIT") == 2
    counts = set()
    for number in range(1, len(steps) + 1):
        library = tmp_path / str(number)
        shutil.copytree(template, library)
        dying.at(number, "claim", library)
        with open_studio(library) as services:
            with services.store.read() as connection:
                works = shelf.ids(connection)
            counts.add(len(rows(services)))
            assert len(entries(services)) == len(rows(services))
            queue(services, works)
            assert len(rows(services)) == len(works) == 3
            assert_all_verify(services)
    assert counts == {0, 3}


def test_killed_at_every_step_of_fetching(tmp_path: Path, template: Path, dying: Die) -> None:
    """Statements and notices of payment come once, and the money is counted once."""
    base = tmp_path / "base"
    with PracticeServer(base / "registry", clock=mid_january) as server:
        port = server.port
        library = copy_for(template, base, server.url)
        with open_studio(library) as services:
            sync_until_sent(services)
        files = advance(base / "registry", 2, clock=mid_january).bank_files
        steps = dying.never("sync", _copy(library, tmp_path / "dry"))
        assert sum("/statements/" in name for name in steps) >= 3
        assert sum("/remittances/" in name for name in steps) >= 3
        assert files
        assert server.port == port
        for number, name in enumerate(steps, start=1):
            copy = _copy(library, tmp_path / str(number))
            dying.at(number, "sync", copy)
            with open_studio(copy) as services:
                sync_until_sent(services)
                for path in files:
                    import_bank_file(path, services)
                with services.store.read() as connection:
                    kept = [(row.number, row.revision) for row in statements.rows(connection)]
                assert len(kept) == len(set(kept)) == 2, name
                found = list_payments(services)
                assert {payment.state for payment in found} <= {
                    PaymentState.RECONCILED,
                    PaymentState.OVERDUE,
                }, name
                assert any(payment.state is PaymentState.RECONCILED for payment in found), name
                assert_all_verify(services)


def _copy(library: Path, target: Path) -> Path:
    shutil.copytree(library, target)
    return target
