"""terms export and terms read."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Cli
from tests.portfolio.tags.reading import SAID
from tests.studio import add_works, open_studio

BOMB = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!DOCTYPE a [<!ENTITY b 'c'>]>" + b"<a>" * 500_000


@pytest.fixture
def two(cli: Cli) -> Cli:
    """Two works: the first with no AI, the second for a price."""
    with open_studio(cli.library) as services:
        assert add_works(services, 2) == [1, 2]
    cli("terms", "set", "1", "--preset", "no ai")
    cli("terms", "set", "2", "--preset", "ask me", "--price", "per-training:5.00:EUR")
    return cli


def test_works_in_one_place_get_the_strictest_answer(two: Cli, tmp_path: Path) -> None:
    out = tmp_path / "rsl.xml"
    row = two("terms", "export", "rsl", "--all", "--out", out).row
    assert (row["works"], row["locations"], row["file"]) == (2, ["/"], str(out))
    assert row["losses"][0] == {
        "target": "rsl",
        "use": None,
        "sentence": "The 2 works have different terms: the strictest answer of all is written.",
    }
    assert "ai-train ai-input</prohibits>" in out.read_text()
    two("terms", "export", "rsl", "--at", "1=/poem/", "--at", "2=/ferry/", "--out", out, code=2)
    apart = two("terms", "export", "rsl", "--at", "1=/poem/", "--at", "2=/ferry/",
                "--out", out, "--force").row  # fmt: skip
    assert apart["locations"] == ["/ferry/", "/poem/"]
    assert '<amount currency="EUR">5.00</amount>' in out.read_text()


def test_every_target(two: Cli, tmp_path: Path) -> None:
    for target in ("robots", "headers", "meta", "tdmrep", "tdmai", "aitxt"):
        out = tmp_path / target
        row = two("terms", "export", target, "1", "--out", out,
                  "--site", "https://x.example").row  # fmt: skip
        assert row["size_bytes"] == out.stat().st_size > 0
        assert {loss["target"] for loss in row["losses"]} == {target}
    assert json.loads((tmp_path / "tdmai").read_text())["iscc"].startswith("ISCC:")
    assert "License: https://x.example/rsl.xml\n" in (tmp_path / "robots").read_text()
    several = tmp_path / "lines"
    two("terms", "export", "tdmai", "--all", "--out", several)
    assert [json.loads(line)["search"] for line in several.read_text().splitlines()] == ["true"] * 2
    nginx = two("terms", "export", "headers", "1", "--server", "nginx", "--out", tmp_path / "n")
    assert nginx.row["file"]
    assert "add_header tdm-reservation" in (tmp_path / "n").read_text()


def test_nothing_said_writes_no_file(two: Cli, tmp_path: Path) -> None:
    two("terms", "set", "1", "train=unset")
    row = two("terms", "export", "tdmrep", "1", "--out", tmp_path / "t").row
    assert (row["file"], row["size_bytes"], row["losses"]) == (None, 0, [])
    assert not (tmp_path / "t").exists()


def test_merging_into_a_robots_txt(two: Cli, tmp_path: Path) -> None:
    own = tmp_path / "robots.txt"
    own.write_bytes(b"User-agent: *\r\nContent-Usage: train-ai=y\r\n")
    row = two("terms", "export", "robots", "1", "--merge", own, "--out", tmp_path / "new").row
    assert (tmp_path / "new").read_bytes().startswith(own.read_bytes())
    assert "allows train-generative" in row["conflicts"][0]
    before = (tmp_path / "new").read_bytes()
    two("terms", "export", "robots", "1", "--merge", tmp_path / "new", "--out", tmp_path / "new",
        "--force")  # fmt: skip
    assert (tmp_path / "new").read_bytes() == before


def test_a_folder_for_a_web_site(two: Cli, tmp_path: Path) -> None:
    own = tmp_path / "robots.txt"
    own.write_bytes(b"Sitemap: https://x.example/map\n")
    folder = tmp_path / "for my site"
    row = two("terms", "export", "site", "--all", "--at", "2=/ferry/", "--merge", own,
              "--site", "https://x.example", "--by", "Ana", "--out", folder).row  # fmt: skip
    assert row["locations"] == ["/ferry/", "/"]
    assert all((folder / name).is_file() for name in row["files"])
    assert (folder / "upload/robots.txt").read_bytes().startswith(own.read_bytes())
    assert {loss["target"] for loss in row["losses"]} >= {"robots", "tdmrep", "rsl", "tdmai"}
    assert two("terms", "read", folder / "upload/.well-known/tdmrep.json").row["kind"] == "tdmrep"


def test_wrong_usage(two: Cli, tmp_path: Path) -> None:
    for wrong in (
        ("robots", "9"),
        ("robots",),
        ("robots", "1", "--location", "/a b"),
        ("robots", "1", "--location", "/a\nDisallow: /"),
        ("robots", "1", "--site", "https://x.example/path"),
        ("robots", "1", "--site", "javascript:alert(1)"),
        ("robots", "--at", "x=/"),
        ("robots", "--all", "--at", "9=/a"),
        ("robots", "1", "--all"),
        ("rsl", "1", "--server", "nginx"),
    ):
        two("terms", "export", *wrong, "--out", tmp_path / "no", code=2)
        assert not (tmp_path / "no").exists()


def piped(cli: Cli, monkeypatch: pytest.MonkeyPatch, data: bytes, *more: str, code: int = 0) -> Any:
    """Run `terms read -` with data on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    return cli("terms", "read", "-", *more, code=code).row


@pytest.mark.parametrize(
    ("data", "kind", "means"),
    [
        (b"\xef\xbb\xbfUser-agent: *\r\nContent-Usage: search=n\r\n", "robots", {"search": "deny"}),
        (b"HTTP/1.1 200 OK\ntdm-reservation: 1\n", "headers", {"mining": "deny"}),
        (b"<!doctype html><meta name='tdm-reservation' content='0'>", "html", {"mining": "allow"}),
        (b'[{"location":"/","tdm-reservation":1}]', "tdmrep", {"mining": "deny"}),
        (b'{"version":"1.0","iscc":"ISCC:KEC","intent":"activate","search":"true"}', "tdmai",
         {"search": "allow"}),
        (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
         b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
         b'xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining='
         b'"http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING"/></rdf:RDF>'
         b"</x:xmpmeta>", "xmp", {"train-generative": "deny"}),
        # Other encodings than UTF-8, where the words that count are plain.
        (b"# caf\xe9\nUser-agent: *\nContent-Usage: search=n\n", "robots", {"search": "deny"}),
        (b"<html><title>caf\xe9</title><meta name=tdm-reservation content=1>", "html",
         {"mining": "deny"}),
        ('<?xml version="1.0" encoding="UTF-16"?><rsl xmlns="https://rslstandard.org/rsl"><content '
         'url="/é"><license><permits type="usage">search</permits></license></content></rsl>'
         .encode("utf-16"), "rsl", {"search": "allow", "train": "deny", "train-generative": "deny",
                                    "input": "deny"}),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><rsl xmlns="https://rslstandard.org/rsl">'
         b'<!-- \xe9 --><content url="/"><license><prohibits type="usage">all</prohibits></license>'
         b"</content></rsl>", "rsl", {"search": "deny", "train": "deny", "input": "deny",
                                      "train-generative": "deny", "mining": "deny"}),
    ],
)  # fmt: skip
def test_what_does_this_say(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, data: bytes, kind: str, means: dict[str, str]
) -> None:
    row = piped(cli, monkeypatch, data)
    assert row["kind"] == kind
    assert {use: one for use, one in row["means"].items() if one != "unset"} == means
    assert row["not_understood"] == []


def test_what_contradicts_the_terms_is_told(two: Cli, tmp_path: Path) -> None:
    page = tmp_path / "robots.txt"
    page.write_text("User-agent: *\nContent-Signal: ai-train=yes, use=reference\n")
    row = two("terms", "read", page, "--work", "1", "--work", "2").row
    assert {(one["work_id"], one["use"], one["terms_say"]) for one in row["contradictions"]} == {
        (1, "train", "deny"),
        (1, "train-generative", "deny"),
        (2, "train", "constrained"),
        (2, "train-generative", "constrained"),
    }
    assert [one["property"] for one in row["not_understood"]] == ["Content-Signal: use"]
    text = two.plain("terms", "read", page, "--work", "1").text
    assert "Differs from your terms of work 1: train is allow here, deny in your terms" in text


def test_what_the_app_wrote_it_reads(two: Cli, tmp_path: Path) -> None:
    for target, kind in (("robots", "robots"), ("rsl", "rsl"), ("tdmrep", "tdmrep"),
                         ("tdmai", "tdmai"), ("meta", "html"), ("headers", "headers")):  # fmt: skip
        two("terms", "export", target, "1", "--out", tmp_path / target)
        row = two("terms", "read", tmp_path / target, "--work", "1").row
        assert (row["kind"], row["contradictions"], row["not_understood"]) == (kind, [], [])


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe\x00<", b"[" * 99_999, b"{}"])
def test_what_is_none_of_these_is_told(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    assert "problem" in piped(cli, monkeypatch, data, code=3)


def test_where_works_are_published(two: Cli, tmp_path: Path) -> None:
    shown = two("work", "edit", "2", "--published-at", "HTTPS://X.Example/ferry%2d1?b=1#top",
                "--published-at", "https://elsewhere.example/ferry")  # fmt: skip
    places = ["https://x.example/ferry-1?b=1", "https://elsewhere.example/ferry"]
    assert shown.row["published_at"] == places
    again = two("work", "edit", "2", "--published-at", places[0], "--published-at", places[0])
    assert again.row["published_at"] == places
    for wrong in (
        "ftp://x.example/a",
        "x.example/a",
        "https://",
        "https://a@b.example/",
        "a" * 3000,
    ):
        two("work", "edit", "2", "--published-at", wrong, "--title", "No", code=2)
    out = tmp_path / "robots"
    two("terms", "export", "robots", "--all", "--site", "https://x.example", "--out", out)
    assert "Content-Usage: /ferry-1?b=1$ train-ai=n, search=y\n" in out.read_text()
    assert "elsewhere" not in out.read_text()
    gone = two("work", "edit", "2", "--no-longer-at", places[0]).row
    assert gone["published_at"] == places[1:]
    two(
        "terms", "export", "robots", "--all", "--site", "https://x.example", "--out", out, "--force"
    )
    assert "ferry" not in out.read_text()
    assert two("work", "edit", "2", "--published-at", places[0]).row["published_at"][1] == places[0]


ROBOTS = b"""User-agent: *
Content-Usage: train-ai=n, search=n
Content-Usage: /ferry$ train-ai=n, search=y
"""


def test_only_what_counts_where_it_is_published(two: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    two("work", "edit", "1", "--published-at", "https://x.example/poem")
    two("work", "edit", "2", "--published-at", "https://x.example/ferry")
    # The terms of both allow search; the robots.txt of their site denies it for one of them.
    row = piped(two, monkeypatch, ROBOTS, "--url", "https://x.example/robots.txt")
    assert [(one["work_id"], one["use"]) for one in row["contradictions"]] == [(1, "search")]
    assert len(row["statements"]) == 4
    page = piped(two, monkeypatch, ROBOTS, "--url", "https://x.example/ferry")
    assert (page["means"]["search"], page["contradictions"]) == ("allow", [])
    site = piped(two, monkeypatch, ROBOTS, "--url", "https://x.example")
    assert [(one["work_id"], one["use"]) for one in site["contradictions"]] == [(1, "search")]
    other = piped(two, monkeypatch, ROBOTS, "--url", "https://other.example/ferry", "--work", "1")
    assert [one["work_id"] for one in other["contradictions"]] == []
    here = piped(two, monkeypatch, ROBOTS, "--url", "/poem", "--work", "1")
    assert [one["work_id"] for one in here["contradictions"]] == [1]
    two("terms", "read", SAID / "iptc.jpg", "--url", "javascript:alert(1)", code=2)


def test_files_that_say_something_else(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(SAID / "iptc.jpg", folder / "a.jpg")
    page = folder / "b.html"
    page.write_text(
        '<html><head><title>T</title><script type="application/rsl+xml"><rsl xmlns='
        '"https://rslstandard.org/rsl"><content url="/"><license><prohibits type="usage">ai-train'
        "</prohibits></license></content></rsl></script></head><body>Low tide.</body></html>"
    )
    cli("scan", folder)
    assert cli("terms", "check").rows == []
    cli("terms", "set", "--all", "--preset", "open")
    found = {one["title"]: one["contradictions"] for one in cli("terms", "check").rows}
    assert {it["text_says"] for one in found.values() for it in one} == {"deny"}
    assert len(found) == 2
    assert {it["property"] for it in found["T"]} == {"/ ai-train"}
    cli("terms", "set", "--all", "train=deny", "train-generative=deny")
    assert cli("terms", "check").rows == []


def test_a_file_is_read_in_a_process_of_its_own(cli: Cli, tmp_path: Path) -> None:
    said = {one["kind"]: one for one in cli("terms", "read", SAID / "iptc.jpg").rows}
    assert said["xmp"]["means"]["train"] == "deny"
    for name, data in {
        "bomb.xmp": BOMB,
        "lie.jpg": b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 90,
    }.items():
        (tmp_path / name).write_bytes(data)
        cli("terms", "read", tmp_path / name, code=3)
