"""S1 to S5: pools, weights and the payee's share. A weight is checked for consistency only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from desktop.model.money import exact_sum
from desktop.model.payments import Finding, Period, Pool, Statement, StatementLine
from desktop.payments.checks.known import Check, Known, KnownClaim
from desktop.payments.checks.words import amount, close, plain

Source = tuple[str, str, str, Period]


def _weights_make_the_amounts(statement: Statement, _known: Known) -> Iterator[Finding]:
    pools = _pools(statement)
    for line in statement.lines:
        pool = pools.get(_source(line))
        if line.weight is None or pool is None or not pool.total_weight:
            continue
        part = Fraction(line.weight) / Fraction(pool.total_weight)
        expected = part * Fraction(pool.amount) * Fraction(pool.distributable_share)
        if not close(expected, line.gross):
            yield Finding(
                check="S1",
                sentence=f"The weight of {line.title} makes another part of {pool.licensee}'s "
                "pool than the amount that stands there.",
                expected=amount(expected, statement),
                actual=amount(line.gross, statement),
                lines=(line.external_id,),
            )


def _weights_within_total(statement: Statement, _known: Known) -> Iterator[Finding]:
    lines = defaultdict(list)
    for line in statement.lines:
        if line.weight is not None:
            lines[_source(line)].append(line)
    for source, pool in _pools(statement).items():
        total = exact_sum(line.weight or Decimal(0) for line in lines[source])
        if total > pool.total_weight:
            yield Finding(
                check="S2",
                sentence=f"Your works alone weigh more than the whole pool of {pool.licensee}.",
                expected=f"at most {plain(pool.total_weight)}",
                actual=plain(total),
                lines=tuple(line.external_id for line in lines[source]),
            )


def _share_as_claimed(statement: Statement, known: Known) -> Iterator[Finding]:
    claims = _claims(known)
    for line in statement.lines:
        claim = claims.get(line.claim_number)
        if claim is None or not line.share or line.share == "unknown":
            continue
        held = [
            share.fraction
            for share in claim.shares
            if share.holds(line.right, line.territory, line.period.start)
        ]
        if not held or None in held:
            continue
        if Fraction(line.share) not in {*held, sum(one for one in held if one is not None)}:
            expected = " or ".join(dict.fromkeys(str(one) for one in held))
            yield Finding(
                check="S3",
                sentence=f"Your share in {line.title} is not the one that you claimed for that "
                "day.",
                expected=expected,
                actual=line.share,
                lines=(line.external_id,),
            )


def _equal_means_equal(statement: Statement, _known: Known) -> Iterator[Finding]:
    equal = {key for key, pool in _pools(statement).items() if "equal" in pool.method.casefold()}
    lines = defaultdict(list)
    for line in statement.lines:
        if _source(line) in equal and not line.adjusts:
            lines[_source(line)].append(line)
    for found in lines.values():
        amounts = sorted(line.gross for line in found)
        if not close(amounts[0], amounts[-1]):
            usual = amounts[len(amounts) // 2]
            odd = [line for line in found if not close(usual, line.gross)]
            yield Finding(
                check="S4",
                sentence=f"{found[0].licensee}'s money is divided equally, and yet some works got "
                "another amount.",
                expected=amount(usual, statement),
                actual=", ".join(dict.fromkeys(amount(line.gross, statement) for line in odd)),
                lines=tuple(line.external_id for line in odd),
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
    _weights_make_the_amounts,
    _weights_within_total,
    _share_as_claimed,
    _equal_means_equal,
    _one_pool_for_all,
)
