"""What is still to be read comes out largest first, whatever order it came in."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.model.fingerprints import FoundFile
from desktop.store.reading_plan import ReadingPlan

_FOUND = st.builds(
    FoundFile,
    path=st.binary(min_size=1, max_size=40)
    .filter(lambda name: not {0, 47} & set(name))
    .map(lambda name: Path(os.fsdecode(b"/" + name))),
    size_bytes=st.integers(0, 2**62),
    mtime_ns=st.integers(-(2**62), 2**62),
    inode=st.integers(0, 2**64 - 1),
)


@given(st.lists(st.lists(_FOUND, max_size=8), max_size=5), st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_largest_first_and_nothing_lost(batches: list[list[FoundFile]], size: int) -> None:
    plan = ReadingPlan(lambda one: one.size_bytes)
    for batch in batches:
        plan.add(batch)
    everything = [one for batch in batches for one in batch]
    assert plan.count == len(everything)
    assert plan.size_bytes == sum(one.size_bytes for one in everything)
    taken: list[FoundFile] = []
    while some := plan.take(size):
        assert len(some) <= size
        taken += some
    plan.close()
    assert [one.size_bytes for one in taken] == sorted(
        (one.size_bytes for one in everything), reverse=True
    )
    assert sorted(taken, key=repr) == sorted(everything, key=repr)


def test_what_comes_later_and_is_larger_goes_first() -> None:
    plan = ReadingPlan(lambda one: one.size_bytes)
    plan.add([FoundFile(path=Path("/a"), size_bytes=5, mtime_ns=1)])
    plan.add([FoundFile(path=Path("/b"), size_bytes=9, mtime_ns=1)])
    assert [one.path.name for one in plan.take(1)] == ["b"]
    plan.add([FoundFile(path=Path("/c"), size_bytes=7, mtime_ns=1)])
    assert [one.path.name for one in plan.take(9)] == ["c", "a"]
    plan.close()
