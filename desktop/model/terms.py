"""What AI may do with a work: the app's own vocabulary, from which all others are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of the answers. version 0: not kept in the store yet."""

    uses: Mapping[Use, Answer]
    price: Price | None = None
    note: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        missing = {use: Answer.UNSET for use in Use if use not in self.uses}
        object.__setattr__(self, "uses", {**self.uses, **missing})

    def same_answers(self, other: Terms) -> bool:
        """Tell whether both say the same, whatever their versions."""
        mine = (dict(self.uses), self.price, self.note)
        return mine == (dict(other.uses), other.price, other.note)


class Preset(StrEnum):
    """The plain choices a creator is offered first; CUSTOM is anything else."""

    OPEN = "open"
    ASK_ME = "ask me"
    NO_AI = "no ai"
    UNSET = "unset"
    CUSTOM = "custom"
