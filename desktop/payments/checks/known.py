"""What a check may look at beside the statement; where nothing is known, nothing is said."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, runtime_checkable

from desktop.model.advances import USUAL_RESERVE_MONTHS
from desktop.model.payments import Finding, Period, Pool, Statement, StatementLine
from desktop.payments.checks.stated import Stated

MOST_OF_A_KIND = 100
MOST_LINES_NAMED = 10_000
KINDS = frozenset(
    {
        "administration",
        "agency",
        "bank-fee",
        "chargeback",
        "commission",
        "culture",
        "distribution",
        "exchange",
        "fee",
        "membership",
        "platform",
        "refund",
        "social",
        "tax",
        "transfer",
        "vat",
        "withholding",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownShare:
    """What a claim says the payee holds. fraction None: unknown. starts, ends: None is always."""

    right: str
    fraction: Fraction | None
    territories: tuple[str, ...] = ("WORLD",)
    starts: date | None = None
    ends: date | None = None

    def holds(self, right: str, territory: str, on: date) -> bool:
        """Whether it is about that right there on that day."""
        there = territory in self.territories or "WORLD" in self.territories
        begun = self.starts is None or self.starts <= on
        return self.right == right and there and begun and (self.ends is None or on < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """A claim at the registry. accepted: since when it stands; ended: since when no more."""

    number: str
    claim_hash: str
    title: str
    shares: tuple[KnownShare, ...] = ()
    accepted: date | None = None
    ended: date | None = None

    def stands_throughout(self, period: Period) -> bool:
        """Whether it stood from the first to the last day of a period."""
        since = self.accepted is not None and self.accepted <= period.start
        return since and (self.ended is None or self.ended >= period.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """What an earlier statement held back, or below zero released. end: of its period."""

    number: str
    end: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A statement by its number and the time that it tells of."""

    number: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything else that is known when a statement comes.

    earlier: statements of the same registry and currency, newest revision each, oldest first.
    overlapping: of that registry and currency, those here before it that tell of some of the same
    time, whenever they were issued; None: those of earlier.
    stated: what their lines said, where they are not given with their lines.
    pools_elsewhere: (who states it, period, pool) of other statements. claims: at this registry;
    None where that is not known. matched: for each line whether it is a work of the library.
    withholding: the highest tax rate that is right, such as 0.15. advance_left: what is still to
    be recouped. reserves: of all statements before, however long ago; None: of those in earlier.
    paid: numbers of statements whose money arrived. files: SHA-256 → statement
    number. key_valid: whether the key that signed was valid on the day of issue.
    """

    earlier: tuple[Statement, ...] = ()
    overlapping: tuple[Told, ...] | None = None
    stated: Stated | None = None
    pools_elsewhere: tuple[tuple[str, Period, Pool], ...] = ()
    claims: tuple[KnownClaim, ...] | None = None
    matched: Iterable[bool] | None = None
    withholding: Decimal | None = None
    advance_left: Decimal | None = None
    reserves: tuple[Reserve, ...] | None = None
    reserve_months: int = USUAL_RESERVE_MONTHS
    kinds: frozenset[str] = KINDS
    paid: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    key_valid: bool | None = None

    @property
    def before(self) -> Stated:
        """What the lines of the earlier statements said."""
        if self.stated is not None:
            return self.stated
        found = Stated()
        for one in self.earlier:
            found.add(one, one.lines)
        return found

    @property
    def held(self) -> tuple[Reserve, ...]:
        """The reserves before this statement, oldest first."""
        if self.reserves is not None:
            return self.reserves
        return tuple(
            Reserve(number=one.number, end=one.period.end, amount=one.reserve)
            for one in self.earlier
        )

    @property
    def previous(self) -> Statement | None:
        """The newest of the earlier statements."""
        return self.earlier[-1] if self.earlier else None


NOTHING_KNOWN = Known()


@runtime_checkable
class LineCheck(Protocol):
    """A check that looks at every line once, and says at the end what it found."""

    def take(self, line: StatementLine) -> None:
        """Look at one more line."""

    def findings(self) -> Iterator[Finding]:
        """Yield what does not hold, after the last line."""


Check = Callable[[Statement, Known], Iterator[Finding] | LineCheck]


class Doubts:
    """What a check found so far. Beyond MOST_OF_A_KIND only the lines are remembered."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._told: list[Finding] = []
        self._count = 0
        self._lines: list[str] = []
        for finding in findings:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        """Remember one more."""
        self._count += 1
        if self._count <= MOST_OF_A_KIND:
            self._told.append(finding)
        else:
            self._lines += finding.lines

    def __iter__(self) -> Iterator[Finding]:
        yield from self._told
        more = self._count - len(self._told)
        if more:
            yield Finding(
                check=self._told[0].check,
                sentence=f"The same is wrong {more} times more.",
                expected="none",
                actual=f"{more} more",
                lines=tuple(self._lines[:MOST_LINES_NAMED]),
            )


class EachLine(ABC):
    """A check that judges every line for itself."""

    def __init__(self, statement: Statement, known: Known) -> None:
        self.statement, self.known = statement, known
        self._doubts = Doubts()

    def take(self, line: StatementLine) -> None:
        """Look at one more line."""
        for finding in self.look(line):
            self._doubts.add(finding)

    @abstractmethod
    def look(self, line: StatementLine) -> Iterable[Finding]:
        """Return what does not hold of a line."""

    def findings(self) -> Iterator[Finding]:
        """Yield what did not hold."""
        yield from self._doubts
