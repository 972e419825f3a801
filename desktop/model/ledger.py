"""What is asked of the ledger, and what it answers: filters, lines, saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from desktop.model.line_columns import Dimension
from desktop.model.payments import PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFilter:
    """Which lines are meant; everything that is named must fit.

    where: for a dimension, the keys of which a line has one (GroupTotal.key). start, end: months
    of use, from the one start is in, to the one before end. states: of the line's payment. text:
    found in the title, licensee, model, registry or statement number, in any case of letters.
    """

    where: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    states: tuple[PaymentState, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether every line is meant."""
        dates = self.start is not None or self.end is not None
        return not (self.where or dates or self.states or self.text.strip())

    def narrowed(self, dimension: Dimension, *keys: str) -> LineFilter:
        """Return it with one dimension held to these keys; none: the dimension is free again."""
        kept = {name: held for name, held in self.where.items() if name is not dimension}
        return replace(self, where=kept | ({dimension: keys} if keys else {}))


def filter_json(wanted: LineFilter) -> dict[str, Any]:
    """Return a filter as a saved search keeps it."""
    return {
        "where": {dimension.value: list(keys) for dimension, keys in wanted.where.items()},
        "from": wanted.start.isoformat() if wanted.start else None,
        "to": wanted.end.isoformat() if wanted.end else None,
        "states": [state.value for state in wanted.states],
        "text": wanted.text,
    }


def read_filter(value: Mapping[str, Any]) -> LineFilter:
    """Return the filter of a saved search. Raises ValueError or KeyError for anything else."""
    return LineFilter(
        where={Dimension(name): tuple(keys) for name, keys in value["where"].items()},
        start=date.fromisoformat(value["from"]) if value["from"] else None,
        end=date.fromisoformat(value["to"]) if value["to"] else None,
        states=tuple(PaymentState(state) for state in value["states"]),
        text=value["text"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A filter under a name."""

    name: str
    wanted: LineFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """What the ledger knows of a statement beside its lines."""

    statement_id: int
    registry_id: int
    number: str
    issued: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line as the ledger lists it. running: the sum of its currency up to it, oldest first."""

    statement_id: int
    position: int
    month: date
    registry: str
    number: str
    work: str
    work_key: str
    title: str
    licensee: str
    model: str
    use: str
    right: str
    territory: str
    net: Decimal
    currency: str
    running: Decimal


@dataclass(frozen=True, slots=True)
class Words:
    """The values of one dimension by code: what is shown, and the key that filters name."""

    labels: Mapping[int, str]
    keys: Mapping[int, str]

    def codes_of(self, keys: Iterable[str]) -> list[int]:
        """Return the codes of keys; a key that no line has is no code."""
        wanted = set(keys)
        return [code for code, key in self.keys.items() if key in wanted]

    def codes_with(self, text: str) -> list[int]:
        """Return the codes of labels that contain a casefolded text."""
        return [code for code, label in self.labels.items() if text in label.casefold()]
