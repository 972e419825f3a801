"""Our lines in somebody's robots.txt: everything else stays, byte by byte."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.errors import TermsProblem
from desktop.model.terms import Preset
from desktop.model.vocabularies import Merged, Site, Spot
from desktop.terms import robots
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


# In the shape of what sites have: content systems, hosts that write lines of their own, lists of
# crawlers, addresses in other scripts, no end of line at the end.
REAL = {
    "shop": b"User-agent: *\r\nDisallow: /cart\r\nDisallow: /*?sort=\r\n\r\nSitemap: https://x/s.xml",
    "blog": b"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n\n\n",
    "managed": b"# BEGIN\nUser-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /\n\n"
    b"User-agent: ClaudeBot\nDisallow: /\n\nUser-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n"
    b"# END\n\nUser-agent: *\nAllow: /\n",
    "before all groups": b"Content-Signal: search=yes, ai-train=yes\n\nUser-agent: *\nAllow: /\n",
    "everybody out": b"User-agent: *\nDisallow: /\n",
    "other scripts": "User-agent: *\nDisallow: /wiki/Löschprüfung/\n# ויקיפדיה\n".encode()
    + b"Disallow: /caf\xe9/\n\nUser-agent: wget\nCrawl-delay: 1\nDisallow:",
    "old mac": b"User-agent: *\rDisallow: /a\r",
    "only words": b"hello\n",
}
AGENTS = ("GPTBot", "ClaudeBot", "wget", "AnyBot")
PATHS = ("/", "/cart", "/wp-admin/x", "/wp-admin/admin-ajax.php", "/a", "/wiki/L", "/art?sort=1")


@pytest.mark.parametrize("name", REAL)
def test_the_files_that_sites_have(name: str) -> None:
    before = REAL[name]
    merged = merge(before, TEXT, NO_AI)
    assert merged.data.startswith(before)
    assert merge(merged.data, TEXT, NO_AI) == Merged(data=merged.data, conflicts=merged.conflicts)
    assert fetched(merged.data) == fetched(before)
    said = robots.read(merged.data.decode("utf-8", "replace"), "https://x.example/x.jpg")
    if name != "everybody out":  # what may not be fetched has no preferences
        assert {"Content-Usage: train-ai", "Content-Usage: search"} <= {
            one.property for one in said if one.meaning
        }


def fetched(data: bytes) -> list[bool]:
    parser = RobotFileParser()
    parser.parse(data.decode("utf-8", "replace").splitlines())
    return [parser.can_fetch(agent, path) for agent in AGENTS for path in PATHS]


def test_what_a_host_wrote_is_told_of() -> None:
    told = merge(REAL["managed"], OPEN_TEXT, PRESETS[Preset.OPEN]).conflicts
    assert any("forbids train " in one and "content-signal" in one for one in told)
    assert "rules of its own for ClaudeBot, GPTBot, CCBot" in told[-1]
    long = b"# " + b"x" * 600_000 + b"\n"
    assert "longer than 500 KiB" in merge(long, TEXT, NO_AI).conflicts[-1]
    assert merge(long, "", NO_AI).conflicts == ()
