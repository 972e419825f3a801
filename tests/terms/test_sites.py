"""A site as its readers see it: nowhere is more permitted than was said of the works there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import http_sf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from desktop.model.terms import Answer, Licensee, Terms, Use
from desktop.model.vocabularies import Site, Spot, Target
from desktop.terms import rsl as rsl_words
from desktop.terms import site
from desktop.terms.paths import matches
from desktop.terms.servers import SERVERS, takes_queries
from desktop.terms.together import spots_of, strictest

A, D, C, U = Answer.ALLOW, Answer.DENY, Answer.CONSTRAINED, Answer.UNSET
OF = Site(address="https://x.example", by="Ada")
PLACES = ("/", "/art/", "/art/new/", "/art/low$", "/art/low-tide.jpg$", "/art/$", "/photo?id=3$")
# Where somebody might look: at works, beside them, below them.
ADDRESSES = (
    *("/", "/art/", "/art/new/x.png", "/art/low", "/art/lower", "/art/low?size=2"),
    *("/art/low-tide.jpg", "/art/low-tide.jpg.html", "/photo?id=3", "/photo?id=30", "/photo"),
)
USES = st.fixed_dictionaries(dict.fromkeys(Use, st.sampled_from((A, D, C, U))))
TERMS = st.builds(
    Terms,
    uses=USES,
    licensees=st.just(()) | st.tuples(st.builds(Licensee, name=st.just("Acme"), uses=USES)),
    expires=st.none() | st.just(date(2999, 1, 31)),
)
SITES = st.dictionaries(
    st.sampled_from(PLACES), st.lists(TERMS, min_size=1, max_size=2), min_size=1, max_size=5
)
Words = dict[str, str]


def said_at(address: str, works: dict[str, list[Terms]]) -> Terms:
    """What the user said of an address: of the work there, or of the narrowest place around it."""
    there = [one for one in works if matches(one, address)]
    own = [one for one in there if one.endswith("$")]
    return strictest(works[(own or [max(there, key=len)])[0]]) if there else Terms(uses={})


def robots_at(text: str, address: str) -> Words:
    """Read by attach-05, section 3: the longest path that matches counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        rule = re.fullmatch(r"Content-Usage: (/\S* )?(.*)", line)
        if rule and matches((rule[1] or "/").strip(), address):
            found[(rule[1] or "/").strip()] = rule[2]
    return usage(found[max(found, key=len)]) if found else {}


def usage(value: str) -> Words:
    parsed = http_sf.parse(value.encode(), tltype="dictionary")
    assert isinstance(parsed, dict)
    return {str(name): str(item[0]) for name, item in parsed.items() if isinstance(item, tuple)}


def tdmrep_at(text: str, address: str) -> int | None:
    """Read by TDMRep, section 5.1: the first rule that matches counts."""
    rules = json.loads(text) if text else []
    return next(
        (one["tdm-reservation"] for one in rules if matches(one["location"], address)), None
    )


def words_of(element: etree._Element) -> set[str]:
    return set((element.text or "").split())


def rsl_at(text: str, address: str) -> set[str]:
    """Return the words that are permitted, for money or not (RSL 1.0, 3.1.1): of places that match,
    the narrowest that speaks of a word counts for it; what is permitted and forbidden is not."""
    contents = etree.fromstring(text.encode()).findall("{*}content") if text else []
    there = [one for one in contents if matches(one.get("url") or "", address)]
    permitted: set[str] = set()
    for word in rsl_words.WORDS:
        for content in sorted(there, key=lambda one: -len(one.get("url") or "")):
            permits = [words_of(one) for one in content.iterfind(".//{*}permits")]
            banned = {word for one in content.iterfind(".//{*}prohibits") for word in words_of(one)}
            forbidden = bool(banned & {word, "all"})
            if any(word in one for one in permits) and not forbidden:
                permitted.add(word)
            if permits or forbidden:
                break
    return permitted


def netlify_at(text: str, address: str) -> Words:
    """The last rule that matches counts; a server like this does not see the query."""
    found: Words = {}
    for pattern, fields in rules_of(text):
        if matches(pattern if pattern.endswith("*") else f"{pattern}$", address.partition("?")[0]):
            found |= {name: value for name, value in fields if name[0] != "!"}
    return found


def cloudflare_at(text: str, address: str) -> Words:
    """Rules that match are joined; "! Name" takes a field away that was there before."""
    found: Words = {}
    for pattern, fields in rules_of(text):
        if matches(pattern if pattern.endswith("*") else f"{pattern}$", address.partition("?")[0]):
            for name, value in fields:
                if name[0] == "!":
                    found.pop(name[2:], None)
                else:
                    found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def rules_of(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for block in filter(None, re.split(r"\n(?=/)", text.strip())):
        head, *lines = block.splitlines()
        pairs = [line.strip().partition(": ") for line in lines]
        yield head, [(name, value) for name, _, value in pairs]


def nginx_at(text: str, address: str) -> Words:
    """The first row of a map that matches counts; an empty field is not sent."""
    found = {}
    for name, rows in re.findall(r"map \$request_uri \$ai_(\w+) \{\n(.*?)\}\n", text, re.DOTALL):
        pairs = re.findall(r'"~(.*?)" "(.*)";', rows)
        value = next((value for regex, value in pairs if re.search(regex, address)), "")
        if value:
            found[name.replace("_", "-")] = value.replace('\\"', '"')
    return found


def apache_at(text: str, address: str) -> Words:
    """The variables are set in order, the last that matches counts."""
    found = {}
    for line in text.splitlines():
        rule = re.match(
            r'SetEnvIfExpr "%\{THE_REQUEST\} =~ m#(.*?)#" (?:"AI_(\w+)=(.*)"|!AI_(\w+))', line
        )
        if rule and re.search(rule[1], f"GET {address} HTTP/1.1"):
            found[(rule[2] or rule[4]).lower().replace("_", "-")] = rule[3] or ""
    return {name: value for name, value in found.items() if value}


HEADERS: dict[str, Callable[[str, str], Words]] = {
    "netlify": netlify_at, "cloudflare": cloudflare_at, "nginx": nginx_at, "apache": apache_at
}  # fmt: skip


@given(SITES)
@settings(max_examples=100, deadline=None)
def test_no_reader_finds_more_than_was_said(works: dict[str, list[Terms]]) -> None:
    spots = spots_of(works)
    robots, rsl = site.robots_text(spots, OF), site.rsl_text(spots)
    tdmrep = site.tdmrep_text(spots, OF)
    served = {one: site.headers_text(spots, OF, one) for one in SERVERS}
    for address in ADDRESSES:
        mine = said_at(address, works)
        told = (address, works, spots, served)
        no_more_than(mine, robots_at(robots, address), tdmrep_at(tdmrep, address), told)
        for server, text in served.items():
            fields = {name.lower(): value for name, value in HEADERS[server](text, address).items()}
            mark = fields.get("tdm-reservation")
            assert mark in (None, "0", "1"), (server, fields)
            words = usage(fields["content-usage"]) if "content-usage" in fields else {}
            sees_queries = takes_queries(server) or f"{address}$" in works
            seen = mine if sees_queries else said_at(address.partition("?")[0], works)
            no_more_than(seen, words, int(mark) if mark else None, (server, told))
        uses, permitted = given_to_all(mine), rsl_at(rsl, address)
        for word, needed in rsl_words.WORDS.items():
            assert word not in permitted or {uses[use] for use in needed} == {A}, told


def given_to_all(terms: Terms) -> dict[Use, Answer]:
    """Return a yes only where everybody has it, each licensee too, for good; a no where any has,
    or will have: after the last day a licensee's own yes gives way to the general answer."""
    found = {}
    for use in Use:
        own = {one.uses[use] for one in terms.licensees} - {U}
        answers = {terms.uses[use], *own}
        ends = terms.expires is not None and terms.uses[use] is A
        some = bool(answers & {D, C}) or ends
        found[use] = A if answers == {A} and not some else D if some else U
    return found


def no_more_than(terms: Terms, words: Words, mark: int | None, told: object) -> None:
    uses = given_to_all(terms)
    training = uses[Use.TRAIN] is A and uses[Use.TRAIN_GENERATIVE] is A
    assert words.get("train-ai") != "y" or training, told
    assert words.get("search") != "y" or uses[Use.SEARCH] is A, told
    assert mark != 0 or (training and uses[Use.MINING] is A), told
    if uses[Use.SEARCH] in (D, C):
        assert words.get("search") == "n", told
    if uses[Use.MINING] in (D, C):
        assert mark == 1, told


def test_what_is_written_as_a_no_for_want_of_words_is_told() -> None:
    works = {"/": [Terms(uses={Use.SEARCH: A})], "/art/": [Terms(uses={Use.TRAIN: D})]}
    art, whole = spots_of(works)
    assert (art.location, art.closed, whole.closed) == ("/art/", (Use.SEARCH,), ())
    told = [one.sentence for one in site.losses(Target.ROBOTS, (art, whole), OF)]
    assert told[0].startswith("You have said nothing of search here")
    assert told[0].endswith("(below /art/)")


def test_one_address_is_one_address() -> None:
    open_, shut = Terms(uses={Use.SEARCH: A}), Terms(uses={Use.SEARCH: D})
    assert [one.location for one in spots_of({"/": [shut], "/a.jpg$": [open_]})] == ["/a.jpg$", "/"]
    assert [one.location for one in spots_of({"/": [open_], "/a.jpg$": [shut]})] == ["/a.jpg", "/"]
    assert [one.location for one in spots_of({"/$": [open_]})] == ["/$"]
    # With a query it may be another address: there, only what both permit.
    mixed = Terms(uses={Use.SEARCH: D, Use.INPUT: A})
    own, alike, _ = spots_of({"/": [open_], "/a.jpg$": [mixed]})
    assert (own.location, alike.location) == ("/a.jpg$", "/a.jpg")
    assert (own.terms.uses[Use.INPUT], alike.terms.uses[Use.INPUT]) == (A, U)
    assert alike.terms.uses[Use.SEARCH] is D
    lost = site.losses(Target.AITXT, spots_of({"/$": [open_]}), OF)
    assert lost[0].sentence == site.NO_SINGLE_FILE


SPOTS = spots_of(
    {
        "/": [Terms(uses=dict.fromkeys(Use, D), address="https://x.example/terms?a=$1&b=2")],
        "/art/": [Terms(uses=dict.fromkeys(Use, A))],
        "/art/a(1).jpg$": [Terms(uses={Use.SEARCH: A})],
    }
)


def test_servers_are_told_in_their_own_words() -> None:
    texts = {one: site.headers_text(SPOTS, OF, one) for one in SERVERS}
    assert '"~^/art/" "train-ai=y, search=y";' in texts["nginx"]
    assert "add_header tdm-reservation $ai_tdm_reservation always;" in texts["nginx"]
    assert (
        'Header always merge X-Robots-Tag "%{AI_X_ROBOTS_TAG}e" env=AI_X_ROBOTS_TAG'
        in texts["apache"]
    )
    assert texts["netlify"].startswith("/*\n  Content-Usage: train-ai=n, search=n\n")
    assert "/art/*\n  ! Content-Usage\n  ! tdm-reservation\n" in texts["cloudflare"]
    assert "$1" not in texts["nginx"] + texts["apache"]
    assert site.headers_text([Spot(location="/", terms=Terms(uses={}))], Site(), "nginx") == ""


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_takes_it(tmp_path: Path) -> None:
    head, _, lines = site.headers_text(SPOTS, OF, "nginx").rpartition("}\n")
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n"
        f"{head}}}\nserver {{\nlisten 127.0.0.1:1;\n{lines}}}\n}}\n"
    )
    subprocess.run(["nginx", "-t", "-c", config], check=True, capture_output=True)
