"""The folder for a web site: whole or not at all, with everything else of a robots.txt kept."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from desktop.errors import UsageProblem
from desktop.flows import saying
from desktop.flows.saying import Works
from desktop.flows.site_bundle import Bundle, bundle, write_bundle
from desktop.model.terms import Answer, Preset, Terms, Use
from desktop.terms.presets import PRESETS
from desktop.terms.together import spots_of

ISCC = "ISCC:KECYCMZIOY36XXGZ5S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY"
SITE = saying.checked_site("https://x.example/", "Ana <b>Lima</b>")


# TDMRep, "Expressing a TDM Policy": a profile of ODRL 2.2.
_URL = {"type": "string", "pattern": "^https://"}
POLICY_SCHEMA = {
    "type": "object",
    "required": ["@context", "@type", "profile", "uid", "assigner", "permission"],
    "properties": {
        "@context": {"type": "array", "contains": {"const": "http://www.w3.org/ns/odrl.jsonld"}},
        "@type": {"const": "Offer"},
        "profile": {"const": "http://www.w3.org/ns/tdmrep"},
        "uid": _URL,
        "assigner": {
            "type": "object",
            "properties": {"uid": _URL, "vcard:fn": {"type": "string"}, "vcard:hasURL": _URL},
            "additionalProperties": False,
        },
        "permission": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["action", "duty"],
                "properties": {
                    "target": _URL,
                    "action": {"const": "tdm:mine"},
                    "duty": {
                        "type": "array",
                        "contains": {"const": {"action": "obtainConsent"}},
                        "items": {"enum": [{"action": "obtainConsent"}, {"action": "compensate"}]},
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def works(**at: Preset) -> Works:
    places = {f"/{path}/" if path != "all" else "/": PRESETS[one] for path, one in at.items()}
    return Works(
        spots=spots_of({path: [terms] for path, terms in places.items()}),
        each=tuple((number, ISCC, terms) for number, terms in enumerate(places.values(), 1)),
    )


def text(made: Bundle, name: str) -> str:
    return made.files[name].decode()


def test_a_site_with_two_parts() -> None:
    made = bundle(works(all=Preset.NO_AI, shop=Preset.ASK_ME), SITE)
    assert text(made, "upload/robots.txt") == (
        "License: https://x.example/rsl.xml\n"
        "User-agent: *\n"
        "Content-Usage: /shop/ train-ai=n, search=y\n"
        "Content-Usage: train-ai=n, search=y\n"
        "Content-Signal: search=yes, ai-input=no, ai-train=no\n"
    )
    # The first rule that matches counts, so the longest path comes first.
    assert json.loads(text(made, "upload/.well-known/tdmrep.json")) == [
        {
            "location": "/shop/",
            "tdm-reservation": 1,
            "tdm-policy": "https://x.example/tdm-policy.json",
        },
        {"location": "/", "tdm-reservation": 1},
    ]
    policy = json.loads(text(made, "upload/tdm-policy.json"))
    assert (policy["@type"], policy["profile"]) == ("Offer", "http://www.w3.org/ns/tdmrep")
    assert policy["permission"] == [
        {
            "target": "https://x.example/shop/",
            "action": "tdm:mine",
            "duty": [{"action": "obtainConsent"}, {"action": "compensate"}],
        }
    ]
    jsonschema.Draft202012Validator(POLICY_SCHEMA).validate(policy)
    rsl = etree.fromstring(made.files["upload/rsl.xml"])
    assert [one.get("url") for one in rsl] == ["/shop/", "/"]
    assert '"<https://x.example/rsl.xml>; rel=' in text(made, "server/nginx.conf").replace("\\", "")
    assert text(made, "tdmai.jsonl").count("\n") == 2
    told = made.told_of("upload/rsl.xml")
    no = "RSL has no word for use in output: your no to use in output is not in it. (below /)"
    assert no in told
    assert any(one.endswith("is not in it. (below /shop/)") for one in told)


def test_a_part_never_says_more_for_the_whole_site() -> None:
    made = bundle(works(all=Preset.OPEN, shop=Preset.NO_AI), SITE)
    assert "Content-Signal: search=yes, ai-input=no, ai-train=no\n" in text(
        made, "upload/robots.txt"
    )
    part = bundle(works(shop=Preset.OPEN), SITE)
    assert "Content-Signal" not in text(part, "upload/robots.txt")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {"src", "href", "onclick"} & {name for name, _ in attrs}


def test_the_page_explains_and_loads_nothing() -> None:
    made = bundle(works(all=Preset.ASK_ME), SITE)
    page = _Page()
    page.feed(text(made, "READ ME FIRST.html"))
    assert not page.tags & {"script", "img", "link", "b"}
    assert "has no word for use in output" in text(made, "READ ME FIRST.html")
    for name in made.files:
        assert name == "READ ME FIRST.html" or name in text(made, "READ ME FIRST.html")
    alone = bundle(works(all=Preset.ASK_ME), saying.checked_site(""))
    assert "rsl.xml is found only" in text(alone, "READ ME FIRST.html")


def test_a_robots_txt_is_merged_and_what_contradicts_is_told(tmp_path: Path) -> None:
    own = tmp_path / "robots.txt"
    own.write_bytes(b"\xef\xbb\xbfUser-agent: *\r\nContent-Signal: ai-train=yes\r\n")
    made = bundle(works(all=Preset.NO_AI), SITE, own)
    assert made.files["upload/robots.txt"].startswith(own.read_bytes())
    assert "allows train " in made.conflicts[0]
    assert "says something else" in text(made, "READ ME FIRST.html")


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    made = bundle(works(all=Preset.NO_AI), SITE)
    size = write_bundle(made, tmp_path / "site")
    found = {
        path.relative_to(tmp_path / "site").as_posix(): path.read_bytes()
        for path in (tmp_path / "site").rglob("*")
        if path.is_file()
    }
    assert found == made.files
    assert size == sum(map(len, found.values()))
    with pytest.raises(UsageProblem, match="exists already"):
        write_bundle(made, tmp_path / "site")
    broken = Bundle(files={**made.files, "x" * 300: b""}, losses=())  # a name no disk takes
    with pytest.raises(UsageProblem, match="Nothing was changed"):
        write_bundle(broken, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_nothing_said_makes_no_folder() -> None:
    silent = Terms(uses={Use.OUTPUT: Answer.DENY})
    with pytest.raises(UsageProblem):
        bundle(Works(spots=spots_of({"/": [silent]}), each=((1, ISCC, silent),)), SITE)
