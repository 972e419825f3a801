"""S1 to S5: pools, weights and the payee's share. A weight is checked for consistency only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import EXACT
from desktop.model.payments import Finding, Period, Pool, Statement, StatementLine
from desktop.payments.checks.known import (
    MOST_LINES_NAMED,
    MOST_OF_A_KIND,
    Check,
    EachLine,
    Known,
    KnownClaim,
)
from desktop.payments.checks.words import amount, close, fraction, plain

Source = tuple[str, str, str, Period]


class _WeightsMakeTheAmounts(EachLine):
    def __init__(self, statement: Statement, known: Known) -> None:
        super().__init__(statement, known)
        self._pools = _pools(statement)

    def look(self, line: StatementLine) -> Iterator[Finding]:
        if line.weight is None:
            return
        pool = self._pools.get(_source(line))
        if pool is None or not pool.total_weight:
            return
        part = Fraction(line.weight) / Fraction(pool.total_weight)
        expected = part * Fraction(pool.amount) * Fraction(pool.distributable_share)
        if not close(expected, line.gross):
            yield Finding(
                check="S1",
                sentence=f"The weight of {line.title} makes another part of {pool.licensee}'s "
                "pool than the amount that stands there.",
                expected=amount(expected, self.statement),
                actual=amount(line.gross, self.statement),
                lines=(line.external_id,),
            )


class _WeightsWithinTotal:
    def __init__(self, statement: Statement, _known: Known) -> None:
        self._pools = _pools(statement)
        self._weights: dict[Source, Decimal] = {}
        self._lines: dict[Source, list[str]] = defaultdict(list)

    def take(self, line: StatementLine) -> None:
        if line.weight is not None and (source := _source(line)) in self._pools:
            self._weights[source] = EXACT.add(self._weights.get(source, Decimal(0)), line.weight)
            self._lines[source].append(line.external_id)

    def findings(self) -> Iterator[Finding]:
        for source, pool in self._pools.items():
            total = self._weights.get(source, Decimal(0))
            if total > pool.total_weight:
                yield Finding(
                    check="S2",
                    sentence=f"Your works alone weigh more than the whole pool of {pool.licensee}.",
                    expected=f"at most {plain(pool.total_weight)}",
                    actual=plain(total),
                    lines=tuple(self._lines[source][:MOST_LINES_NAMED]),
                )


class _ShareAsClaimed(EachLine):
    def __init__(self, statement: Statement, known: Known) -> None:
        super().__init__(statement, known)
        self._claims = _claims(known)

    def look(self, line: StatementLine) -> Iterator[Finding]:
        claim = self._claims.get(line.claim_number)
        if claim is None or not line.share or line.share == "unknown":
            return
        held = [
            share.fraction
            for share in claim.shares
            if share.holds(line.right, line.territory, line.period.start)
        ]
        if not held or None in held:
            return
        if fraction(line.share) not in {*held, sum(one for one in held if one is not None)}:
            expected = " or ".join(dict.fromkeys(str(one) for one in held))
            yield Finding(
                check="S3",
                sentence=f"Your share in {line.title} is not the one that you claimed for that "
                "day.",
                expected=expected,
                actual=line.share,
                lines=(line.external_id,),
            )


class _EqualMeansEqual:
    def __init__(self, statement: Statement, _known: Known) -> None:
        self._statement = statement
        pools = _pools(statement).items()
        self._equal: dict[Source, list[tuple[Decimal, str]]] = {
            source: [] for source, pool in pools if "equal" in pool.method.casefold()
        }

    def take(self, line: StatementLine) -> None:
        if self._equal and not line.adjusts and (source := _source(line)) in self._equal:
            self._equal[source].append((line.gross, line.external_id))

    def findings(self) -> Iterator[Finding]:
        for (licensee, *_), found in self._equal.items():
            amounts = sorted(gross for gross, _ in found)
            if not amounts or close(amounts[0], amounts[-1]):
                continue
            usual = amounts[len(amounts) // 2]
            odd = [(gross, line) for gross, line in found if not close(usual, gross)]
            shown = dict.fromkeys(amount(gross, self._statement) for gross, _ in odd)
            yield Finding(
                check="S4",
                sentence=f"{licensee}'s money is divided equally, and yet some works got another "
                "amount.",
                expected=amount(usual, self._statement),
                actual=", ".join([*shown][:MOST_OF_A_KIND]),
                lines=tuple(line for _, line in odd[:MOST_LINES_NAMED]),
            )


def _one_pool_for_all(statement: Statement, known: Known) -> Iterator[Finding]:
    mine = _pools(statement)
    for who, period, other in known.pools_elsewhere:
        pool = mine.get((other.licensee, other.model, other.use, other.period or period))
        if pool is None:
            continue
        for name in ("amount", "total_weight", "distributable_share"):
            here, there = getattr(pool, name), getattr(other, name)
            if here != there:
                yield Finding(
                    check="S5",
                    sentence=f"{who} states another {name.replace('_', ' ')} for the same pool of "
                    f"{pool.licensee}.",
                    expected=plain(there),
                    actual=plain(here),
                )


def _pools(statement: Statement) -> dict[Source, Pool]:
    return {
        (pool.licensee, pool.model, pool.use, pool.period or statement.period): pool
        for pool in statement.pools
    }


def _source(line: StatementLine) -> Source:
    return (line.licensee, line.model, line.use, line.period)


def _claims(known: Known) -> dict[str, KnownClaim]:
    return {claim.number: claim for claim in known.claims or () if claim.number}


CHECKS: tuple[Check, ...] = (
    _WeightsMakeTheAmounts,
    _WeightsWithinTotal,
    _ShareAsClaimed,
    _EqualMeansEqual,
    _one_pool_for_all,
)
