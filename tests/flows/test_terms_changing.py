"""Terms said of works, collections, folders and new works: previewed, kept and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.collecting import (
    delete_collection,
    list_collections,
    make_collection,
    move_works,
    preview_deleting,
    preview_moving,
    rename_collection,
)
from desktop.flows.terms_changing import apply_change, preview_change
from desktop.flows.terms_undoing import undo_change, undo_last
from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.model.terms_changes import Applied, Change, Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.store import terms_rules
from desktop.terms.presets import PRESETS, preset_of
from tests.studio import add_works, imaginary, keep

OPEN, ASK, NO = PRESETS[Preset.OPEN], PRESETS[Preset.ASK_ME], PRESETS[Preset.NO_AI]


def presets(services: Services) -> list[str]:
    """What holds of each work, by number."""
    with services.store.read() as connection:
        rows = terms_store.versions_of(connection)
        return [preset_of(terms_store.of_work(connection, work_id)).value for work_id, *_ in rows]


def say(choice: Choice, terms: Terms | None, services: Services) -> Applied:
    """Say terms; the preview must have told just what then happened."""
    before = preview_change(choice, terms, services)
    made = apply_change(choice, terms, services)
    assert counted(before) == counted(made.change)
    return made


def counted(change: Change) -> tuple[object, ...]:
    steps = {(preset_of(one.before), preset_of(one.after), one.works) for one in change.steps}
    return change.works, change.changed, change.looser, change.notes, steps


def collection(services: Services, name: str, work_ids: Sequence[int]) -> int:
    return make_collection(name, work_ids, services).change.choice.collection_id


def test_what_counts_first(studio: Services) -> None:
    """The work's own answer, else the strictest of collections and folders, else the default."""
    say(Choice.default(), OPEN, studio)
    add_works(studio, 3)
    one = collection(studio, "Harbour", [1, 2])
    say(Choice.collection(one), ASK, studio)
    assert presets(studio) == ["ask me", "ask me", "open"]
    made = say(Choice.below(Path("/works")), NO, studio)
    assert (made.change.works, made.change.changed) == (3, 3)
    assert presets(studio) == ["no ai"] * 3
    say(Choice.works([2]), OPEN, studio)
    assert presets(studio) == ["no ai", "open", "no ai"]
    say(Choice.below(Path("/works")), OPEN, studio)
    assert presets(studio) == ["ask me", "open", "open"]
    say(Choice.works([2]), None, studio)
    say(Choice.collection(one), None, studio)
    say(Choice.below(Path("/works")), None, studio)
    assert presets(studio) == ["open"] * 3


def test_a_default_is_for_new_works_only(studio: Services) -> None:
    add_works(studio, 2)
    made = say(Choice.default(), NO, studio)
    assert (made.change.works, made.change.changed) == (0, 0)
    assert presets(studio) == ["unset", "unset"]
    add_works(studio, 1, word="new")
    assert presets(studio) == ["unset", "unset", "no ai"]


def test_all_replaces_everything_said_before_and_comes_back_whole(studio: Services) -> None:
    add_works(studio, 4)
    say(Choice.works([1]), NO, studio)
    say(Choice.collection(collection(studio, "Harbour", [2])), ASK, studio)
    say(Choice.below(Path("/works")), ASK, studio)
    before = presets(studio)
    made = say(Choice.everything(), OPEN, studio)
    assert made.change.notes[0] == (
        "What you said of 1 work, 1 collection and 1 folder before is replaced."
    )
    assert (made.change.changed, made.change.looser) == (4, 4)
    add_works(studio, 1, word="new")
    assert presets(studio) == ["open"] * 5
    assert undo_last(studio).changed == 5
    assert presets(studio) == [*before, "ask me"]
    add_works(studio, 1, word="newer")
    assert presets(studio)[-1] == "ask me"
    with studio.store.read() as connection:
        assert terms_rules.said_of(connection) is None


def test_taking_back_leaves_what_was_said_since(studio: Services) -> None:
    add_works(studio, 3)
    first = say(Choice.works([1, 2, 3]), OPEN, studio)
    say(Choice.works([2]), NO, studio)
    undone = undo_change(first.change_id, studio)
    assert (undone.changed, undone.left) == (2, 1)
    assert undone.sentence == (
        "Taken back: what you said of works. 2 works have the terms from before. "
        "1 work changed since stays as now."
    )
    assert presets(studio) == ["unset", "no ai", "unset"]
    with pytest.raises(UsageProblem, match="already"):
        undo_change(first.change_id, studio)
    say(Choice.works([2]), NO, studio)
    undo_last(studio)
    assert presets(studio)[1] != "no ai"
    with pytest.raises(UsageProblem, match="nothing"):
        undo_last(studio)


def test_said_again_since_is_said_since(studio: Services) -> None:
    """The same answer, given again after another, is the later word."""
    add_works(studio, 1)
    first = say(Choice.works([1]), OPEN, studio)
    say(Choice.works([1]), NO, studio)
    say(Choice.works([1]), OPEN, studio)
    assert undo_change(first.change_id, studio).left == 1
    assert presets(studio) == ["open"]


def test_rules_reach_new_works_and_the_nearest_folder_counts(studio: Services) -> None:
    add_works(studio, 1)
    say(Choice.below(Path("/works")), NO, studio)
    with studio.store.write() as tx:
        keep(tx, imaginary(Path("/works/stock/a.png"), "stock"))
        keep(tx, imaginary(Path("/worksheets/b.png"), "sheet"))
    assert presets(studio) == ["no ai", "no ai", "unset"]
    say(Choice.below(Path("/works/stock/")), OPEN, studio)
    assert presets(studio) == ["no ai", "open", "unset"]
    with studio.store.write() as tx:
        keep(tx, imaginary(Path("/works/stock/c.png"), "more stock"))
    assert presets(studio)[-1] == "open"


def test_where_several_meet_the_strictest_of_each_use_holds(studio: Services) -> None:
    add_works(studio, 1)
    one = Terms(uses={Use.TRAIN: Answer.ALLOW, Use.SEARCH: Answer.DENY}, note="Credit me.")
    two = Terms(uses={Use.TRAIN: Answer.DENY, Use.INPUT: Answer.ALLOW}, expires=date(2999, 1, 1))
    say(Choice.collection(collection(studio, "A", [1])), one, studio)
    made = say(Choice.collection(collection(studio, "B", [1])), two, studio)
    (step,) = made.change.steps
    with studio.store.read() as connection:
        held = terms_store.of_work(connection, 1)
    assert held.same_answers(step.after)
    assert held.same_answers(
        Terms(
            uses={Use.TRAIN: Answer.DENY, Use.SEARCH: Answer.DENY, Use.INPUT: Answer.ALLOW},
            note="Credit me.",
            expires=date(2999, 1, 1),
        )
    )
    assert made.change.notes[0].startswith("For 1 work another collection or folder counts")


def test_leaving_a_collection_never_permits_more_unasked(studio: Services) -> None:
    say(Choice.default(), OPEN, studio)
    add_works(studio, 3)
    harbour = collection(studio, "Harbour", [1, 2])
    say(Choice.collection(harbour), NO, studio)
    assert preview_moving(harbour, [1, 3], studio, out=True).looser == 1
    with pytest.raises(UsageProblem, match="1 work would permit more than now"):
        move_works(harbour, [1], studio, out=True)
    assert presets(studio) == ["no ai", "no ai", "open"]
    assert move_works(harbour, [1], studio, out=True, permit_more=True).change.works == 1
    assert presets(studio) == ["open", "no ai", "open"]
    move_works(harbour, [3, 1], studio)
    assert presets(studio) == ["no ai"] * 3
    assert preview_deleting(harbour, studio).looser == 3
    with pytest.raises(UsageProblem, match="3 works would permit more"):
        delete_collection(harbour, studio)
    delete_collection(harbour, studio, permit_more=True)
    assert presets(studio) == ["open"] * 3
    assert list_collections(studio) == []


def test_every_step_with_collections_is_taken_back(studio: Services) -> None:
    add_works(studio, 3)
    harbour = collection(studio, "Harbour", [1, 2])
    say(Choice.collection(harbour), ASK, studio)
    move_works(harbour, [3, 1], studio)
    rename_collection(harbour, "Pier", studio)
    move_works(harbour, [2], studio, out=True, permit_more=True)
    delete_collection(harbour, studio, permit_more=True)
    told = [undo_last(studio).sentence.partition(".")[0] for _ in range(6)]
    assert told == [
        "Taken back: deleting the collection “Pier”",
        "Taken back: removing works from “Pier”",
        "Taken back: renaming “Harbour” to “Pier”",
        "Taken back: adding works to “Harbour”",
        "Taken back: what you said of the collection “Harbour”",
        "Taken back: the new collection “Harbour”",
    ]
    assert list_collections(studio) == []
    assert presets(studio) == ["unset"] * 3
