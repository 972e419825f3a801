"""Our lines in somebody's robots.txt: everything else stays, byte by byte."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import TermsProblem
from desktop.model.terms import Preset
from desktop.model.vocabularies import Site, Spot
from desktop.terms.presets import PRESETS
from desktop.terms.robots_merge import BEGIN, END, merge
from desktop.terms.site import robots_text

NO_AI = PRESETS[Preset.NO_AI]
TEXT = robots_text([Spot(location="/", terms=NO_AI)], Site(address="https://x.example"))
OPEN_TEXT = robots_text([Spot(location="/", terms=PRESETS[Preset.OPEN])], Site())
PIECES = st.sampled_from([
    b"\xef\xbb\xbf", b"\r\n", b"\n", b"\r", b"# a comment \xe9\xff\n", b"User-agent: *\n",
    b"User-agent: GPTBot\r\n", b"Disallow: /private/\n", b"Allow: /\r\n", b"Sitemap: https://x/s\n",
    b"Content-Usage: train-ai=y\n", b"no colon here", b"Disallow: /last",
])  # fmt: skip


@given(st.lists(PIECES, max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_other_byte_stays(pieces: list[bytes]) -> None:
    before = b"".join(pieces)
    once = merge(before, TEXT, NO_AI).data
    assert once.startswith(before)
    assert merge(once, TEXT, NO_AI).data == once
    added = once[len(before) : once.index(BEGIN)]
    assert added in (b"", b"\n", b"\r\n", b"\n\n", b"\r\n\r\n")
    assert once[once.index(END) + len(END) :] in (b"\n", b"\r\n")
    opened = merge(once, OPEN_TEXT, PRESETS[Preset.OPEN]).data
    assert b"train-ai=n" not in opened.replace(before, b"", 1)
    assert merge(opened, TEXT, NO_AI).data == once
    assert merge(once, "", NO_AI).data == before + added


def test_what_may_be_fetched_stays_as_it_was() -> None:
    before = b"User-agent: *\r\nDisallow: /private/\r\n\r\nUser-agent: GPTBot\r\nDisallow: /"
    parser = RobotFileParser()
    parser.parse(merge(before, TEXT, NO_AI).data.decode().splitlines())
    assert parser.can_fetch("AnyBot", "/art")
    assert not parser.can_fetch("AnyBot", "/private/a")
    assert not parser.can_fetch("GPTBot", "/art")


def test_contradictions_are_told() -> None:
    before = b"Content-Signal: ai-train=yes\nUser-agent: *\nContent-Usage: search=y\n"
    before += b"User-agent: GPTBot\nDisallow: /\n"
    told = merge(before, TEXT, NO_AI).conflicts
    assert [sentence for sentence in told if "allows train " in sentence]
    assert not [sentence for sentence in told if "search" in sentence]
    assert "rules of its own for GPTBot" in told[-1]
    after = merge(merge(b"", TEXT, NO_AI).data + b"Disallow: /x\n", TEXT, NO_AI)
    assert after.data.endswith(b"Disallow: /x\n")
    assert "put a User-agent line before it" in after.conflicts[-1]


@pytest.mark.parametrize("before", [BEGIN, END + b"\n" + BEGIN, BEGIN * 2 + END, b"a\x00b"])
def test_a_damaged_file_is_left_alone(before: bytes) -> None:
    with pytest.raises(TermsProblem):
        merge(before, TEXT, NO_AI)
