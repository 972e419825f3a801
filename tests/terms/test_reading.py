"""Reading what strangers wrote: values outside of a vocabulary mean nothing, and nothing hangs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Answer, Use
from desktop.terms import (
    aipref,
    aitxt,
    content_signals,
    headers,
    html_meta,
    robots,
    rsl_reading,
    tdmai,
    tdmrep,
)
from desktop.terms.wording import understood

Read = Callable[..., tuple[AiStatement, ...]]
READERS: dict[str, Read] = {
    "aipref": aipref.read,
    "signals": content_signals.read,
    "robots": robots.read,
    "headers": headers.read,
    "html": html_meta.read,
    "tdmrep": tdmrep.read,
    "tdmai": tdmai.read,
    "rsl": rsl_reading.read,
    "aitxt": aitxt.read,
}
BY_ADDRESS = ("robots", "tdmrep", "rsl", "aitxt", "html")
FRAME = '"version":"1.0","iscc":"ISCC:KEC","intent":"activate"'
TRAIN = (Use.TRAIN, Use.TRAIN_GENERATIVE)
RSL = '<rsl xmlns="https://rslstandard.org/rsl"><content url="/">%s</content></rsl>'
NONE = '<license><prohibits type="usage">all</prohibits></license>'
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><rsl>&j;</rsl>"
)


def meant(read: Read, text: str) -> dict[Use, Answer]:
    return {use: one for use, one in understood(read(text)).items() if one is not Answer.UNSET}


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        *[("aipref", text) for text in ("train-ai", "train-ai=yes", "train-ai=?1", "foo=n", "")],
        ("aipref", 'train-ai="n"'),
        *[("signals", text) for text in ("ai-train", "ai-train=n", "train=no", "use=reference")],
        ("robots", "Content-Usage: train-ai=n"),  # for nobody: outside of every group
        ("robots", "User-agent: *\nContent-Usage: train-ai=n, ((("),
        ("robots", "User-agent: *\nDisallow: /\n"),
        *[("tdmrep", f'[{{"location":"/","tdm-reservation":{one}}}]') for one in
          ('"1"', "true", "1.0", "2", "null", "[1]")],
        ("tdmrep", '[{"tdm-reservation":1}]'),
        *[("tdmai", f'{{{FRAME},"all":{one}}}') for one in ("true", '"no"', "1", "null", "[]")],
        ("html", '<meta name="tdm-reservation" content="yes"><meta name="robots" content="all">'),
        ("rsl", RSL % '<license><permits type="usage">training</permits>'
                      '<payment type="banana"/></license>'),
        ("rsl", RSL % ""),
        # What one licence permits and another forbids is not permitted.
        ("rsl", RSL % ('<license><permits type="usage">all</permits></license>' + NONE)),
        # A ban that is not understood, two payments, or a limit without a kind: no yes is read.
        ("rsl", RSL % '<license><prohibits type="usage">robots</prohibits></license>'),
        ("rsl", RSL % '<license><payment type="free"/><payment type="crawl"/></license>'),
        ("rsl", RSL % '<license><prohibits>ai-all</prohibits></license>'),
        ("headers", "Content-Usage: train-ai=n;;;\nX-Robots-Tag: noindex"),
    ],
)  # fmt: skip
def test_values_outside_of_a_vocabulary_permit_nothing(reader: str, text: str) -> None:
    found = meant(READERS[reader], text)
    if reader == "rsl":  # what a licence does not name is not permitted
        assert set(found.values()) <= {Answer.DENY}
    else:
        assert found == {}


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        ("aipref", "train-ai=n;x=1, search=y, later=z", {Use.TRAIN_GENERATIVE: Answer.DENY,
                                                         Use.SEARCH: Answer.ALLOW}),
        ("robots", "\ufeffUser-Agent: a\r\nUser-Agent: *\r\nContent-Usage: /art/ search=n\r\n",
         {Use.SEARCH: Answer.DENY}),
        ("robots", "user-agent:*\ncontent-signal: AI-Input = No # mine\n",
         {Use.INPUT: Answer.DENY}),
        ("tdmrep", '[{"location":"/a","tdm-reservation":0},{"location":"/","tdm-reservation":1}]',
         {Use.MINING: Answer.DENY}),
        ("tdmai", f'{{{FRAME},"all":"true","train-genai":"false"}}',
         {Use.MINING: Answer.ALLOW, Use.TRAIN: Answer.ALLOW,
          Use.TRAIN_GENERATIVE: Answer.DENY}),
        ("html", "<META NAME=tdm-reservation CONTENT=1><meta content='noai' name='robots'>",
         {Use.MINING: Answer.DENY, Use.TRAIN: Answer.DENY, Use.TRAIN_GENERATIVE: Answer.DENY}),
        ("headers", "HTTP/2 200\ntdm-reservation: 1\n", {Use.MINING: Answer.DENY}),
        ("headers", "X-Robots-Tag: noindex, SomeBot: noai\n", dict.fromkeys(TRAIN, Answer.DENY)),
        ("html", f"<script type='application/rsl+xml'>{RSL % NONE}</script><p>noai</p>",
         dict.fromkeys((*TRAIN, Use.INPUT, Use.SEARCH, Use.MINING), Answer.DENY)),
        ("rsl", '<rss xmlns:r="https://rslstandard.org/rsl"><channel><item><r:content url="/a">'
         '<r:license><r:prohibits type="usage">ai-train,search</r:prohibits></r:license>'
         '</r:content></item></channel></rss>',
         {**dict.fromkeys((*TRAIN, Use.SEARCH), Answer.DENY), Use.INPUT: Answer.ALLOW}),
        ("rsl", RSL % '<license><prohibits type="usage">ai-all</prohibits></license>',
         {Use.TRAIN: Answer.DENY, Use.TRAIN_GENERATIVE: Answer.DENY, Use.INPUT: Answer.DENY,
          Use.SEARCH: Answer.ALLOW}),
        ("rsl", RSL % '<license><permits type="usage">ai-input</permits>'
                      '<permits type="geo">PT</permits></license>',
         {Use.TRAIN: Answer.DENY, Use.TRAIN_GENERATIVE: Answer.DENY,
          Use.INPUT: Answer.CONSTRAINED, Use.SEARCH: Answer.DENY}),
        # A licence to be had elsewhere, or for reports, is a condition; a word of others is none.
        *[("rsl", RSL % f'<license><permits type="usage">search x:y</permits>{more}</license>',
           {**dict.fromkeys((*TRAIN, Use.INPUT), Answer.DENY), Use.SEARCH: answer})
          for more, answer in (
              ("<payment><custom>https://x.example/ask</custom></payment>", Answer.CONSTRAINED),
              ('<reporting type="audit" profile="https://x.example/p"/>', Answer.CONSTRAINED),
              ('<prohibits type="usage">x:z</prohibits>', Answer.ALLOW),
          )],
        ("rsl", '<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><terms>https://x.example'
         '</terms></content></rsl>', {}),
        ("aitxt", "User-Agent: *\nDisallow: *.jpg\n",
         {Use.TRAIN: Answer.DENY, Use.TRAIN_GENERATIVE: Answer.DENY}),
    ],
)  # fmt: skip
def test_what_is_in_a_vocabulary_is_understood(
    reader: str, text: str, expected: dict[Use, Answer]
) -> None:
    assert meant(READERS[reader], text) == expected


ROBOTS = """User-agent: *
User-agent: Named
Content-Usage: train-ai=n
Content-Usage: / search=y
Content-Usage: /art/*.jpg$ train-ai=y, search=n
Disallow: /private/
Allow: /private/open
Content-Usage: /private/ train-ai=y
Content-Signal: ai-input=no

User-agent: Other
Content-Usage: /art/ train-ai=n
"""
RULES = '[{"location":"/art/*.jpg$","tdm-reservation":0},{"location":"/art/","tdm-reservation":1}]'
LICENCES = RSL.replace("</rsl>", "").replace("%s", "") + (
    '<content url="https://x.example/art/*"><license><prohibits type="usage">all</prohibits>'
    '</license></content><content url="/art/a.jpg$"><license><permits type="usage">search</permits>'
    '</license></content><content url="https://other.example/b"><license/></content></rsl>'
)

PLACES = (
    '<rsl xmlns="https://rslstandard.org/rsl"><content url="/articles/"><license><prohibits '
    'type="usage">ai-train</prohibits></license></content><content url="/"><license><permits '
    'type="usage">all</permits></license></content></rsl>'
)


@pytest.mark.parametrize(
    ("reader", "text", "address", "expected"),
    [
        ("robots", ROBOTS, "https://x.example/art/a.jpg", {
            Use.TRAIN_GENERATIVE: Answer.DENY,  # of Other; for all others it is a yes
            Use.SEARCH: Answer.DENY, Use.INPUT: Answer.DENY}),
        ("robots", ROBOTS, "/art/a.jpg?x=1", {Use.TRAIN_GENERATIVE: Answer.DENY,
                                              Use.SEARCH: Answer.ALLOW, Use.INPUT: Answer.DENY}),
        ("robots", ROBOTS, "/private/a", {Use.INPUT: Answer.DENY}),  # not to be fetched
        ("robots", ROBOTS, "/private/open", {Use.TRAIN_GENERATIVE: Answer.ALLOW,
                                             Use.INPUT: Answer.DENY}),
        ("tdmrep", RULES, "https://x.example/art/a.jpg", {Use.MINING: Answer.ALLOW}),
        ("tdmrep", RULES, "/art/a.jpg?b", {Use.MINING: Answer.DENY}),
        ("tdmrep", RULES, "/%61rt/%61.jpg", {Use.MINING: Answer.ALLOW}),
        ("tdmrep", RULES, "/about", {}),
        ("rsl", LICENCES, "https://x.example/art/b.jpg", {
            **dict.fromkeys((*TRAIN, Use.INPUT, Use.SEARCH, Use.MINING), Answer.DENY)}),
        ("rsl", LICENCES, "https://x.example/art/a.jpg", {
            **dict.fromkeys((*TRAIN, Use.INPUT), Answer.DENY), Use.SEARCH: Answer.ALLOW}),
        ("rsl", LICENCES, "https://other.example/b", {
            **dict.fromkeys((*TRAIN, Use.INPUT, Use.SEARCH), Answer.ALLOW)}),
        # RSL 1.0, 3.1.2: the narrower place forbids one use, the wider permits the others.
        ("rsl", PLACES, "https://x.example/articles/1", {
            **dict.fromkeys(TRAIN, Answer.DENY),
            **dict.fromkeys((Use.INPUT, Use.SEARCH), Answer.ALLOW)}),
        # It is silent on the others: what the wider one permits is all that is permitted.
        ("rsl", PLACES.replace(">all<", ">search<"), "https://x.example/articles/1", {
            **dict.fromkeys((*TRAIN, Use.INPUT), Answer.DENY), Use.SEARCH: Answer.ALLOW}),
        ("rsl", PLACES, "https://x.example/", {
            **dict.fromkeys((*TRAIN, Use.INPUT, Use.SEARCH), Answer.ALLOW)}),
        ("aitxt", "User-Agent: *\nDisallow: /\nAllow: /*.jpg\n", "/art/a.jpg",
         dict.fromkeys(TRAIN, Answer.ALLOW)),
        ("html", f'<script type="application/rsl+xml">{LICENCES}</script>', "/art/b.jpg",
         dict.fromkeys((*TRAIN, Use.INPUT, Use.SEARCH, Use.MINING), Answer.DENY)),
    ],
)  # fmt: skip
def test_only_what_counts_for_an_address(
    reader: str, text: str, address: str, expected: dict[Use, Answer]
) -> None:
    said = READERS[reader](text, address)
    assert {
        use: one for use, one in understood(said).items() if one is not Answer.UNSET
    } == expected


def test_a_crawler_with_rules_of_its_own_is_named() -> None:
    said = robots.read(ROBOTS, "/art/a.jpg")
    assert [(one.property, one.value) for one in said if "train" in one.property] == [
        ("/art/*.jpg$ Content-Usage: train-ai", "y"),
        ("/art/ Content-Usage: train-ai (Other)", "n"),
    ]


HOSTILE = {
    "nul": "a\x00b",
    "too long": "x" * 2_000_001,
    "deep json": "[" * 200_000,
    "deep xml": "<rsl>" * 100_000,
    "twice": '[{"location":"/","tdm-reservation":0,"tdm-reservation":1}]',
    "no number": '[{"location":"/","tdm-reservation":NaN}]',
    "bomb": BOMB,
    "outside": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rsl>&x;</rsl>',
    "surrogate": "train-ai=\ud800",
    "many lines": "User-agent: *\nContent-Usage: search=y\n" * 20_000,
    "open tags": "<meta " * 50_000,
    "open comments": "<!--" * 50_000,
    "scripts": "<script type=application/rsl+xml>" * 20_000,
    "many crawlers": "User-agent: a\n" * 100_000 + "Content-Usage: train-ai=n\n" * 5_000,
    "many stars": f"User-agent: *\nContent-Usage: /{'*a' * 200} train-ai=n\n" * 500,
    "large number": "[" + "1" * 1_000_000 + "]",
    "bom": "\ufeff\ufeff\ufeff",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_texts_are_refused_or_say_little(reader: str, case: str) -> None:
    where = ("https://x.example/" + "a" * 1900,) if reader in BY_ADDRESS else ()
    try:
        said = READERS[reader](HOSTILE[case], *where)
    except TermsProblem:
        said = ()
    assert len(said) <= 2_001
    assert all(len(one.value) <= 300 for one in said)
    if case in ("bomb", "outside", "deep xml") and reader == "rsl":
        with pytest.raises(TermsProblem):
            rsl_reading.read(HOSTILE[case])
    if case == "twice" and reader == "tdmrep":
        with pytest.raises(TermsProblem):
            tdmrep.read(HOSTILE[case])
