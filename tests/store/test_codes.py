"""The cache of codes: extended, rebuilt when anything is odd, and never believed blindly."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import iscc_lib
import pytest

from desktop.errors import Cancelled
from desktop.model.fingerprints import Kind
from desktop.services import Services
from desktop.store import codes
from desktop.store.codes import KIND_NUMBERS, NOT_COMPARABLE
from desktop.store.database import Row, Store
from tests.flows.alike import add, picture
from tests.studio import open_studio

Spoil = Callable[[Path], object]


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages smaller than a block, so that a few rows are several pages."""
    monkeypatch.setattr(codes, "PAGE", 3)


def kept(services: Services) -> list[tuple[int, int, int]]:
    """Return (fingerprint, work, first word) of everything the cache gives."""
    return [
        (int(one), int(two), int(three))
        for block in codes.read(services.store)
        for one, two, three in zip(
            block.fingerprint_ids, block.work_ids, block.words[0], strict=True
        )
    ]


def expected(services: Services) -> list[tuple[int, int, int]]:
    """Return the same from the rows, unit by unit."""
    with services.store.read() as connection:
        rows = connection.execute("SELECT * FROM fingerprints ORDER BY fingerprint_id").fetchall()
    found = []
    for row in rows:
        body = iscc_lib.iscc_decode(_unit(row["units_256"]))[4]
        found.append((row["fingerprint_id"], row["work_id"], int.from_bytes(body[:8], "big")))
    return found


def _unit(text: str) -> str:
    return next(part for part in text.split('"') if part.startswith("ISCC:E"))


def test_the_cache_says_what_the_rows_say(studio: Services, small_blocks: None) -> None:
    add(studio, *[picture(f"one {number}") for number in range(8)])
    assert kept(studio) == expected(studio)
    assert len(kept(studio)) == 8


def test_new_rows_are_added_and_old_ones_not_read_again(
    studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(studio, *[picture(f"one {number}") for number in range(5)])
    kept(studio)
    asked: list[int] = []
    page = codes._page

    def watched(store: Store, after: int, limit: int) -> list[Row]:
        asked.append(after)
        return page(store, after, limit)

    monkeypatch.setattr(codes, "_page", watched)
    assert len(kept(studio)) == 5
    assert asked == []
    add(studio, picture("late"), picture("later"))
    assert kept(studio) == expected(studio)
    assert asked == [5, 7]


def test_blocks_fill_up_and_go_on(studio: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "BLOCK", 4)
    monkeypatch.setattr(codes, "_LAYOUT", codes.layout(4))
    for round_ in range(6):
        add(studio, *[picture(f"{round_} {number}") for number in range(1 + round_ % 3 * 2)])
        assert kept(studio) == expected(studio)
    with open_studio(studio.library, read_only=True) as again:
        assert kept(again) == expected(again)
    assert len(codes.read(studio.store)) > 3


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1000)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[64 + 16 + 5] ^= 1  # within the first code
    path.write_bytes(data)


def _zero(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:64] + bytes(path.stat().st_size - 64))


def _other_version(path: Path) -> None:
    path.write_bytes(b"residuals codes 0\n" + path.read_bytes()[18:])


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _flip,
        _zero,
        _other_version,
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(os.urandom(5000)),
        lambda path: path.with_suffix(".whole").write_bytes(b"\xff"),
    ],
    ids=["cut", "flip", "zero", "other", "gone", "empty", "noise", "stamp"],
)
def test_a_damaged_cache_is_made_anew(studio: Services, spoil: Spoil) -> None:
    add(studio, *[picture(f"one {number}") for number in range(5)])
    kept(studio)
    path = studio.library / "cache" / codes.NAME
    spoil(path)
    assert kept(studio) == expected(studio)
    assert kept(studio) == expected(studio)


def test_another_librarys_cache_is_not_believed(studio: Services, tmp_path: Path) -> None:
    add(studio, *[picture(f"one {number}") for number in range(5)])
    with open_studio(tmp_path / "other") as other:
        add(other, *[picture(f"other {number}") for number in range(5)])
        kept(other)
        shutil.copytree(other.library / "cache", studio.library / "cache", dirs_exist_ok=True)
    assert kept(studio) == expected(studio)


def test_without_a_place_for_a_cache_the_rows_will_do(studio: Services) -> None:
    add(studio, *[picture(f"one {number}") for number in range(5)])
    cache = studio.library / "cache"
    shutil.rmtree(cache)
    cache.write_text("in the way")
    assert kept(studio) == expected(studio)


def test_what_was_read_before_stopping_is_kept(studio: Services, small_blocks: None) -> None:
    add(studio, *[picture(f"one {number}") for number in range(8)])
    answers = iter([False, False, True])
    with pytest.raises(Cancelled):
        codes.read(studio.store, cancelled=lambda: next(answers))
    reports: list[int] = []
    codes.read(studio.store, lambda progress: reports.append(progress.done))
    assert reports == [2], "six of eight were kept"
    assert kept(studio) == expected(studio)


def test_what_cannot_be_compared_is_marked(studio: Services) -> None:
    add(
        studio,
        picture("plain"),
        picture("flat", featureless=True),
        picture("no code", units_256=("ISCC:GAD" + "A" * 52,)),
        picture("data", kind=Kind.DATA),
        picture("bad", units_256=("ISCC:EED!" + "é" * 60,)),
        picture("short", units_256=("ISCC:EEAXXXXXXXXXXXXXXX",)),
    )
    (block,) = codes.read(studio.store)
    assert block.kinds.tolist() == [
        KIND_NUMBERS[Kind.IMAGE],
        NOT_COMPARABLE,
        NOT_COMPARABLE,
        KIND_NUMBERS[Kind.DATA],
        NOT_COMPARABLE,
        NOT_COMPARABLE,
    ]


def test_a_unit_is_decoded_as_the_standard_says() -> None:
    made = picture("anything")
    for kind, place in ((Kind.IMAGE, 0), (Kind.DATA, 1)):
        words = codes.words_of(made.units_256, kind)
        assert words is not None
        body = b"".join(int(word).to_bytes(8, "big") for word in words)
        assert body == iscc_lib.iscc_decode(made.units_256[place])[4]
    assert codes.words_of((), Kind.IMAGE) is None
