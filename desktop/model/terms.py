"""What AI may do with a work: the app's own vocabulary, from which all others are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Use(StrEnum):
    """A thing that an AI system may do with a work (TERMS.md, internal model)."""

    TRAIN = "train"
    TRAIN_GENERATIVE = "train-generative"
    INPUT = "input"
    OUTPUT = "output"
    SEARCH = "search"
    MINING = "mining"


class Answer(StrEnum):
    """The creator's answer for one use; UNSET says nothing, and is never read as a yes."""

    ALLOW = "allow"
    DENY = "deny"
    CONSTRAINED = "constrained"
    UNSET = "unset"


def strictest(answers: Iterable[Answer]) -> Answer:
    """Return the answer that permits nothing that any of several does not permit.

    Conditions for one and silence for another make a no: silence may be read as a yes.
    """
    known = set(answers)
    if len(known) == 1:
        return next(iter(known))
    if not known or Answer.DENY in known or known >= {Answer.CONSTRAINED, Answer.UNSET}:
        return Answer.DENY
    return Answer.UNSET if Answer.UNSET in known else Answer.CONSTRAINED


class PriceModel(StrEnum):
    """How a constrained use is paid for (RSL 1.0 payment types, in our words)."""

    FREE = "free"
    ATTRIBUTION = "attribution"
    SUBSCRIPTION = "subscription"
    PER_TRAINING = "per-training"
    PER_CRAWL = "per-crawl"
    PER_USE = "per-use"
    CONTRIBUTION = "contribution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price: its model, and where one is named, an exact amount with its ISO 4217 currency."""

    model: PriceModel
    amount: Decimal | None = None
    currency: str = ""

    def __post_init__(self) -> None:
        if self.amount is None:
            return
        if not self.amount.is_finite() or self.amount < 0:
            raise ValueError("A price is a number of zero or more.")
        if len(self.currency) != 3:
            raise ValueError("A price needs its currency, such as EUR.")
        if not self.amount:
            object.__setattr__(self, "amount", self.amount.copy_abs())


MOST_LICENSEES = 100
MOST_NAME_CHARACTERS = 200
MOST_ADDRESS_CHARACTERS = 300
MOST_NOTE_CHARACTERS = 2000
_ADDRESS = re.compile(r"https://[^\s/?#@\\\"<>]+([/?#][^\s\"<>\\]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensee:
    """Answers for one named licensee; where they are unset, the general answer holds for them.

    did: their public key, if it is known. Raises ValueError, a sentence, for what cannot be one.
    """

    name: str
    uses: Mapping[Use, Answer]
    did: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "uses", _every_use(self.uses))
        if not self.name or self.name != " ".join(self.name.split()) or _unfit(self.name):
            raise ValueError("A licensee needs a name, on one line.")
        if len(self.name) > MOST_NAME_CHARACTERS:
            raise ValueError(f"A licensee's name has {MOST_NAME_CHARACTERS} characters at most.")
        if self.did and not re.fullmatch(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]{1,250}", self.did):
            raise ValueError(f"{self.did[:60]!r} is not a public key: it begins with did:.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of the answers. version 0: not kept in the store yet.

    expires: the last day (UTC) on which what is permitted stays so; after it every yes and every
    condition is a no, and what a licensee alone was given is over. address: where the full terms
    stand, an https address. Raises ValueError, a sentence, for what cannot be kept.
    """

    uses: Mapping[Use, Answer]
    price: Price | None = None
    note: str = ""
    licensees: tuple[Licensee, ...] = ()
    expires: date | None = None
    address: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "uses", _every_use(self.uses))
        names = {one.name.casefold() for one in self.licensees}
        if len(names) < len(self.licensees):
            raise ValueError("A licensee is named twice.")
        if len(names) > MOST_LICENSEES:
            raise ValueError(f"There are {MOST_LICENSEES} licensees at most.")
        if self.address and not _ADDRESS.fullmatch(self.address):
            raise ValueError(
                "The address of the full terms begins with https:// and has no spaces."
            )
        if len(self.address) > MOST_ADDRESS_CHARACTERS or _unfit(self.address):
            raise ValueError("The address of the full terms cannot be used.")

    def same_answers(self, other: Terms) -> bool:
        """Tell whether both say the same, whatever their versions."""
        return replace(self, version=0) == replace(other, version=0)

    def on(self, day: date) -> Terms:
        """Return the answers as they hold on a day (UTC), under the same version."""
        if self.expires is None or day <= self.expires:
            return self
        return replace(
            self,
            uses=_ended(self.uses),
            licensees=tuple(
                replace(one, uses=_ended(one.uses, Answer.UNSET)) for one in self.licensees
            ),
            price=None,
            expires=None,
        )

    def for_everyone(self) -> Terms:
        """Return what may be told to a reader who knows neither licensees nor an expiry.

        No licensee is permitted more by it than by their own answer, and nothing is permitted
        without conditions that will end.
        """
        if not self.licensees and self.expires is None:
            return self
        uses = {
            use: strictest(
                [
                    self.uses[use],
                    *(one.uses[use] for one in self.licensees if one.uses[use] is not Answer.UNSET),
                ]
            )
            for use in Use
        }
        if self.expires is not None:
            uses = {
                use: Answer.CONSTRAINED if answer is Answer.ALLOW else answer
                for use, answer in uses.items()
            }
        return replace(self, uses=uses, licensees=(), expires=None)


def _every_use(uses: Mapping[Use, Answer]) -> dict[Use, Answer]:
    return {use: uses.get(use, Answer.UNSET) for use in Use}


def _ended(uses: Mapping[Use, Answer], then: Answer = Answer.DENY) -> dict[Use, Answer]:
    permitted = (Answer.ALLOW, Answer.CONSTRAINED)
    return {use: then if answer in permitted else answer for use, answer in uses.items()}


def _unfit(text: str) -> bool:
    """Tell whether text holds anything that steers how it is shown."""
    return any(unicodedata.category(character)[0] == "C" for character in text)


class Preset(StrEnum):
    """The plain choices a creator is offered first; CUSTOM is anything else."""

    OPEN = "open"
    ASK_ME = "ask me"
    NO_AI = "no ai"
    UNSET = "unset"
    CUSTOM = "custom"
