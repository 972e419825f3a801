"""Statements, remittances, bank entries, and the payment that is derived from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from desktop.model.matches import MOVED, MatchKind, MoneyMatch
from desktop.model.money import Money
from desktop.model.payer_works import Exchange, PayerWorkName


class SignatureState(StrEnum):
    """What is known of a document's signature."""

    VERIFIED = "verified"
    INVALID = "invalid"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Half open: the first day, and the day after the last."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("A period ends after it starts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What was kept back, and how it was computed where that is said."""

    kind: str
    amount: Decimal
    rate: Decimal | None = None
    base: Decimal | None = None
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The money of one licensee, model and use that was divided among everybody.

    period: of the lines it pays; None: the statement's.
    """

    use: str
    licensee: str
    model: str
    amount: Decimal
    distributable_share: Decimal
    total_weight: Decimal
    method: str = ""
    method_version: str = ""
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One use of one work. net is the payee's part, exact; claim_hash empty if none is named.

    called: what the payer calls the work; None: by claim, code or title. source_line: where it
    stands in the file that it came from. exchange: what was paid there before it was converted.
    offer: the number of the accepted offer under which it is paid.
    """

    external_id: str
    title: str
    licensee: str
    model: str
    use: str
    right: str
    territory: str
    period: Period
    gross: Decimal
    share: str
    net: Decimal
    currency: str
    claim_number: str = ""
    claim_hash: str = ""
    iscc: str = ""
    uses: Decimal | None = None
    weight: Decimal | None = None
    confidence: Decimal | None = None
    rate: Decimal | None = None
    adjusts: str = ""
    called: PayerWorkName | None = None
    source_line: int | None = None
    exchange: Exchange | None = None
    offer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A registry's account of one period, signed or from a file. document: the original bytes.

    year_to_date: the gross of all its statements of the calendar year, as the registry says.
    Of a statement from a file, document is empty: document_id says where the file's bytes are,
    digest is of what was read, mapping says how, refused counts rows that could not be read.
    """

    number: str
    revision: int
    period: Period
    issued: date
    due: date
    currency: str
    opening: Decimal
    gross: Decimal
    adjustments: Decimal
    tax_withheld: Decimal
    recouped: Decimal
    reserve: Decimal
    payable: Decimal
    closing: Decimal
    lines: tuple[StatementLine, ...]
    document: bytes
    signature: SignatureState
    deductions: tuple[Deduction, ...] = ()
    pools: tuple[Pool, ...] = ()
    declared_lines: int | None = None
    declared_works: int | None = None
    year_to_date: Decimal | None = None
    signature_problem: str = ""
    digest: str = ""
    document_id: int | None = None
    mapping: str = ""
    refused: int = 0

    @property
    def sha256(self) -> str:
        """What tells it from every other: of its bytes, or of what was read of a file."""
        return self.digest or hashlib.sha256(self.document).hexdigest()


_QUESTIONS = frozenset({"D3", "T4", "T5", "P5", "P6", "P7"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that did not hold: what was expected, what stands there, and the rows behind it."""

    check: str
    sentence: str
    expected: str
    actual: str
    lines: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it is to be asked about, rather than a contradiction in what was stated."""
        return self.check[:1] in "CR" or self.check in _QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """A registry's signed notice that it sent money; document: the original bytes."""

    external_id: str
    issued: date
    amount: Money
    reference: str
    channel: str
    statements: tuple[tuple[str, int, Money], ...]
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """Money that moved on an account; positive came in. line: where in the file it stands.

    fee: what was kept of it before it came, where the file says so.
    """

    account: str
    bank_reference: str
    booked_on: date
    amount: Money
    counterparty: str = ""
    reference: str = ""
    end_to_end_id: str = ""
    line: int | None = None
    occurrence: int = 1
    fee: Money | None = None


class PaymentState(StrEnum):
    """Derived, never typed (PAYMENTS.md)."""

    EXPECTED = "expected"
    STATED = "stated"
    PART_PAID = "part_paid"
    PAID = "paid"
    RECONCILED = "reconciled"
    NOTHING_DUE = "nothing_due"
    OVERDUE = "overdue"
    RETURNED = "returned"
    HELD = "held"
    DISPUTED = "disputed"
    VOID = "void"


HELD = frozenset({PaymentState.HELD, PaymentState.DISPUTED})
ENDED = frozenset({PaymentState.RECONCILED, PaymentState.NOTHING_DUE, PaymentState.VOID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One statement with the money that was announced and the money that came.

    received: what came, in the statement's currency, less what went back. money: every match with
    what it pays of this statement. pay_by: by the registry's terms; late_days: since then, while
    something is open. reason: why the user holds, disputes or voids it. disputed: the works whose
    open dispute at the registry holds it.
    """

    payment_id: int
    registry: str
    number: str
    revision: int
    period: Period
    issued: date
    due: date
    stated: Money
    remitted: Money
    received: Money
    state: PaymentState
    works: int
    findings: int = 0
    signature: SignatureState = SignatureState.VERIFIED
    matches: tuple[int, ...] = field(default=())
    money: tuple[MoneyMatch, ...] = field(default=())
    pay_by: date | None = None
    late_days: int = 0
    reason: str = ""
    disputed: tuple[str, ...] = field(default=())

    @property
    def named(self) -> Money:
        """What fees, taxes, exchange and other named differences explain of what did not come."""
        return self._sum(one for one in self.money if one.kind not in MOVED)

    @property
    def returned(self) -> Money:
        """What went back, not above zero."""
        return self._sum(one for one in self.money if one.kind is MatchKind.RETURNED)

    @property
    def open(self) -> Money:
        """What is missing; below zero if more came than was stated."""
        return self.stated - self.received - self.named

    def _sum(self, matches: Iterable[MoneyMatch]) -> Money:
        return Money(self.stated.currency, sum(one.settled.minor for one in matches))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTotal:
    """A total of lines under one heading: work, registry, month, licensee or party."""

    key: str
    label: str
    currency: str
    net: Decimal
    lines: int
    training: Decimal = Decimal(0)
    output: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
