"""Which charts there are, and what the ledger gives for each; never two currencies on one axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.model.ledger import LineFilter
from desktop.model.line_columns import Dimension
from desktop.model.payments import GroupTotal, Payment
from desktop.payments.ledger import Ledger, Rows
from desktop.ui import figures
from desktop.ui.chart import Bar, ChartData, Series

MONTHS = 12
LARGEST = 7
REGISTRIES = 4
_NOTHING = Decimal(0)
_USES = (
    Series(name="Training", color="accent"),
    Series(name="Output", color="confirmed"),
    Series(name="Other", color="muted"),
)
_STRENGTHS = (1.0, 0.68, 0.42, 0.22)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a chart is made from. rows: lines that the filter means; None: all."""

    ledger: Ledger
    rows: Rows | None
    payments: Sequence[Payment]
    currency: str


def chart_of(name: str, asked: Asked) -> ChartData:
    """Return one of CHARTS."""
    return CHARTS[name](name, asked)


def currencies_of(ledger: Ledger, rows: Rows | None) -> list[str]:
    """Return the currencies of lines, the one with the most lines first."""
    totals = ledger.totals(Dimension.CURRENCY, rows)
    return [total.label for total in sorted(totals, key=lambda total: -total.lines)]


def _by_month(name: str, asked: Asked) -> ChartData:
    totals = _months(asked.ledger.totals(Dimension.MONTH, asked.rows), asked.currency)
    bars = [
        Bar(
            short=_short(total.key),
            name=figures.month(_first(total.key)),
            parts=(total.training, total.output, total.other),
        )
        for total in totals
    ]
    return ChartData(title=name, currency=asked.currency, series=_USES, bars=tuple(bars))


def _by_registry(name: str, asked: Asked) -> ChartData:
    """Stack the largest registries in each month; all others together at the top."""
    ledger = asked.ledger
    months = _months(ledger.totals(Dimension.MONTH, asked.rows), asked.currency)
    largest = [
        total
        for total in ledger.totals(Dimension.REGISTRY, asked.rows)
        if total.currency == asked.currency
    ][:REGISTRIES]
    parts: dict[str, list[Decimal]] = {total.key: [] for total in months}
    for registry in largest:
        inner = LineFilter().narrowed(Dimension.REGISTRY, registry.key)
        rows = _within(asked, inner)
        of = {
            total.key: total.net
            for total in ledger.totals(Dimension.MONTH, rows)
            if total.currency == asked.currency
        }
        for key, amounts in parts.items():
            amounts.append(of.get(key, _NOTHING))
    bars = [
        Bar(
            short=_short(total.key),
            name=figures.month(_first(total.key)),
            parts=(*parts[total.key], total.net - sum(parts[total.key], _NOTHING)),
        )
        for total in months
    ]
    series = [
        Series(name=registry.label, color="accent", strength=strength)
        for registry, strength in zip(largest, _STRENGTHS, strict=False)
    ]
    others = Series(name="Others", color="muted")
    return ChartData(
        title=name, currency=asked.currency, series=(*series, others), bars=tuple(bars)
    )


def _largest(by: Dimension) -> Callable[[str, Asked], ChartData]:
    def made(name: str, asked: Asked) -> ChartData:
        totals = (
            total
            for total in asked.ledger.totals(by, asked.rows)
            if total.currency == asked.currency
        )
        bars = [
            Bar(
                short=total.label or "without a name",
                name=total.label or "without a name",
                parts=(total.training, total.output, total.other),
            )
            for total, _ in zip(totals, range(LARGEST), strict=False)
        ]
        return ChartData(
            title=name, currency=asked.currency, series=_USES, bars=tuple(bars), across=True
        )

    return made


def _expected(name: str, asked: Asked) -> ChartData:
    """Stand what each month's statements say beside what of it came."""
    months: dict[date, list[Decimal]] = {}
    for payment in asked.payments:
        if payment.stated.currency == asked.currency:
            sums = months.setdefault(payment.period.start.replace(day=1), [_NOTHING, _NOTHING])
            sums[0] += payment.stated.decimal
            sums[1] += payment.received.decimal
    bars = [
        Bar(short=_short(f"{month:%Y-%m}"), name=figures.month(month), parts=tuple(sums))
        for month, sums in sorted(months.items())[-MONTHS:]
    ]
    series = (
        Series(name="Expected", color="accent", strength=0.42),
        Series(name="Received", color="confirmed"),
    )
    return ChartData(
        title=name, currency=asked.currency, series=series, bars=tuple(bars), beside=True
    )


CHARTS: dict[str, Callable[[str, Asked], ChartData]] = {
    "Income by month": _by_month,
    "Income by month and registry": _by_registry,
    "Income by work": _largest(Dimension.WORK),
    "Income by licensee": _largest(Dimension.LICENSEE),
    "Expected and received": _expected,
}


def _within(asked: Asked, inner: LineFilter) -> Rows | None:
    """Return the lines that are asked for and that another filter means as well."""
    rows = asked.ledger.rows(inner)
    if asked.rows is None or rows is None:
        return rows if asked.rows is None else asked.rows
    return asked.ledger.both(asked.rows, rows)


def _months(totals: Sequence[GroupTotal], currency: str) -> list[GroupTotal]:
    """Return the newest months of one currency, oldest first."""
    found = [total for total in totals if total.currency == currency]
    return found[:MONTHS][::-1]


def _first(key: str) -> date:
    return date.fromisoformat(f"{key}-01")


def _short(key: str) -> str:
    """Return Nov; the year stands with its January."""
    month = _first(key)
    return figures.month(month) if month.month == 1 else figures.short_month(month)
