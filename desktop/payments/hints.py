"""What a payer wrote with the money: the number of a statement, or its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.model.money import Money
from desktop.model.payments import BankEntry
from desktop.payments.matching import SHORTEST_NAME, mentions

REFERENCE, PAYER = 45, 25
_NO_NAME = frozenset(
    {"gmbh", "inc", "ltd", "llc", "the", "and", "und", "ag", "ab", "as", "sa", "srl", "bv", "co"}
    | {"limited", "company", "corp", "plc", "kg"}
)
Hint = tuple[int, tuple[str, ...]]
NO_HINT: Hint = (0, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A statement of which something is open. references and names: what payers write of it."""

    statement_id: int
    registry_id: int
    registry: str
    number: str
    open: Money
    issued: date
    pay_by: date
    references: tuple[str, ...]
    names: tuple[str, ...]
    remittance_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """A bank entry and what is left of it; not_for: statements that the user ruled out."""

    entry_id: int
    entry: BankEntry
    left: Money
    not_for: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """Everything the payer wrote."""
        return f"{self.entry.end_to_end_id} {self.entry.reference} {self.entry.counterparty}"


class Hints:
    """Finds, for one entry after the other, the few statements that something speaks for.

    Thousands of entries are looked at beside hundreds of statements: each pair would take a minute.
    """

    def __init__(self, debts: Sequence[Debt]) -> None:
        self._by_start: dict[str, list[Debt]] = {}
        self._by_names: dict[tuple[str, ...], list[Debt]] = {}
        self._by_amount: dict[Money, list[Debt]] = {}
        for debt in debts:
            for start in {_bare(one)[:SHORTEST_NAME] for one in debt.references}:
                if len(start) == SHORTEST_NAME:
                    self._by_start.setdefault(start, []).append(debt)
            self._by_names.setdefault(debt.names, []).append(debt)
            self._by_amount.setdefault(debt.open, []).append(debt)
        self._words = {names: [_telling(name) for name in names] for names in self._by_names}

    def of(self, one: Free) -> dict[int, tuple[Debt, Hint]]:
        """Return statement → points and words, of those that what was written speaks for."""
        text = one.text
        found: dict[int, tuple[Debt, Hint]] = {}
        for debt in self._named(text):
            if debt.statement_id not in one.not_for and mentions(text, debt.references):
                hint = REFERENCE, (f"it names {debt.number}",)
                found[debt.statement_id] = debt, hint
        said = set(re.findall(r"\w+", text.casefold()))
        for names, debts in self._by_names.items():
            if any(words and words <= said for words in self._words[names]):
                for debt in debts:
                    if debt.statement_id not in one.not_for:
                        _, (points, why) = found.get(debt.statement_id, (debt, NO_HINT))
                        words = (*why, f"it is from {debt.registry}")
                        found[debt.statement_id] = debt, (points + PAYER, words)
        return found

    def of_amount(self, money: Money) -> Sequence[Debt]:
        """Return the statements of which just that is open."""
        return self._by_amount.get(money, ())

    def _named(self, text: str) -> Iterable[Debt]:
        """Return statements of which a number may begin in a text, each once."""
        bare = _bare(text)
        starts = {bare[at : at + SHORTEST_NAME] for at in range(len(bare) - SHORTEST_NAME + 1)}
        debts: Mapping[int, Debt] = {
            debt.statement_id: debt
            for start in starts & self._by_start.keys()
            for debt in self._by_start[start]
        }
        return debts.values()


def _telling(name: str) -> frozenset[str]:
    """Return the words of a payer's name that tell it from others; none if it is too short."""
    words = frozenset(re.findall(r"\w+", name.casefold())) - _NO_NAME
    return words if sum(map(len, words)) >= 4 else frozenset()


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()
