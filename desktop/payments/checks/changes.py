"""R1 to R5: what moved since the statements before. Questions, not contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from desktop.model.money import EXACT
from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import MOST_LINES_NAMED, Check, Doubts, EachLine, Known
from desktop.payments.checks.stated import Earner, Rates, Terms, Volumes, earner_of, terms_of
from desktop.payments.checks.words import amount, percent, plain

OUTLIER_FACTOR = 10
MIN_PERIODS = 3


class _RateMoved:
    def __init__(self, _statement: Statement, known: Known) -> None:
        self._before = known.before.rates
        self._rates = Rates()
        self._lines: dict[Terms, list[str]] = defaultdict(list)

    def take(self, line: StatementLine) -> None:
        if self._before and (terms := terms_of(line)) in self._before:
            self._lines[terms].append(line.external_id)
            if not line.adjusts:
                self._rates.take(line)

    def findings(self) -> Iterator[Finding]:
        for terms, rates in self._rates.found.items():
            if rates != self._before[terms]:
                licensee, _, use, territory = terms
                yield Finding(
                    check="R1",
                    sentence=f"{licensee} pays another rate for {use} ({territory}) than before.",
                    expected=", ".join(plain(one) for one in sorted(self._before[terms])),
                    actual=", ".join(plain(one) for one in sorted(rates)),
                    lines=tuple(self._lines[terms][:MOST_LINES_NAMED]),
                )


def _commission_moved(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.previous is None:
        return
    charged = {one.kind: one.rate for one in known.previous.deductions if one.rate is not None}
    for deduction in statement.deductions:
        was = charged.get(deduction.kind)
        if was is not None and deduction.rate is not None and deduction.rate != was:
            yield Finding(
                check="R1",
                sentence=f"The deduction “{deduction.kind}” takes another part than before.",
                expected=percent(was),
                actual=percent(deduction.rate),
            )


def _method_changed(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.previous is None:
        return
    before = {
        (pool.licensee, pool.model, pool.use): (pool.method, pool.method_version)
        for pool in known.previous.pools
    }
    seen = set()
    for pool in statement.pools:
        key = (pool.licensee, pool.model, pool.use)
        was, now = before.get(key), (pool.method, pool.method_version)
        if was is not None and was != now and (key, now) not in seen:
            seen.add((key, now))
            yield Finding(
                check="R2",
                sentence=f"The weights of {pool.licensee} are made by another method than before.",
                expected=" ".join(was),
                actual=" ".join(now),
            )


class _Outliers:
    def __init__(self, statement: Statement, known: Known) -> None:
        self._statement = statement
        self._usual = {
            earner: median(totals)
            for earner, totals in known.before.earned.items()
            if len(totals) >= MIN_PERIODS
        }
        self._earned: dict[Earner, Decimal] = {}
        self._lines: dict[Earner, list[StatementLine]] = defaultdict(list)

    def take(self, line: StatementLine) -> None:
        if self._usual and (earner := earner_of(line)) in self._usual:
            self._lines[earner].append(line)
            if not line.adjusts:
                self._earned[earner] = EXACT.add(self._earned.get(earner, Decimal(0)), line.net)

    def findings(self) -> Iterator[Finding]:
        found = Doubts()
        for earner, total in self._earned.items():
            usual = self._usual[earner]
            if usual <= 0 or total < 0:
                continue
            if total > usual * OUTLIER_FACTOR or total * OUTLIER_FACTOR < usual:
                _, licensee, use = earner
                lines = self._lines[earner]
                found.add(
                    Finding(
                        check="R3",
                        sentence=f"{lines[0].title} earned far from what {licensee} usually pays "
                        f"for {use}.",
                        expected=f"about {amount(usual, self._statement)}",
                        actual=amount(total, self._statement),
                        lines=tuple(line.external_id for line in lines[:MOST_LINES_NAMED]),
                    )
                )
        yield from found


class _MoreUsesLessMoney:
    def __init__(self, statement: Statement, known: Known) -> None:
        self._statement = statement
        self._before = known.before.volumes
        self._now = Volumes()

    def take(self, line: StatementLine) -> None:
        if not line.adjusts:
            self._now.take(line)

    def findings(self) -> Iterator[Finding]:
        for (licensee, use), now in self._now.found.items():
            was = self._before.get((licensee, use))
            if was is not None and now.uses > was.uses and now.money < was.money:
                yield Finding(
                    check="R4",
                    sentence=f"{licensee} used your works more often than before ({use}), and "
                    "pays less.",
                    expected=f"at least {amount(was.money, self._statement)} for "
                    f"{plain(now.uses)} uses",
                    actual=amount(now.money, self._statement),
                )


class _PaidPeriodAdjusted(EachLine):
    def __init__(self, statement: Statement, known: Known) -> None:
        super().__init__(statement, known)
        self._before = known.before.numbers

    def look(self, line: StatementLine) -> Iterator[Finding]:
        if line.net >= 0 or not line.adjusts:
            return
        number = self._before.get(line.adjusts)
        if number in self.known.paid:
            yield Finding(
                check="R5",
                sentence=f"Money for {line.title} that was paid with statement {number} is taken "
                "back.",
                expected="paid is paid, unless they say why",
                actual=amount(line.net, self.statement),
                lines=(line.external_id,),
            )


CHECKS: tuple[Check, ...] = (
    _RateMoved,
    _commission_moved,
    _method_changed,
    _Outliers,
    _MoreUsesLessMoney,
    _PaidPeriodAdjusted,
)
