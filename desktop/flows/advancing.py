"""Advances and the tax that is expected: said by the user, and where each registry stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from desktop.errors import UsageProblem
from desktop.flows.checking_payouts import ADVANCE_TAKEN_BACK, ADVANCED
from desktop.flows.handing_on import read_money
from desktop.model.advances import Advance, PayerBalance, Withholding
from desktop.model.money import exact_sum, parse_amount
from desktop.model.payments import Statement
from desktop.payments.checks.known import Reserve
from desktop.payments.recoupment import advance_left, recouped_since
from desktop.services import Services
from desktop.store import advances, journal, registries
from desktop.store.advances import KeptBack
from desktop.store.database import Connection

LONGEST = 2000
_HIGHEST = Decimal(1)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of advances, tax and reserves beside a statement; None: nothing."""

    withholding: Decimal | None
    advance_left: Decimal | None
    reserves: tuple[Reserve, ...]
    reserve_months: int


def add_advance(
    registry: str,
    amount: str,
    currency: str,
    services: Services,
    *,
    on: date | None = None,
    terms: str = "",
    new_payer: bool = False,
) -> Advance:
    """Keep that a registry paid money before it was earned. Raises UsageProblem.

    new_payer: nothing came of it yet, so that nobody of that name is known.
    """
    money = read_money(amount, currency)
    if money.minor <= 0:
        raise UsageProblem("An advance is more than nothing.", advice="Say how much you were paid.")
    if len(terms) > LONGEST:
        raise UsageProblem(f"These terms have {len(terms)} characters; {LONGEST} are the most.")
    day = _day(on, services)
    with services.store.write() as tx:
        named = registries.payer_named if new_payer else registries.by_name
        known = named(tx, registry)
        advance = Advance(
            advance_id=0,
            registry_id=known.registry_id,
            registry=known.name,
            granted_on=day,
            amount=money,
            terms=terms.strip(),
        )
        return _keep(tx, advance, services)


def take_back_advance(advance_id: int, services: Services) -> Advance:
    """Undo an advance by a row that takes it back; both stay visible. Raises UsageProblem."""
    with services.store.write() as tx:
        known = advances.by_id(tx, advance_id)
        if known is None:
            raise UsageProblem(
                f"There is no advance {advance_id}.", advice="`advances list` shows them."
            )
        if known.reverses is not None or known.reversed_by is not None:
            raise UsageProblem(f"Advance {advance_id} was taken back already.")
        back = replace(known, advance_id=0, amount=-known.amount, reverses=advance_id)
        return _keep(tx, back, services)


def set_withholding(
    registry: str,
    rate: str,
    services: Services,
    *,
    country: str = "",
    since: date | None = None,
) -> Withholding:
    """Keep which tax a registry may withhold: 15 or 15% or 0.15; "none" expects nothing more.

    country: of the payer, ISO 3166-1; "" is any other. Raises UsageProblem.
    """
    code = country.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise UsageProblem(
            f"{country!r} is no country.", advice="Write its two letters, such as US or DE."
        )
    said = _rate(rate)
    day = since or services.now().astimezone().date().replace(month=1, day=1)
    with services.store.write() as tx:
        known = registries.by_name(tx, registry)
        kept = Withholding(registry=known.name, country=code, rate=said, since=day)
        advances.set_withholding(tx, known.registry_id, kept, services.now_s())
        detail = {"country": code, "rate": None if said is None else str(said)}
        journal.add(tx, services.now_s(), "withholding.set", str(known.registry_id), detail)
    return kept


def payer_balances(services: Services) -> list[PayerBalance]:
    """Return where the user stands with every registry in every currency."""
    with services.store.read() as connection:
        kept = advances.kept_back(connection)
        granted = advances.everything(connection)
    groups: dict[tuple[str, str], list[KeptBack]] = {}
    for one in kept:
        groups.setdefault((one.registry, one.currency), []).append(one)
    for advance in granted:
        groups.setdefault((advance.registry, advance.amount.currency), [])
    return [
        _balance(name, currency, rows, granted) for (name, currency), rows in sorted(groups.items())
    ]


def beside(connection: Connection, registry_id: int, statement: Statement) -> Beside:
    """Return what the checks may know of advances, tax and reserves beside a statement."""
    before = [
        one
        for one in advances.kept_back(connection, registry_id)
        if one.currency == statement.currency
        and one.number != statement.number
        and (one.period.start, one.issued) < (statement.period.start, statement.issued)
    ]
    granted = [
        one
        for one in advances.everything(connection, registry_id)
        if one.amount.currency == statement.currency and one.granted_on <= statement.issued
    ]
    return Beside(
        withholding=_expected(advances.withholdings(connection, registry_id), statement),
        advance_left=advance_left(_standing(granted), _recouped(before)),
        reserves=tuple(
            Reserve(number=one.number, end=one.period.end, amount=one.reserve)
            for one in before
            if one.reserve
        ),
        reserve_months=advances.reserve_months(connection, registry_id),
    )


def _balance(
    name: str, currency: str, rows: Sequence[KeptBack], granted: Sequence[Advance]
) -> PayerBalance:
    of_payer = [one for one in granted if (one.registry, one.amount.currency) == (name, currency)]
    whole = _standing(of_payer)
    return PayerBalance(
        registry=name,
        currency=currency,
        advanced=exact_sum(amount for _, amount in whole),
        recouped=recouped_since(whole, _recouped(rows)),
        held=exact_sum(max(one.reserve, _NOTHING) for one in rows),
        released=exact_sum(max(-one.reserve, _NOTHING) for one in rows),
        carried=rows[-1].closing if rows else _NOTHING,
        withheld=exact_sum(one.withheld for one in rows),
        vat=exact_sum(one.vat for one in rows),
    )


def _standing(granted: Sequence[Advance]) -> list[tuple[date, Decimal]]:
    """Return the advances that were not taken back."""
    return [
        (one.granted_on, one.amount.decimal)
        for one in granted
        if one.reverses is None and one.reversed_by is None
    ]


def _recouped(rows: Sequence[KeptBack]) -> list[tuple[date, Decimal]]:
    return [(one.issued, one.recouped) for one in rows]


def _expected(said: Sequence[Withholding], statement: Statement) -> Decimal | None:
    """Return the highest rate that is expected of where tax was withheld; None: not known."""
    rates: dict[str, Decimal | None] = {}
    for one in said:
        if one.since <= statement.issued:
            rates.setdefault(one.country, one.rate)
    places = {one.jurisdiction.upper() for one in statement.deductions if one.jurisdiction}
    found = [rates[place] for place in places & set(rates)] or [rates.get("")]
    known = [rate for rate in found if rate is not None]
    return max(known) if len(known) == len(found) else None


def _rate(text: str) -> Decimal | None:
    if text.strip().casefold() == "none":
        return None
    typed = text.strip()
    try:
        number = parse_amount(typed.removesuffix("%").strip())
    except ValueError as error:
        raise UsageProblem(f"{text!r} is no rate.", advice="Write 15% or 0.15.") from error
    if typed.endswith("%") or number >= _HIGHEST:
        number = number.scaleb(-2)
    if not _NOTHING <= number <= _HIGHEST:
        raise UsageProblem(f"{text!r} is no rate.", advice="A rate is between 0% and 100%.")
    return number


def _day(on: date | None, services: Services) -> date:
    today = services.now().astimezone().date()
    if on is not None and on > today + timedelta(days=1):
        raise UsageProblem(f"{on:%d %B %Y} has not come yet.", advice="Say the day you were paid.")
    return on or today


def _keep(tx: Connection, advance: Advance, services: Services) -> Advance:
    now_s = services.now_s()
    number = advances.add(tx, advance, now_s)
    action = ADVANCED if advance.reverses is None else ADVANCE_TAKEN_BACK
    detail = {
        "registry_id": advance.registry_id,
        "minor": advance.amount.minor,
        "currency": advance.amount.currency,
        "on": advance.granted_on.isoformat(),
        "reverses": advance.reverses,
    }
    journal.add(tx, now_s, action, str(number), detail)
    return replace(advance, advance_id=number)
