"""The whole circle on the sample works, as `demo` tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.flows.demonstrating import REGISTRY, Step, demonstrate
from desktop.flows.practicing import let_months_pass, practice_bank_files, start_practice
from desktop.flows.reconciling import list_payments
from desktop.flows.syncing import sync
from desktop.model.payments import PaymentState
from desktop.practice.server import PracticeServer
from desktop.services import Services
from desktop.store import registries
from tests.studio import assert_all_verify, open_studio


@pytest.mark.usefixtures("cheap_keys")
def test_the_story(tmp_path: Path) -> None:
    steps: list[Step] = []
    with (
        open_studio(tmp_path / "library") as services,
        PracticeServer(services.practice_folder) as server,
    ):
        demonstrate(services, server, steps.append)
        assert [step.step for step in steps[:8]] == [
            "registry", "identity", "scan", "terms", "claim", "sync", "statements", "bank",
        ]  # fmt: skip
        figures = {step.step: step.figures for step in steps}
        assert figures["scan"] == {"added": 11, "failed": 0}
        assert figures["sync"]["sent"] == figures["claim"]["claims"] == 11
        states = [payment.state for payment in list_payments(services)]
        assert states.count(PaymentState.RECONCILED) >= 2
        assert [step.step for step in steps[8:]] == ["payment"] * len(states)
        assert all(step.sentence.endswith((".", "!")) for step in steps)
        assert_all_verify(services)


def test_practice_beside_a_library(studio: Services) -> None:
    server = start_practice(studio)
    try:
        assert sync(studio).problems == []
        done = let_months_pass(1, studio)
        assert practice_bank_files(studio) == list(done.bank_files)
    finally:
        server.stop()
    again = start_practice(studio)
    try:
        with studio.store.read() as connection:
            (row,) = registries.everyone(connection)
        assert (row.name, row.url, row.did) == (REGISTRY, again.url, again.did)
        assert sync(studio).problems == []
    finally:
        again.stop()
