"""R1 to R5: what moved since the statements before. Questions, not contradictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from desktop.model.money import exact_sum
from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks.known import Check, Known, work_of
from desktop.payments.checks.words import amount, percent, plain

OUTLIER_FACTOR = 10
MIN_PERIODS = 3
Terms = tuple[str, str, str, str]


def _rate_moved(statement: Statement, known: Known) -> Iterator[Finding]:
    previous = known.previous
    if previous is None:
        return
    before, now = _rates(previous), _rates(statement)
    for terms, rates in now.items():
        if terms in before and rates != before[terms]:
            licensee, _, use, territory = terms
            yield Finding(
                check="R1",
                sentence=f"{licensee} pays another rate for {use} ({territory}) than before.",
                expected=", ".join(plain(one) for one in sorted(before[terms])),
                actual=", ".join(plain(one) for one in sorted(rates)),
                lines=tuple(line.external_id for line in statement.lines if _terms(line) == terms),
            )
    charged = {one.kind: one.rate for one in previous.deductions if one.rate is not None}
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


def _outliers(statement: Statement, known: Known) -> Iterator[Finding]:
    history: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for one in known.earlier:
        for key, total in _earned(one).items():
            history[key].append(total)
    for key, total in _earned(statement).items():
        usual = median(history[key]) if len(history[key]) >= MIN_PERIODS else None
        if usual is None or usual <= 0 or total < 0:
            continue
        if total > usual * OUTLIER_FACTOR or total * OUTLIER_FACTOR < usual:
            _, licensee, use = key
            lines = [line for line in statement.lines if _earner(line) == key]
            yield Finding(
                check="R3",
                sentence=f"{lines[0].title} earned far from what {licensee} usually pays for "
                f"{use}.",
                expected=f"about {amount(usual, statement)}",
                actual=amount(total, statement),
                lines=tuple(line.external_id for line in lines),
            )


def _more_uses_less_money(statement: Statement, known: Known) -> Iterator[Finding]:
    if known.previous is None:
        return
    before, now = _uses(known.previous), _uses(statement)
    for key, (uses, money) in now.items():
        if key not in before:
            continue
        old_uses, old_money = before[key]
        if uses > old_uses and money < old_money:
            licensee, use = key
            yield Finding(
                check="R4",
                sentence=f"{licensee} used your works more often than before ({use}), and pays "
                "less.",
                expected=f"at least {amount(old_money, statement)} for {plain(uses)} uses",
                actual=amount(money, statement),
            )


def _paid_period_adjusted(statement: Statement, known: Known) -> Iterator[Finding]:
    paid = {
        line.external_id: one.number
        for one in known.earlier
        if one.number in known.paid
        for line in one.lines
    }
    for line in statement.lines:
        if line.net < 0 and line.adjusts in paid:
            yield Finding(
                check="R5",
                sentence=f"Money for {line.title} that was paid with statement "
                f"{paid[line.adjusts]} is taken back.",
                expected="paid is paid, unless they say why",
                actual=amount(line.net, statement),
                lines=(line.external_id,),
            )


def _terms(line: StatementLine) -> Terms:
    return (line.licensee, line.model, line.use, line.territory)


def _rates(statement: Statement) -> dict[Terms, set[Decimal]]:
    rates: dict[Terms, set[Decimal]] = defaultdict(set)
    for line in statement.lines:
        if line.rate is not None and not line.adjusts:
            rates[_terms(line)].add(line.rate)
    return rates


def _earner(line: StatementLine) -> tuple[str, str, str]:
    return (work_of(line), line.licensee, line.use)


def _earned(statement: Statement) -> dict[tuple[str, str, str], Decimal]:
    found: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for line in statement.lines:
        if not line.adjusts:
            found[_earner(line)].append(line.net)
    return {key: exact_sum(amounts) for key, amounts in found.items()}


def _uses(statement: Statement) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    found: dict[tuple[str, str], tuple[list[Decimal], list[Decimal]]] = {}
    for line in statement.lines:
        if line.uses is not None and not line.adjusts:
            uses, money = found.setdefault((line.licensee, line.use), ([], []))
            uses.append(line.uses)
            money.append(line.net)
    return {key: (exact_sum(uses), exact_sum(money)) for key, (uses, money) in found.items()}


CHECKS: tuple[Check, ...] = (
    _rate_moved,
    _method_changed,
    _outliers,
    _more_uses_less_money,
    _paid_period_adjusted,
)
