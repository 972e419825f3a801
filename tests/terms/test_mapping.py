"""The mapping table: every answer to every use, in every vocabulary, and back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.robotparser import RobotFileParser

import http_sf
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from desktop.model.terms import Answer, Licensee, Preset, Price, PriceModel, Terms, Use
from desktop.model.vocabularies import Place, Said, Target
from desktop.terms import aipref, rsl, tdmai, tdmrep
from desktop.terms.presets import PRESETS
from desktop.terms.spoken import say, say_all
from desktop.terms.together import strictest

ISCC = "ISCC:KECYCMZIOY36XXGZ5S6QJQ2AEEXPOVEHZYPK6GMSFLU3WF54UPZMTPY"
PRICE = Price(model=PriceModel.PER_TRAINING, amount=Decimal("5.00"), currency="EUR")
ALL = [dict(zip(Use, answers, strict=True)) for answers in itertools.product(Answer, repeat=6)]
TRAINING = {Use.TRAIN, Use.TRAIN_GENERATIVE}
# What a word could be taken to permit by its most generous reader, standard by standard.
WIDEST = {
    'tdm-reservation": 0': {Use.MINING, *TRAINING},
    'tdm-reservation" content="0': {Use.MINING, *TRAINING},
    "tdm-reservation: 0": {Use.MINING, *TRAINING},
    "train-ai=y": TRAINING,
    "ai-train=yes": TRAINING,
    "ai-input=yes": {Use.INPUT},
    "search=y": {Use.SEARCH},
    "Allow: /": TRAINING,
    '"all": "true"': {Use.MINING},
    '"train-ai": "true"': {Use.TRAIN},
    '"train-genai": "true"': {Use.TRAIN_GENERATIVE},
    '"ai-use": "true"': {Use.INPUT},
    '"search": "true"': {Use.SEARCH},
    "DMI-ALLOWED": {*Use},
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {Use.SEARCH},
    **{
        f'"{name}": {{\n      "use": "allowed"': {use}
        for name, use in {
            "cawg.data_mining": Use.MINING,
            "cawg.ai_training": Use.TRAIN,
            "cawg.ai_generative_training": Use.TRAIN_GENERATIVE,
            "cawg.ai_inference": Use.INPUT,
        }.items()
    },
}


def permitted(said: Said) -> set[Use]:
    """Return what the most generous reader of a text finds allowed without conditions."""
    if said.target is Target.RSL:
        return _rsl_permits(said.text, free=True)
    text = said.text.replace("Disallow: /", "")
    return {use for word, uses in WIDEST.items() if word in text for use in uses}


def _rsl_permits(text: str, *, free: bool) -> set[Use]:
    words = {"ai-train": TRAINING, "ai-input": {Use.INPUT}, "search": {Use.SEARCH}}
    found: set[Use] = set()
    if not text:
        return found
    for one in etree.fromstring(text.encode()).iterfind(".//{*}license"):
        permits, prohibits = one.find("{*}permits"), one.find("{*}prohibits")
        forbidden = (prohibits.text or "").split() if prohibits is not None else []
        listed = (permits.text or "").split() if permits is not None else [*words]
        payment = one.find("{*}payment")
        costs_nothing = payment is None or payment.get("type") == "free"
        for word in listed:
            if costs_nothing == free and word not in forbidden and "all" not in forbidden:
                found |= words[word]
    return found


def every(target: Target) -> Iterator[tuple[Terms, Said]]:
    for uses in ALL:
        terms = Terms(uses=uses, price=PRICE)
        yield terms, say(target, terms, iscc=ISCC)


ANSWERS = st.fixed_dictionaries(dict.fromkeys(Use, st.sampled_from(Answer)))
NAMED = st.builds(Licensee, name=st.sampled_from(("Acme", "Beta", "Gamma")), uses=ANSWERS)
LAST = date(2027, 3, 1)
SAID = st.builds(
    Terms,
    uses=ANSWERS,
    price=st.sampled_from((None, PRICE, Price(model=PriceModel.ATTRIBUTION))),
    note=st.sampled_from(("", "Write to me.")),
    licensees=st.lists(NAMED, max_size=2, unique_by=lambda one: one.name).map(tuple),
    expires=st.sampled_from((None, LAST)),
    address=st.sampled_from(("", "https://x.example/terms?a=1&b=2")),
)


def answers_to(terms: Terms, use: Use) -> Iterator[Answer]:
    """Every answer the user gives to this use: to everybody, at any time."""
    for day in (LAST, date(2027, 3, 2)):
        held = terms.on(day)
        yield held.uses[use]
        for one in held.licensees:
            yield held.uses[use] if one.uses[use] is Answer.UNSET else one.uses[use]


@given(SAID)
@settings(max_examples=250, deadline=None)
def test_nobody_is_ever_permitted_more_than_they_were_told(terms: Terms) -> None:
    for said in say_all(terms, ISCC):
        for use in Use:
            given = set(answers_to(terms, use))
            if use in permitted(said) or said.means[use] is Answer.ALLOW:
                assert given == {Answer.ALLOW}, (terms, said)
            if said.means[use] is Answer.CONSTRAINED:
                assert given <= {Answer.ALLOW, Answer.CONSTRAINED}, (terms, said)
        told = {loss.use for loss in said.losses}
        for use in Use:
            assert (said.means[use] is terms.uses[use]) == (use not in told), (terms, said)
        about_all = " ".join(loss.sentence for loss in said.losses if loss.use is None)
        for has, words in (
            (terms.note and terms.note not in said.text, "your note"),
            (terms.address and terms.address not in unescape(said.text), "your full terms"),
        ):
            assert (words in about_all) == bool(has), (terms, said)
        for one in terms.licensees:
            if any(one.uses[u] not in (Answer.UNSET, terms.uses[u]) for u in Use):
                assert one.name in about_all, (terms, said)
        permits = {a for u in Use for a in answers_to(terms, u)} - {Answer.DENY, Answer.UNSET}
        assert ("1 March 2027" in about_all) == bool(terms.expires and permits), (terms, said)


def test_the_address_of_the_full_terms_goes_where_there_is_a_place_for_it() -> None:
    ask = replace(PRESETS[Preset.ASK_ME], address="https://x.example/terms")
    texts = {said.target: said.text for said in say_all(ask, ISCC)}
    assert "<terms>https://x.example/terms</terms>" in texts[Target.RSL]
    assert json.loads(texts[Target.TDMREP])[0]["tdm-policy"] == ask.address
    assert 'Link: <https://x.example/terms>; rel="license"\n' in texts[Target.HEADERS]
    assert '<link rel="license" href="https://x.example/terms">' in texts[Target.META]
    assert json.loads(texts[Target.TDMAI])["summary"] == ask.address
    # A refusal is no invitation to ask for a licence.
    no = replace(PRESETS[Preset.NO_AI], address="https://x.example/terms")
    assert "tdm-policy" not in say(Target.TDMREP, no).text


def test_all_of_tdmai_is_a_yes_only_where_every_use_is_one() -> None:
    """`all` is all automated processing: it would permit the use in output that has no word."""
    allowed = dict.fromkeys(Use, Answer.ALLOW)
    for output in Answer:
        terms = Terms(uses={**allowed, Use.OUTPUT: output})
        said = say(Target.TDMAI, terms, iscc=ISCC)
        yes = json.loads(said.text)["all"] == "true"
        assert yes == (output is Answer.ALLOW)
        assert yes != (Use.MINING in {loss.use for loss in said.losses})


@pytest.mark.parametrize(
    ("target", "spoken_of"),
    [
        (Target.ROBOTS, {*TRAINING, Use.INPUT, Use.SEARCH}),
        (Target.CONTENT_SIGNALS, {*TRAINING, Use.INPUT, Use.SEARCH}),
        (Target.HEADERS, {*TRAINING, Use.SEARCH, Use.MINING}),
        (Target.META, {*TRAINING, Use.MINING}),
        (Target.TDMREP, {Use.MINING}),
        (Target.TDMAI, {*TRAINING, Use.INPUT, Use.SEARCH, Use.MINING}),
        (Target.RSL, {*TRAINING, Use.INPUT, Use.SEARCH}),
        (Target.AITXT, TRAINING),
        (Target.IPTC, {*TRAINING, Use.SEARCH, Use.MINING}),
        (Target.C2PA, {*TRAINING, Use.INPUT, Use.MINING}),
    ],
)
def test_all_answers_in_all_vocabularies(target: Target, spoken_of: set[Use]) -> None:
    for terms, said in every(target):
        mine, theirs = terms.uses, said.means
        told = {loss.use for loss in said.losses}
        for use in permitted(said):
            assert mine[use] is Answer.ALLOW, (mine, said.text)
        for use in Use:
            assert theirs[use] is not Answer.ALLOW or mine[use] is Answer.ALLOW, (mine, said.text)
            if theirs[use] is Answer.CONSTRAINED:
                assert mine[use] in (Answer.ALLOW, Answer.CONSTRAINED), (mine, said.text)
            assert (theirs[use] is mine[use]) == (use not in told), (mine, said)
            # A no is never left out where there is a word for it.
            if use in spoken_of and mine[use] in (Answer.DENY, Answer.CONSTRAINED):
                assert theirs[use] in (Answer.DENY, mine[use]), (mine, said.text)
        if target is Target.RSL:
            for use in _rsl_permits(said.text, free=False):
                assert mine[use] in (Answer.ALLOW, Answer.CONSTRAINED), (mine, said.text)
        if set(mine.values()) == {Answer.UNSET}:
            assert (said.text, said.losses) == ("", ())
        assert all(loss.sentence.strip() for loss in said.losses)


def test_no_ai_in_every_vocabulary() -> None:
    texts = {said.target: said.text for said in say_all(PRESETS[Preset.NO_AI], ISCC)}
    assert texts[Target.ROBOTS] == (
        "User-agent: *\nContent-Usage: train-ai=n, search=y\n"
        "Content-Signal: search=yes, ai-input=no, ai-train=no\n"
    )
    assert json.loads(texts[Target.TDMREP]) == [{"location": "/", "tdm-reservation": 1}]
    assert json.loads(texts[Target.TDMAI]) == {
        "version": "1.0",
        "iscc": ISCC,
        "intent": "activate",
        "all": "false",
        "train-ai": "false",
        "train-genai": "false",
        "ai-use": "false",
        "search": "true",
    }
    assert "<permits" in texts[Target.RSL]
    assert '<prohibits type="usage">ai-train ai-input</prohibits>' in texts[Target.RSL]
    assert texts[Target.AITXT] == "User-Agent: *\nDisallow: /\nDisallow: *\n"


def test_a_price_is_offered_in_rsl_and_told_as_lost_elsewhere() -> None:
    terms = Terms(uses={Use.TRAIN: Answer.CONSTRAINED, Use.TRAIN_GENERATIVE: Answer.CONSTRAINED},
                  price=PRICE, note="Write to me.")  # fmt: skip
    offered = say(Target.RSL, terms)
    assert '<amount currency="EUR">5.00</amount>' in offered.text
    assert offered.means[Use.TRAIN] is Answer.CONSTRAINED
    assert [loss.sentence for loss in offered.losses if loss.use is None] == [
        "RSL does not tell your note."
    ]
    plain = say(Target.TDMREP, terms)
    assert "TDMRep does not tell your price." in [loss.sentence for loss in plain.losses]
    free = Terms(uses=terms.uses, price=Price(model=PriceModel.FREE))
    assert say(Target.RSL, free).means[Use.TRAIN] is Answer.DENY


TDMREP_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["location", "tdm-reservation"],
        "properties": {
            "location": {"type": "string", "pattern": "^/"},
            "tdm-reservation": {"enum": [0, 1]},
            "tdm-policy": {"type": "string", "pattern": "^https?://"},
        },
        "additionalProperties": False,
    },
}
_TEXT = {"type": "string", "enum": ["true", "false"]}
TDMAI_SCHEMA = {
    "type": "object",
    "required": ["version", "iscc", "intent", *tdmai.WORDS],
    "properties": {
        "version": {"const": "1.0"},
        "iscc": {"type": "string"},
        "intent": {"enum": ["activate", "update", "supersede"]},
        "summary": {"type": "string"},
        **dict.fromkeys(tdmai.WORDS, _TEXT),
    },
    "additionalProperties": False,
}
# Written from the text of RSL 1.0: the elements this app uses.
RSL_SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns="https://rslstandard.org/rsl" targetNamespace="https://rslstandard.org/rsl"
 elementFormDefault="qualified">
 <xs:simpleType name="word"><xs:restriction base="xs:token">
  <xs:enumeration value="all"/><xs:enumeration value="ai-all"/><xs:enumeration value="ai-train"/>
  <xs:enumeration value="ai-input"/><xs:enumeration value="ai-index"/>
  <xs:enumeration value="search"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="words"><xs:restriction><xs:simpleType><xs:list itemType="word"/>
  </xs:simpleType><xs:minLength value="1"/></xs:restriction></xs:simpleType>
 <xs:complexType name="usage"><xs:simpleContent><xs:extension base="words">
  <xs:attribute name="type" use="required" fixed="usage"/></xs:extension></xs:simpleContent>
 </xs:complexType>
 <xs:simpleType name="kind"><xs:restriction base="xs:token">
  <xs:enumeration value="purchase"/><xs:enumeration value="subscription"/>
  <xs:enumeration value="training"/><xs:enumeration value="crawl"/><xs:enumeration value="use"/>
  <xs:enumeration value="contribution"/><xs:enumeration value="attribution"/>
  <xs:enumeration value="free"/></xs:restriction></xs:simpleType>
 <xs:element name="rsl"><xs:complexType><xs:sequence>
  <xs:element name="content" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="license" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="permits" type="usage" minOccurs="0"/>
    <xs:element name="prohibits" type="usage" minOccurs="0"/>
    <xs:element name="payment" minOccurs="0"><xs:complexType><xs:sequence>
     <xs:element name="amount" minOccurs="0"><xs:complexType><xs:simpleContent>
      <xs:extension base="xs:decimal"><xs:attribute name="currency" use="required"/>
      </xs:extension></xs:simpleContent></xs:complexType></xs:element></xs:sequence>
     <xs:attribute name="type" type="kind" use="required"/></xs:complexType></xs:element>
   </xs:sequence></xs:complexType></xs:element>
   <xs:element name="terms" type="xs:anyURI" minOccurs="0"/></xs:sequence>
   <xs:attribute name="url" use="required" type="xs:anyURI"/></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_independent_readers_take_what_is_written() -> None:
    schema = etree.XMLSchema(etree.fromstring(RSL_SCHEMA))
    lists, payloads = (
        jsonschema.Draft202012Validator(one) for one in (TDMREP_SCHEMA, TDMAI_SCHEMA)
    )
    place = Place(location="/art/", policy="https://x.example/p.json", rsl="https://x.example/r")
    seen: set[tuple[Target, str]] = set()
    for uses in ALL[::5]:  # 5 shares no factor with 4: every use gets every answer
        for price in (None, PRICE):
            terms = Terms(uses=uses, price=price)
            value = aipref.value(terms)
            if value:
                parsed = http_sf.parse(value.encode(), tltype="dictionary")
                assert isinstance(parsed, dict)
                tokens = [one[0] for one in parsed.values() if isinstance(one, tuple)]
                assert {str(token) for token in tokens} <= {"y", "n"}
                assert len(tokens) == len(parsed)
            for target in (Target.TDMREP, Target.TDMAI, Target.RSL):
                text = say(target, terms, place, ISCC).text
                if not text or (target, text) in seen:
                    continue
                seen.add((target, text))
                if target is Target.TDMREP:
                    lists.validate(json.loads(text))
                elif target is Target.TDMAI:
                    payloads.validate(json.loads(text))
                else:
                    schema.assertValid(etree.fromstring(text.encode()))
    assert len(seen) > 40


def test_what_may_be_fetched_stays_as_it_was() -> None:
    place = Place(rsl="https://x.example/rsl.xml")
    for name in (Preset.NO_AI, Preset.OPEN):
        own = "User-agent: *\nDisallow: /private/\n\n"
        parser = RobotFileParser()
        parser.parse((own + say(Target.ROBOTS, PRESETS[name], place).text).splitlines())
        assert not parser.can_fetch("AnyBot", "https://x.example/private/a")
        assert parser.can_fetch("AnyBot", "https://x.example/art/a")


def test_conditions_are_iptc_s_only_where_its_one_answer_fits() -> None:
    asked: dict[Use, Answer] = dict.fromkeys(Use, Answer.CONSTRAINED)
    both = say(Target.IPTC, Terms(uses={**asked, Use.SEARCH: Answer.ALLOW}, price=PRICE))
    assert "DMI-PROHIBITED-SEECONSTRAINT\nplus:OtherConstraints: Training AI: only on" in both.text
    assert "Price: 5.00 EUR for each training." in both.text
    assert both.means[Use.TRAIN] is Answer.CONSTRAINED
    mixed = say(
        Target.IPTC, Terms(uses={**asked, Use.SEARCH: Answer.ALLOW, Use.TRAIN: Answer.DENY})
    )
    assert "Text and data mining is written as a no: IPTC has one answer for a file" in str(
        mixed.losses
    )


def test_a_rule_needs_something_said() -> None:
    assert tdmrep.rule(Terms(uses={}), Place()) is None
    assert rsl.content(Terms(uses={Use.OUTPUT: Answer.DENY})) is None


def test_together_works_permit_nothing_that_one_of_them_does_not() -> None:
    for answers in itertools.product(Answer, repeat=3):
        several = [
            Terms(uses={Use.TRAIN: one}, price=PRICE, note=f"note {at % 2}")
            for at, one in enumerate(answers)
        ]
        found = strictest(several)
        together = found.uses[Use.TRAIN]
        assert together is not Answer.ALLOW or set(answers) == {Answer.ALLOW}
        if together is Answer.CONSTRAINED:
            assert set(answers) <= {Answer.CONSTRAINED, Answer.ALLOW}
        assert (Answer.DENY not in answers) or together is Answer.DENY
        assert found.note == "note 0; note 1"
    cheap = Price(model=PriceModel.PER_TRAINING, amount=Decimal("0.01"), currency="EUR")
    asked = dict.fromkeys(Use, Answer.CONSTRAINED)
    both = strictest([Terms(uses=asked, price=PRICE), Terms(uses=asked, price=cheap)])
    assert both.price is None
