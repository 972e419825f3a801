"""Years of statements that are right, and for every check a way to make one of them wrong."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from desktop.model.money import Money, exact_sum, exponent
from desktop.model.payments import (
    Deduction,
    Period,
    Pool,
    SignatureState,
    Statement,
    StatementLine,
)
from desktop.payments.checks.known import Known, KnownClaim, KnownShare, Told

CURRENCIES = ("EUR", "USD", "JPY", "KWD", "GBP")
RATE = Decimal("0.0025")
Case = tuple[Statement, Known]
Spoil = Callable[[Statement, Known, Random], Case]


def cut(value: Fraction, places: int) -> Decimal:
    """Return a fraction cut after some decimals."""
    whole = int(value * 10**places)
    return Decimal(whole).scaleb(-places)


def clean(random: Random) -> Case:
    """Return a statement with everything that is known beside it; nothing is wrong."""
    currency = random.choice(CURRENCIES)
    claims = [_claim(number, random) for number in range(1, random.randint(3, 9))]
    earlier: list[Statement] = []
    year = _Year(currency, claims, random)
    for month in range(random.randint(4, 7)):
        earlier.append(year.statement(month))
    statement = earlier.pop()
    recouped = exact_sum(one.recouped for one in earlier)
    known = Known(
        earlier=tuple(earlier),
        claims=tuple(claims),
        matched=(True,) * len(statement.lines),
        withholding=Decimal("0.15"),
        advance_left=year.advance - recouped,
        paid=frozenset(one.number for one in earlier[:-1]),
        files={hashlib.sha256(one.document).hexdigest(): one.number for one in earlier},
        key_valid=True,
        pools_elsewhere=tuple(
            ("Another registry", statement.period, pool) for pool in statement.pools
        ),
    )
    return statement, known


def _claim(number: int, random: Random) -> KnownClaim:
    part = Fraction(random.randint(1, 6), 6)
    return KnownClaim(
        number=f"OC-{number:06}",
        claim_hash=hashlib.sha256(f"claim {number}".encode()).hexdigest(),
        title=f"Picture {number}",
        shares=tuple(KnownShare(right=right, fraction=part) for right in ("training", "output")),
        accepted=date(2025, 12, 1),
    )


class _Year:
    """Month after month of one payer: small sums carried over, a reserve held and released."""

    def __init__(self, currency: str, claims: list[KnownClaim], random: Random) -> None:
        self.currency, self.claims, self.random = currency, claims, random
        self.advance = self.left = Decimal(random.randint(0, 400))
        self.opening = self.year_to_date = self._zero
        self.minimum = Decimal(random.choice((0, 0, 300)))
        self.reserves = random.choice(({}, {0: Decimal(20), 2: Decimal(-20)}))
        self.last: list[StatementLine] = []

    @property
    def _zero(self) -> Decimal:
        return Decimal(0).scaleb(-exponent(self.currency))

    def statement(self, month: int) -> Statement:
        """Return the next statement."""
        random, places = self.random, exponent(self.currency)
        period = Period(start=_month(month), end=_month(month + 1))
        pools = [
            _pool("training", "Lumen", "gradient influence", random),
            _pool("settlement", "Quill", "equal parts", random),
        ]
        lines: list[StatementLine] = []
        for claim in self.claims:
            lines += _lines(claim, period, pools, self.currency, month, random)
        if self.last and random.random() < 0.3:
            lines.append(_taken_back(random.choice(self.last), month))
        gross = Money.rounded(exact_sum(line.net for line in lines), self.currency).decimal
        self.year_to_date += gross
        fee = cut(Fraction(gross) / 10, places)
        tax = cut(Fraction(gross) * Fraction(random.choice((0, 5, 15)), 100), places)
        reserve = self.reserves.get(month, Decimal(0)) + self._zero
        net = self.opening + gross - fee - tax - reserve
        recouped = min(self.left, max(Decimal(0), cut(Fraction(net) / 4, places))) + self._zero
        due = net - recouped
        payable = due if due >= self.minimum else self._zero
        made = Statement(
            number=f"S-{month + 1:03}",
            revision=1,
            period=period,
            issued=_month(month + 1),
            due=_month(month + 2),
            currency=self.currency,
            opening=self.opening,
            gross=gross,
            adjustments=self._zero,
            tax_withheld=tax,
            recouped=recouped,
            reserve=reserve,
            payable=payable,
            closing=due - payable,
            lines=tuple(lines),
            document=f"{month} {random.random()}".encode(),
            signature=SignatureState.VERIFIED,
            deductions=(
                Deduction(kind="administration", amount=fee, rate=Decimal("0.10"), base=gross),
            ),
            pools=tuple(pools),
            declared_lines=len(lines),
            declared_works=len(self.claims),
            year_to_date=self.year_to_date if random.random() < 0.5 else None,
        )
        self.left -= recouped
        self.opening = made.closing
        self.last = [line for line in lines if not line.adjusts]
        return made


def _taken_back(line: StatementLine, month: int) -> StatementLine:
    """Return a charge-back of a line that was not paid yet, as it is when it is right."""
    return dataclasses.replace(
        line,
        external_id=f"{line.external_id}-back-{month}",
        gross=-line.gross,
        net=-line.net,
        uses=None,
        rate=None,
        weight=None,
        adjusts=line.external_id,
    )


def _pool(use: str, licensee: str, method: str, random: Random) -> Pool:
    return Pool(
        use=use,
        licensee=licensee,
        model=f"{licensee}-2",
        amount=Decimal(random.randint(50_000, 90_000)),
        distributable_share=Decimal("0.7"),
        total_weight=Decimal(random.randint(900, 1000)),
        method=method,
        method_version="1.0",
    )


def _lines(
    claim: KnownClaim,
    period: Period,
    pools: list[Pool],
    currency: str,
    month: int,
    random: Random,
) -> list[StatementLine]:
    share = claim.shares[0].fraction or Fraction(1)
    training, settlement = pools
    weight = Decimal(random.randint(2000, 4000)) / 1000
    part = Fraction(weight) / Fraction(training.total_weight)
    pool_part = part * Fraction(training.amount) * Fraction(training.distributable_share)
    uses = Decimal(1000 * (month + 1) + random.randint(0, 99))
    made: list[tuple[str, Pool, Decimal, dict[str, Any]]] = [
        ("training", training, cut(pool_part, 12), {"weight": weight}),
        ("settlement", settlement, Decimal("125.000000"), {}),
        ("output", training, uses * RATE, {"uses": uses, "rate": RATE}),
    ]
    return [
        StatementLine(
            external_id=f"{claim.number}-{month}-{use}",
            title=claim.title,
            licensee=pool.licensee,
            model=pool.model,
            use=use,
            right="output" if use == "output" else "training",
            territory="DE",
            period=period,
            gross=gross,
            share=f"{share.numerator}/{share.denominator}",
            net=cut(Fraction(gross) * share, 18),
            currency=currency,
            claim_number=claim.number,
            claim_hash=claim.claim_hash,
            **facts,
        )
        for use, pool, gross, facts in made
    ]


def _month(number: int) -> date:
    return date(2026 + number // 12, number % 12 + 1, 1)


def _unit(statement: Statement, random: Random) -> Decimal:
    return Decimal(random.randint(2, 500)).scaleb(-exponent(statement.currency))


def _line(statement: Statement, random: Random, *, use: str = "") -> tuple[int, StatementLine]:
    fit = [
        (n, one)
        for n, one in enumerate(statement.lines)
        if not one.adjusts and (not use or one.use == use)
    ]
    return random.choice(fit)


def _with_line(statement: Statement, number: int, **changes: object) -> Statement:
    lines = list(statement.lines)
    lines[number] = dataclasses.replace(lines[number], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(statement, lines=tuple(lines))


def _a1(statement: Statement, known: Known, random: Random) -> Case:
    return dataclasses.replace(statement, gross=statement.gross + _unit(statement, random)), known


def _a2(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random, use="output")
    return _with_line(statement, number, uses=(line.uses or 0) + random.randint(2, 90)), known


def _a3(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random)
    return _with_line(statement, number, net=line.net + _unit(statement, random)), known


def _a4(statement: Statement, known: Known, random: Random) -> Case:
    name = random.choice(("payable", "tax_withheld", "recouped", "closing", "reserve"))
    changed = getattr(statement, name) + _unit(statement, random)
    return dataclasses.replace(statement, **{name: changed}), known


def _a5(statement: Statement, known: Known, random: Random) -> Case:
    more = _unit(statement, random)
    moved = dataclasses.replace(
        statement, opening=statement.opening + more, payable=statement.payable + more
    )
    return moved, known


def _a6(statement: Statement, known: Known, random: Random) -> Case:
    name = random.choice(("declared_lines", "declared_works"))
    return dataclasses.replace(statement, **{name: getattr(statement, name) + 1}), known


def _a7(statement: Statement, known: Known, random: Random) -> Case:
    total = exact_sum(one.gross for one in (*known.earlier, statement))
    wrong = total + _unit(statement, random)
    return dataclasses.replace(statement, year_to_date=wrong), known


def _a8(statement: Statement, known: Known, random: Random) -> Case:
    if random.random() < 0.5:
        fine = Decimal(random.randint(1, 9)).scaleb(-exponent(statement.currency) - 1)
        return dataclasses.replace(statement, closing=statement.closing + fine), known
    number, _ = _line(statement, random)
    return _with_line(statement, number, currency="CHF"), known


def _s1(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random, use="training")
    return _with_line(statement, number, weight=(line.weight or 0) * Decimal("1.01")), known


def _s2(statement: Statement, known: Known, random: Random) -> Case:
    small = [
        dataclasses.replace(pool, total_weight=Decimal(1)) if pool.use == "training" else pool
        for pool in statement.pools
    ]
    return dataclasses.replace(statement, pools=tuple(small)), known


def _s3(statement: Statement, known: Known, random: Random) -> Case:
    number, _ = _line(statement, random)
    return _with_line(statement, number, share="1/7"), known


def _s4(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random, use="settlement")
    return _with_line(statement, number, gross=line.gross - 25), known


def _s5(statement: Statement, known: Known, random: Random) -> Case:
    who, period, pool = known.pools_elsewhere[0]
    other = dataclasses.replace(pool, total_weight=pool.total_weight + random.randint(1, 50))
    return statement, dataclasses.replace(known, pools_elsewhere=((who, period, other),))


def _c1(statement: Statement, known: Known, random: Random) -> Case:
    forgotten = random.choice(known.claims or ())
    kept = [one for one in statement.lines if one.claim_number != forgotten.number]
    return dataclasses.replace(statement, lines=tuple(kept)), dataclasses.replace(
        known, matched=(True,) * len(kept)
    )


def _c2(statement: Statement, known: Known, random: Random) -> Case:
    number, _ = _line(statement, random)
    return _with_line(statement, number, claim_number="OC-999999", claim_hash="f" * 64), known


def _c3(statement: Statement, known: Known, random: Random) -> Case:
    matched = list(known.matched or ())
    matched[random.randrange(len(matched))] = False
    return statement, dataclasses.replace(known, matched=tuple(matched))


def _c4(statement: Statement, known: Known, random: Random) -> Case:
    """A time is left out; or told of twice, in part or as a whole, by whichever came first."""
    which = random.randrange(3)
    if which == 0:
        return statement, dataclasses.replace(known, earlier=known.earlier[:-1])
    if which == 1:
        other = Told(number=f"{statement.number}b", period=statement.period)
        return statement, dataclasses.replace(known, overlapping=(other,))
    start = known.earlier[-1].period.start
    early = Period(start=start, end=statement.period.end)
    return dataclasses.replace(statement, period=early), known


def _c5(statement: Statement, known: Known, random: Random) -> Case:
    kept = tuple(one for one in statement.lines if one.licensee != "Quill")
    return dataclasses.replace(statement, lines=kept), dataclasses.replace(
        known, matched=(True,) * len(kept)
    )


def _c6(statement: Statement, known: Known, random: Random) -> Case:
    last = known.earlier[-1]
    small = _unit(statement, random)
    held = dataclasses.replace(last, payable=Decimal(0), closing=statement.opening + small)
    return statement, dataclasses.replace(known, earlier=(*known.earlier[:-1], held))


def _d1(statement: Statement, known: Known, random: Random) -> Case:
    other = random.choice(known.earlier)
    return dataclasses.replace(statement, document=other.document), known


def _d2(statement: Statement, known: Known, random: Random) -> Case:
    number, _ = _line(statement, random)
    before = random.choice(random.choice(known.earlier).lines).external_id
    return _with_line(statement, number, external_id=before), known


def _d3(statement: Statement, known: Known, random: Random) -> Case:
    _, line = _line(statement, random)
    twin = dataclasses.replace(line, external_id=f"{line.external_id}-b")
    return dataclasses.replace(statement, lines=(*statement.lines, twin)), dataclasses.replace(
        known, matched=(True,) * (len(statement.lines) + 1)
    )


def _d4(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random)
    adjusts = random.choice(("", "never-stated"))
    return _with_line(statement, number, gross=-line.gross, net=-line.net, adjusts=adjusts), known


def _r1(statement: Statement, known: Known, random: Random) -> Case:
    if random.random() < 0.5:
        number, _ = _line(statement, random, use="output")
        return _with_line(statement, number, rate=Decimal("0.0024")), known
    fee = dataclasses.replace(statement.deductions[0], rate=Decimal("0.12"))
    return dataclasses.replace(statement, deductions=(fee,)), known


def _r2(statement: Statement, known: Known, random: Random) -> Case:
    pools = list(statement.pools)
    which = random.randrange(len(pools))
    pools[which] = dataclasses.replace(pools[which], method_version="1.1")
    return dataclasses.replace(statement, pools=tuple(pools)), known


def _r3(statement: Statement, known: Known, random: Random) -> Case:
    number, line = _line(statement, random, use="training")
    factor = random.choice((Decimal(50), Decimal("0.01")))
    return _with_line(statement, number, net=line.net * factor), known


def _r4(statement: Statement, known: Known, random: Random) -> Case:
    lines = [
        dataclasses.replace(one, net=one.net / 10)
        if one.use == "output" and not one.adjusts
        else one
        for one in statement.lines
    ]
    return dataclasses.replace(statement, lines=tuple(lines)), known


def _r5(statement: Statement, known: Known, random: Random) -> Case:
    paid = random.choice([one for one in known.earlier if one.number in known.paid])
    before = random.choice([one for one in paid.lines if not one.adjusts])
    back = dataclasses.replace(
        before,
        external_id=f"back-{random.random()}",
        gross=-before.gross,
        net=-before.net,
        adjusts=before.external_id,
    )
    return dataclasses.replace(statement, lines=(*statement.lines, back)), dataclasses.replace(
        known, matched=(True,) * (len(statement.lines) + 1)
    )


def _t1(statement: Statement, known: Known, random: Random) -> Case:
    fee = statement.deductions[0]
    wrong = dataclasses.replace(fee, amount=fee.amount + _unit(statement, random))
    return dataclasses.replace(statement, deductions=(wrong,)), known


def _t2(statement: Statement, known: Known, random: Random) -> Case:
    tax = cut(Fraction(statement.gross) * Fraction(30, 100), exponent(statement.currency))
    return dataclasses.replace(statement, tax_withheld=tax), known


def _t3(statement: Statement, known: Known, random: Random) -> Case:
    more = (known.advance_left or Decimal(0)) + _unit(statement, random)
    return dataclasses.replace(statement, recouped=more), known


def _t4(statement: Statement, known: Known, random: Random) -> Case:
    first, *rest = (dataclasses.replace(one, reserve=Decimal(0)) for one in known.earlier)
    held = dataclasses.replace(first, reserve=Decimal(random.randint(5, 50)))
    statement = dataclasses.replace(statement, reserve=Decimal(0))
    return statement, dataclasses.replace(
        known, earlier=(held, *rest), reserve_months=random.randint(1, 2)
    )


def _t5(statement: Statement, known: Known, random: Random) -> Case:
    fee = dataclasses.replace(statement.deductions[0], kind=random.choice(("misc", "other 2")))
    return dataclasses.replace(statement, deductions=(fee,)), known


def _i1(statement: Statement, known: Known, random: Random) -> Case:
    state = random.choice((SignatureState.INVALID, SignatureState.UNSIGNED))
    return dataclasses.replace(statement, signature=state), known


def _i2(statement: Statement, known: Known, random: Random) -> Case:
    return statement, dataclasses.replace(known, key_valid=False)


def _i3(statement: Statement, known: Known, random: Random) -> Case:
    other = dataclasses.replace(statement, document=b"something else")
    return statement, dataclasses.replace(known, earlier=(*known.earlier, other))


SPOILED: dict[str, Spoil] = {
    "A1": _a1, "A2": _a2, "A3": _a3, "A4": _a4, "A5": _a5, "A6": _a6, "A7": _a7, "A8": _a8,
    "S1": _s1, "S2": _s2, "S3": _s3, "S4": _s4, "S5": _s5,
    "C1": _c1, "C2": _c2, "C3": _c3, "C4": _c4, "C5": _c5, "C6": _c6,
    "D1": _d1, "D2": _d2, "D3": _d3, "D4": _d4,
    "R1": _r1, "R2": _r2, "R3": _r3, "R4": _r4, "R5": _r5,
    "T1": _t1, "T2": _t2, "T3": _t3, "T4": _t4, "T5": _t5,
    "I1": _i1, "I2": _i2, "I3": _i3,
}  # fmt: skip
