"""Other versions, groups and twins in a real library; files are looked at without being kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import Cancelled, FileProblem, UsageProblem
from desktop.flows.claiming import claim, prepare, sign_and_queue
from desktop.flows.comparing import find_similar, find_twins, groups
from desktop.flows.importing import import_paths
from desktop.flows.syncing import add_registry
from desktop.model.claims import ClaimState
from desktop.model.fingerprints import Kind
from desktop.model.similar import Relation
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import registries, shelf
from tests.flows.alike import add, picture
from tests.portfolio.corpus import painting
from tests.studio import REGISTRY, entries, queue


@pytest.fixture
def offline(studio: Services) -> Services:
    """The studio with a registry that nobody answers for."""
    add_registry(REGISTRY, "http://127.0.0.1:9", studio)
    return studio


def named(
    services: Services, what: int | Path, max_bits: int | None = None
) -> list[tuple[str, int, Relation]]:
    """Return title, bits and relation of what is found."""
    return [(one.title, one.bits, one.relation) for one in find_similar(what, services, max_bits)]


def test_works_alike_come_nearest_first_and_the_work_itself_never(studio: Services) -> None:
    work_id, *_ = add(
        studio,
        picture("harbour"),
        picture("far"),
        picture("crop", like="harbour", bits=40),
        picture("web", like="harbour", bits=6),
        picture("print", like="harbour"),
    )
    assert named(studio, work_id) == [
        ("print", 0, Relation.SAME_CONTENT),
        ("web", 6, Relation.VERSION),
        ("crop", 40, Relation.SIMILAR),
    ]
    assert [name for name, _, _ in named(studio, work_id, max_bits=6)] == ["print", "web"]
    wide = named(studio, work_id, max_bits=256)
    assert [name for name, _, _ in wide] == ["print", "web", "crop", "far"]
    assert wide[-1][2] is Relation.SIMILAR


def test_old_versions_speak_for_their_work_and_never_as_another(studio: Services) -> None:
    first, other = add(studio, picture("draft", path="/works/a.png"), picture("b"))
    add(studio, picture("repainted", path="/works/a.png"))  # another picture, the same work
    assert named(studio, first) == []
    (echo,) = add(studio, picture("echo", like="draft", bits=4))
    assert named(studio, echo) == [("draft", 4, Relation.VERSION)]
    assert named(studio, other) == []


def test_pictures_without_features_never_match(studio: Services) -> None:
    flat, plain, _ = add(
        studio,
        picture("flat", featureless=True),
        picture("plain", like="flat"),
        picture("flat too", like="flat", featureless=True),
    )
    assert named(studio, flat, max_bits=256) == []
    assert named(studio, plain) == []
    assert groups(studio) == []


def test_kinds_are_not_compared_with_each_other(studio: Services) -> None:
    image, *_ = add(studio, picture("one"), picture("two", like="one", kind=Kind.VIDEO))
    assert named(studio, image, max_bits=256) == []


def test_a_file_is_looked_at_and_not_kept(studio: Services, tmp_path: Path) -> None:
    shelf_folder, elsewhere = tmp_path / "portfolio", tmp_path / "elsewhere"
    shelf_folder.mkdir()
    elsewhere.mkdir()
    for seed in (1, 2):
        painting(seed).save(shelf_folder / f"painting {seed}.png")
    import_paths([shelf_folder], studio)
    same = elsewhere / "same.png"
    same.write_bytes((shelf_folder / "painting 2.png").read_bytes())
    small = elsewhere / "small.jpg"
    painting(1).resize((240, 180)).save(small, quality=92)
    assert named(studio, same) == [("painting 2", 0, Relation.SAME_BYTES)]
    ((title, bits, relation),) = named(studio, small)
    assert title == "painting 1"
    assert 0 < bits <= 32
    assert relation is Relation.VERSION
    assert named(studio, shelf_folder / "painting 1.png") == [], "it is in the library: that work"
    with studio.store.read() as connection:
        assert shelf.counts(connection).all == 2


def test_what_is_not_there_is_told(studio: Services, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        find_similar(99, studio)
    with pytest.raises(FileProblem):
        find_similar(tmp_path / "nothing.png", studio)
    with pytest.raises(UsageProblem):
        find_similar(tmp_path, studio)


def test_a_shoot_is_one_group_by_the_works_as_they_are_now(studio: Services) -> None:
    add(studio, picture("shot 1"), picture("alone"), picture("old", path="/works/c.png"))
    add(studio, picture("shot 2", like="shot 1", bits=12))
    add(studio, picture("shot 3", like="shot 1", bits=30))
    add(studio, picture("new", path="/works/c.png", like="alone", bits=2))
    add(studio, picture("draft", path="/works/d.png"))
    add(studio, picture("draft 2", path="/works/d.png", like="draft", bits=3))
    found = groups(studio)
    assert [[(one.title, one.bits) for one in group.works] for group in found] == [
        [("shot 1", 0), ("shot 2", 12), ("shot 3", 30)],
        [("alone", 0), ("old", 2)],
    ]
    assert [group.relation for group in found] == [Relation.VERSION, Relation.VERSION]


def test_content_that_is_claimed_already_is_told_before_signing(offline: Services) -> None:
    first, second, third = add(
        offline,
        picture("harbour"),
        picture("print", like="harbour"),
        picture("shot", like="harbour", bits=40),
    )
    queue(offline, [first])
    (item, far) = prepare([second, third], REGISTRY, offline)
    ((twin),) = item.twins
    assert (twin.other.work_id, twin.other.relation, twin.claimed) == (
        first,
        Relation.SAME_CONTENT,
        True,
    )
    assert far.twins == (), "similar is worth a look, but no warning"
    assert [queued.problem for queued in sign_and_queue([item], REGISTRY, offline)] == [None]
    assert len(entries(offline)) == 2, "a warning stops nothing"


def test_twins_in_one_selection_know_of_each_other(offline: Services) -> None:
    ids = add(offline, picture("a"), picture("b", like="a", bits=10), picture("c"))
    found = {item.work_id: item.twins for item in prepare(ids, REGISTRY, offline)}
    assert [(twin.other.work_id, twin.claimed) for twin in found[ids[0]]] == [(ids[1], False)]
    assert [(twin.other.work_id, twin.claimed) for twin in found[ids[1]]] == [(ids[0], False)]
    assert found[ids[2]] == ()
    (alone,) = prepare([ids[0]], REGISTRY, offline)
    assert alone.twins == (), "the other is neither claimed nor chosen"


def test_claimed_twins_come_before_chosen_ones(offline: Services) -> None:
    ids = add(
        offline, picture("a"), picture("b", like="a", bits=2), picture("c", like="a", bits=20)
    )
    queue(offline, [ids[2]])
    twins = find_twins(ids[:2], offline)[ids[0]]
    assert [(twin.other.work_id, twin.claimed) for twin in twins] == [
        (ids[2], True),
        (ids[1], False),
    ]


def test_a_claim_that_came_to_nothing_is_no_twin(offline: Services) -> None:
    first, second = add(offline, picture("a"), picture("b", like="a"))
    (claim_id,) = queue(offline, [first])
    assert second in find_twins([second], offline)
    with offline.store.write() as tx:
        registry_id = registries.by_name(tx, REGISTRY).registry_id
        claims_store.set_state(tx, claim_id, registry_id, ClaimState.WITHDRAWN, 200)
    assert find_twins([second], offline) == {}


def test_the_warning_comes_before_the_signature(offline: Services) -> None:
    ids = add(offline, picture("a"), picture("b", like="a"))
    waiting: list[tuple[int, int]] = []
    queued = claim(
        ids,
        REGISTRY,
        offline,
        warn=lambda item: waiting.append((item.work_id, len(entries(offline)))),
    )
    assert waiting == [(ids[0], 0), (ids[1], 0)]
    assert [item.problem for item in queued] == [None, None]


def test_a_preview_that_was_stopped_is_not_shown_without_its_warnings(offline: Services) -> None:
    ids = add(offline, picture("a"), picture("b", like="a"))
    prepare(ids, REGISTRY, offline)  # the cache of codes is made
    answers = iter([False, False])
    with pytest.raises(Cancelled):
        prepare(ids, REGISTRY, offline, cancelled=lambda: next(answers, True))
