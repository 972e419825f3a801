"""What a check may look at beside the statement; where nothing is known, nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from desktop.model.payments import Finding, Period, Pool, Statement, StatementLine

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
class Known:
    """Everything else that is known when a statement comes.

    earlier: statements of the same registry and currency, newest revision each, oldest first.
    pools_elsewhere: (who states it, period, pool) of other statements. claims: at this registry;
    None where that is not known. matched: for each line whether it is a work of the library.
    withholding: the highest tax rate that is right, such as 0.15. advance_left: what is still to
    be recouped. paid: numbers of statements whose money arrived. files: SHA-256 → statement
    number. key_valid: whether the key that signed was valid on the day of issue.
    """

    earlier: tuple[Statement, ...] = ()
    pools_elsewhere: tuple[tuple[str, Period, Pool], ...] = ()
    claims: tuple[KnownClaim, ...] | None = None
    matched: tuple[bool, ...] | None = None
    withholding: Decimal | None = None
    advance_left: Decimal | None = None
    reserve_months: int = 24
    kinds: frozenset[str] = KINDS
    paid: frozenset[str] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    key_valid: bool | None = None

    @property
    def previous(self) -> Statement | None:
        """The newest of the earlier statements."""
        return self.earlier[-1] if self.earlier else None


NOTHING_KNOWN = Known()
Check = Callable[[Statement, Known], Iterator[Finding]]


def work_of(line: StatementLine) -> str:
    """Return what tells a line's work from others: claim, else code, else title."""
    return line.claim_number or line.iscc or " ".join(line.title.casefold().split())
