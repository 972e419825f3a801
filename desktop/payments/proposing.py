"""Proposes which money may be which statement's: scored, with the reasons, for the user to confirm.

What it cannot tell from reference, payer, amount and days, it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from desktop.model.matches import MatchKind, MoneyMatch, NewMatch, Proposal
from desktop.model.money import Money
from desktop.payments.hints import NO_HINT, PAYER, REFERENCE, Debt, Free, Hint, Hints
from desktop.payments.subsets import adding_up

AMOUNT, SUM, IN_TIME = 30, 25, 10
LEAST_SCORE = 40
SURE_SCORE = 80
MOST_FOR_AN_ENTRY = 3
_MOST_TOGETHER = 24
_EARLY, _LATE = timedelta(days=3), timedelta(days=120)
_RETURN_WITHIN = timedelta(days=120)
_RETURN_WORDS = re.compile(
    r"return|revers|charge.?back|refund|storno|rückbuch|rücklast|retour|rejet|devoluc|annul", re.I
)
Convert = Callable[[Money, str, date], Money | None]


def propose(
    free: Sequence[Free], debts: Sequence[Debt], held: Sequence[MoneyMatch], convert: Convert
) -> list[Proposal]:
    """Return what may belong together, the likeliest first.

    held: matches that hold, for money that went back. convert: at the rate of a day, if known.
    """
    owed = [one for one in debts if one.open.minor > 0]
    hints = Hints(owed)
    found: list[Proposal] = []
    hinted: dict[int, list[tuple[Free, Hint]]] = {}
    for one in free:
        if one.left.minor < 0:
            found += _returned(one, held)
        elif one.left.minor > 0:
            known = hints.of(one)
            found += _of_entry(one, known, hints, owed, convert)
            for number, (_, hint) in known.items():
                hinted.setdefault(number, []).append((one, hint))
    for debt in owed:
        found += _instalments(debt, hinted.get(debt.statement_id, ()))
    return sorted(found, key=_likeliest)


def _likeliest(one: Proposal) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    return -one.score, one.entries, one.statements


def _of_entry(
    one: Free,
    known: Mapping[int, tuple[Debt, Hint]],
    hints: Hints,
    owed: Sequence[Debt],
    convert: Convert,
) -> list[Proposal]:
    """Return the likeliest for an entry: what was written speaks for it, or the same amount."""
    candidates = dict(known)
    fee = _fee(one)
    for amount in (one.left, one.left + fee) if fee else (one.left,):
        for debt in hints.of_amount(amount):
            candidates.setdefault(debt.statement_id, (debt, NO_HINT))
    singles = [_single(one, debt, hint, convert) for debt, hint in candidates.values()]
    payers = {debt.registry_id for debt, _ in known.values()}
    group = [debt for debt in owed if debt.registry_id in payers] if payers else []
    several = list(_several(one, group, known))
    return _best([single for single in singles if single is not None] + several)


def _best(found: Sequence[Proposal]) -> list[Proposal]:
    """Return the likeliest for one entry; beside a sure one, no guesses."""
    ordered = sorted((one for one in found if one.score >= LEAST_SCORE), key=_likeliest)
    if ordered and ordered[0].score >= SURE_SCORE:
        ordered = [one for one in ordered if one.score >= SURE_SCORE]
    return ordered[:MOST_FOR_AN_ENTRY]


def _in_time(one: Free, debt: Debt) -> int:
    booked = one.entry.booked_on
    return IN_TIME if debt.issued - _EARLY <= booked <= debt.pay_by + _LATE else -IN_TIME


def _single(one: Free, debt: Debt, hint: Hint, convert: Convert) -> Proposal | None:
    """One entry for one statement: the same amount, or with a hint also another one."""
    points, why = hint
    if debt.statement_id in one.not_for:
        return None
    if one.left.currency != debt.open.currency:
        return _exchanged(one, debt, hint, convert) if points else None
    fee = _fee(one)
    score = points + _in_time(one, debt)
    if one.left == debt.open:
        return _proposal(one, [debt], score + AMOUNT, (*why, "the amount is the same"))
    if fee and one.left + fee == debt.open:
        words = (*why, f"with the fee of {_words(fee)} the amount is the same")
        return _proposal(one, [debt], score + AMOUNT, words, fee=fee)
    if not points or (points < REFERENCE and not _near(one.left, debt.open)):
        return None
    missing = debt.open - one.left
    side = "less" if missing.minor > 0 else "more"
    words = (*why, f"{_words(Money(missing.currency, abs(missing.minor)))} {side} than stated")
    return _proposal(one, [debt], score, words)


def _near(left: Money, open_: Money) -> bool:
    """Whether a payer's name is enough of a hint: a fifth less at most, a twentieth more."""
    return 80 * open_.minor <= 100 * left.minor <= 105 * open_.minor


def _fee(one: Free) -> Money | None:
    fee = one.entry.fee
    whole = one.left == one.entry.amount
    return fee if fee and whole and fee.minor > 0 and fee.currency == one.left.currency else None


def _exchanged(one: Free, debt: Debt, hint: Hint, convert: Convert) -> Proposal | None:
    """Money in another currency than was stated: at the day's rate, if that is near."""
    points, why = hint
    worth = convert(one.left, debt.open.currency, one.entry.booked_on)
    score = points + _in_time(one, debt)
    if worth is None:
        if points < REFERENCE:
            return None
        parts = [_part(one, debt, MatchKind.PAYMENT, one.left, debt.open)]
        words = (*why, f"{_words(one.left)} came for {_words(debt.open)}")
        return _made(parts, score, words, Money(debt.open.currency, 0))
    if not 90 * debt.open.minor <= 100 * worth.minor <= 110 * debt.open.minor:
        return None
    nothing = Money(debt.open.currency, 0)
    parts = [_part(one, debt, MatchKind.PAYMENT, one.left, worth)]
    rest = debt.open - worth
    if rest.minor:
        parts.append(_part(one, debt, MatchKind.EXCHANGE, Money(one.left.currency, 0), rest))
    words = (*why, f"{_words(one.left)} was worth {_words(worth)} that day")
    return _made(parts, score + IN_TIME, words, nothing)


def _several(
    one: Free, debts: Sequence[Debt], known: Mapping[int, tuple[Debt, Hint]]
) -> Iterator[Proposal]:
    """One entry for several statements of one payer that add up to it, or to it and its fee."""
    groups: dict[int, list[Debt]] = {}
    for debt in debts:
        fits = debt.open.currency == one.left.currency and debt.statement_id not in one.not_for
        if fits and _in_time(one, debt) > 0:
            groups.setdefault(debt.registry_id, []).append(debt)
    fee = _fee(one)
    for group in groups.values():
        nearest = sorted(group, key=_age, reverse=True)[:_MOST_TOGETHER]
        for extra in (None, fee) if fee else (None,):
            target = one.left + extra if extra else one.left
            chosen = adding_up([debt.open.minor for debt in nearest], target.minor)
            if len(chosen) < 2:
                continue
            debts_ = sorted((nearest[i] for i in chosen), key=_age)
            said = [known.get(debt.statement_id, (debt, NO_HINT))[1] for debt in debts_]
            points = max(some for some, _ in said)
            why = list(dict.fromkeys(word for _, some in said for word in some))
            why.append(f"{len(debts_)} statements add up to it")
            yield _proposal(one, debts_, points + SUM + IN_TIME, tuple(why), fee=extra)


def _age(debt: Debt) -> tuple[date, int]:
    return debt.issued, debt.statement_id


def _booked(one: Free) -> tuple[date, int]:
    return one.entry.booked_on, one.entry_id


def _instalments(debt: Debt, hinted: Sequence[tuple[Free, Hint]]) -> Iterator[Proposal]:
    """Several entries for one statement: each with a hint, together the amount that is open."""
    hints = {one.entry_id: hint for one, hint in hinted}
    fitting = [
        one
        for one, _ in hinted
        if one.left.minor < debt.open.minor
        and one.left.currency == debt.open.currency
        and _in_time(one, debt) > 0
    ]
    newest = sorted(fitting, key=_booked, reverse=True)[:_MOST_TOGETHER]
    chosen = adding_up([one.left.minor for one in newest], debt.open.minor)
    if len(chosen) < 2:
        return
    entries = sorted((newest[i] for i in chosen), key=_booked)
    points = min(hints[one.entry_id][0] for one in entries)
    why = (*hints[entries[0].entry_id][1], f"{len(entries)} entries add up to it")
    parts = [_part(one, debt, MatchKind.PAYMENT, one.left, one.left) for one in entries]
    yield _made(parts, points + SUM + IN_TIME, why, Money(debt.open.currency, 0))


def _returned(one: Free, held: Sequence[MoneyMatch]) -> list[Proposal]:
    """Money that went back: an entry of the same account with the opposite amount came before."""
    came: dict[int, list[MoneyMatch]] = {}
    for match in held:
        if match.kind is MatchKind.PAYMENT and match.statement_id not in one.not_for:
            came.setdefault(match.entry_id, []).append(match)
    found = []
    for matches in came.values():
        first, total = matches[0], sum(match.amount.minor for match in matches)
        same = first.account == one.entry.account and first.amount.currency == one.left.currency
        after = timedelta(0) <= one.entry.booked_on - first.booked_on <= _RETURN_WITHIN
        if not (same and after and total == -one.left.minor):
            continue
        score, why = AMOUNT + IN_TIME, ["the amount is the same, going back"]
        if _RETURN_WORDS.search(one.text):
            score, why = score + PAYER, [*why, "it says that it is returned"]
        if first.counterparty and first.counterparty.casefold() in one.text.casefold():
            score, why = score + PAYER, [*why, f"it names {first.counterparty}"]
        parts = [_back(one, match) for match in matches]
        gap = Money(first.settled.currency, sum(match.settled.minor for match in matches))
        found.append(_made(parts, score, tuple(why), gap))
    return _best(found)


def _back(one: Free, match: MoneyMatch) -> NewMatch:
    return NewMatch(
        entry_id=one.entry_id,
        kind=MatchKind.RETURNED,
        amount=-match.amount,
        settled=-match.settled,
        statement_id=match.statement_id,
    )


def _proposal(
    one: Free, debts: Sequence[Debt], score: int, why: tuple[str, ...], fee: Money | None = None
) -> Proposal:
    """One entry, given to statements in their order; a fee explains the rest of the last."""
    parts, left, extra = [], one.left.minor, fee.minor if fee else 0
    currency = one.left.currency
    for debt in debts:
        pays = Money(currency, min(left, debt.open.minor))
        if pays.minor > 0:
            parts.append(_part(one, debt, MatchKind.PAYMENT, pays, pays))
        left -= pays.minor
        named = Money(currency, min(extra, debt.open.minor - pays.minor))
        if named.minor > 0:
            parts.append(_part(one, debt, MatchKind.FEE, Money(currency, 0), named))
            extra -= named.minor
    owed = sum(debt.open.minor for debt in debts)
    return _made(
        parts, score, why, Money(currency, owed - one.left.minor - (fee.minor if fee else 0))
    )


def _part(one: Free, debt: Debt, kind: MatchKind, amount: Money, settled: Money) -> NewMatch:
    return NewMatch(
        entry_id=one.entry_id,
        kind=kind,
        amount=amount,
        settled=settled,
        statement_id=debt.statement_id,
        remittance_id=debt.remittance_id,
    )


def _made(parts: Sequence[NewMatch], score: int, why: tuple[str, ...], gap: Money) -> Proposal:
    return Proposal(parts=tuple(parts), score=max(0, min(100, score)), why=why, gap=gap)


def ruled_out(
    declined: Collection[tuple[int, int | None, int | None]],
) -> dict[int, frozenset[int]]:
    """Return, by entry, the statements that the user said it is not for."""
    found: dict[int, set[int]] = {}
    for entry_id, statement_id, _ in declined:
        if statement_id is not None:
            found.setdefault(entry_id, set()).add(statement_id)
    return {entry_id: frozenset(said) for entry_id, said in found.items()}


def _words(money: Money) -> str:
    return f"{money} {money.currency}"
