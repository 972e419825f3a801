"""C2PA's training-mining assertion, in every container c2pa-python writes; and in hostile ones."""

from __future__ import annotations

import random
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from desktop.portfolio.tags.c2pa import said_of_ai
from desktop.portfolio.tags.containers import attached
from desktop.portfolio.tags.drawings import said_in_drawing
from desktop.portfolio.tags.pictures import read_image_tags
from desktop.portfolio.tags.sounds import read_sound_tags
from tests.portfolio.tags.reading import SAID, said, told

ENTRIES = [
    ("cawg.ai_generative_training", "notAllowed", {"train-generative": "deny"}),
    ("cawg.ai_inference", "allowed", {"input": "allow"}),
    ("cawg.ai_training", "notAllowed", {"train": "deny"}),
    ("cawg.data_mining", "constrained", {"mining": "constrained"}),
    ("cawg.data_mining constraint_info", "ask us", {}),
]
CONTAINERS = sorted(path.name for path in SAID.glob("manifest.*") if path.suffix != ".svg")


def box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def superbox(kind: bytes, label: str, *inner: bytes) -> bytes:
    uuid = kind + bytes.fromhex("00110010800000aa00389b71")
    described = box(b"jumd", uuid + b"\x03" + label.encode() + b"\0")
    return box(b"jumb", described + b"".join(inner))


def store(content: bytes, *, kind: bytes = b"cbor", label: str = "cawg.training-mining") -> bytes:
    """Return a manifest store with one assertion."""
    assertion = superbox(kind, label, box(kind, content))
    assertions = superbox(b"c2as", "c2pa.assertions", assertion)
    return superbox(b"c2pa", "c2pa", superbox(b"c2ma", "urn:c2pa:1", assertions))


def test_all_containers_are_here() -> None:
    assert len(CONTAINERS) == 15


@pytest.mark.parametrize("name", [*CONTAINERS, "manifest-long.jpg", "manifest-updated.jpg"])
def test_the_assertion_is_found(name: str) -> None:
    assert told(said_of_ai(attached(said(name)).manifest)) == ENTRIES


def test_in_a_drawing() -> None:
    root = etree.parse(said("manifest.svg")).getroot()
    assert told(said_in_drawing(root)) == ENTRIES


@pytest.mark.parametrize("name", ["manifest.jpg", "manifest.heic", "manifest.gif"])
def test_the_picture_reader_tells_it(name: str) -> None:
    assert told(read_image_tags(said(name)).ai_use) == ENTRIES


@pytest.mark.parametrize("name", ["manifest.mp3", "manifest.wav", "manifest.flac", "manifest.m4a"])
def test_the_sound_reader_tells_it(name: str) -> None:
    assert told(read_sound_tags(said(name)).embedded.ai_use) == ENTRIES


def test_the_older_assertion_and_a_value_that_is_none() -> None:
    assert told(said_of_ai(attached(said("manifest-older.jpg")).manifest)) == [
        ("c2pa.ai_generative_training", "notAllowed", {"train-generative": "deny"}),
        ("c2pa.ai_inference", "banana", {}),
        ("c2pa.ai_training", "notAllowed", {"train": "deny"}),
        ("c2pa.data_mining", "allowed", {"mining": "allow"}),
    ]


def test_what_an_ingredient_says_is_not_said_of_the_file() -> None:
    path = said("manifest-of-parent.jpg")
    assert b"cawg.training-mining" in path.read_bytes()
    assert told(said_of_ai(attached(path).manifest)) == []


def test_entries_as_json_and_in_short() -> None:
    assert told(
        said_of_ai(store(b'{"entries": {"cawg.ai_training": "allowed"}}', kind=b"json"))
    ) == [("cawg.ai_training", "allowed", {"train": "allow"})]
    numbered = store(
        cbor2.dumps({"entries": {"cawg.ai_training": {"use": "allowed"}}}),
        label="cawg.training-mining__1",
    )
    assert told(said_of_ai(numbered)) == [("cawg.ai_training", "allowed", {"train": "allow"})]
    assert told(said_of_ai(store(cbor2.dumps({}), label="stds.exif"))) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 30,
        b"\x81" * 100_000,
        b"\xbb" + b"\xff" * 8,
        cbor2.dumps([1, 2]),
        cbor2.dumps({"entries": [1]}),
        cbor2.dumps({"entries": {1: {"use": "allowed"}, "a": {"use": 3}, "b": None}}),
        cbor2.dumps({"entries": {"cawg.ai_training": {"use": "x" * 300_000}}}),
    ],
)
def test_hostile_assertions_say_nothing(content: bytes) -> None:
    assert list(said_of_ai(store(content))) == []


def test_a_long_word_is_cut_and_a_crowd_of_entries_ends() -> None:
    entries = {f"x.{number}": {"use": "\u202e" + "y" * 5000} for number in range(100)}
    made = list(said_of_ai(store(cbor2.dumps({"entries": entries})[: 10**6])))
    assert made == []  # over 256 KiB it is not an assertion any more
    few = {f"x.{number}": {"use": "\u202e" + "y" * 2100} for number in range(100)}
    made = list(said_of_ai(store(cbor2.dumps({"entries": few}))))
    assert len(made) == 40
    assert {one.value for one in made} == {"y" * 2000}


@given(st.binary(max_size=300))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    list(said_of_ai(data))


@pytest.mark.parametrize("name", [*CONTAINERS, "tdm.pdf", "tdm.mp4", "packet.mp3"])
def test_damaged_containers_are_survived(tmp_path: Path, name: str) -> None:
    """Cut anywhere, and with bytes changed anywhere: no exception, and it ends."""
    data = said(name).read_bytes()
    chance = random.Random(7)
    path = tmp_path / name
    for number in range(120):
        broken = bytearray(data[: chance.randrange(len(data))] if number % 2 else data)
        for _ in range(chance.randrange(1, 20)):
            broken[chance.randrange(len(broken)) if len(broken) > 1 else 0 : 0] = b""
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(broken)
        list(said_of_ai(attached(path).manifest))


def test_a_file_that_claims_to_hold_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x7f\xff\xff\xffcaBX" + bytes(100))
    assert attached(path).manifest == b""
    path.write_bytes(b"\0\0\0\x08ftyp" + b"\0\0\0\x08free" * 100_000)
    assert attached(path).manifest == b""
    path.write_bytes(b"")
    assert attached(path).manifest == b""


def test_a_chunk_larger_than_any_manifest_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    size = 33 * 1024 * 1024
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + size.to_bytes(4, "big") + b"caBX")
        file.truncate(size + 100)
    assert attached(path).manifest == b""


def test_a_box_smaller_than_its_own_header_ends_the_walk(tmp_path: Path) -> None:
    data = said("manifest.mp4").read_bytes()
    at = data.index(b"uuid") - 4
    path = tmp_path / "a.mp4"
    path.write_bytes(data[:at] + b"\0\0\0\4" + data[at:])
    assert attached(path).manifest == b""
