"""A published copy is known again, wherever it lies: it is no work, and no version of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.model.publishing import NewCopy
from desktop.model.terms import Answer, Terms, Use
from desktop.model.vocabularies import Loss, Target
from desktop.model.works import FileState, Outcome
from desktop.store import copies, files, shelf, terms, works
from desktop.store.database import Connection, Store
from desktop.store.engine import sqlite3
from tests.studio import give_terms, imaginary, keep

MARCH_3 = 1_772_500_000  # 3 March 2026
ORIGINAL, COPY = Path("/art/tide.png"), Path("/web/tide.png")
DENY, ALLOW = Terms(uses={Use.TRAIN: Answer.DENY}), Terms(uses={Use.TRAIN: Answer.ALLOW})


def publish(tx: Connection, work_id: int, *, beside: str = "") -> int:
    """Keep that a copy of a work was made; its bytes are the word copy."""
    made = imaginary(COPY, "copy")
    work = works.get(tx, work_id)
    extra = imaginary(Path(f"{COPY}.xmp"), beside) if beside else None
    new = NewCopy(
        work_id=work_id,
        original_id=work.fingerprint.fingerprint_id,
        terms_version=terms.of_work(tx, work_id).version,
        certificate_id=None,
        found=made.found,
        fingerprint=made,
        vocabularies=(Target.IPTC,),
        losses=(Loss(target=Target.IPTC, use=None, sentence="It cannot name the price."),),
        sidecars={".xmp": (extra.found, extra.datahash)} if extra else {},
    )
    return copies.add_all(tx, [new], MARCH_3 + 100)[0]


def said(tx: Connection, work_id: int, answers: Terms, now_s: int) -> None:
    give_terms(tx, [work_id], answers, now_s)


@pytest.fixture
def work_id(store: Store) -> int:
    """A picture with terms."""
    with store.write() as tx:
        kept = keep(tx, imaginary(ORIGINAL, "original")).work_id
        assert kept is not None
        said(tx, kept, DENY, MARCH_3)
    return kept


def test_it_is_known_by_its_bytes_and_by_its_place(store: Store, work_id: int) -> None:
    with store.write() as tx:
        copy_id = publish(tx, work_id, beside="xmp")
        made = imaginary(COPY, "copy").found
        assert copies.at_places(tx, [made])[COPY].current
        assert not copies.at_places(tx, [replace(made, mtime_ns=made.mtime_ns + 1)])
        moved = imaginary(Path("/elsewhere/x.png"), "copy")
        kept = keep(tx, moved, now_s=MARCH_3 + 200)
        beside = keep(tx, imaginary(Path("/elsewhere/x.png.xmp"), "xmp"))
        assert (kept.outcome, kept.work_id, beside.outcome) == (Outcome.COPY, work_id, Outcome.COPY)
        assert beside.copy is not None
        assert beside.copy.beside
        assert moved.found.path in copies.at_places(tx, [moved.found])
        (one,) = copies.of_work(tx, work_id)
        assert (one.known.copy_id, one.path) == (copy_id, moved.found.path)
        assert one.sidecars == (".xmp",)
        assert [loss.sentence for loss in one.losses] == ["It cannot name the price."]
        assert one.instance != one.original_instance
        assert sum(shelf.counts(tx).by_kind.values()) == 1
        assert [work_file.path for work_file in works.get(tx, work_id).files] == [ORIGINAL]


def test_a_copy_put_over_the_original_is_no_version_of_it(store: Store, work_id: int) -> None:
    with store.write() as tx:
        publish(tx, work_id)
        before = works.get(tx, work_id).fingerprint
        over = imaginary(ORIGINAL, "copy")
        assert keep(tx, over).outcome is Outcome.COPY
        work = works.get(tx, work_id)
        assert work.fingerprint == before
        assert [one.state for one in work.files] == [FileState.MISSING]
        assert files.unchanged(tx, [over.found]) == [None]
        assert ORIGINAL in copies.at_places(tx, [over.found])
        assert keep(tx, imaginary(ORIGINAL, "original")).outcome is Outcome.UNCHANGED
        assert works.get(tx, work_id).files[0].state is FileState.PRESENT


def test_another_picture_in_the_place_of_a_copy_is_a_work(store: Store, work_id: int) -> None:
    with store.write() as tx:
        publish(tx, work_id)
        assert keep(tx, imaginary(COPY, "something else")).outcome is Outcome.ADDED
        assert not copies.at_places(tx, [imaginary(COPY, "copy").found])


def test_a_copy_with_terms_of_before_says_from_when_they_are(store: Store, work_id: int) -> None:
    with store.write() as tx:
        publish(tx, work_id)
        datahash = imaginary(COPY, "copy").datahash
        now = copies.by_datahash(tx, [datahash])[datahash]
        assert now.sentence == "This is a published copy of your work."
        said(tx, work_id, ALLOW, MARCH_3 + 200)
        then = copies.by_datahash(tx, [datahash])[datahash]
        assert (then.current, "your terms of 3 March 2026" in then.sentence) == (False, True)
        said(tx, work_id, DENY, MARCH_3 + 300)
        assert copies.by_datahash(tx, [datahash])[datahash].current
        assert [one.known for one in copies.everything(tx)] == [now]


def test_a_copy_made_before_its_terms_ended_says_terms_of_before(
    store: Store, work_id: int
) -> None:
    with store.write() as tx:
        said(tx, work_id, replace(ALLOW, expires=date(2026, 3, 5)), MARCH_3)
        publish(tx, work_id)
        (one,) = copies.of_work(tx, work_id)
        assert not one.known.current
        assert copies.outdated(tx) == [work_id]
        assert copies.published(tx, [work_id]) == (1, 1)
        said(tx, work_id, replace(ALLOW, expires=date(2026, 3, 1)), MARCH_3)
        publish(tx, work_id)  # when they had ended already, so it says so
        assert copies.outdated(tx) == []


def test_what_was_published_is_never_changed(store: Store, work_id: int) -> None:
    with store.write() as tx:
        publish(tx, work_id)
    for statement in ("UPDATE copies SET iscc = 'x'", "DELETE FROM copies"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"), store.write() as tx:
            tx.execute(statement)
