"""The columns of the tables on the Payments page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.model.allocations import Balance
from desktop.model.ledger import LedgerLine
from desktop.model.line_columns import Dimension
from desktop.model.money import Money
from desktop.model.payments import GroupTotal, Payment
from desktop.ui import figures, words
from desktop.ui.parts import Tone
from desktop.ui.payment_words import standing
from desktop.ui.table import Column

BY_TIME, OLDEST, LARGEST, BY_NAME = "by time", "oldest", "largest", "by name"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A payment with the running total of its currency up to it."""

    payment: Payment
    running: Money


def history_of(payments: Sequence[Payment]) -> list[History]:
    """Newest first; the running total counts what arrived, up to and with each payment."""
    totals: dict[str, Money] = {}
    result = []
    for payment in sorted(payments, key=lambda p: (p.issued, p.period.start, p.payment_id)):
        currency = payment.stated.currency
        totals[currency] = totals.get(currency, Money(currency, 0)) + payment.received
        result.append(History(payment=payment, running=totals[currency]))
    return result[::-1]


def searchable(payment: Payment) -> str:
    """Return the text that a search looks into."""
    word = standing(payment)[0]
    when = figures.month(payment.period.start)
    return f"{payment.registry} {payment.number} {when} {word}".casefold()


def _state(entry: History) -> tuple[str, Tone]:
    if entry.payment.findings:
        return "Does not add up", Tone.WRONG
    return standing(entry.payment)


HISTORY: list[Column[History]] = [
    Column(title="Date", text=lambda e: figures.day(e.payment.issued), width=112, optional=2),
    Column(title="From", text=lambda e: e.payment.registry),
    Column(
        title="For",
        text=lambda e: (
            f"{figures.month(e.payment.period.start)} · {words.works_count(e.payment.works)}"
        ),
        muted=True,
    ),
    Column(title="Stated", text=lambda e: figures.money(e.payment.stated), figures=True, width=108),
    Column(
        title="Received",
        text=lambda e: figures.money(e.payment.received) if e.payment.received.minor else "—",
        figures=True,
        optional=1,
        width=108,
    ),
    Column(
        title="Total",
        text=lambda e: figures.money(e.running),
        figures=True,
        muted=True,
        optional=3,
        width=112,
    ),
    Column(title="State", text=lambda e: _state(e)[0], tone=lambda e: _state(e)[1], width=172),
]


def totals_columns(by: Dimension) -> list[Column[GroupTotal]]:
    """Return the columns of totals by something."""

    def name(total: GroupTotal) -> str:
        if by is Dimension.MONTH:
            return figures.month(date.fromisoformat(f"{total.key}-01"))
        return total.label or "not said"

    def money(amount: Decimal, total: GroupTotal) -> str:
        return figures.rounded_money(amount, total.currency) if amount else "—"

    return [
        Column(title=by.value.capitalize(), text=name, order=BY_NAME),
        Column(
            title="Lines",
            text=lambda t: figures.count(t.lines),
            figures=True,
            optional=1,
            width=80,
        ),
        Column(
            title="Training",
            text=lambda t: money(t.training, t),
            figures=True,
            optional=1,
            width=110,
        ),
        Column(
            title="Output",
            text=lambda t: money(t.output, t),
            figures=True,
            optional=1,
            width=110,
        ),
        Column(
            title="Other",
            text=lambda t: money(t.other, t),
            figures=True,
            optional=1,
            width=100,
        ),
        Column(
            title="Before deductions",
            text=lambda t: money(t.net, t),
            figures=True,
            width=140,
            order=LARGEST,
        ),
    ]


LINES: list[Column[LedgerLine]] = [
    Column(title="Month", text=lambda e: figures.month(e.month), width=92, order=BY_TIME),
    Column(title="Work", text=lambda e: e.work or e.title),
    Column(title="Licensee, model", text=lambda e: f"{e.licensee} · {e.model}", muted=True),
    Column(title="Use", text=lambda e: e.use, width=90, optional=1),
    Column(title="From", text=lambda e: e.registry, width=140, muted=True, optional=1),
    Column(
        title="Amount",
        text=lambda e: figures.line_money(e.net, e.currency),
        figures=True,
        width=120,
        order=LARGEST,
    ),
    Column(
        title="Total",
        text=lambda e: figures.rounded_money(e.running, e.currency),
        figures=True,
        muted=True,
        optional=1,
        width=120,
    ),
]

COLLABORATORS: list[Column[Balance]] = [
    Column(title="Collaborator", text=lambda e: e.party),
    Column(title="Their part so far", text=lambda e: figures.money(e.due), figures=True, width=130),
    Column(title="Handed on", text=lambda e: figures.money(e.paid), figures=True, width=120),
    Column(title="To hand on now", text=lambda e: figures.money(e.open), figures=True, width=130),
    Column(
        title="When money arrives",
        text=lambda e: figures.money(e.awaited) if e.awaited.minor else "—",
        figures=True,
        muted=True,
        optional=1,
        width=150,
    ),
]
