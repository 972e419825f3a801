"""What statements about AI use mean, where their vocabulary's own definition is clear.

A value that is not one of the vocabulary's is kept as it is written and means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.portfolio.tags.plain import NAME_CHARACTERS, plain

Meaning = tuple[tuple[Use, Answer], ...]
MOST = 40
_TRAINING = (Use.TRAIN, Use.TRAIN_GENERATIVE)
_PLUS = "http://ns.useplus.org/ldf/vocab/DMI-"
# PLUS LDF, Data Mining. Mining holds training in it, and training holds generative training.
_DATA_MINING: Mapping[str, Mapping[Use, Answer]] = {
    "ALLOWED": dict.fromkeys((*_TRAINING, Use.SEARCH, Use.MINING), Answer.ALLOW),
    "PROHIBITED": dict.fromkeys((*_TRAINING, Use.SEARCH, Use.MINING), Answer.DENY),
    "PROHIBITED-AIMLTRAINING": dict.fromkeys(_TRAINING, Answer.DENY),
    "PROHIBITED-GENAIMLTRAINING": {Use.TRAIN_GENERATIVE: Answer.DENY},
    "PROHIBITED-EXCEPTSEARCHENGINEINDEXING": {
        **dict.fromkeys((*_TRAINING, Use.MINING), Answer.DENY),
        Use.SEARCH: Answer.ALLOW,
    },
    "PROHIBITED-SEECONSTRAINT": dict.fromkeys((*_TRAINING, Use.MINING), Answer.CONSTRAINED),
    "PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": dict.fromkeys((*_TRAINING, Use.MINING), Answer.CONSTRAINED),
    "PROHIBITED-SEELINKEDRIGHTSEXPR": dict.fromkeys((*_TRAINING, Use.MINING), Answer.CONSTRAINED),
}
# The labels of PLUS LDF, as IPTC's documents and ExifTool have them.
_LABELS = {
    "Allowed": "ALLOWED",
    "Prohibited for AI/ML training": "PROHIBITED-AIMLTRAINING",
    "Prohibited for Generative AI/ML training": "PROHIBITED-GENAIMLTRAINING",
    "Prohibited except for search engine indexing": "PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
    "Prohibited": "PROHIBITED",
    "Prohibited, see plus:OtherConstraints": "PROHIBITED-SEECONSTRAINT",
}
_CAWG_USES = {
    "ai_training": Use.TRAIN,
    "ai_generative_training": Use.TRAIN_GENERATIVE,
    "ai_inference": Use.INPUT,
    "data_mining": Use.MINING,
}
_CAWG_ANSWERS = {
    "allowed": Answer.ALLOW,
    "notAllowed": Answer.DENY,
    "constrained": Answer.CONSTRAINED,
}


def data_mining(value: str) -> AiStatement:
    """Return the statement of plus:DataMining (IPTC 2025.1), whose values are full URIs.

    Some programs wrote the vocabulary's key alone, or its label instead.
    """
    name = value.removeprefix("DMI-") if value.startswith("DMI-") else _LABELS.get(value, "")
    name = value.removeprefix(_PLUS) if value.startswith(_PLUS) else name
    known = _DATA_MINING.get(name, {})
    return _statement(Vocabulary.IPTC, "plus:DataMining", value, known)


def reservation(value: str, name: str = "tdm:reservation") -> AiStatement:
    """Return the statement of a TDMRep reservation: 1 is reserved, 0 is not, all else nothing."""
    answer = {"1": Answer.DENY, "0": Answer.ALLOW}.get(value.strip())
    return _statement(Vocabulary.TDMREP, name, value, {Use.MINING: answer} if answer else {})


def policy(value: str, name: str = "tdm:policy") -> AiStatement:
    """Return the address of a TDMRep policy; what it says is not fetched."""
    return _statement(Vocabulary.TDMREP, name, value, {})


def robots(content: str) -> tuple[AiStatement, ...]:
    """Return what a robots tag says of AI: noai is a no to training sets (DeviantArt, 2022).

    noimageai speaks of the pictures in a page, not of the page, so it answers nothing here.
    """
    words = [word.strip() for word in content[:NAME_CHARACTERS].split(",")]
    return tuple(
        _statement(
            Vocabulary.ROBOTS,
            "robots",
            word,
            dict.fromkeys(_TRAINING, Answer.DENY) if word.lower() == "noai" else {},
        )
        for word in words
        if word.lower() in ("noai", "noimageai", "noml")
    )


def training_mining(entry: str, use: str) -> AiStatement:
    """Return one entry of a CAWG training-mining assertion, or of C2PA's older one."""
    prefix, _, name = entry.partition(".")
    known = _CAWG_USES.get(name) if prefix in ("cawg", "c2pa") else None
    answer = _CAWG_ANSWERS.get(use)
    meaning = {known: answer} if known and answer else {}
    return _statement(Vocabulary.CAWG, entry, use, meaning)


def remark(vocabulary: Vocabulary, name: str, text: str) -> AiStatement:
    """Return words that stand beside the statements; no meaning is guessed from words."""
    return _statement(vocabulary, name, text, {})


def worth_keeping(statements: Iterable[AiStatement]) -> tuple[AiStatement, ...]:
    """Return statements that say something, each once, at most MOST."""
    return tuple(dict.fromkeys(one for one in statements if one.value))[:MOST]


def _statement(
    vocabulary: Vocabulary, name: str, value: str, meaning: Mapping[Use, Answer]
) -> AiStatement:
    return AiStatement(
        vocabulary=vocabulary,
        property=plain(name, NAME_CHARACTERS),
        value=plain(value),
        meaning=tuple((use, meaning[use]) for use in Use if use in meaning),
    )
