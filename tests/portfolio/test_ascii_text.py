"""Plain texts are read without Tika, and come out as Tika would have read them."""

from __future__ import annotations

import random
import re
from pathlib import Path

import iscc_lib
import pytest
from iscc_tika import Extractor

from desktop.assets import asset
from desktop.portfolio.ascii_text import plain_text

_WORDS = re.findall(
    r"[A-Za-z]+", asset("samples/works/the-lighthouse-ledger.txt").read_text(encoding="utf-8")
)
_BREAKS = (
    " ", " \n", " \n\n", " \r\n", " ,\n", " \t\n", " ;\n", " |\n", " \n    (){}=", " .,;:!?'\"\n",
    " +~&=?$@^`*_#-[]>\n",
)  # fmt: skip


def made(seed: int) -> str:
    """Return a text of words and one kind of separators: prose, tables, code, odd things."""
    chance = random.Random(seed)
    breaks = chance.choice(_BREAKS)
    words = chance.choices(_WORDS, k=chance.choice((3, 8, 30, 200, 2000)))
    text = "".join(word + chance.choice(" " * 4 + breaks) for word in words)
    return chance.choice(("", "# ", "### ")) + f"Tide and harbour {text}"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_taken_is_what_tika_reads(tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"text{('.txt', '.md', '.markdown', '.text')[seed % 4]}"
    path.write_bytes(made(seed).encode())
    taken = plain_text(path.name, path.read_bytes())
    if taken is None:
        assert re.search(r"[\\%<]|~\{|\+\w+-|\r[^\n]", made(seed))
        return
    tika = Extractor().set_extract_string_max_length(10_000_000)
    text, tags = tika.extract_file_to_string(str(path))
    assert iscc_lib.text_clean(taken) == iscc_lib.text_clean(text)
    assert not {"dc:title", "dc:creator", "dc:description"} & set(tags)


def test_prose_is_taken() -> None:
    """The quick way is really taken, or the test above would compare nothing."""
    assert sum(plain_text("a.txt", made(seed).encode()) is not None for seed in range(60)) > 40


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "Plain words in a program"),
        ("i_study.txt", "Plain words of a study here"),
        ("robots.txt", "User agents are welcome here"),
        ("book.adoc.txt", "Plain words of a manual here"),
        ("a.txt", "From someone at Sat Jan 3 01:05:34 1996"),
        ("a.txt", "solid cube made of triangles here"),
        ("a.txt", "digraph tides between two moons"),
        ("a.txt", "Dear reader, caf\u00e9s are open now"),
        ("a.txt", "Some words and <html> after them"),
        ("a.txt", "Tide tables follow\nMessage-ID: <1@example>"),
        ("a.txt", "Tide tables %PDF-1.4 follow after"),
        ("a.txt", "x"),
        ("a.txt", "#!/bin/sh and some more words"),
        ("a.txt", "Once upon\x0ca time there was a page break"),
        ("a.txt", "Hi +AGE-ACI- is what mail programs wrote"),
        ("a.txt", "Old line ends\rof old computers are here"),
    ],
)
def test_what_may_be_something_else_is_left_to_tika(name: str, text: str) -> None:
    assert plain_text(name, text.encode()) is None
