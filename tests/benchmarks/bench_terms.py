"""Terms of 100,000 works at once: previewed, said and taken back, beside one work after the other.

    python -m tests.benchmarks.bench_terms [--works 100000] [--peer 2000]

The peer does what a plain loop would: one work in one step, of fewer works, told as a ratio of
what each work costs.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from desktop.flows.collecting import make_collection, move_works
from desktop.flows.terms_changing import apply_change, preview_change
from desktop.flows.terms_undoing import undo_last
from desktop.model.terms import Preset
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import shelf
from desktop.terms.presets import PRESETS
from tests.many_works import fill
from tests.studio import open_studio, settle

OPEN, ASK, NO = PRESETS[Preset.OPEN], PRESETS[Preset.ASK_ME], PRESETS[Preset.NO_AI]


def main() -> None:
    """Make the library, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=100_000)
    parser.add_argument("--peer", type=int, default=2_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, open_studio(Path(name) / "library") as services:
        settle(services)
        timed("made", lambda: fill(services, arguments.works))
        measure(services, list(range(1, arguments.works + 1)), arguments.peer)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at most {peak:,.0f} MB")


def measure(services: Services, works: list[int], peer: int) -> None:
    """Say terms of all works in every way, and take each back."""
    many = Choice.works(works)
    timed("preview of all by number", lambda: preview_change(many, NO, services))
    bulk = timed("said of all by number", lambda: apply_change(many, NO, services))
    timed("taken back", lambda: undo_last(services))
    timed("preview of --all", lambda: preview_change(Choice.everything(), OPEN, services))
    timed("said of --all", lambda: apply_change(Choice.everything(), OPEN, services))
    made = make_collection("Half", works[::2], services).change.choice
    timed("said of a collection of half", lambda: apply_change(made, ASK, services))
    folders = [Choice.below(Path(f"/art/{number}")) for number in range(0, len(works) // 1000, 4)]
    for one in folders:
        apply_change(one, NO, services)
    timed(f"said of /art, with {len(folders)} folders below",
          lambda: apply_change(Choice.below(Path("/art")), NO, services))  # fmt: skip
    timed("taken back", lambda: undo_last(services))
    timed("half taken out of the collection", lambda: move_works(
        made.collection_id, works[::4], services, out=True, permit_more=True))  # fmt: skip
    timed("taken back", lambda: undo_last(services))
    with services.store.read() as connection:
        within = made.collection_id
        timed("a page of the collection", lambda: shelf.page(connection, collection=within))
        timed("its counts", lambda: shelf.counts(connection, collection=within))
    loop = timed(
        f"peer: {peer:,} works one by one",
        lambda: [apply_change(Choice.works([one]), NO, services) for one in works[:peer]],
    )
    ratio = (loop / peer) / (bulk / len(works))
    print(f"a work one by one costs {ratio:,.0f} times what it costs in bulk")


def timed(what: str, do: Callable[[], object]) -> float:
    """Do something, print how long it took, return the seconds."""
    started = time.perf_counter()
    do()
    seconds = time.perf_counter() - started
    print(f"{seconds:8.2f} s  {what}")
    return seconds


if __name__ == "__main__":
    main()
