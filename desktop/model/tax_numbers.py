"""Numbers by which tax offices know payers and the user, and who issues the invoice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import import_module
from types import ModuleType

from desktop.model.money import Money

LONGEST = 40
# Which of python-stdnum's modules know a country's numbers for the income tax.
_TAX_MODULES = {
    "AT": ("tin",),
    "AU": ("tfn", "abn"),
    "BR": ("cpf", "cnpj"),
    "CA": ("sin", "bn"),
    "DE": ("stnr", "idnr"),
    "DK": ("cpr", "cvr"),
    "ES": ("nif",),
    "FI": ("hetu", "ytunnus"),
    "FR": ("nif", "siren", "siret"),
    "GB": ("utr",),
    "IE": ("pps",),
    "IT": ("codicefiscale", "iva"),
    "MX": ("rfc",),
    "NL": ("bsn",),
    "NO": ("fodselsnummer", "orgnr"),
    "NZ": ("ird",),
    "PL": ("nip", "pesel"),
    "PT": ("nif",),
    "SE": ("personnummer", "orgnr"),
    "US": ("tin",),
    "ZA": ("tin",),
}


class SelfBilling(StrEnum):
    """Whether who pays issues the invoice in the creator's name."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerTax:
    """What was said of a payer. since: the day from which self_billing holds; None if unknown."""

    registry: str
    vat_number: str = ""
    self_billing: SelfBilling = SelfBilling.UNKNOWN
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumbers:
    """The user's numbers in one country."""

    country: str
    vat_number: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxNumbers:
    """Everything that was said, the newest word first."""

    payers: Sequence[PayerTax] = ()
    own: Sequence[OwnNumbers] = ()

    def payer(self, registry: str) -> PayerTax:
        """Return the newest word about a payer."""
        found = (one for one in self.payers if one.registry == registry)
        return next(found, PayerTax(registry=registry))

    def self_billing(self, registry: str, on: date) -> SelfBilling:
        """Return what holds on a day: the newest word that had begun by then."""
        for one in self.payers:
            if one.registry == registry and (one.since is None or one.since <= on):
                return one.self_billing
        return SelfBilling.UNKNOWN

    def own_vat(self, registry: str) -> str:
        """Return the user's VAT number in the payer's country, or else the only one there is."""
        known = [one for one in self.own if one.vat_number]
        country = self.payer(registry).vat_number[:2]
        there = [one.vat_number for one in known if one.country == country]
        if there or len(known) != 1:
            return there[0] if there else "; ".join(one.vat_number for one in known)
        return known[0].vat_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What a statement is as the invoice that its payer issued. rate None: not said, or several.

    net: what was earned after fees; net + vat = gross. missing: sentences on what it lacks.
    """

    registry: str
    number: str
    tax_point: date
    net: Money
    vat: Money
    rate: str
    their_number: str
    own_number: str
    missing: tuple[str, ...] = ()

    @property
    def gross(self) -> Money:
        """What the invoice comes to."""
        return self.net + self.vat


def checked_vat(number: str, country: str = "") -> tuple[str, str]:
    """Return a VAT number as it is written, and a sentence of doubt or "".

    Offline: its form and check digits, not whether it was given to anybody. Raises ValueError.
    """
    plain = _plain(number)
    named = (plain[:2] if plain[:2].isalpha() else country).upper()
    if not plain or not named:
        return plain, f"{plain} does not begin with a country, such as DE." if plain else ""
    forms = (plain, named + plain, plain.removeprefix(named))
    found, doubt = _judged(plain, named, forms, _vat_modules(named))
    # Some modules leave the country out, and without it nobody knows whose number it is.
    lost = plain.startswith(named) and not found.startswith(named)
    return (named + found if lost else found), doubt


def checked_tax(number: str, country: str) -> tuple[str, str]:
    """Return a number for the income tax, and a sentence of doubt or "". Raises ValueError."""
    plain = _plain(number)
    if not plain:
        return plain, ""
    names = _TAX_MODULES.get(country, ())
    modules = [import_module(f"stdnum.{country.lower()}.{name}") for name in names]
    return _judged(plain, country, (plain,), modules)


def _plain(number: str) -> str:
    plain = " ".join(number.upper().split())
    if len(plain) > LONGEST or not plain.isprintable():
        raise ValueError(f"This number is far too long: {LONGEST} characters are the most.")
    return plain


def _vat_modules(country: str) -> list[ModuleType]:
    from stdnum import get_cc_module
    from stdnum.eu import vat

    if country.lower() in {*vat.MEMBER_STATES, "el", "eu", "im"}:
        return [vat]
    try:
        known = get_cc_module({"UK": "gb"}.get(country, country.lower()), "vat")
    except ImportError:
        return []
    return [known] if isinstance(known, ModuleType) else []


def _judged(
    plain: str, country: str, forms: Iterable[str], modules: Sequence[ModuleType]
) -> tuple[str, str]:
    """Return the number in its usual form where one of the modules knows it."""
    from stdnum.exceptions import ValidationError

    if not modules:
        return plain, f"Numbers of {country} cannot be checked here: compare every digit."
    for module in modules:
        for form in forms:
            try:
                return str(module.validate(form)), ""
            except ValidationError:
                continue
    return plain, f"{plain} is not how {country} writes such numbers: compare every digit."
