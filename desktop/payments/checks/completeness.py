"""C1 to C6: what should be there and is not, or is there and should not."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import MOST_LINES_NAMED, Check, Doubts, EachLine, Known, Told
from desktop.payments.checks.words import amount

_GONE_AFTER = 2
_TITLES_NAMED = 3
_OVERLAPS_NAMED = 3


class _ClaimedAndAbsent:
    """C1: every claim that stood throughout, for a use that is shared by weight among all."""

    def __init__(self, statement: Statement, known: Known) -> None:
        self._statement, self._known = statement, known
        self._there: set[str] = set()

    def take(self, line: StatementLine) -> None:
        if line.claim_number or line.claim_hash:
            self._there |= {line.claim_number, line.claim_hash}

    def findings(self) -> Iterator[Finding]:
        uses = {pool.use for pool in self._statement.pools}
        found = Doubts()
        for claim in self._known.claims or ():
            shared = any(share.right in uses for share in claim.shares)
            known_there = claim.number in self._there or claim.claim_hash in self._there
            if shared and not known_there and claim.stands_throughout(self._statement.period):
                found.add(
                    Finding(
                        check="C1",
                        sentence=f"{claim.title} is claimed, and was accepted before the period, "
                        "but no line names it.",
                        expected=claim.number or claim.claim_hash[:12],
                        actual="no line",
                    )
                )
        yield from found


class _NeverClaimed(EachLine):
    def __init__(self, statement: Statement, known: Known) -> None:
        super().__init__(statement, known)
        claims = known.claims or ()
        self._ours = {claim.number for claim in claims} | {one.claim_hash for one in claims}
        self._ours.discard("")

    def look(self, line: StatementLine) -> Iterator[Finding]:
        if self.known.claims is None or not (line.claim_number or line.claim_hash):
            return
        if line.claim_number not in self._ours and line.claim_hash not in self._ours:
            yield Finding(
                check="C2",
                sentence=f"A line pays for {line.title}, which this library never claimed there.",
                expected="a claim of yours",
                actual=line.claim_number or line.claim_hash[:12],
                lines=(line.external_id,),
            )


class _NotMatched:
    def __init__(self, _statement: Statement, known: Known) -> None:
        self._matched = None if known.matched is None else iter(known.matched)
        self._titles: dict[str, None] = {}
        self._lines: list[str] = []

    def take(self, line: StatementLine) -> None:
        if self._matched is not None and not next(self._matched):
            self._lines.append(line.external_id)
            if len(self._titles) <= _TITLES_NAMED:
                self._titles[line.title] = None

    def findings(self) -> Iterator[Finding]:
        if self._lines:
            more = " …" if len(self._titles) > _TITLES_NAMED else ""
            yield Finding(
                check="C3",
                sentence="Some lines are of no work that this library knows; say which they are.",
                expected="a work of yours",
                actual=", ".join([*self._titles][:_TITLES_NAMED]) + more,
                lines=tuple(self._lines[:MOST_LINES_NAMED]),
            )


def _period_fits(statement: Statement, known: Known) -> Iterator[Finding]:
    others = _same_time(statement, known)
    for other in others[:_OVERLAPS_NAMED]:
        said = f"Its period overlaps with the one of statement {other.number}."
        if other.period == statement.period:
            said = f"Statement {other.number} is for the same period."
        yield Finding(
            check="C4",
            sentence=said,
            expected=f"from {other.period.end.isoformat()} on",
            actual=f"from {statement.period.start.isoformat()}",
        )
    if len(others) > _OVERLAPS_NAMED:
        yield Finding(
            check="C4",
            sentence="More statements are for the same time.",
            expected="one statement",
            actual=f"{len(others) - _OVERLAPS_NAMED} more",
        )
    ends = [one.period.end for one in known.earlier if one.period.start < statement.period.start]
    if ends and max(ends) < statement.period.start:
        yield Finding(
            check="C4",
            sentence="No statement tells of the time before it.",
            expected=f"from {max(ends).isoformat()} on",
            actual=f"from {statement.period.start.isoformat()}",
        )


def _same_time(statement: Statement, known: Known) -> list[Told]:
    """Return the other statements for some of the same time, those for all of it first."""
    others = known.overlapping
    if others is None:
        others = tuple(Told(number=one.number, period=one.period) for one in known.earlier)
    period = statement.period
    found = [
        one
        for one in others
        if one.period.start < period.end
        and period.start < one.period.end
        and one.number != statement.number
    ]
    return sorted(found, key=lambda one: one.period != period)


class _LicenseeGone:
    def __init__(self, _statement: Statement, known: Known) -> None:
        recent = known.before.licensees[-_GONE_AFTER:]
        self._missing = set.intersection(*recent) if len(recent) == _GONE_AFTER else set()

    def take(self, line: StatementLine) -> None:
        self._missing.discard(line.licensee)

    def findings(self) -> Iterator[Finding]:
        for gone in sorted(self._missing):
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
    _ClaimedAndAbsent,
    _NeverClaimed,
    _NotMatched,
    _period_fits,
    _LicenseeGone,
    _minimum_carried,
)
