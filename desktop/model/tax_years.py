"""A year for the tax: what was received in it, what that was made of, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from desktop.model.money import Money
from desktop.model.payments import Period
from desktop.model.tax_numbers import Invoice, SelfBilling


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxParts:
    """What received money is made of, in minor units of one currency.

    gross + adjustments + carried + vat − fees − tax − recouped − reserve = due, which was received
    but for what was kept on the way: bank fees and exchange (kept), and tax there (tax_on_way).
    vat: paid on top for the tax office.
    """

    gross: int = 0
    adjustments: int = 0
    carried: int = 0
    vat: int = 0
    fees: int = 0
    tax: int = 0
    recouped: int = 0
    reserve: int = 0
    due: int = 0
    kept: int = 0
    tax_on_way: int = 0
    received: int = 0

    def __add__(self, other: TaxParts) -> TaxParts:
        names = [each.name for each in fields(self)]
        return TaxParts(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def over(self) -> int:
        """What came that no statement accounts for."""
        return self.received + self.kept + self.tax_on_way - self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRow:
    """The parts of one payer and currency."""

    registry: str
    currency: str
    parts: TaxParts


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryRow:
    """Gross by the country of the use, fees and tax by the country the statement names.

    country: empty where the statement does not say.
    """

    registry: str
    country: str
    currency: str
    gross: int = 0
    fees: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """Money of one day, as it arrived, and what of a statement that settled."""

    day: date
    registry: str
    number: str
    kind: str
    arrived: Money
    settled: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """What a statement stated and the year did not bring."""

    registry: str
    number: str
    period: Period
    issued: date
    due: date
    stated: Money
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VatRow:
    """VAT that one payer paid on top in the year, in minor units. note: what is not known of it."""

    registry: str
    currency: str
    vat: int
    self_billing: SelfBilling
    their_number: str
    own_number: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxYear:
    """One calendar year, counted by the day on which the bank booked the money.

    vat: so too; invoices that payers issued: by their own day.
    """

    year: int
    made: datetime
    owner: str
    journal: tuple[int, str]
    rows: tuple[TaxRow, ...]
    countries: tuple[CountryRow, ...]
    days: tuple[DayRow, ...]
    still_open: tuple[OpenRow, ...]
    vat: tuple[VatRow, ...] = ()
    invoices: tuple[Invoice, ...] = ()
