"""Any story of terms and collections, beside a plain model of it: what holds, what undo does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import UsageProblem
from desktop.flows.collecting import delete_collection, make_collection, move_works
from desktop.flows.terms_changing import apply_change, preview_change
from desktop.flows.terms_undoing import undo_last
from desktop.model.strictness import combined
from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import PRESETS
from tests.studio import imaginary, keep, open_studio

SAID = [
    PRESETS[Preset.OPEN],
    PRESETS[Preset.NO_AI],
    PRESETS[Preset.ASK_ME],
    Terms(uses={Use.SEARCH: Answer.DENY}),
    None,
]
FOLDERS = ["/w", "/w/a", "/w/a/deep", "/w/b"]
WORKS = 5


@dataclass
class Model:
    """What was said, and nothing else."""

    own: dict[int, Terms] = field(default_factory=dict)
    base: dict[int, Terms] = field(default_factory=dict)
    members: dict[str, set[int]] = field(default_factory=dict)
    said: dict[str, Terms] = field(default_factory=dict)
    folders: dict[str, Terms] = field(default_factory=dict)
    default: Terms | None = None

    def holds(self, work_id: int, folder: str) -> Terms:
        if work_id in self.own:
            return self.own[work_id]
        rules = [self.said[name] for name, ids in self.members.items()
                 if work_id in ids and name in self.said]  # fmt: skip
        near = [one for one in self.folders if f"{folder}/".startswith(f"{one}/")]
        if near:
            rules.append(self.folders[max(near, key=len)])
        return combined(rules) if rules else self.base.get(work_id, Terms(uses={}))


def put(table: dict[Any, Terms], key: int | str, terms: Terms | None) -> None:
    table.pop(key, None)
    if terms is not None:
        table[key] = terms


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["works", "all", "collection", "folder", "default", "make", "join",
                         "leave", "delete", "undo", "undo", "scan"]),
        st.integers(1, WORKS),
        st.sampled_from(SAID),
        st.sampled_from("XY"),
        st.sampled_from(FOLDERS),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_any_story(steps: list[tuple[str, int, Terms | None, str, str]]) -> None:
    with TemporaryDirectory() as name, open_studio(Path(name) / "library") as services:
        Story(services).tell(steps)


class Story:
    """Does each step in the library and in the model, and compares them after it."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.model = Model()
        self.undos: list[tuple[Model, set[int]]] = []
        self.where: dict[int, str] = {}
        self.numbers: dict[str, int] = {}

    def tell(self, steps: list[tuple[str, int, Terms | None, str, str]]) -> None:
        for number in range(WORKS - 1):
            self.scan(FOLDERS[number % len(FOLDERS)])
        for what, work_id, terms, name, folder in steps:
            before = copy.deepcopy(self.model)
            if self.do(what, work_id, terms, name, folder) and self.model != before:
                self.undos.append((before, set(self.where)))
            self.compare()

    def do(self, what: str, work_id: int, terms: Terms | None, name: str, folder: str) -> bool:
        """Do one step; tell whether it can be taken back."""
        model, known = self.model, name in self.model.members
        if what == "scan":
            self.scan(folder)
        elif what == "undo":
            self.undo()
        elif what == "make" and not known:
            made = make_collection(name, [work_id] if work_id in self.where else [], self.services)
            self.numbers[name] = made.change.choice.collection_id
            model.members[name] = {work_id} & set(self.where)
            return True
        elif what in ("join", "leave") and known and work_id in self.where:
            self.moved(name, [work_id], out=what == "leave")
            return True
        elif what == "delete" and known:
            delete_collection(self.numbers[name], self.services, permit_more=True)
            model.members.pop(name)
            model.said.pop(name, None)
            return True
        elif what in SAYING and (what != "collection" or known):
            if what == "works" and work_id not in self.where:
                return False
            choice = SAYING[what](self, work_id, name, folder, terms)
            preview = preview_change(choice, terms, self.services)
            made = apply_change(choice, terms, self.services)
            assert [(one.before, one.works) for one in preview.steps] == [
                (one.before, one.works) for one in made.change.steps
            ]
            return True
        return False

    def moved(self, name: str, ids: list[int], *, out: bool) -> None:
        move_works(self.numbers[name], ids, self.services, out=out, permit_more=True)
        self.model.members[name] -= set(ids)
        self.model.members[name] |= set() if out else set(ids)

    def undo(self) -> None:
        if not self.undos:
            try:
                undo_last(self.services)
            except UsageProblem:
                return
            raise AssertionError("something was taken back that nobody did")
        undo_last(self.services)
        former, known = self.undos.pop()
        # Works that came since keep the default they came with.
        since = set(self.where) - known
        former.base |= {one: said for one, said in self.model.base.items() if one in since}
        self.model = former

    def scan(self, folder: str) -> None:
        number = len(self.where) + 1
        with self.services.store.write() as tx:
            kept = keep(tx, imaginary(Path(f"{folder}/{number}.png"), f"work {number}"))
        assert kept.work_id == number
        self.where[number] = folder
        if self.model.default is not None:
            self.model.base[number] = self.model.default

    def compare(self) -> None:
        with self.services.store.read() as connection:
            for work_id, folder in self.where.items():
                held = terms_store.of_work(connection, work_id)
                assert held.same_answers(self.model.holds(work_id, folder)), work_id


def _works(story: Story, work_id: int, _name: str, _folder: str, terms: Terms | None) -> Choice:
    put(story.model.own, work_id, terms)
    return Choice.works([work_id])


def _all(story: Story, _id: int, _name: str, _folder: str, terms: Terms | None) -> Choice:
    model = story.model
    model.own, model.said, model.folders, model.default = {}, {}, {}, terms
    model.base = {} if terms is None else dict.fromkeys(story.where, terms)
    return Choice.everything()


def _collection(story: Story, _id: int, name: str, _folder: str, terms: Terms | None) -> Choice:
    put(story.model.said, name, terms)
    return Choice.collection(story.numbers[name])


def _folder(story: Story, _id: int, _name: str, folder: str, terms: Terms | None) -> Choice:
    put(story.model.folders, folder, terms)
    return Choice.below(Path(folder))


def _default(story: Story, _id: int, _name: str, _folder: str, terms: Terms | None) -> Choice:
    story.model.default = terms
    return Choice.default()


Saying = Callable[[Story, int, str, str, Terms | None], Choice]
SAYING: dict[str, Saying] = {
    "works": _works,
    "all": _all,
    "collection": _collection,
    "folder": _folder,
    "default": _default,
}
