"""Hamming neighbours against a naive oracle; what counts as a version, on files really changed."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Sequence

import iscc_lib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from desktop.model.fingerprints import Kind
from desktop.model.similar import Relation
from desktop.portfolio import near_duplicates
from desktop.portfolio.codes import words_of
from desktop.portfolio.image import picture_content
from desktop.portfolio.near_duplicates import (
    BLOCK,
    CROWD,
    MOST,
    RULES,
    SHORT_TEXT,
    Codes,
    gather,
    is_degenerate,
    nearest,
    relation_of,
)
from tests.portfolio.corpus import painting

LONG = 5000
Ints = Sequence[int]


def words(values: Ints) -> np.ndarray:
    """Return 256-bit numbers as words (4, n), big end first."""
    data = b"".join(value.to_bytes(32, "big") for value in values)
    return np.frombuffer(data, ">u8").reshape(-1, 4).astype(np.uint64).T.copy()


def codes_of(
    values: Ints, *, owners: Ints | None = None, letters: int | Ints = LONG, skip: Ints = ()
) -> Codes:
    """Return codes side by side; owners: their places if not said."""
    count = len(values)
    comparable = np.ones(count, np.bool_)
    comparable[list(skip)] = False
    return Codes(
        words=words(values),
        owners=np.array(range(count) if owners is None else owners, np.int64),
        letters=np.full(count, letters, np.uint32),
        comparable=comparable,
    )


def code_of(value: int) -> np.ndarray:
    """Return one number as words (4,)."""
    return words([value])[:, 0]


def differ(one: int, other: int) -> tuple[int, int]:
    """Return how many of 256 bits differ, and of the first 64; the naive way."""
    both = one ^ other
    return both.bit_count(), (both >> 192).bit_count()


def flipped(value: int, count: int, seed: int = 0, *, first: int | None = None) -> int:
    """Return value with count bits changed, first of them among the first 64."""
    chance = random.Random(seed)
    in_first = count // 4 if first is None else first
    places = chance.sample(range(192, 256), in_first)
    places += chance.sample(range(192), count - in_first)
    for place in places:
        value ^= 1 << place
    return value


def number(seed: int) -> int:
    """Return 256 random bits."""
    return random.Random(seed).getrandbits(256)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 60),
    kind=st.sampled_from(list(Kind)),
    max_bits=st.none() | st.integers(0, 256),
)
def test_neighbours_are_the_naive_ones(
    seed: int, count: int, kind: Kind, max_bits: int | None
) -> None:
    chance = random.Random(seed)
    asked = chance.getrandbits(256)
    values = [
        flipped(asked, chance.randrange(0, 100), chance.random().__hash__()) for _ in range(count)
    ] + [chance.getrandbits(256) for _ in range(count)]
    owners = [chance.randrange(count) for _ in values]
    skip = [place for place in range(len(values)) if chance.random() < 0.1]
    found = nearest(
        [codes_of(values, owners=owners, skip=skip)],
        code_of(asked),
        kind,
        letters=LONG,
        max_bits=max_bits,
    )
    best: dict[int, int] = {}
    for place, value in enumerate(values):
        bits, first = differ(asked, value)
        near = relation_of(kind, bits, first) is not None if max_bits is None else bits <= max_bits
        if near and place not in skip:
            best[owners[place]] = min(bits, best.get(owners[place], 999))
    assert {hit.owner: hit.bits for hit in found} == best
    assert [hit.bits for hit in found] == sorted(hit.bits for hit in found)


def test_no_neighbour_is_lost_between_steps() -> None:
    asked = number(1)
    values = [number(seed) for seed in range(2, 2 * BLOCK + 40)]
    planted = (0, BLOCK - 1, BLOCK, 2 * BLOCK - 1, 2 * BLOCK, len(values) - 1)
    for place in planted:
        values[place] = flipped(asked, 20, place)
    half = BLOCK + 7
    blocks = [
        codes_of(values[:half], owners=range(half)),
        codes_of(values[half:], owners=range(half, len(values))),
    ]
    for max_bits in (None, 20):
        found = nearest(blocks, code_of(asked), Kind.IMAGE, max_bits=max_bits)
        assert {hit.owner for hit in found} == set(planted)
        assert {hit.bits for hit in found} == {20}


def test_only_so_many_are_named() -> None:
    asked = number(1)
    found = nearest([codes_of([asked] * (MOST + 5))], code_of(asked), Kind.IMAGE)
    assert len(found) == MOST


@pytest.mark.parametrize("kind", list(Kind))
def test_relations_follow_the_limits(kind: Kind) -> None:
    rule = RULES[kind]
    assert relation_of(kind, max(rule.same, 0), 0) is (
        Relation.VERSION if kind is Kind.DATA else Relation.SAME_CONTENT
    )
    assert relation_of(kind, rule.version, rule.first) is Relation.VERSION
    assert relation_of(kind, rule.version + 1, 0) is Relation.SIMILAR
    assert relation_of(kind, rule.similar, rule.first) is Relation.SIMILAR
    assert relation_of(kind, rule.similar + 1, 0) is None
    assert relation_of(kind, rule.first + 1, rule.first + 1) is None
    assert relation_of(kind, rule.similar, 0, thin=True) is None


@pytest.mark.parametrize("value", [0, 2**256 - 1, 0b101, 2**256 - 1 - 2**90])
def test_degenerate_codes_never_match(value: int) -> None:
    assert is_degenerate(code_of(value))
    both = codes_of([value, value, flipped(value, 1)])
    assert nearest([both], code_of(value), Kind.SOUND, max_bits=256) == []
    assert gather(both, Kind.SOUND) == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 80), kind=st.sampled_from(list(Kind)))
def test_groups_are_those_of_the_naive_way(seed: int, count: int, kind: Kind) -> None:
    chance = random.Random(seed)
    values: list[int] = []
    for _ in range(count):
        if values and chance.random() < 0.7:
            values.append(
                flipped(chance.choice(values), chance.randrange(0, 70), chance.getrandbits(30))
            )
        else:
            values.append(chance.getrandbits(256))
    letters = [chance.choice([SHORT_TEXT - 1, SHORT_TEXT]) for _ in values]
    expected: dict[int, list[tuple[int, int]]] = {}
    for at, value in enumerate(values):
        best: tuple[int, int] | None = None
        for first in expected:
            bits, head = differ(values[first], value)
            thin = kind is Kind.TEXT and min(letters[first], letters[at]) < SHORT_TEXT
            if relation_of(kind, bits, head, thin=thin) and (best is None or bits < best[0]):
                best = bits, first
        if best is None:
            expected[at] = []
        else:
            expected[best[1]].append((at, best[0]))
    monkey = pytest.MonkeyPatch()
    monkey.setattr(near_duplicates, "CROWD", 1000)
    found = gather(codes_of(values, letters=letters), kind)
    monkey.undo()
    assert {group.first: group.others for group in found} == {
        first: others for first, others in expected.items() if others
    }


def test_weak_links_make_no_chain() -> None:
    """Each picture of a slow pan is like the one before; the last is not like the first."""
    chain, places = [number(3)], list(range(256))
    random.Random(4).shuffle(places)
    for step in range(8):
        value = chain[-1]
        for place in places[step * 30 : step * 30 + 30]:
            value ^= 1 << place
        chain.append(value)
    limit = RULES[Kind.IMAGE].similar
    assert all(differ(one, two)[0] == 30 for one, two in itertools.pairwise(chain))
    groups = gather(codes_of(chain), Kind.IMAGE)
    assert len(groups) > 1
    for group in groups:
        members = [group.first, *(at for at, _ in group.others)]
        assert max(differ(chain[group.first], chain[at])[0] for at in members) <= limit
    members = [at for group in groups for at in (group.first, *(at for at, _ in group.others))]
    assert len(members) == len(set(members))


def test_a_group_is_called_after_its_weakest_link() -> None:
    one = number(5)
    group = gather(codes_of([one, one, flipped(one, 20), number(6)]), Kind.IMAGE)
    assert [(found.others, found.relation) for found in group] == [
        ([(1, 0), (2, 20)], Relation.VERSION)
    ]


def test_grouping_stops_when_asked() -> None:
    one = number(5)
    assert gather(codes_of([one, one]), Kind.IMAGE, cancelled=lambda: True) == []


def text_code(text: str) -> int:
    """Return the Text-Code of a text."""
    made = iscc_lib.gen_text_code_v0(iscc_lib.text_clean(text), bits=256)["iscc"]
    return int.from_bytes(b"".join(word.to_bytes(8, "big") for word in words_of(made)), "big")


def prose(seed: int, sentences: int) -> list[str]:
    """Return made-up sentences, different for every seed."""
    chance = random.Random(seed)
    syllables = [
        "ba",
        "co",
        "de",
        "fi",
        "gu",
        "ha",
        "lo",
        "mi",
        "nu",
        "pe",
        "ra",
        "so",
        "tu",
        "va",
        "ki",
    ]

    def word() -> str:
        return "".join(chance.choice(syllables) for _ in range(chance.randrange(1, 4)))

    return [" ".join(word() for _ in range(12)) + "." for _ in range(sentences)]


LICENCE = " ".join(prose(99, 12))


def test_a_licence_header_is_not_the_work() -> None:
    """Thirty small files that are mostly the same header match nothing; three drafts do match."""
    small = [f"{LICENCE}\n{' '.join(prose(seed, 1))}" for seed in range(30)]
    assert all(len(text) < SHORT_TEXT for text in small)
    values = [text_code(text) for text in small]
    near = [differ(values[0], value)[0] for value in values[1:]]
    assert min(near) <= RULES[Kind.TEXT].version, "or there would be nothing to test"
    codes = codes_of(values, letters=1000)
    assert nearest([codes], code_of(values[0]), Kind.TEXT, letters=1000) == []
    assert gather(codes, Kind.TEXT) == []
    few = codes_of(values[: CROWD // 2], letters=1000)
    assert nearest([few], code_of(values[0]), Kind.TEXT, letters=1000) != []
    assert gather(few, Kind.TEXT) != []


def test_old_versions_of_one_short_text_are_no_crowd() -> None:
    drafts = [flipped(number(8), 10, seed) for seed in range(CROWD * 2)]
    codes = codes_of(drafts, owners=[1] * len(drafts), letters=500)
    found = nearest([codes], code_of(number(8)), Kind.TEXT, letters=500)
    assert [(hit.owner, hit.relation) for hit in found] == [(1, Relation.VERSION)]


def test_programs_with_the_same_header_are_not_alike() -> None:
    values = [text_code(f"{LICENCE}\n{' '.join(prose(seed, 60))}") for seed in range(12)]
    assert gather(codes_of(values), Kind.TEXT) == []


def test_a_second_edition_is_a_version_and_another_book_is_none() -> None:
    first = prose(1, 200)
    second = [*prose(50, 6), *first[:60], *prose(51, 10), *first[70:]]
    asked = text_code("\n".join(first))
    others = [
        "\n".join(second),
        " ".join(first).upper(),
        *("\n".join(prose(s, 200)) for s in (2, 3)),
    ]
    found = nearest(
        [codes_of([text_code(t) for t in others])], code_of(asked), Kind.TEXT, letters=LONG
    )
    assert [(hit.owner, hit.relation) for hit in found] == [
        (1, Relation.SAME_CONTENT),
        (0, Relation.VERSION),
    ]


def image_code(picture: Image.Image) -> int:
    """Return the Image-Code of a picture."""
    unit = picture_content(picture).unit
    assert unit is not None
    return int.from_bytes(b"".join(word.to_bytes(8, "big") for word in words_of(unit)), "big")


def photo(seed: int) -> Image.Image:
    """Return something with the soft shapes of a photograph."""
    spots = Image.frombytes("L", (9, 7), random.Random(seed).randbytes(63))
    noise = spots.resize((720, 540), Image.Resampling.BICUBIC)
    return Image.blend(painting(seed, (720, 540)), noise.convert("RGB"), 0.35)


def saved(picture: Image.Image, **how: object) -> Image.Image:
    """Return a picture as it is after being saved."""
    file = io.BytesIO()
    picture.save(file, **how)  # type: ignore[arg-type]
    return Image.open(file).convert("RGB")


def test_changed_pictures_are_versions_and_others_are_not_alike() -> None:
    original = photo(1)
    width, height = original.size
    stamped = original.copy()
    ImageDraw.Draw(stamped).text((40, 60), "SAMPLE", fill=(255, 255, 255), font_size=60)
    changed = {
        "png": saved(original, format="PNG"),
        "jpeg": saved(original, format="JPEG", quality=75),
        "webp": saved(original, format="WEBP", quality=70),
        "half": original.resize((width // 2, height // 2)),
        "brighter": ImageEnhance.Brightness(original).enhance(1.15),
        "stamped": stamped,
        "cropped": original.crop((8, 6, width - 7, height - 6)),
    }
    values = [image_code(picture) for picture in changed.values()]
    others = [image_code(photo(seed)) for seed in range(2, 14)]
    found = nearest([codes_of(values + others)], code_of(image_code(original)), Kind.IMAGE)
    named = {list(changed)[hit.owner]: hit.relation for hit in found if hit.owner < len(values)}
    assert named.pop("png") is Relation.SAME_CONTENT
    assert set(named) == set(changed) - {"png"}
    assert set(named.values()) <= {Relation.SAME_CONTENT, Relation.VERSION}
    assert [hit for hit in found if hit.owner >= len(values)] == []


@pytest.mark.parametrize("sample", [2, 2048])
def test_small_crowds_among_many_are_found_too(
    monkeypatch: pytest.MonkeyPatch, sample: int
) -> None:
    monkeypatch.setattr(near_duplicates, "SAMPLE", sample)
    alike = [flipped(number(1), 12, seed) for seed in range(CROWD + 4)]
    drafts = [number(2), flipped(number(2), 12)]
    values = [*alike, *drafts, *(number(seed) for seed in range(10, 300))]
    random.Random(0).shuffle(values)
    groups = gather(codes_of(values, letters=500), Kind.TEXT)
    assert [{values[group.first], values[group.others[0][0]]} for group in groups] == [set(drafts)]
