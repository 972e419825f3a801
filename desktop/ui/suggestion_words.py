"""The words in which the window tells what a file says of itself and about AI."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from desktop.flows.suggesting import CREATED, CREATORS, TITLE
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.terms.contradictions import Contradiction

FIELDS = {TITLE: "Title", CREATORS: "By", CREATED: "Made on", "doi": "DOI"}
_USES = {
    Use.TRAIN: "training",
    Use.TRAIN_GENERATIVE: "generative training",
    Use.INPUT: "use as input",
    Use.OUTPUT: "output",
    Use.SEARCH: "search",
    Use.MINING: "data mining",
}
_SOURCES = {
    Vocabulary.IPTC: "IPTC",
    Vocabulary.TDMREP: "TDMRep",
    Vocabulary.CAWG: "C2PA, not verified",
    Vocabulary.ROBOTS: "robots tag",
    Vocabulary.RIGHTS: "XMP",
    Vocabulary.AIPREF: "AIPREF",
    Vocabulary.CONTENT_SIGNALS: "Content Signals",
    Vocabulary.TDMAI: "TDM·AI",
    Vocabulary.RSL: "RSL",
    Vocabulary.AITXT: "ai.txt",
}
_ANSWERS = {
    Answer.ALLOW: "{} allowed",
    Answer.DENY: "no {}",
    Answer.CONSTRAINED: "{} on conditions",
    Answer.UNSET: "nothing on {}",
}
_PROPERTIES = {
    "xmpRights:UsageTerms": "Usage terms",
    "xmpRights:WebStatement": "Terms at",
    "plus:OtherConstraints": "Conditions",
    "constraint_info": "Conditions",
    "tdm:policy": "Policy at",
    "tdm-policy": "Policy at",
}
_MOST_CHARACTERS = 300


def answer_words(use: Use, answer: Answer) -> str:
    """Return an answer in words, such as "no training"."""
    return _ANSWERS[answer].format(_USES[use])


@dataclass(slots=True)
class Line:
    """One sentence of what the file says about AI; terms: what the user says otherwise."""

    vocabulary: Vocabulary
    answers: dict[Use, Answer] = field(default_factory=dict)
    text: str = ""
    terms: dict[Use, Answer] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The line to read."""
        if self.text:
            return self.text
        return f"{_capital(_answers(self.answers))} ({_SOURCES[self.vocabulary]})"

    @property
    def difference(self) -> str:
        """What the terms say instead; "" where they agree."""
        return f"Your terms: {_answers(self.terms)}." if self.terms else ""


def field_word(key: str) -> str:
    """Return what an offer is called."""
    return FIELDS.get(key, key.upper())


def ai_lines(said: Sequence[AiStatement], differing: Iterable[Contradiction]) -> list[Line]:
    """Return one line a vocabulary, another where it contradicts itself, then words on use."""
    lines: list[Line] = []
    for one in said:
        answers = dict(one.meaning)
        if not answers:
            continue
        last = next((line for line in lines if line.vocabulary is one.vocabulary), None)
        if last is None or any(last.answers.get(u, a) is not a for u, a in answers.items()):
            last = Line(one.vocabulary)
            lines.append(last)
        last.answers |= answers
    found = list(differing)
    for line in lines:
        line.terms = {
            one.use: one.terms_say
            for one in found
            if one.statement.vocabulary is line.vocabulary
            and line.answers.get(one.use) is one.file_says
        }
    return lines + [_remark(one) for one in said if not one.meaning]


def _answers(answers: dict[Use, Answer]) -> str:
    shown = dict(answers)
    if Use.TRAIN in shown and shown.get(Use.TRAIN_GENERATIVE) is shown[Use.TRAIN]:
        del shown[Use.TRAIN_GENERATIVE]  # training of any kind
    return ", ".join(_ANSWERS[shown[use]].format(_USES[use]) for use in Use if use in shown)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _remark(one: AiStatement) -> Line:
    name = _PROPERTIES.get(one.property.split(" ")[-1], one.property)
    value = one.value
    if len(value) > _MOST_CHARACTERS:
        value = value[:_MOST_CHARACTERS].rstrip() + "…"
    return Line(one.vocabulary, text=f"{name}: {value}")
