"""What a scan keeps: new works, new versions, moves, second copies."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import UsageProblem
from desktop.model.fingerprints import FoundFile, Kind
from desktop.model.terms import Preset
from desktop.model.works import FileState, Outcome
from desktop.store import (
    file_problems,
    files,
    intake,
    search_index,
    shelf,
    terms,
    terms_changes,
    terms_rules,
    works,
)
from desktop.store.database import Connection, Store, open_store
from desktop.store.terms_changes import Kind as Step
from desktop.terms.presets import PRESETS
from tests.empty import lay_out
from tests.studio import imaginary, keep

A, B, C = Path("/w/a.png"), Path("/w/b.png"), Path("/w/c.png")


def paths_of(connection: Connection, work_id: int) -> set[Path]:
    return {file.path for file in works.get(connection, work_id).files}


def test_a_new_file_is_a_new_work(store: Store) -> None:
    with store.write() as tx:
        kept = keep(tx, imaginary(A, "one"))
        assert (kept.outcome, kept.path) == (Outcome.ADDED, A)
        assert kept.work_id is not None
        work = works.get(tx, kept.work_id)
        assert (work.title, work.kind) == ("a", Kind.IMAGE)
        assert work.fingerprint.sha256 == imaginary(A, "one").sha256
        (file,) = work.files
        assert (file.path, file.state, file.size_bytes) == (A, FileState.PRESENT, 3)


def test_the_same_again_is_unchanged(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        again = keep(tx, imaginary(A, "one", mtime_ns=7))
        assert (again.outcome, again.work_id) == (Outcome.UNCHANGED, first.work_id)
        assert len(shelf.ids(tx)) == 1
        found = FoundFile(path=A, size_bytes=3, mtime_ns=7)
        assert files.unchanged(tx, [found])[0]


@pytest.mark.parametrize("change", [{"size_bytes": 4}, {"mtime_ns": 2}, {"inode": 5}])
def test_only_what_is_exactly_as_last_seen_is_passed_over(
    store: Store, change: dict[str, Any]
) -> None:
    with store.write() as tx:
        fingerprint = imaginary(A, "one")
        keep(tx, fingerprint)
        assert files.unchanged(tx, [fingerprint.found])[0]
        changed = dataclasses.replace(fingerprint.found, **change)
        assert files.unchanged(tx, [changed]) == [None]


def test_a_file_that_was_missing_and_comes_back_as_it_was(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        files.mark_missing(tx, [1])
        [again] = files.unchanged(tx, [imaginary(A, "one").found])
        assert again is not None
        assert (again.work_id, again.missing) == (first.work_id, True)
        files.mark_present(tx, [again.file_id])
        [again] = files.unchanged(tx, [imaginary(A, "one").found])
        assert again is not None
        assert not again.missing


def test_other_bytes_at_the_same_place_are_a_new_version(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        second = keep(tx, imaginary(A, "two"))
        assert (second.outcome, second.work_id) == (Outcome.UPDATED, first.work_id)
        assert second.work_id is not None
        assert works.get(tx, second.work_id).fingerprint.sha256 == imaginary(A, "two").sha256
        assert [facts.sha256 for facts in works.versions(tx, second.work_id)] == [
            imaginary(A, "two").sha256,
            imaginary(A, "one").sha256,
        ]


def test_an_edit_taken_back(store: Store) -> None:
    """The work's current fingerprint is that of the bytes that lie there now."""
    with store.write() as tx:
        for content in ("one", "two", "one"):
            kept = keep(tx, imaginary(A, content))
        assert kept.outcome is Outcome.UPDATED
        assert kept.work_id is not None
        work = works.get(tx, kept.work_id)
        assert work.fingerprint.sha256 == imaginary(A, "one").sha256
        assert [file.datahash for file in work.files] == [imaginary(A, "one").datahash]
        assert len(shelf.ids(tx)) == 1


def test_a_move(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        moved = keep(tx, imaginary(B, "one"), gone=[A])
        assert (moved.outcome, moved.work_id) == (Outcome.MOVED, first.work_id)
        assert moved.work_id is not None
        assert paths_of(tx, moved.work_id) == {B}
        assert [row.work_id for row in shelf.page(tx, search="b")] == [moved.work_id]


def test_a_file_that_was_missing_and_comes_back_elsewhere(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        files.mark_missing(tx, [1])
        assert first.work_id is not None
        assert works.get(tx, first.work_id).files[0].state is FileState.MISSING
        [again] = files.unchanged(tx, [imaginary(A, "one").found])
        assert again is not None
        assert again.missing
        moved = keep(tx, imaginary(B, "one"), gone=[A])
        assert (moved.outcome, moved.work_id) == (Outcome.MOVED, first.work_id)
        assert works.get(tx, first.work_id).files[0].state is FileState.PRESENT


def test_a_second_copy(store: Store) -> None:
    with store.write() as tx:
        first = keep(tx, imaginary(A, "one"))
        copy = keep(tx, imaginary(B, "one"))
        assert (copy.outcome, copy.work_id) == (Outcome.DUPLICATE, first.work_id)
        assert copy.work_id is not None
        assert paths_of(tx, copy.work_id) == {A, B}
        assert len(shelf.ids(tx)) == 1


def test_a_copy_is_edited(store: Store) -> None:
    """Only the edited copy is new; the other file keeps its bytes."""
    with store.write() as tx:
        keep(tx, imaginary(A, "one"))
        keep(tx, imaginary(B, "one"))
        kept = keep(tx, imaginary(B, "two"))
        assert kept.outcome is Outcome.UPDATED
        hashes = {file.path: file.datahash for file in files.of_work(tx, 1)}
        assert hashes == {A: imaginary(A, "one").datahash, B: imaginary(B, "two").datahash}


def test_two_files_exchange_their_bytes(store: Store) -> None:
    """Each work stays findable, whatever lies where."""
    with store.write() as tx:
        one = keep(tx, imaginary(A, "one"))
        two = keep(tx, imaginary(B, "two"))
        keep(tx, imaginary(A, "two"))
        keep(tx, imaginary(B, "one"))
        assert one.work_id is not None
        assert two.work_id is not None
        assert paths_of(tx, one.work_id) == {B}
        assert paths_of(tx, two.work_id) == {A}
        assert works.get(tx, one.work_id).fingerprint.sha256 == imaginary(A, "one").sha256
        assert works.get(tx, two.work_id).fingerprint.sha256 == imaginary(A, "two").sha256


def test_a_file_that_comes_back_is_present_and_its_problem_forgotten(store: Store) -> None:
    from desktop.errors import FileProblem, FileProblemKind

    with store.write() as tx:
        file_problems.put(tx, FileProblem("No.", path=A, reason=FileProblemKind.BROKEN), 1)
        assert file_problems.count(tx) == 1
        keep(tx, imaginary(A, "one"))
        assert file_problems.count(tx) == 0


def default_no_ai(tx: Connection) -> int:
    """Say that new works are for no AI; return the version."""
    version = terms.keep(tx, PRESETS[Preset.NO_AI], 50).version
    terms_rules.say(tx, terms_changes.add(tx, Step.DEFAULT, 50, version=version), version)
    return version


def test_new_works_get_the_default_terms(store: Store) -> None:
    with store.write() as tx:
        keep(tx, imaginary(A, "one"))
        version = default_no_ai(tx)
        kept = keep(tx, imaginary(B, "two"), now_s=60)
        assert kept.work_id is not None
        assert terms.of_work(tx, kept.work_id).same_answers(PRESETS[Preset.NO_AI])
        assert terms.at(tx, kept.work_id, 59).version == 0
        assert terms.at(tx, kept.work_id, 60).version == version
        assert terms.of_work(tx, 1).version == 0


def test_a_title_the_file_names(store: Store) -> None:
    with store.write() as tx:
        kept = keep(tx, imaginary(A, "one", title="Harbour at dawn"))
        assert kept.work_id is not None
        assert works.get(tx, kept.work_id).title == "Harbour at dawn"


def test_search_finds_titles_creators_and_names(store: Store) -> None:
    from desktop.model.works import Creator

    with store.write() as tx:
        keep(tx, imaginary(Path("/w/IMG_0001.png"), "one", title="Müller's Harbour"))
        keep(tx, imaginary(Path("/w/other.png"), "two"))
        works.set_creators(tx, 2, [Creator(name="Zoë Ánton")])
        works.set_title(tx, 2, "Night")
        for words, expected in (
            ("harb", [1]),
            ("MULLER", [1]),
            ("img 0001", [1]),
            ("zoe", [2]),
            ("night", [2]),
            ("other", [2]),
            ("nothing", []),
            ('"; DROP TABLE works; --', []),
            ('har" OR "night', []),
            ("harbour NOT x", []),
            ("", [2, 1]),
            ("*", [2, 1]),
            (imaginary(A, "one").iscc, [1]),
            (imaginary(A, "one").iscc[:20].lower(), [1]),
        ):
            assert [row.work_id for row in shelf.page(tx, search=words)] == expected, words


def test_pages_leave_nothing_out(store: Store) -> None:
    with store.write() as tx:
        for number in range(11):
            keep(tx, imaginary(Path(f"/w/{number}.png"), str(number)))
        seen: list[int] = []
        before = None
        while page := shelf.page(tx, before=before, limit=3):
            seen += [row.work_id for row in page]
            before = page[-1].work_id
        assert seen == list(range(11, 0, -1))
        assert shelf.counts(tx).all == 11


def test_an_unknown_work(store: Store) -> None:
    with store.read() as connection, pytest.raises(UsageProblem):
        works.get(connection, 5)


@pytest.mark.parametrize("name", ["", ".png", "___", "caf\udce9.png", "a" * 300 + ".jpg"])
def test_every_name_gives_a_title(name: str) -> None:
    title = search_index.title_from_path(Path("/w") / name)
    assert title.strip()
    title.encode()


# What a file is, and at which of few paths: small numbers, so that everything meets everything.
STEPS = st.lists(
    st.tuples(st.sampled_from([A, B, C]), st.sampled_from(["one", "two", "three"]), st.booleans()),
    max_size=12,
)


@settings(deadline=None)
@given(before=STEPS, batch=STEPS)
def test_a_batch_is_kept_as_its_files_one_by_one(
    before: list[tuple[Path, str, bool]], batch: list[tuple[Path, str, bool]]
) -> None:
    """Only the numbers of works may be given out in another order."""
    gone = {path for path, _, is_gone in batch if is_gone}
    found = [imaginary(path, content) for path, content, _ in batch]

    def story(several: bool) -> list[tuple[Any, ...]]:
        with (
            TemporaryDirectory() as folder,
            open_store(lay_out(Path(folder))) as store,
            store.write() as tx,
        ):
            default_no_ai(tx)
            for path, content, _ in before:
                keep(tx, imaginary(path, content))
            if several:
                kept = intake.keep_all(tx, found, 100, gone=lambda path: path in gone)
            else:
                kept = [keep(tx, one, gone=list(gone)) for one in found]
            rows = tx.execute(
                "SELECT path, state, fingerprints.sha256, title, terms_id, fileless, "
                "current.sha256 AS current, (SELECT count(*) FROM work_terms "
                "WHERE work_terms.work_id = works.work_id) AS terms_given FROM works "
                "JOIN fingerprints AS current USING (fingerprint_id) "
                "LEFT JOIN files ON files.work_id = works.work_id LEFT JOIN fingerprints "
                "ON fingerprints.fingerprint_id = files.fingerprint_id "
                "ORDER BY path, current.sha256"
            )
            found_by = [shelf.ids(tx, search=word) for word in ("a", "b", "c")]
            return [
                *[(one.path, one.outcome) for one in kept],
                *[tuple(row) for row in rows],
                tuple(map(len, found_by)),
            ]

    assert story(True) == story(False)
