"""C1 to C6: what should be there and is not, or is there and should not."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.payments import Finding, Statement
from desktop.payments.checks.known import Check, Known
from desktop.payments.checks.words import amount

_GONE_AFTER = 2


def _claimed_and_absent(statement: Statement, known: Known) -> Iterator[Finding]:
    """C1: every claim that stood throughout, for a use that is shared by weight among all."""
    there = {line.claim_number for line in statement.lines} | {
        line.claim_hash for line in statement.lines
    }
    uses = {pool.use for pool in statement.pools if (pool.period or statement.period)}
    for claim in known.claims or ():
        shared = any(share.right in uses for share in claim.shares)
        known_there = claim.number in there or claim.claim_hash in there
        if shared and not known_there and claim.stands_throughout(statement.period):
            yield Finding(
                check="C1",
                sentence=f"{claim.title} is claimed, and was accepted before the period, but no "
                "line names it.",
                expected=claim.number or claim.claim_hash[:12],
                actual="no line",
            )


def _never_claimed(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.claims is None:
        return
    ours = {claim.number for claim in known.claims} | {one.claim_hash for one in known.claims}
    for line in statement.lines:
        if (line.claim_number or line.claim_hash) and not {line.claim_number, line.claim_hash} & (
            ours - {""}
        ):
            yield Finding(
                check="C2",
                sentence=f"A line pays for {line.title}, which this library never claimed there.",
                expected="a claim of yours",
                actual=line.claim_number or line.claim_hash[:12],
                lines=(line.external_id,),
            )


def _not_matched(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.matched is None:
        return
    lost = [
        line for line, matched in zip(statement.lines, known.matched, strict=True) if not matched
    ]
    if lost:
        titles = ", ".join(dict.fromkeys(line.title for line in lost[:3]))
        yield Finding(
            check="C3",
            sentence="Some lines are of no work that this library knows; say which they are.",
            expected="a work of yours",
            actual=titles + (" …" if len(lost) > 3 else ""),
            lines=tuple(line.external_id for line in lost),
        )


def _period_fits(statement: Statement, known: Known) -> Iterator[Finding]:
    for other in known.earlier:
        inside = (
            other.period.start < statement.period.end and statement.period.start < other.period.end
        )
        if inside and other.number != statement.number:
            yield Finding(
                check="C4",
                sentence=f"Its period overlaps with the one of statement {other.number}.",
                expected=f"from {other.period.end.isoformat()} on",
                actual=f"from {statement.period.start.isoformat()}",
            )
    ends = [one.period.end for one in known.earlier if one.period.start < statement.period.start]
    if ends and max(ends) < statement.period.start:
        yield Finding(
            check="C4",
            sentence="No statement tells of the time before it.",
            expected=f"from {max(ends).isoformat()} on",
            actual=f"from {statement.period.start.isoformat()}",
        )


def _licensee_gone(statement: Statement, known: Known) -> Iterator[Finding]:
    recent = known.earlier[-_GONE_AFTER:]
    if len(recent) < _GONE_AFTER:
        return
    always = set.intersection(*({line.licensee for line in one.lines} for one in recent))
    for gone in sorted(always - {line.licensee for line in statement.lines}):
        yield Finding(
            check="C5",
            sentence=f"{gone} paid in every statement before and is not in this one.",
            expected=gone,
            actual="no line",
        )


def _minimum_carried(statement: Statement, known: Known) -> Iterator[Finding]:
    previous = known.previous
    if previous is None or previous.payable != 0 or previous.closing <= 0:
        return
    if statement.opening < previous.closing:
        yield Finding(
            check="C6",
            sentence=f"What was too little to pay in statement {previous.number} was not carried "
            "over.",
            expected=amount(previous.closing, statement),
            actual=amount(statement.opening, statement),
        )


CHECKS: tuple[Check, ...] = (
    _claimed_and_absent,
    _never_claimed,
    _not_matched,
    _period_fits,
    _licensee_gone,
    _minimum_carried,
)
