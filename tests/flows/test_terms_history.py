"""Terms at any moment and their proof; what ends; files that move; the middle of a change."""

from __future__ import annotations

import contextlib
import gzip
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.flows.checking import verify_library
from desktop.flows.importing import import_paths
from desktop.flows.journaling import make_checkpoint
from desktop.flows.terms_changing import apply_change, preview_change
from desktop.flows.terms_history import expiring, held_at, held_back, history_of, why_of
from desktop.flows.terms_undoing import undo_last
from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.model.terms_history import Why
from desktop.services import Services
from desktop.store import shelf, terms_rules
from desktop.store import terms as terms_store
from desktop.store.database import DATABASE_NAME
from desktop.store.engine import sqlite3
from desktop.terms.presets import PRESETS, preset_of
from tests.dying import Die
from tests.many_works import fill
from tests.studio import (
    REGISTRY,
    add_works,
    assert_all_verify,
    open_studio,
    queue,
    settle,
    sync_until_sent,
)

OPEN, ASK, NO = PRESETS[Preset.OPEN], PRESETS[Preset.ASK_ME], PRESETS[Preset.NO_AI]


def presets(services: Services) -> list[str]:
    with services.store.read() as connection:
        numbers = sorted(shelf.ids(connection))
        return [preset_of(terms_store.of_work(connection, one)).value for one in numbers]


class Ticking:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(joined: Services) -> Ticking:
    clock = Ticking()
    joined.now = clock
    return clock


def test_a_moment_is_shown_with_who_was_told_and_proven(joined: Services, clock: Ticking) -> None:
    begun = clock.now
    add_works(joined, 2)
    apply_change(Choice.works([1]), OPEN, joined)
    (claim_id,) = queue(joined, [1])
    sync_until_sent(joined)
    between = clock.now = clock.now + timedelta(days=1)
    apply_change(Choice.everything(), NO, joined)
    clock.now += timedelta(days=1)
    make_checkpoint(joined)
    undo_last(joined)
    held = held_at(1, between - timedelta(hours=1), joined)
    assert (preset_of(held.terms), held.why) == (Preset.OPEN, Why.OWN)
    assert (held.since, held.until) == (begun, between)
    (told,) = held.carriers
    assert (told.claim_id, told.registry, bool(told.receipt)) == (claim_id, REGISTRY, True)
    assert held.proof is not None
    assert held.proof.sentence.endswith(f"of {begun:%d %B %Y} covers it, signed.")
    versions = [preset_of(one.terms) for one in history_of(1, joined)]
    assert versions == [Preset.OPEN, Preset.NO_AI, Preset.OPEN]
    newest = held_at(1, clock.now, joined)
    assert newest.proof is not None
    assert newest.proof.sentence.endswith("No signed checkpoint covers it yet.")
    assert held_at(2, between, joined).carriers == ()
    assert held_at(1, datetime(2020, 1, 1, tzinfo=UTC), joined).since is None


@pytest.mark.parametrize(
    ("table", "sql", "told"),
    [
        ("work_terms", "UPDATE work_terms SET terms_id = 2 WHERE work_terms_id = 1",
         "not as row"),
        ("terms", "UPDATE terms SET uses = replace(uses, 'deny', 'allow') WHERE terms_id = 1",
         "not as row"),
        ("work_terms", "DELETE FROM work_terms WHERE work_terms_id = 2", "not as row"),
        ("journal", "UPDATE journal SET subject = 'x' WHERE action = 'terms.set'",
         "journal was changed"),
    ],
)  # fmt: skip
def test_a_past_that_was_changed_is_no_proof(
    studio: Services, table: str, sql: str, told: str
) -> None:
    add_works(studio, 2)
    apply_change(Choice.works([1, 2]), NO, studio)
    apply_change(Choice.works([2]), OPEN, studio)
    make_checkpoint(studio)
    proof = held_at(1, studio.now(), studio).proof
    assert proof is not None
    assert proof.faults == ()
    forger = sqlite3.connect(str(studio.library / DATABASE_NAME))
    forger.execute(f"DROP TRIGGER {table}_no_update")
    forger.execute(f"DROP TRIGGER {table}_no_delete")
    forger.execute(sql)
    forger.commit()
    forger.close()
    proof = held_at(1, studio.now(), studio).proof
    assert proof is not None
    assert told in " ".join(proof.faults)
    assert proof.sentence.startswith("This cannot be proven: ")
    assert not all(check.ok for check in verify_library(studio))


def test_the_check_of_the_library_tells_terms_that_nobody_said(studio: Services) -> None:
    add_works(studio, 3)
    apply_change(Choice.works([1, 2]), NO, studio)
    apply_change(Choice.default(), ASK, studio)
    add_works(studio, 1, word="new")
    arrived = held_at(4, studio.now(), studio).proof
    assert arrived is not None
    assert (arrived.row and arrived.row.action, arrived.faults) == ("terms.found", ())
    undo_last(studio)
    undo_last(studio)
    apply_change(Choice.works([2]), OPEN, studio)
    assert_all_verify(studio)
    with contextlib.closing(sqlite3.connect(str(studio.library / DATABASE_NAME))) as forger:
        forger.execute("UPDATE works SET terms_id = (SELECT max(terms_id) FROM terms) "
                       "WHERE work_id IN (1, 3)")  # fmt: skip
        forger.commit()
    (wrong,) = [check for check in verify_library(studio) if not check.ok]
    assert wrong.check == "terms"
    assert "2 works have other terms than the history says" in wrong.detail


def test_a_past_with_other_times_or_rules_is_told(studio: Services) -> None:
    add_works(studio, 2)
    apply_change(Choice.works([1]), NO, studio)
    apply_change(Choice.default(), ASK, studio)
    assert_all_verify(studio)
    for forged, told in (
        ("UPDATE work_terms SET since_s = since_s - 86400", "the time of change 1 was changed"),
        ("UPDATE terms_changes SET made_s = made_s - 86400", "the time of change 2 was changed"),
        ("INSERT INTO terms_rules (change_id, terms_id) VALUES (2, 1)",
         "what change 2 said was changed"),
    ):  # fmt: skip
        with contextlib.closing(sqlite3.connect(str(studio.library / DATABASE_NAME))) as forger:
            for (name,) in forger.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                forger.execute(f'DROP TRIGGER "{name}"')
            forger.execute(forged)
            forger.commit()
        wrong = " ".join(check.detail for check in verify_library(studio) if not check.ok)
        assert told in wrong, (forged, wrong)


def test_terms_that_end(studio: Services) -> None:
    noon = datetime.combine(datetime.now(UTC).date(), datetime.min.time(), UTC)
    noon += timedelta(hours=12)
    studio.now = lambda: noon
    add_works(studio, 4)
    today = noon.date()
    for work_id, days in ((1, 0), (2, 30), (3, 31)):
        ends = Terms(uses=OPEN.uses, expires=today + timedelta(days=days))
        apply_change(Choice.works([work_id]), ends, studio)
    never = Terms(uses=dict.fromkeys(Use, Answer.DENY), expires=today)
    made = apply_change(Choice.works([4]), never, studio)
    assert made.change.notes == ("Nothing is permitted, so the last day changes nothing.",)
    assert [(one.work_id, one.over) for one in expiring(studio)] == [(1, False), (2, False)]
    studio.now = lambda: noon + timedelta(days=2)
    assert [(one.work_id, one.over) for one in expiring(studio)] == [
        (1, True), (2, False), (3, False)
    ]  # fmt: skip
    assert expiring(studio)[0].last_day == today


def test_a_file_that_moves_never_makes_terms_looser(studio: Services, tmp_path: Path) -> None:
    strict, loose = tmp_path / "art" / "mine", tmp_path / "art" / "stock"
    for folder in (strict, loose):
        folder.mkdir(parents=True)
    for number in range(4):
        (strict / f"{number}.txt").write_text(f"Harbour {number}. " * 60)
    apply_change(Choice.below(strict), NO, studio)
    apply_change(Choice.below(loose), OPEN, studio)
    import_paths([tmp_path / "art"], studio)
    assert presets(studio) == ["no ai"] * 4
    (strict / "0.txt").rename(loose / "0.txt")
    shutil.copy(strict / "1.txt", loose / "second.txt")
    (loose / "new.txt").write_text("Something new for sale. " * 60)
    import_paths([tmp_path / "art"], studio)
    assert sorted(presets(studio)) == ["no ai"] * 4 + ["open"]
    moved = next(one for one in range(1, 6) if why_of(one, studio).why is Why.HELD)
    assert preset_of(history_of(moved, studio)[0].terms) is Preset.NO_AI
    held = [work_id for work_id, _, _ in held_back(studio)]
    assert held == [moved]
    apply_change(Choice.works([moved]), None, studio)
    assert presets(studio).count("open") == 2
    assert moved not in {work_id for work_id, _, _ in held_back(studio)}
    undo_last(studio)
    (loose / "new.txt").rename(strict / "new.txt")
    import_paths([tmp_path / "art"], studio)
    assert presets(studio) == ["no ai"] * 5


def test_a_library_of_before_keeps_its_terms_and_their_past(tmp_path: Path) -> None:
    packed = Path(__file__).parent.parent / "store" / "libraries" / "0002.sqlite.gz"
    library = tmp_path / "old"
    library.mkdir()
    (library / DATABASE_NAME).write_bytes(gzip.decompress(packed.read_bytes()))
    with contextlib.closing(sqlite3.connect(str(library / DATABASE_NAME))) as old:
        old.execute('INSERT INTO terms (uses, created_s) VALUES (\'{"train":"deny"}\', 2)')
        old.execute("UPDATE works SET terms_id = 2 WHERE work_id = 4")
        old.execute("INSERT INTO work_terms (work_id, terms_id, since_s) VALUES (4, 2, 2)")
        old.commit()
        past = old.execute("SELECT work_id, terms_id, since_s FROM work_terms").fetchall()
    with open_studio(library) as services, services.store.read() as connection:
        rows = connection.execute(
            "SELECT work_id, terms_id, own_terms_id, base_terms_id FROM works"
        ).fetchall()
        assert [tuple(row) for row in rows if row["work_id"] == 4] == [(4, 2, 2, 1)]
        assert {tuple(row)[1:] for row in rows if row["work_id"] != 4} == {(1, None, 1)}
        assert terms_rules.said_of(connection) == 1
        kept = connection.execute("SELECT work_id, terms_id, since_s FROM work_terms").fetchall()
        assert [tuple(row) for row in kept] == past
        assert len(past) >= 2


def test_killed_in_the_middle_all_or_nothing(tmp_path: Path, cheap_keys: None, dying: Die) -> None:
    template = tmp_path / "template"
    with open_studio(template) as services:
        settle(services)
        add_works(services, 3)
        apply_change(Choice.works([1]), OPEN, services)

    def copied(name: str) -> Path:
        shutil.copytree(template, tmp_path / name)
        return tmp_path / name

    steps = dying.never("terms", copied("dry"))
    begun = steps.index("before INSERT INTO terms_changes")
    ended = len(steps) - steps[::-1].index("after COMMIT") - 1
    seen = set()
    for step in sorted({*range(begun + 1, ended + 2, 9), ended, ended + 1}):
        library = copied(str(step))
        dying.at(step, "terms", library)
        with open_studio(library) as services:
            held = tuple(presets(services))
        seen.add(held)
    assert seen == {("open", "unset", "unset"), ("no ai", "no ai", "no ai")}


def timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


@pytest.mark.alone
def test_a_hundred_thousand_works_change_and_change_back(studio: Services) -> None:
    fill(studio, 100_000)
    assert timed(lambda: preview_change(Choice.everything(), NO, studio)) < 5
    assert timed(lambda: apply_change(Choice.everything(), NO, studio)) < 5
    assert timed(lambda: undo_last(studio)) < 5
    with studio.store.read() as connection:
        (left,) = connection.execute("SELECT count(terms_id) FROM works").fetchone()
    assert left == 0
