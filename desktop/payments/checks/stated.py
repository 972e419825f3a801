"""What the lines of earlier statements said, as far as a later one is compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from desktop.model.money import EXACT
from desktop.model.payments import Statement, StatementLine

Terms = tuple[str, str, str, str]
Earner = tuple[str, str, str]
Source = tuple[str, str]


@dataclass(slots=True)
class Stated:
    """Lines of the statements of one registry and currency, added oldest first.

    numbers: external id → number of the first statement with it. uses: key of a use → the same.
    earned: for each earner what it got in each statement that names it. licensees: of each
    statement. rates, volumes: of the last statement only.
    """

    numbers: dict[str, str] = field(default_factory=dict)
    uses: dict[int, str] = field(default_factory=dict)
    earned: dict[Earner, list[Decimal]] = field(default_factory=lambda: defaultdict(list))
    licensees: list[set[str]] = field(default_factory=list)
    rates: dict[Terms, set[Decimal]] = field(default_factory=dict)
    volumes: dict[Source, Volume] = field(default_factory=dict)

    def add(self, statement: Statement, lines: Iterable[StatementLine]) -> None:
        """Add the next statement. lines: its lines, which are gone through once."""
        totals: dict[Earner, Decimal] = {}
        licensees: set[str] = set()
        rates, volumes = Rates(), Volumes()
        for line in lines:
            self.numbers.setdefault(line.external_id, statement.number)
            licensees.add(line.licensee)
            if line.adjusts:
                continue
            self.uses.setdefault(use_key(line), statement.number)
            earner = earner_of(line)
            totals[earner] = EXACT.add(totals.get(earner, _ZERO), line.net)
            rates.take(line)
            volumes.take(line)
        for earner, total in totals.items():
            self.earned[earner].append(total)
        self.licensees.append(licensees)
        self.rates, self.volumes = rates.found, volumes.found


_ZERO = Decimal(0)


@dataclass(slots=True)
class Volume:
    """How often something was used, and what was paid for it."""

    uses: Decimal = _ZERO
    money: Decimal = _ZERO


class Rates:
    """The rates that are paid for the same thing."""

    def __init__(self) -> None:
        self.found: dict[Terms, set[Decimal]] = {}

    def take(self, line: StatementLine) -> None:
        """Look at a line that corrects no other."""
        if line.rate is not None:
            self.found.setdefault(terms_of(line), set()).add(line.rate)


class Volumes:
    """Uses and money by licensee and use."""

    def __init__(self) -> None:
        self.found: dict[Source, Volume] = {}

    def take(self, line: StatementLine) -> None:
        """Look at a line that corrects no other."""
        if line.uses is not None:
            volume = self.found.setdefault((line.licensee, line.use), Volume())
            volume.uses = EXACT.add(volume.uses, line.uses)
            volume.money = EXACT.add(volume.money, line.net)


def work_of(line: StatementLine) -> str:
    """Return what tells a line's work from others: the payer's name; or claim, code, title."""
    if line.called is not None:
        return line.called.key
    return line.claim_number or line.iscc or " ".join(line.title.casefold().split())


def terms_of(line: StatementLine) -> Terms:
    """Return what a rate is for; an offer that was accepted has a price of its own."""
    model = f"{line.model} ({line.offer})" if line.offer else line.model
    return (line.licensee, model, line.use, line.territory)


def earner_of(line: StatementLine) -> Earner:
    """Return what a line's money is compared by, from statement to statement."""
    return (work_of(line), line.licensee, line.use)


def use_key(line: StatementLine) -> int:
    """Return a number for everything that tells one use from another; 64 bits, this process's."""
    return hash(
        (
            work_of(line),
            line.licensee,
            line.model,
            line.use,
            line.right,
            line.territory,
            line.period.start,
            line.period.end,
            line.rate,
        )
    )
