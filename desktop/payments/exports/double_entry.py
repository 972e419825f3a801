"""Payments as double entry: every statement and every bank entry a transaction that balances.

A statement is booked on the day it was issued, money on the day the bank booked it. Nothing is
left out to make it fit: what does not tie stands in accounts that say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from desktop.model.exports import ExportedEntry, Ledger, Receipt, StatedPayment
from desktop.model.money import EXACT, Money, exact_sum, exponent
from desktop.payments.exports.naming import account_parts, plain_text

RECEIVABLE = "Assets:Receivable"
CARRIED = "Assets:Carried-over"
RESERVE = "Assets:Reserve"
BANK = "Assets:Bank"
ADVANCE = "Liabilities:Advance"
VAT = "Liabilities:VAT"
COLLABORATORS = "Liabilities:Collaborators"
INCOME = "Income"
FEES = "Expenses:Fees"
TAX = "Expenses:Tax-withheld"
SHARES = "Expenses:Shares"
# Money beside statements: what the bank booked, and what was recorded of advances and payouts.
# Where both are here, they cancel each other.
NOT_MATCHED = "Equity:Not-matched"
NOT_TYING = "Equity:Does-not-tie"
# What is left when lines of many decimals are paid in whole cents.
ROUNDING = "Equity:Rounding"
_GAPS = {
    "fee": "Expenses:Bank-fees",
    "tax": "Expenses:Tax-on-the-way",
    "exchange": "Expenses:Exchange",
}
_OTHER_GAP = "Equity:Other"
TAXES = ("tax", "withholding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An amount on an account. cost: what it came to in all in another currency, where it did."""

    account: str
    amount: Decimal
    currency: str
    cost: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Postings that add up to zero. code: the payer's number; said: our own words, never theirs."""

    day: date
    payee: str
    narration: str
    code: str
    said: Mapping[str, str]
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    registries: dict[str, str]
    uses: dict[str, str]
    kinds: dict[str, str]
    accounts: dict[str, str]
    parties: dict[str, str]


def transactions(ledger: Ledger) -> list[Transaction]:
    """Return the ledger's transactions, oldest first; those of one day in a fixed order."""
    names = _names(ledger)
    made = [
        *(_statement(stated, names) for stated in ledger.payments),
        *_entries(ledger, names),
        *_shares(ledger, names),
        *_advances(ledger, names),
    ]
    kept = [one for one in made if one.postings]
    return sorted(kept, key=lambda one: one.day)


def accounts(of: Iterable[Transaction]) -> dict[str, date]:
    """Return every account that is used, and the first day it is, in the order of their names."""
    first: dict[str, date] = {}
    for one in of:
        for posting in one.postings:
            first[posting.account] = min(one.day, first.get(posting.account, one.day))
    return dict(sorted(first.items()))


def currencies(of: Iterable[Transaction]) -> list[str]:
    """Return every currency that is used."""
    found = set()
    for one in of:
        for posting in one.postings:
            found.add(posting.currency)
            if posting.cost is not None:
                found.add(posting.cost.currency)
    return sorted(found)


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount exactly, with at least the decimals of its currency (ISO 4217)."""
    decimals = exponent(currency)
    own = -int(amount.as_tuple().exponent)
    shown = max(decimals, own if own <= decimals else _significant(amount))
    return f"{EXACT.quantize(amount, Decimal(1).scaleb(-shown)):f}"


def _significant(amount: Decimal) -> int:
    """Return how many decimals an amount needs."""
    _, digits, power = amount.as_tuple()
    zeros = 0
    for digit in reversed(digits):
        if digit:
            break
        zeros += 1
    return max(0, -int(power) - zeros)


def _names(ledger: Ledger) -> _Names:
    payments = ledger.payments
    return _Names(
        registries=account_parts(
            [
                *(one.payment.registry for one in payments),
                *(one.registry for one in ledger.receipts),
                *(one.registry for one in ledger.advances),
            ],
            "Payer",
        ),
        uses=account_parts(
            [*(use.use for one in payments for use in one.uses), _ADJUSTMENTS, _NOT_IN_LINES],
            "Use",
        ),
        kinds=account_parts(
            (deduction.kind for one in payments for deduction in one.deductions), "Deduction"
        ),
        accounts=account_parts((one.entry.account for one in ledger.entries), "Account"),
        parties=account_parts(
            [*(one.party for one in ledger.shares), *(one.party for one in ledger.paid_out)],
            "Collaborator",
        ),
    )


# What cannot be the word of a use in a statement: names of our own beside it.
_ADJUSTMENTS, _NOT_IN_LINES = "Adjustments", "Not in lines"


def _statement(stated: StatedPayment, names: _Names) -> Transaction:
    payment = stated.payment
    currency = payment.stated.currency
    payer = names.registries[payment.registry]
    pairs = [
        *_income(stated, currency, payer, names),
        *(
            (_kept_back(deduction.kind, payer, names), deduction.amount)
            for deduction in stated.deductions
        ),
        (f"{TAX}:{payer}", stated.tax_withheld),
        (f"{ADVANCE}:{payer}", stated.recouped),
        (f"{RESERVE}:{payer}", stated.reserve),
        (f"{CARRIED}:{payer}", EXACT.subtract(stated.closing, stated.opening)),
        (f"{RECEIVABLE}:{payer}", payment.stated.decimal),
    ]
    missing = exact_sum(amount for _, amount in pairs)
    cent = Decimal(1).scaleb(-exponent(payment.stated.currency))
    rest = ROUNDING if abs(missing) < cent else NOT_TYING
    pairs.append((f"{rest}:{payer}", -missing))
    said = {
        "statement": plain_text(f"{payment.payment_id}"),
        "revision": str(payment.revision),
        "signature": payment.signature.value,
        "sha256": stated.sha256,
    }
    period = payment.period
    return Transaction(
        day=payment.issued,
        payee=plain_text(payment.registry),
        narration=f"Statement for {period.start} to before {period.end}",
        code=plain_text(payment.number, 60),
        said=said,
        postings=_postings(pairs, currency),
    )


def _kept_back(kind: str, payer: str, names: _Names) -> str:
    """Return the account of a deduction; VAT is the tax office's, paid on top or kept."""
    if kind.lower() == "vat":
        return f"{VAT}:{payer}"
    return f"{TAX if kind.lower() in TAXES else FEES}:{payer}:{names.kinds[kind]}"


def _income(
    stated: StatedPayment, currency: str, payer: str, names: _Names
) -> Iterator[tuple[str, Decimal]]:
    """Yield the income by use, each in whole minor units, together what the lines add up to.

    Sums of uses are rounded once, by largest remainder. What the statement's gross has above that
    is income too, and stands apart.
    """
    by_use: dict[str, Decimal] = {}
    for use in stated.uses:
        if use.currency == currency:
            by_use[use.use] = EXACT.add(by_use.get(use.use, Decimal(0)), use.net)
    settled = in_whole_units(by_use, currency)
    for word, money in settled.items():
        yield f"{INCOME}:{payer}:{names.uses[word]}", -money.decimal
    rest = EXACT.subtract(stated.gross, exact_sum(money.decimal for money in settled.values()))
    yield f"{INCOME}:{payer}:{names.uses[_NOT_IN_LINES]}", -rest
    yield f"{INCOME}:{payer}:{names.uses[_ADJUSTMENTS]}", -stated.adjustments


def in_whole_units(exact: Mapping[str, Decimal], currency: str) -> dict[str, Money]:
    """Round exact amounts so that together they are the rounded sum (largest remainder)."""
    total = Money.rounded(exact_sum(exact.values()), currency).minor
    scale = 10 ** exponent(currency)
    units = {key: Fraction(amount) * scale for key, amount in exact.items()}
    floors = {key: floor(amount) for key, amount in units.items()}
    order = sorted(units, key=lambda key: (floors[key] - units[key], key))
    for key in order[: total - sum(floors.values())]:
        floors[key] += 1
    return {key: Money(currency, minor) for key, minor in floors.items()}


def _entries(ledger: Ledger, names: _Names) -> Iterator[Transaction]:
    receipts: dict[int, list[Receipt]] = {}
    for receipt in ledger.receipts:
        receipts.setdefault(receipt.entry_id, []).append(receipt)
    for one in ledger.entries:
        yield _entry(one, receipts.get(one.entry_id, []), names)


def _entry(one: ExportedEntry, receipts: Sequence[Receipt], names: _Names) -> Transaction:
    entry = one.entry
    currency = entry.amount.currency
    bank = f"{BANK}:{names.accounts[entry.account]}"
    postings = [*_postings([(bank, entry.amount.decimal)], currency)]
    rest = entry.amount
    for receipt in receipts:
        postings += _receipt(receipt, names)
        rest -= receipt.arrived
    postings += _postings([(NOT_MATCHED, -rest.decimal)], currency)
    payers = sorted({receipt.registry for receipt in receipts if receipt.registry})
    return Transaction(
        day=entry.booked_on,
        payee=plain_text(entry.counterparty or ", ".join(payers)),
        narration=plain_text(entry.reference) or "Bank entry",
        code=plain_text(entry.bank_reference or entry.end_to_end_id, 60),
        said={"entry": str(one.entry_id)},
        postings=tuple(postings),
    )


def _receipt(receipt: Receipt, names: _Names) -> Iterator[Posting]:
    """Yield what is no longer owed, and what became of it where that is not the money itself."""
    settled, arrived = receipt.settled, receipt.arrived
    gap = _GAPS.get(receipt.kind, _OTHER_GAP)
    if not receipt.registry:
        yield from _postings([(NOT_MATCHED, -arrived.decimal)], arrived.currency)
        return
    owed = f"{RECEIVABLE}:{names.registries[receipt.registry]}"
    if settled.currency != arrived.currency and settled.minor * arrived.minor > 0:
        cost = arrived if arrived.minor > 0 else -arrived
        yield Posting(account=owed, amount=-settled.decimal, currency=settled.currency, cost=cost)
        return
    yield from _postings([(owed, -settled.decimal)], settled.currency)
    if settled.currency == arrived.currency:
        yield from _postings([(gap, (settled - arrived).decimal)], settled.currency)
    else:
        yield from _postings([(gap, settled.decimal)], settled.currency)
        yield from _postings([(gap, -arrived.decimal)], arrived.currency)


def _shares(ledger: Ledger, names: _Names) -> Iterator[Transaction]:
    for share in ledger.shares:
        party, amount = names.parties[share.party], share.amount
        pairs = [
            (f"{SHARES}:{party}", amount.decimal),
            (f"{COLLABORATORS}:{party}", -amount.decimal),
        ]
        yield Transaction(
            day=share.dated,
            payee=plain_text(share.party),
            narration=f"Share of a statement of {plain_text(share.registry)}",
            code=plain_text(share.number, 60),
            said={},
            postings=_postings(pairs, amount.currency),
        )
    for paid in ledger.paid_out:
        party, amount = names.parties[paid.party], paid.amount
        pairs = [(f"{COLLABORATORS}:{party}", amount.decimal), (NOT_MATCHED, -amount.decimal)]
        yield Transaction(
            day=paid.paid_on,
            payee=plain_text(paid.party),
            narration=plain_text(paid.note) or "Paid out",
            code="",
            said={},
            postings=_postings(pairs, amount.currency),
        )


def _advances(ledger: Ledger, names: _Names) -> Iterator[Transaction]:
    for one in ledger.advances:
        payer, amount = names.registries[one.registry], one.amount
        pairs = [(NOT_MATCHED, amount.decimal), (f"{ADVANCE}:{payer}", -amount.decimal)]
        yield Transaction(
            day=one.granted_on,
            payee=plain_text(one.registry),
            narration="Advance" if amount.minor > 0 else "Advance taken back",
            code="",
            said={"advance": str(one.advance_id)},
            postings=_postings(pairs, amount.currency),
        )


def _postings(pairs: Iterable[tuple[str, Decimal]], currency: str) -> tuple[Posting, ...]:
    """Return postings; accounts that nothing moves on are left out."""
    return tuple(
        Posting(account=account, amount=amount, currency=currency)
        for account, amount in pairs
        if amount
    )
